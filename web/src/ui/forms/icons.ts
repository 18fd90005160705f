/** Glyphs that only pages with forms need: the embed and the watch page load none of them. */
import type { Glyph } from "../icons";

export const MORE = {
  eyeOff: {
    d: "M4 4l16 16M9.9 9.9a2.8 2.8 0 0 0 4.1 4.1M7 6.9C4.2 8.7 2.5 12 2.5 12S6 18.5 12 18.5c1.9 0 3.5-.6 4.9-1.5M10.5 5.6A8.6 8.6 0 0 1 12 5.5C18 5.5 21.5 12 21.5 12a15 15 0 0 1-2.2 2.9",
  },
  info: { d: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5M12 8v.1" },
  plus: { d: "M12 5v14M5 12h14" },
  trash: { d: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10 10.5v5.5M14 10.5v5.5" },
  copy: { d: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4" },
  up: { d: "m6 14.5 6-6 6 6" },
  down: { d: "m6 9.5 6 6 6-6" },
} satisfies Record<string, Glyph>;
