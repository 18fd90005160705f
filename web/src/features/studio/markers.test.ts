import { expect, it } from "vitest";
import type { MarkerDocument } from "@/api/schema";
import { chaptersOf, chapterTime, isMarkerKey } from "./markers";

const marker = (position_ms: number, text: string): MarkerDocument => ({
  id: `${position_ms}`,
  position_ms,
  elapsed_ms: position_ms,
  at: "2026-03-01T22:00:00Z",
  text,
  by: "maren",
});

it.each([
  [-1, "0:00:00"],
  [999, "0:00:00"],
  [754_000, "0:12:34"],
  [36_001_000, "10:00:01"],
])("%d ms is %s", (ms, text) => expect(chapterTime(ms)).toBe(text));

it("gives a video a chapter at its beginning", () => {
  const some = [marker(754_000, "The goal"), marker(3_600_000, "")];
  expect(chaptersOf(some)).toBe("0:00:00 Beginning\n0:12:34 The goal\n1:00:00 Marker");
  expect(chaptersOf([marker(500, "Hello"), ...some])).toBe("0:00:00 Hello\n0:12:34 The goal\n1:00:00 Marker");
  expect(chaptersOf([])).toBe("");
});

it("knows its key on every keyboard, and no other", () => {
  const press = { code: "KeyM", altKey: true, ctrlKey: false, metaKey: false, shiftKey: false };
  expect(isMarkerKey(press)).toBe(true);
  for (const other of [
    { altKey: false },
    { ctrlKey: true },
    { metaKey: true },
    { shiftKey: true },
    { code: "KeyN" },
  ])
    expect(isMarkerKey({ ...press, ...other })).toBe(false);
});
