import { i18n } from "@lingui/core";
import { type FigurePoint, partsOf } from "./series";
import { formatValue } from "./units";

/** Parts that are listed: the others are too few to matter. */
const MAX_LISTED = 8;

interface BreakdownProps {
  title: string;
  points: FigurePoint[];
  by: string;
  nameOf?(part: string): string;
}

/** How viewers are told apart, on average over the time that is shown. */
export function Breakdown({ title, points, by, nameOf = (part) => part }: BreakdownProps) {
  const parts = partsOf(points, by);
  const all = parts.reduce((sum, { value }) => sum + value, 0);
  if (parts.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="text-sm font-semibold">{title}</h3>
      <ul className="mt-2 flex flex-col gap-2">
        {parts.slice(0, MAX_LISTED).map(({ name, value }) => (
          <li key={name} className="text-[13px]">
            <span className="flex justify-between gap-3">
              <bdi className="truncate">{named(name, nameOf)}</bdi>
              <span className="text-fg-2 tabular-nums">{formatValue((value / all) * 100, "percent")}</span>
            </span>
            <span className="insight-bar" aria-hidden="true">
              <span style={{ inlineSize: `${(value / all) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function named(part: string, nameOf: (part: string) => string): string {
  return part === "other" ? i18n._({ id: "insights.other", message: "Others" }) : nameOf(part);
}

/** A country by its code. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(i18n.locale, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
