import { describe, expect, it } from "vitest";
import { Detours, isGapAt, type Listing } from "./detours";

describe("isGapAt", () => {
  const whole = { end: 6 };
  const current = { end: 8 };
  const part = (end: number, gap: boolean, fragment = current) => ({ end, gap, fragment });
  const listing = (parts: Listing["partList"], gapIn = -1): Listing => ({
    fragments: [{ end: 2 }, { end: 4 }, whole].map((piece, i) => ({ ...piece, gap: i === gapIn })),
    partList: parts,
  });
  it.each<[string, Listing, number, boolean]>([
    ["a segment marked as a gap is next", listing(null, 1), 1.95, true],
    ["the gap is behind", listing(null, 1), 4, false],
    ["the gap comes only later", listing(null, 2), 3, false],
    ["the next part is missing", listing([part(6.3, false), part(6.6, true)]), 6.3, true],
    ["the part after the next one is missing", listing([part(6.3, false), part(6.6, true)]), 6.1, false],
    ["nothing more is listed", listing([part(6.3, false)]), 6.3, false],
  ])("%s", (_, given, position, expected) => {
    expect(isGapAt(given, position)).toBe(expected);
  });
});

describe("Detours", () => {
  const ladder = [
    { number: 0, bitrateBps: 6_000_000 },
    { number: 1, bitrateBps: 3_000_000 },
    { number: 2, bitrateBps: 1_000_000 },
  ];

  it.each<[string, number[], number, number]>([
    ["all is well", [], 1, 1],
    ["a rung is away: the one below", [1], 1, 2],
    ["the lowest is away: the least above", [2], 2, 1],
    ["all below are away: above", [1, 2], 2, 0],
    ["everything is away: it stays, for nothing is better", [0, 1, 2], 1, 1],
  ])("%s", (_, away, wanted, expected) => {
    const detours = new Detours();
    detours.setAway(away, 0);
    expect(detours.instead(wanted, ladder, 0)).toBe(expected);
  });

  it("comes back a moment after the server says so, whatever gaps there were before", () => {
    const detours = new Detours();
    detours.gapIn(1, 0);
    detours.gapIn(1, 6_000);
    detours.setAway([1], 7_000);
    expect(detours.avoids(1, 100_000)).toBe(true);
    detours.setAway([], 8_000);
    expect(detours.avoids(1, 11_900)).toBe(true);
    expect(detours.avoids(1, 12_000)).toBe(false);
  });

  it("tries a rendition with a gap again, each time later", () => {
    const detours = new Detours();
    detours.gapIn(1, 0);
    detours.gapIn(1, 100);
    expect(detours.avoids(1, 5_900)).toBe(true);
    expect(detours.avoids(1, 6_000)).toBe(false);
    detours.gapIn(1, 6_500);
    expect(detours.avoids(1, 18_000)).toBe(true);
    expect(detours.avoids(1, 18_500)).toBe(false);
    // Long afterwards a gap is a new one.
    detours.gapIn(1, 120_000);
    expect(detours.avoids(1, 126_000)).toBe(false);
  });
});
