/** The keyboard map, as a pure function of the key and where it was pressed. */

export type Shortcut =
  | "toggle-play"
  | "toggle-mute"
  | "toggle-fullscreen"
  | "toggle-theatre"
  | "go-live"
  | "toggle-pip"
  | "toggle-stats"
  | "volume-up"
  | "volume-down"
  | "help";

const SINGLE_KEYS: Record<string, Shortcut> = {
  " ": "toggle-play",
  k: "toggle-play",
  m: "toggle-mute",
  f: "toggle-fullscreen",
  t: "toggle-theatre",
  l: "go-live",
  i: "toggle-pip",
  ArrowUp: "volume-up",
  ArrowDown: "volume-down",
  "?": "help",
};

/** Arrows scroll the page unless the viewer is at the player; space does so only from another element. */
const AT_PLAYER_ONLY = new Set(["ArrowUp", "ArrowDown"]);
/** Elements that take keys for themselves. */
const TEXT_FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
const ACTIVATED_BY_SPACE = "button, a, summary, [role=button], [role=switch]";

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  target: EventTarget | null;
}

export interface ShortcutContext {
  /** Single keys can be switched off (WCAG 2.1.4); combinations always work. */
  singleKeys: boolean;
  focus: "player" | "nothing" | "elsewhere";
}

export function shortcutFor(press: KeyPress, context: ShortcutContext): Shortcut | null {
  if (press.ctrlKey && press.shiftKey && press.key.toLowerCase() === "s") return "toggle-stats";
  if (!context.singleKeys || press.ctrlKey || press.altKey || press.metaKey) return null;
  const target = press.target instanceof Element ? press.target : null;
  if (target?.closest(TEXT_FIELDS)) return null;
  if (AT_PLAYER_ONLY.has(press.key) && context.focus !== "player") return null;
  if (press.key === " " && (context.focus === "elsewhere" || target?.closest(ACTIVATED_BY_SPACE)))
    return null;
  return SINGLE_KEYS[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
}
