/** Glyphs of the chat alone. */
import type { Badge } from "@/api/chat";
import type { Glyph } from "@/ui/icons";

export const CHAT = {
  reply: { d: "M10 6 4.5 11.5 10 17M5 11.500h8a6 6 0 0 1 6 6v1" },
  send: { d: "M4 12h13M11.5 5.5 18 12l-6.5 6.5" },
  more: { d: "M5.5 12h.1M12 12h.1M18.5 12h.1" },
  trash: { d: "M4.5 7h15M9.5 7V4.500h5V7M6.5 7l.8 12.500h9.400L17.5 7" },
  people: {
    d: "M9 11a3.2 3.2 0 1 0 0-6.400A3.2 3.2 0 0 0 9 11ZM3 19.500c0-3.5 2.7-5.5 6-5.500s6 2 6 5.500M16 4.800a3.2 3.2 0 0 1 0 6M17.5 14.300c2.1.6 3.5 2.4 3.5 5.2",
  },
  pin: { d: "m14.5 4 5.5 5.5-3 1-3.5 3.5-.5 4L6 11l4-.5L13.5 7ZM9.5 14.5 4 20" },
  smile: {
    d: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.5 14a4 4 0 0 0 7 0M9 9.500v.1M15 9.500v.1",
  },
  down: { d: "m6 9.5 6 6 6-6" },
  queue: { d: "M5 4.500h14v11l-4 4H5zM15 19.500v-4h4M8.5 9h7M8.5 12.500h4" },
  hide: { d: "M4.5 5h15v14h-15zM14.5 5v14M8 9.500l2.5 2.500L8 14.5" },
} satisfies Record<string, Glyph>;

/** A shape for each, so that colour is not the only difference. */
export const BADGES: Partial<Record<Badge, Glyph>> = {
  owner: { d: "M4 18.500h16M4 7l4 4 4-6.500L16 11l4-4-1.5 9h-13Z", solid: true },
  editor: { d: "M5 19l1-4.500L16 4.500l3.5 3.500L9.5 18Z", solid: true },
  moderator: { d: "M12 3.5 19 6v5.500c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6Z", solid: true },
  admin: { d: "m12 3.5 2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17.1 6.7 20l1.1-6-4.4-4.2 6-.8Z", solid: true },
  bot: { d: "M6 8.500h12v10H6zM12 8.500V5M9 13v.1M15 13v.1" },
};
