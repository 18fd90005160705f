import { i18n } from "@lingui/core";
import { formatBitrate, formatCount } from "@/lib/format";

/** In what a figure is measured. */
export type Unit = "count" | "percent" | "bps" | "milliseconds" | "bytes";

/** A value as people read it. */
export function formatValue(value: number, unit: Unit): string {
  const number = (digits: number) => new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: digits });
  switch (unit) {
    case "count":
      return value < 100 ? number(1).format(value) : formatCount(Math.round(value), i18n.locale);
    case "percent":
      return `${number(value < 10 ? 1 : 0).format(value)} %`;
    case "bps":
      return formatBitrate(value, i18n.locale);
    case "milliseconds":
      return value < 1000 ? `${number(0).format(value)} ms` : `${number(1).format(value / 1000)} s`;
    case "bytes":
      return value < 1e9 ? `${number(0).format(value / 1e6)} MB` : `${number(1).format(value / 1e9)} GB`;
  }
}

/** A moment, as exactly as the steps between points allow. */
export function formatMoment(at: number): string {
  return new Date(at).toLocaleString(i18n.locale, { dateStyle: "medium", timeStyle: "short" });
}
