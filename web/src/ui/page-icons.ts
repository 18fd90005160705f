/** Glyphs of the pages around the player: the embed loads none of them. */
import type { Glyph } from "./icons";

export const PAGE = {
  search: { d: "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15 15l5 5" },
  compass: { d: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM15.5 8.5l-2 5-5 2 2-5Z" },
  home: { d: "M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5" },
  heart: { d: "M12 19.5S4 15 4 9.5A4.2 4.2 0 0 1 12 7.6a4.2 4.2 0 0 1 8 1.9c0 5.5-8 10-8 10Z" },
  "heart-full": {
    d: "M12 19.5S4 15 4 9.5A4.2 4.2 0 0 1 12 7.6a4.2 4.2 0 0 1 8 1.9c0 5.5-8 10-8 10Z",
    solid: true,
  },
  calendar: { d: "M4.5 6.5h15v13h-15zM4.5 10.5h15M8.5 4v4M15.5 4v4" },
  chat: { d: "M4.5 5.5h15v11h-8l-4.5 3.5v-3.5h-2.5z" },
} satisfies Record<string, Glyph>;
