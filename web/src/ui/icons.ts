/** The glyphs of every page, drawn on a 24-unit grid; React and plain DOM render the same paths. */

export interface Glyph {
  d: string;
  /** Filled instead of stroked. */
  solid?: true;
}

export const GLYPHS = {
  play: { d: "M8 5.2v13.6a.7.7 0 0 0 1.06.6l11-6.8a.7.7 0 0 0 0-1.2l-11-6.8A.7.7 0 0 0 8 5.2Z", solid: true },
  pause: { d: "M7 5h3.2v14H7zM13.8 5H17v14h-3.2z", solid: true },
  volume: { d: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" },
  "volume-low": { d: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4.2 4.2 0 0 1 0 6" },
  muted: { d: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16 9.5l5 5M21 9.5l-5 5" },
  headphones: { d: "M4 14v-2a8 8 0 0 1 16 0v2M4 14h3.5v6H6a2 2 0 0 1-2-2ZM20 14h-3.5v6H18a2 2 0 0 0 2-2Z" },
  settings: { d: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4" },
  pip: {
    d: "M21 11V6.5A1.5 1.5 0 0 0 19.5 5h-15A1.5 1.5 0 0 0 3 6.5v11A1.5 1.5 0 0 0 4.5 19H10M13.5 14h7.5v5h-7.5z",
  },
  theatre: { d: "M3 7.5h18v9H3z" },
  "theatre-exit": { d: "M3 5.5h18v13H3zM3 15h18" },
  fullscreen: { d: "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5" },
  "fullscreen-exit": { d: "M4 9h5V4M20 9h-5V4M4 15h5v5M20 15h-5v5" },
  eye: {
    d: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z",
  },
  clock: { d: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2" },
  share: { d: "M12 15V4M8 7.5 12 3.5l4 4M5 12.5v6A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5v-6" },
  check: { d: "m5 12.5 4.5 4.5L19 7.5" },
  close: { d: "m6 6 12 12M18 6 6 18" },
  warning: { d: "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.1" },
  retry: { d: "M4.5 12a7.5 7.5 0 1 1 2.2 5.3M4.5 19v-4.5H9" },
  link: {
    d: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  },
  code: { d: "m8.5 7.5-5 4.5 5 4.5M15.5 7.5l5 4.5-5 4.5" },
  external: {
    d: "M14 4h6v6M20 4l-9 9M18 14v4.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 4 18.5v-11A1.5 1.5 0 0 1 5.5 6H10",
  },
} satisfies Record<string, Glyph>;

export type IconName = keyof typeof GLYPHS;

export function glyph(name: IconName): Glyph {
  return GLYPHS[name];
}

/** The glyph as an element, for pages without React. */
export function iconElement(name: IconName): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const { d, solid } = glyph(name);
  if (solid) svg.dataset.solid = "";
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}
