import { expect, it } from "vitest";
import { type Arrow, type Box, nearest } from "./nearest";

const box = (left: number, top: number, width = 100, height = 40): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
/** A row of three, a wide thing below it, and one far away to the right. */
const boxes = { a: box(0, 0), b: box(120, 0), c: box(240, 0), wide: box(0, 60, 340), far: box(900, 300) };
type Name = keyof typeof boxes;

it.each<[Name, Arrow, Name | null]>([
  ["a", "right", "b"],
  ["b", "right", "c"],
  ["b", "left", "a"],
  ["a", "left", null],
  ["a", "up", null],
  ["b", "down", "wide"],
  ["c", "down", "wide"],
  ["wide", "up", "b"],
  ["wide", "down", "far"],
  ["far", "left", "wide"],
])("from %s %s leads to %s", (from, arrow, to) => {
  const others = (Object.keys(boxes) as Name[]).filter((name) => name !== from);
  const found = nearest(
    boxes[from],
    others.map((name) => boxes[name]),
    arrow,
  );
  expect(others[found] ?? null).toBe(to);
});
