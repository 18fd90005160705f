import { i18n } from "@lingui/core";
import { type PointerEvent, useId } from "react";
import { across, type FigurePoint, HEIGHT, lineOf, roundUp, samplesOf, thinned, WIDTH } from "./series";
import { formatMoment, formatValue, type Unit } from "./units";

/** Rows of a table: more than anybody reads. */
const MAX_ROWS = 48;

export interface Line {
  figure: string;
  label: string;
  /** Lines differ by their dashes too: colour alone tells nothing to many. */
  look: "first" | "second" | "third";
}

export interface ChartSpec {
  title: string;
  unit: Unit;
  lines: Line[];
  /** Where the axis ends; without it, at a round number above all values. */
  top?: number;
}

interface ChartProps {
  spec: ChartSpec;
  points: FigurePoint[];
  span: { from: number; to: number };
  stepMs: number;
  /** The point under the cursor, the same for all charts. */
  cursor: number;
  onPoint(at: number): void;
}

/** One or a few figures over time, with a table of them behind. */
export function Chart({ spec, points, span, stepMs, cursor, onPoint }: ChartProps) {
  const title = useId();
  const drawn = spec.lines.map((line) => ({ line, samples: samplesOf(points, line.figure) }));
  const values = drawn.flatMap(({ samples }) => samples.map(({ value }) => value ?? 0));
  const top = spec.top ?? roundUp(Math.max(...values, 0));
  const at = points[cursor];
  const x = at && across(Date.parse(at.at), span.from, span.to);
  const follow = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    onPoint(span.from + ((clientX - left) / width) * (span.to - span.from));
  };
  return (
    <figure className="insight-chart" aria-labelledby={title}>
      <figcaption className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span id={title} className="text-sm font-semibold">
          {spec.title}
        </span>
        <span className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-fg-2">
          {spec.lines.map((line) => (
            <span key={line.figure} className="inline-flex items-center gap-1.5">
              <svg className="insight-key" data-look={line.look} viewBox="0 0 20 4" aria-hidden="true">
                <path d="M1 2H19" />
              </svg>
              {line.label}
              <b className="font-semibold text-fg tabular-nums">
                {shown(at?.figures[line.figure], spec.unit)}
              </b>
            </span>
          ))}
        </span>
      </figcaption>
      <div className="insight-plot" onPointerMove={follow} onPointerDown={follow}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path className="insight-grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
          {drawn.map(({ line, samples }) => (
            <path
              key={line.figure}
              className="insight-line"
              data-look={line.look}
              d={lineOf(samples, span, top, stepMs * 1.5)}
            />
          ))}
          {x !== undefined && <path className="insight-cursor" d={`M${x} 0V${HEIGHT}`} />}
        </svg>
        <span className="insight-top" aria-hidden="true">
          {formatValue(top, spec.unit)}
        </span>
      </div>
      <Table spec={spec} points={points} />
    </figure>
  );
}

function Table({ spec, points }: { spec: ChartSpec; points: FigurePoint[] }) {
  return (
    <details className="text-[13px]">
      <summary className="inline-flex min-h-9 cursor-pointer items-center text-fg-2">
        {i18n._({ id: "insights.table", message: "{title} as a table", values: { title: spec.title } })}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with keys. */}
      <section className="insight-table" tabIndex={0} aria-label={spec.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{i18n._({ id: "insights.table.time", message: "Time" })}</th>
              {spec.lines.map(({ figure, label }) => (
                <th key={figure} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {thinned(points, MAX_ROWS).map(({ at, figures }) => (
              <tr key={at}>
                <th scope="row">{formatMoment(Date.parse(at))}</th>
                {spec.lines.map(({ figure }) => (
                  <td key={figure}>{shown(figures[figure], spec.unit)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function shown(value: number | undefined, unit: Unit): string {
  return value === undefined ? "–" : formatValue(value, unit);
}
