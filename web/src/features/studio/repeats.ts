/**
 * How a stream repeats, as the form asks for it and as the server takes it: the part of
 * RFC 5545 §3.3.10 that has fields here. Any other rule is kept as it is written.
 */

export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export type Repeats =
  | { every: "once" }
  | { every: "day" | "week" | "month"; interval: number; days: Weekday[]; until: string }
  | { every: "other"; rule: string };

/** The weekday of `2026-11-22T20:00`, without any zone in between. */
export function weekdayOf(startsAt: string): Weekday {
  const day = new Date(`${startsAt.slice(0, 10)}T12:00:00Z`).getUTCDay();
  return WEEKDAYS[(day + 6) % 7] ?? "MO";
}

const FREQUENCIES = { day: "DAILY", week: "WEEKLY", month: "MONTHLY" } as const;

/** The rule of a stream that begins at `startsAt`; `null` for one that happens once. */
export function ruleOf(repeats: Repeats, startsAt: string): string | null {
  if (repeats.every === "once") return null;
  if (repeats.every === "other") return repeats.rule.trim() || null;
  const parts = [`FREQ=${FREQUENCIES[repeats.every]}`];
  if (repeats.interval > 1) parts.push(`INTERVAL=${repeats.interval}`);
  if (repeats.every === "week") {
    // The first time is one of the times, whatever else is ticked.
    const days = WEEKDAYS.filter((day) => repeats.days.includes(day) || day === weekdayOf(startsAt));
    parts.push(`BYDAY=${days.join(",")}`);
  }
  if (repeats.every === "month") parts.push(`BYDAY=${place(startsAt)}${weekdayOf(startsAt)}`);
  // The last day counts as a whole, also west of Greenwich.
  if (repeats.until) parts.push(`UNTIL=${dayAfter(repeats.until)}T120000Z`);
  return parts.join(";");
}

/** Which of its weekdays in the month a day is; the last one stays the last. */
function place(startsAt: string): number {
  const day = Number(startsAt.slice(8, 10));
  const nth = Math.ceil(day / 7);
  return nth > 4 ? -1 : nth;
}

function dayAfter(date: string): string {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000);
  return next.toISOString().slice(0, 10).replaceAll("-", "");
}

/** What the form shows of a rule. */
export function repeatsOf(rule: string | null | undefined, startsAt: string): Repeats {
  if (!rule) return { every: "once" };
  const parts = new Map(rule.split(";").map((part) => part.split("=") as [string, string]));
  const every = (["day", "week", "month"] as const).find((it) => FREQUENCIES[it] === parts.get("FREQ"));
  if (!every) return { every: "other", rule };
  const until = parts.get("UNTIL");
  const days = parts.get("BYDAY")?.split(",") ?? [];
  const repeats: Repeats = {
    every,
    interval: Number(parts.get("INTERVAL") ?? 1),
    days: WEEKDAYS.filter((day) => days.includes(day)),
    until: until ? dayBefore(until) : "",
  };
  if (every === "week" && days.length === 0) parts.set("BYDAY", weekdayOf(startsAt));
  const same = [...parts].map((part) => part.join("=")).sort();
  const ours = ruleOf(repeats, startsAt)?.split(";").sort();
  return ours?.join() === same.join() ? repeats : { every: "other", rule };
}

function dayBefore(until: string): string {
  const iso = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`;
  const time = Date.parse(`${iso}T00:00:00Z`) - 86_400_000;
  return Number.isNaN(time) ? "" : new Date(time).toISOString().slice(0, 10);
}
