import { i18n } from "@lingui/core";
import { useId } from "react";
import { RANGES } from "./queries";

const words = (hours: number) =>
  ({
    1: i18n._({ id: "insights.range.hour", message: "Last hour" }),
    6: i18n._({ id: "insights.range.hours", message: "Last 6 hours" }),
    24: i18n._({ id: "insights.range.day", message: "Last day" }),
    168: i18n._({ id: "insights.range.week", message: "Last week" }),
    720: i18n._({ id: "insights.range.month", message: "Last 30 days" }),
    8760: i18n._({ id: "insights.range.year", message: "Last year" }),
  })[hours] ?? `${hours}`;

/** Which time is looked at. */
export function Range({ hours, onChange }: { hours: number; onChange(hours: number): void }) {
  const id = useId();
  return (
    <div className="field max-w-60">
      <label htmlFor={id}>{i18n._({ id: "insights.range", message: "Time" })}</label>
      <select
        id={id}
        className="input"
        value={hours}
        onChange={({ target }) => onChange(Number(target.value))}
      >
        {RANGES.map((range) => (
          <option key={range} value={range}>
            {words(range)}
          </option>
        ))}
      </select>
    </div>
  );
}
