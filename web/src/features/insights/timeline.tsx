import { i18n } from "@lingui/core";
import { useState } from "react";
import { Chart, type ChartSpec } from "./chart";
import { type FigurePoint, nearest } from "./series";
import { formatMoment } from "./units";

interface TimelineProps {
  charts: ChartSpec[];
  points: FigurePoint[];
  stepSeconds: number;
  span: { from: number; to: number };
}

/** Charts on one axis of time, with one cursor through all of them. */
export function Timeline({ charts, points, stepSeconds, span }: TimelineProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const last = points.length - 1;
  const cursor = Math.min(chosen ?? last, last);
  const at = points[cursor];
  if (!at) {
    return (
      <p className="text-[15px] text-fg-2">
        {i18n._({ id: "insights.none", message: "Nothing was measured in this time." })}
      </p>
    );
  }
  const moment = formatMoment(Date.parse(at.at));
  return (
    <div className="flex flex-col gap-5">
      {charts.map((spec) => (
        <Chart
          key={spec.title}
          spec={spec}
          points={points}
          span={span}
          stepMs={stepSeconds * 1000}
          cursor={cursor}
          onPoint={(time) => setChosen(nearest(points, time))}
        />
      ))}
      <label className="flex flex-col gap-1 text-[13px] text-fg-2">
        <span className="flex justify-between gap-4 tabular-nums">
          <span>{formatMoment(span.from)}</span>
          <span className="font-semibold text-fg">{moment}</span>
          <span>{formatMoment(span.to)}</span>
        </span>
        <span className="visually-hidden">
          {i18n._({ id: "insights.moment", message: "The moment that is shown" })}
        </span>
        <input
          className="insight-slider"
          type="range"
          min={span.from}
          max={span.to}
          step={stepSeconds * 1000}
          value={Date.parse(at.at)}
          aria-valuetext={moment}
          onChange={({ target }) => setChosen(moved(points, cursor, Number(target.value)))}
        />
      </label>
    </div>
  );
}

/** The point that a slider was moved to: one further on at least, over times in which nothing was measured. */
function moved(points: FigurePoint[], cursor: number, to: number): number {
  const found = nearest(points, to);
  if (found !== cursor) return found;
  const onward = to > Date.parse(points[cursor]?.at ?? "") ? 1 : -1;
  return Math.min(Math.max(cursor + onward, 0), points.length - 1);
}
