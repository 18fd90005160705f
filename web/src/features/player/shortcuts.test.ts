import { expect, it } from "vitest";
import { type KeyPress, type ShortcutContext, shortcutFor } from "./shortcuts";

function press(key: string, change: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, target: null, ...change };
}

const anywhere: ShortcutContext = { singleKeys: true, focus: "nothing" };
const atPlayer: ShortcutContext = { singleKeys: true, focus: "player" };

it.each([
  ["k", "toggle-play"],
  [" ", "toggle-play"],
  ["m", "toggle-mute"],
  ["F", "toggle-fullscreen"],
  ["t", "toggle-theatre"],
  ["l", "go-live"],
  ["i", "toggle-pip"],
  ["?", "help"],
])("%s does %s", (key, shortcut) => expect(shortcutFor(press(key), anywhere)).toBe(shortcut));

it("leaves the arrows to the page until the viewer is at the player", () => {
  expect(shortcutFor(press("ArrowUp"), anywhere)).toBeNull();
  expect(shortcutFor(press("ArrowUp"), atPlayer)).toBe("volume-up");
});

it.each(["input", "textarea", "select"])("never fires while typing in <%s>", (name) => {
  const target = document.createElement(name);
  expect(shortcutFor(press("m", { target }), anywhere)).toBeNull();
});

it("leaves space to the button that has the focus", () => {
  const target = document.createElement("button");
  expect(shortcutFor(press(" ", { target }), atPlayer)).toBeNull();
  expect(shortcutFor(press("k", { target }), atPlayer)).toBe("toggle-play");
});

it.each(["ctrlKey", "altKey", "metaKey"] as const)(
  "leaves combinations with %s to the browser",
  (modifier) => {
    expect(shortcutFor(press("f", { [modifier]: true }), anywhere)).toBeNull();
  },
);

it("can be switched off, but for the combination", () => {
  const off: ShortcutContext = { singleKeys: false, focus: "player" };
  expect(shortcutFor(press("m"), off)).toBeNull();
  expect(shortcutFor(press("S", { ctrlKey: true, shiftKey: true }), off)).toBe("toggle-stats");
});
