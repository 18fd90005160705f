import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { person, said } from "@/lib/testing/chat-samples";
import { Lines } from "./lines";
import { optionsOf } from "./options";

const bo = person("Bo", { badges: ["owner"] });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function shown(lines: Lines): (string | null)[] {
  return [...lines.element.children].map(({ textContent }) => textContent);
}

it("shows the newest lines, and takes away what is deleted or of somebody banned", () => {
  const lines = new Lines(optionsOf("?max=2"));
  const [a, b, c] = [said(bo, "a"), said(bo, "b"), said(person("Cy"), "c")];
  for (const event of [a, b, c]) lines.apply(event);
  expect(shown(lines)).toEqual(["Bob", "Cyc"]);
  lines.apply({ kind: "deleted", seq: 9, at: "", ids: [c.id], by: "moderator" });
  expect(shown(lines)).toEqual(["Bob"]);
  lines.apply({ kind: "cleared", seq: 10, at: "", chatter_id: bo.id });
  expect(shown(lines)).toEqual([]);
});

it("lets lines go after a while, where that is asked for", () => {
  const lines = new Lines(optionsOf("?fade=5"));
  lines.apply(said(bo, "a"));
  vi.advanceTimersByTime(5_100);
  expect(lines.element.firstElementChild?.hasAttribute("data-fading")).toBe(true);
  vi.advanceTimersByTime(1_000);
  expect(shown(lines)).toEqual([]);
});

it.each([
  ["?size=9999", { size: 120 }],
  ["?size=x&max=0", { size: 22, max: 1 }],
  ["?font=Comic%20Neue&align=end&badges=0", { font: "Comic Neue", align: "end", badges: false }],
  ['?font=x";background:url(//evil)', { font: null }],
])("reads %s", (search, options) => expect(optionsOf(search)).toMatchObject(options));
