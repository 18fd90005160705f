import { describe, expect, it } from "vitest";
import { type Repeats, repeatsOf, ruleOf, weekdayOf } from "./repeats";

const SUNDAY = "2026-11-22T20:00";

const week = (change: object = {}): Repeats => ({
  every: "week",
  interval: 1,
  days: ["SU"],
  until: "",
  ...change,
});

describe("ruleOf", () => {
  it.each<[Repeats, string | null]>([
    [{ every: "once" }, null],
    [{ every: "day", interval: 1, days: [], until: "" }, "FREQ=DAILY"],
    [week(), "FREQ=WEEKLY;BYDAY=SU"],
    [week({ days: ["WE", "MO"] }), "FREQ=WEEKLY;BYDAY=MO,WE,SU"],
    [week({ interval: 2 }), "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"],
    [week({ until: "2026-12-31" }), "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270101T120000Z"],
    [{ every: "month", interval: 1, days: [], until: "" }, "FREQ=MONTHLY;BYDAY=4SU"],
    [{ every: "other", rule: "FREQ=MONTHLY;BYMONTHDAY=22" }, "FREQ=MONTHLY;BYMONTHDAY=22"],
  ])("%o is %s", (repeats, rule) => {
    expect(ruleOf(repeats, SUNDAY)).toBe(rule);
    // What the server keeps comes back as what was asked for.
    if (rule) expect(ruleOf(repeatsOf(rule, SUNDAY), SUNDAY)).toBe(rule);
  });

  it("keeps the last weekday of a month the last", () => {
    const month: Repeats = { every: "month", interval: 1, days: [], until: "" };
    expect(ruleOf(month, "2026-11-29T20:00")).toBe("FREQ=MONTHLY;BYDAY=-1SU");
  });
});

it("does not touch a rule that has no fields here", () => {
  const rule = "FREQ=DAILY;COUNT=3";
  expect(repeatsOf(rule, SUNDAY)).toEqual({ every: "other", rule });
});

it("takes a weekly rule without days for one on the day that it begins", () => {
  expect(repeatsOf("FREQ=WEEKLY", SUNDAY)).toMatchObject({ every: "week", interval: 1 });
  expect(repeatsOf("BYDAY=SU;INTERVAL=2;FREQ=WEEKLY", SUNDAY)).toMatchObject({ interval: 2 });
  expect(repeatsOf("FREQ=WEEKLY;BYDAY=MO", SUNDAY)).toMatchObject({ every: "other" });
});

it("knows weekdays without a zone", () => expect(weekdayOf(SUNDAY)).toBe("SU"));
