import { expect, it } from "vitest";
import { draftsOf, moved, withNew } from "./drafts";

const DRAFTS = draftsOf(["a", "b", "c"].map((id) => ({ id })));
const keys = (drafts: typeof DRAFTS) => drafts.map(({ key }) => key).join("");

it.each([
  [0, 1, "bac"],
  [2, -1, "acb"],
  [1, 1, "acb"],
  [0, -1, "abc"],
  [2, 1, "abc"],
  [7, 1, "abc"],
] as const)("moves panel %i by %i", (from, by, order) => {
  expect(keys(moved(DRAFTS, from, by))).toBe(order);
});

it("gives every new panel a key of its own, also after others were removed", () => {
  const two = withNew(withNew(DRAFTS));
  const removed = two.filter(({ key }) => key !== "a");
  const again = withNew(removed);
  expect(new Set(again.map(({ key }) => key)).size).toBe(again.length);
});
