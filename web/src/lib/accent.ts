/**
 * The colour that somebody chose, made legible: of it the pages take hue and strength, while how
 * light it is is theirs (styles/tokens.css). So no choice can make a text hard to read.
 */

export interface Tint {
  /** Degrees, as OKLCH counts them. */
  hue: number;
  /** How strong, 0 for grey. */
  chroma: number;
}

/** As strong as it gets: above it some hues leave what screens can show, and change their lightness. */
export const MAX_CHROMA = 0.13;
/** Below it a colour has no hue worth the name. */
const GREY = 0.01;
const RADIAN = 180 / Math.PI;

type Triple = [number, number, number];

/** What pages take of a colour like `#1f6feb`; `null` when it is none. */
export function tintOf(colour: string): Tint | null {
  const rgb = channelsOf(colour);
  if (!rgb) return null;
  const [, a, b] = toOklab(rgb.map(linear) as Triple);
  const chroma = Math.hypot(a, b);
  if (chroma < GREY) return { hue: 222, chroma: 0 };
  const hue = Math.round((Math.atan2(b, a) * RADIAN + 360) % 360);
  return { hue, chroma: Math.min(MAX_CHROMA, Math.round(chroma * 1000) / 1000) };
}

/** Puts a colour on the whole page; with none, the page's own. */
export function paint(colour: string | null | undefined, on: HTMLElement = document.documentElement): void {
  const tint = colour ? tintOf(colour) : null;
  put(on, "--hue", tint?.hue);
  put(on, "--chroma", tint?.chroma);
}

function put(on: HTMLElement, name: string, value: number | undefined): void {
  if (value === undefined) on.style.removeProperty(name);
  else on.style.setProperty(name, String(value));
}

/** How well one colour can be read on another (WCAG 2.2, contrast ratio), of OKLCH triples. */
export function contrast(one: Triple, other: Triple): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance([lightness, chroma, hue]: Triple): number {
  const [a, b] = [chroma * Math.cos(hue / RADIAN), chroma * Math.sin(hue / RADIAN)];
  // What a screen cannot show it clips, as browsers do.
  const [red, green, blue] = fromOklab([lightness, a, b]).map((it) => Math.min(1, Math.max(0, it))) as Triple;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: string): Triple | null {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)?.slice(1);
  return digits ? (digits.map((it) => Number.parseInt(it, 16) / 255) as Triple) : null;
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** https://bottosson.github.io/posts/oklab/ */
function toOklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Triple): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}
