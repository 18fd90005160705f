import { i18n } from "@lingui/core";
import { type FigurePoint, partsOf } from "./series";
import { formatValue } from "./units";

/** Parts that are listed: the others are too few to matter. */
const MAX_LISTED = 8;

/** By what viewers are told apart. */
export type By = "countries" | "players" | "devices" | "renditions";

interface BreakdownsProps {
  points: FigurePoint[];
  by: By[];
}

/** How viewers are told apart, on average over the time that is shown. */
export function Breakdowns({ points, by }: BreakdownsProps) {
  return (
    <div className="insight-parts">
      {by.map((it) => (
        <Breakdown key={it} points={points} by={it} />
      ))}
    </div>
  );
}

function Breakdown({ points, by }: { points: FigurePoint[]; by: By }) {
  const parts = partsOf(points, by);
  const all = parts.reduce((sum, { value }) => sum + value, 0);
  if (parts.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="text-sm font-semibold">{titleOf(by)}</h3>
      <ul className="mt-2 flex flex-col gap-2">
        {parts.slice(0, MAX_LISTED).map(({ name, value }) => (
          <li key={name} className="text-[13px]">
            <span className="flex justify-between gap-3">
              <bdi className="truncate">{nameOf(by, name)}</bdi>
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

function titleOf(by: By): string {
  switch (by) {
    case "countries":
      return i18n._({ id: "insights.countries", message: "Countries" });
    case "players":
      return i18n._({ id: "insights.players", message: "Players" });
    case "devices":
      return i18n._({ id: "insights.devices", message: "Devices" });
    case "renditions":
      return i18n._({ id: "channel-insights.renditions", message: "Qualities" });
  }
}

function nameOf(by: By, part: string): string {
  if (part === "other") return i18n._({ id: "insights.other", message: "Others" });
  switch (by) {
    case "countries":
      return countryName(part);
    case "players":
      return part;
    case "devices":
      return deviceName(part);
    case "renditions":
      return i18n._({ id: "channel-insights.rendition", message: "No. {number}", values: { number: part } });
  }
}

/** A country by its code. */
function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(i18n.locale, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function deviceName(device: string): string {
  switch (device) {
    case "phone":
      return i18n._({ id: "insights.device.phone", message: "Phone" });
    case "tablet":
      return i18n._({ id: "insights.device.tablet", message: "Tablet" });
    case "computer":
      return i18n._({ id: "insights.device.computer", message: "Computer" });
    case "television":
      return i18n._({ id: "insights.device.tv", message: "Television" });
    default:
      return device;
  }
}
