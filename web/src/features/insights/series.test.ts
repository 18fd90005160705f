import { expect, test } from "vitest";
import { type FigurePoint, lineOf, nearest, partsOf, roundUp, samplesOf, thinned } from "./series";

const point = (
  minute: number,
  figures: Record<string, number>,
  countries?: Record<string, number>,
): FigurePoint => ({
  at: new Date(minute * 60_000).toISOString(),
  figures,
  parts: countries ? { countries } : {},
});

test("an axis ends at a round number that nothing is above", () => {
  const ends = [0, 0.3, 1, 3, 21, 99, 100, 101, 5_800_000].map(roundUp);
  expect(ends).toEqual([1, 0.5, 1, 5, 25, 100, 100, 200, 10_000_000]);
});

test("a line breaks where nothing was measured", () => {
  const points = [point(0, { a: 0 }), point(1, { a: 5 }), point(2, {}), point(10, { a: 10 })];
  const line = lineOf(samplesOf(points, "a"), { from: 0, to: 600_000 }, 10, 90_000);
  expect(line).toBe("M0.0 100.0L0.0 100.0L100.0 50.0M1000.0 0.0L1000.0 0.0");
});

test("the nearest point is found, and many become few", () => {
  const points = [point(0, {}), point(1, {}), point(5, {})];
  expect([-1, 40_000, 200_000, 1e9].map((at) => nearest(points, at))).toEqual([0, 1, 2, 2]);
  expect(thinned([1, 2, 3], 3)).toEqual([1, 2, 3]);
  expect(thinned([1, 2, 3, 4, 5], 2)).toEqual([2, 5]);
});

test("parts are means of the points that tell them, the largest first", () => {
  const points = [point(0, {}, { DE: 2 }), point(1, {}, { DE: 1, FR: 4 }), point(2, {})];
  expect(partsOf(points, "countries")).toEqual([
    { name: "FR", value: 2 },
    { name: "DE", value: 1.5 },
  ]);
  expect(partsOf(points, "players")).toEqual([]);
});
