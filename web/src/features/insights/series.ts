/** Figures over time: what is drawn of them, without how. */

/** What was measured from a time on, as the API has it. */
export interface FigurePoint {
  at: string;
  figures: Record<string, number>;
  parts: Record<string, Record<string, number>>;
}

export interface Sample {
  /** Milliseconds since 1970. */
  at: number;
  value: number | undefined;
}

/** The height of a chart in its own units; it is stretched to any width. */
export const HEIGHT = 100;
export const WIDTH = 1000;

/** One figure at every point; `undefined` where nobody said. */
export function samplesOf(points: FigurePoint[], figure: string): Sample[] {
  return points.map(({ at, figures }) => ({ at: Date.parse(at), value: figures[figure] }));
}

/** The end of an axis: a round number that nothing is above. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((it) => it * size >= value) ?? 10;
  return step * size;
}

/** Where a time is on the chart, from 0 to `WIDTH`. */
export function across(at: number, from: number, to: number): number {
  return to > from ? ((at - from) / (to - from)) * WIDTH : 0;
}

/** The line through samples; it breaks where none are for longer than `gap` milliseconds. */
export function lineOf(
  samples: Sample[],
  span: { from: number; to: number },
  top: number,
  gap: number,
): string {
  let path = "";
  let last: number | undefined;
  for (const { at, value } of samples) {
    if (value === undefined) continue;
    const x = across(at, span.from, span.to).toFixed(1);
    const y = (HEIGHT - (Math.min(value, top) / top) * HEIGHT).toFixed(1);
    const goesOn = last !== undefined && at - last <= gap;
    // A point by itself is a line of no length, which its round ends show.
    path += goesOn ? `L${x} ${y}` : `M${x} ${y}L${x} ${y}`;
    last = at;
  }
  return path;
}

/** Which point is nearest to a time. */
export function nearest(points: FigurePoint[], at: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  points.forEach((point, index) => {
    const away = Math.abs(Date.parse(point.at) - at);
    if (away < distance) [best, distance] = [index, away];
  });
  return best;
}

/** At most so many of them, evenly chosen, the last one included. */
export function thinned<T>(all: T[], most: number): T[] {
  if (all.length <= most) return all;
  const every = Math.ceil(all.length / most);
  return all.filter((_, index) => (all.length - 1 - index) % every === 0);
}

/** How viewers were told apart on average, the largest part first. */
export function partsOf(points: FigurePoint[], by: string): { name: string; value: number }[] {
  const sums = new Map<string, number>();
  const told = points.filter(({ parts }) => parts[by]);
  for (const { parts } of told)
    for (const [name, value] of Object.entries(parts[by] ?? {}))
      sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums]
    .map(([name, sum]) => ({ name, value: sum / told.length }))
    .filter(({ value }) => value >= 0.005)
    .sort((one, other) => other.value - one.value);
}
