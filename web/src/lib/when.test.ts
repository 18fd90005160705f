import { describe, expect, it } from "vitest";
import { formatLeft, formatWhen } from "./when";

const NOW = Date.parse("2026-11-22T12:00:00Z");

describe("formatLeft", () => {
  it.each([
    ["2026-11-24T15:00:00Z", "2 days 3 hr"],
    ["2026-11-23T12:00:30Z", "1 day 1 min"],
    ["2026-11-22T12:59:00Z", "59 min"],
    ["2026-11-22T12:00:20Z", "1 min"],
    ["2026-11-22T12:00:00Z", null],
    ["2026-11-22T11:00:00Z", null],
    ["nonsense", null],
  ])("%s is in %s", (iso, text) => expect(formatLeft(iso, NOW, "en")).toBe(text));
});

it("names the year only where it is another one", () => {
  expect(formatWhen("2026-12-01T20:00:00Z", NOW, "en")).not.toContain("2026");
  expect(formatWhen("2027-12-01T20:00:00Z", NOW, "en")).toContain("2027");
});
