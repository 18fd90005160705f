import { describe, expect, it } from "vitest";
import { AUDIO, RUNGS, SOURCE } from "@/lib/testing/samples";
import { awayOf, fulfil, renditionUrl, shortName, unlisted, wishOf } from "./quality";

const LADDER = [SOURCE, ...RUNGS, AUDIO];

describe("a remembered choice", () => {
  it.each<[string, number | "auto" | "audio"]>([
    ["auto", "auto"],
    ["audio", "audio"],
    ["source", 0],
    ["720p30", 1],
    ["480p30", 2],
    ["576p50", 2],
    ["2160p60", 0],
    ["144p15", "auto"],
    ["something else", "auto"],
  ])("%s is %s here", (wish, expected) => {
    expect(fulfil(wish, LADDER)).toBe(expected);
  });

  it.each<[string, number | "auto" | "audio"]>([
    ["auto", "auto"],
    ["audio", "audio"],
    ["source", 0],
    ["480p30", 2],
  ])("is kept as %s", (wish, quality) => {
    expect(wishOf(quality, LADDER)).toBe(wish);
  });

  it("waits where there is nothing to choose from", () => {
    expect(fulfil("audio", [SOURCE])).toBe("auto");
    expect(fulfil("480p30", [SOURCE])).toBe("auto");
  });
});

it("tells who does not come at the moment", () => {
  const [first, second] = RUNGS;
  if (!first || !second) throw new Error("two rungs");
  expect(awayOf([SOURCE, { ...first, state: "starting" }, { ...second, state: "away" }])).toEqual([1, 2]);
});

it("knows what a playlist that was loaded early does not list", () => {
  const source = { number: 0, width: 1920, height: 1080, frameRate: 60, bitrateBps: 6_000_000 };
  expect(unlisted(LADDER, [source]).map(({ number }) => number)).toEqual([1, 2]);
  expect(unlisted([SOURCE], [source])).toEqual([]);
});

it("names what is playing", () => {
  expect(shortName(0, LADDER, [])).toBe("1080p60");
  expect(shortName(1, LADDER, [])).toBe("720p30");
  expect(shortName(3, [], [{ number: 3, width: 640, height: 360, frameRate: null, bitrateBps: 1 }])).toBe(
    "360p",
  );
});

it.each([
  ["/hls/stream.m3u8", "/hls/2/stream.m3u8"],
  ["/hls/@maren/stream.m3u8", "/hls/@maren/2/stream.m3u8"],
])("finds a rendition beside %s", (master, expected) => {
  expect(renditionUrl(master, 2)).toBe(expected);
});
