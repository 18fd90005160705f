/** Numbers and times as people read them, in the page's language. */
import { formatter } from "./intl";

const SECOND_MS = 1000;
const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const TENTHS = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const WHOLE = { maximumFractionDigits: 0 };
const UNGROUPED = { useGrouping: false };
const TWO_DIGITS = { minimumIntegerDigits: 2 };
const AGO = { numeric: "auto" } as const;
const COUNT = { maximumFractionDigits: 1 };
const SHORT = { notation: "compact", maximumFractionDigits: 1 } as const;
const MEGABITS = { style: "unit", unit: "megabit-per-second", maximumFractionDigits: 1 } as const;
const KILOBITS = { style: "unit", unit: "kilobit-per-second", maximumFractionDigits: 0 } as const;

/** `1.3` below ten seconds, `14` above: a tenth of a second means nothing to somebody far behind. */
export function formatSeconds(seconds: number, locale?: string): string {
  const options = Math.abs(seconds) < 9.95 ? TENTHS : WHOLE;
  return formatter(Intl.NumberFormat, options, locale).format(seconds);
}

/** A running time as `0:18`, `12:05` or `1:02:03`; negative times count as zero. */
export function formatElapsed(milliseconds: number, locale?: string): string {
  const total = Math.max(0, Math.floor(milliseconds / SECOND_MS));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const one = formatter(Intl.NumberFormat, UNGROUPED, locale);
  const two = formatter(Intl.NumberFormat, TWO_DIGITS, locale);
  const tail = two.format(total % 60);
  return hours > 0 ? `${one.format(hours)}:${two.format(minutes)}:${tail}` : `${one.format(minutes)}:${tail}`;
}

/** The same for `datetime` attributes, which take ISO 8601 durations. */
export function isoDuration(milliseconds: number): string {
  return `PT${Math.max(0, Math.floor(milliseconds / SECOND_MS))}S`;
}

/** `2 hours ago`, in the largest unit that fits. */
export function formatAgo(then: number, now: number, locale?: string): string {
  const seconds = Math.max(0, (now - then) / SECOND_MS);
  const relative = formatter(Intl.RelativeTimeFormat, AGO, locale);
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return relative.format(0, "second");
}

export function formatCount(count: number, locale?: string): string {
  return formatter(Intl.NumberFormat, count >= 10_000 ? SHORT : COUNT, locale).format(count);
}

/** Bits per second as `5.8 Mb/s` or `640 kb/s`. */
export function formatBitrate(bps: number, locale?: string): string {
  const mega = bps >= 1_000_000;
  return formatter(Intl.NumberFormat, mega ? MEGABITS : KILOBITS, locale).format(
    mega ? bps / 1_000_000 : bps / 1_000,
  );
}
