/** Times to come, as people read them: in the page's language and the viewer's own zone. */

const MINUTE_MS = 60_000;
const UNITS = [
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
] as const;

/** `Fri, 27 Nov, 20:00`; with the year where it is not this one. */
export function formatWhen(iso: string, now: number, locale?: string): string {
  const time = new Date(iso);
  const sameYear = time.getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: sameYear ? undefined : "numeric",
    hour: "numeric",
    minute: "2-digit",
  }).format(time);
}

/** `20:00`. */
export function formatClock(iso: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(new Date(iso));
}

/** `20:00 – 21:30`. */
export function formatClocks(from: string, to: string, locale?: string): string {
  const format = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  // Over midnight a range would name both days: the clocks alone say enough.
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  if (!sameDay) return `${format.format(new Date(from))} – ${format.format(new Date(to))}`;
  return format.formatRange(new Date(from), new Date(to));
}

/** `Friday, 27 November`: what stands over the streams of a day. */
export function formatDay(iso: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(
    new Date(iso),
  );
}

/** `2 days 3 hr`, in the two largest units that there are; `null` once it is there. */
export function formatLeft(iso: string, now: number, locale?: string): string | null {
  let left = Math.ceil((Date.parse(iso) - now) / MINUTE_MS);
  if (!(left > 0)) return null;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(unitText(count, unit, locale));
  }
  return parts.slice(0, 2).join(" ");
}

function unitText(count: number, unit: string, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count);
}
