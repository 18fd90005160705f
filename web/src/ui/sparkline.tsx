import { useId } from "react";

const WIDTH = 300;
const HEIGHT = 64;

interface SparklineProps {
  label: string;
  /** What it is now, in words. */
  now: string;
  /** What it was, oldest first; `null` where nobody knows. */
  values: (number | null)[];
  /** The top of the scale is at least this. */
  least?: number;
}

/** How a figure went, beside what it is. The line says nothing that the words do not say more exactly. */
export function Sparkline({ label, now, values, least = 1 }: SparklineProps) {
  const id = useId();
  const top = Math.max(least, ...values.map((value) => value ?? 0)) * 1.1;
  return (
    <figure className="sparkline" aria-labelledby={id}>
      <figcaption id={id} className="flex items-baseline justify-between gap-3">
        <span className="text-[13px] text-fg-2">{label}</span>
        <span className="text-[15px] font-semibold tabular-nums">{now}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={areaOf(values, top)} className="sparkline-area" />
        <path d={lineOf(values, top)} className="sparkline-line" />
      </svg>
    </figure>
  );
}

function place(index: number, count: number): number {
  return count < 2 ? WIDTH : (index / (count - 1)) * WIDTH;
}

/** The pieces of a line, interrupted where nothing is known. */
export function lineOf(values: (number | null)[], top: number): string {
  let down = false;
  return values
    .map((value, index) => {
      if (value === null) {
        down = false;
        return "";
      }
      const step = `${down ? "L" : "M"}${place(index, values.length).toFixed(1)} ${(HEIGHT - (value / top) * (HEIGHT - 4) - 2).toFixed(1)}`;
      down = true;
      return step;
    })
    .join("");
}

function areaOf(values: (number | null)[], top: number): string {
  const line = lineOf(
    values.map((value) => value ?? 0),
    top,
  );
  return line && `${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`;
}
