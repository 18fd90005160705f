import { describe, expect, it } from "vitest";
import { formatAgo, formatBitrate, formatCount, formatElapsed, formatSeconds, isoDuration } from "./format";

describe("formatSeconds", () => {
  it.each([
    [0, "0.0"],
    [1.34, "1.3"],
    [9.94, "9.9"],
    [9.96, "10"],
    [14.4, "14"],
  ])("%d s is %s", (seconds, text) => expect(formatSeconds(seconds, "en")).toBe(text));

  it("follows the language", () => expect(formatSeconds(1.34, "de")).toBe("1,3"));
});

describe("formatElapsed", () => {
  it.each([
    [-5_000, "0:00"],
    [18_900, "0:18"],
    [725_000, "12:05"],
    [3_723_000, "1:02:03"],
  ])("%d ms is %s", (ms, text) => expect(formatElapsed(ms)).toBe(text));

  it("has a machine-readable twin", () => expect(isoDuration(3_723_400)).toBe("PT3723S"));
});

describe("formatAgo", () => {
  const now = Date.parse("2026-03-01T22:00:00Z");
  it.each([
    ["2026-03-01T21:59:40Z", "now"],
    ["2026-03-01T21:57:00Z", "3 minutes ago"],
    ["2026-03-01T20:00:00Z", "2 hours ago"],
    ["2026-02-28T20:00:00Z", "yesterday"],
    ["2026-03-01T22:00:30Z", "now"],
  ])("%s is %s", (then, text) => expect(formatAgo(Date.parse(then), now, "en")).toBe(text));
});

it("shortens large counts and picks the unit of bit rates", () => {
  expect(formatCount(9_999, "en")).toBe("9,999");
  expect(formatCount(12_340, "en")).toBe("12.3K");
  expect(formatBitrate(5_820_000, "en")).toBe("5.8 Mb/s");
  expect(formatBitrate(128_000, "en")).toBe("128 kb/s");
});
