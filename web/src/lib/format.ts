/** Numbers and times as people read them, in the page's language. */

const SECOND_MS = 1000;
const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** `1.3` below ten seconds, `14` above: a tenth of a second means nothing to somebody far behind. */
export function formatSeconds(seconds: number, locale?: string): string {
  const digits = Math.abs(seconds) < 9.95 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(seconds);
}

/** A running time as `0:18`, `12:05` or `1:02:03`; negative times count as zero. */
export function formatElapsed(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / SECOND_MS));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const tail = two(total % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** The same for `datetime` attributes, which take ISO 8601 durations. */
export function isoDuration(milliseconds: number): string {
  return `PT${Math.max(0, Math.floor(milliseconds / SECOND_MS))}S`;
}

/** `2 hours ago`, in the largest unit that fits. */
export function formatAgo(then: number, now: number, locale?: string): string {
  const seconds = Math.max(0, (now - then) / SECOND_MS);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return relative.format(0, "second");
}

export function formatCount(count: number, locale?: string): string {
  return new Intl.NumberFormat(locale, {
    notation: count >= 10_000 ? "compact" : "standard",
    maximumFractionDigits: 1,
  }).format(count);
}

/** Bits per second as `5.8 Mb/s` or `640 kb/s`. */
export function formatBitrate(bps: number, locale?: string): string {
  const mega = bps >= 1_000_000;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: mega ? 1 : 0 });
  return mega ? `${number.format(bps / 1_000_000)} Mb/s` : `${number.format(bps / 1_000)} kb/s`;
}
