/** Times to come, as people read them: in the page's language and the viewer's own zone. */
import { formatter } from "./intl";

const MINUTE_MS = 60_000;
const UNITS = [
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
] as const;

const WHEN = {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
} as const;
const WHEN_ANOTHER_YEAR = { ...WHEN, year: "numeric" } as const;
const CLOCK = { hour: "numeric", minute: "2-digit" } as const;
const DAY = { weekday: "long", day: "numeric", month: "long" } as const;
const LEFT = {
  day: { style: "unit", unit: "day", unitDisplay: "short" },
  hour: { style: "unit", unit: "hour", unitDisplay: "short" },
  minute: { style: "unit", unit: "minute", unitDisplay: "short" },
} as const;

/** `Fri, 27 Nov, 20:00`; with the year where it is not this one. */
export function formatWhen(iso: string, now: number, locale?: string): string {
  const time = new Date(iso);
  const sameYear = time.getFullYear() === new Date(now).getFullYear();
  return formatter(Intl.DateTimeFormat, sameYear ? WHEN : WHEN_ANOTHER_YEAR, locale).format(time);
}

/** `20:00`. */
export function formatClock(iso: string, locale?: string): string {
  return formatter(Intl.DateTimeFormat, CLOCK, locale).format(new Date(iso));
}

/** `20:00 – 21:30`. */
export function formatClocks(from: string, to: string, locale?: string): string {
  const format = formatter(Intl.DateTimeFormat, CLOCK, locale);
  // Over midnight a range would name both days: the clocks alone say enough.
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  if (!sameDay) return `${format.format(new Date(from))} – ${format.format(new Date(to))}`;
  return format.formatRange(new Date(from), new Date(to));
}

/** `Friday, 27 November`: what stands over the streams of a day. */
export function formatDay(iso: string, locale?: string): string {
  return formatter(Intl.DateTimeFormat, DAY, locale).format(new Date(iso));
}

/** `2 days 3 hr`, in the two largest units that there are; `null` once it is there. */
export function formatLeft(iso: string, now: number, locale?: string): string | null {
  let left = Math.ceil((Date.parse(iso) - now) / MINUTE_MS);
  if (!(left > 0)) return null;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(formatter(Intl.NumberFormat, LEFT[unit], locale).format(count));
  }
  return parts.slice(0, 2).join(" ");
}
