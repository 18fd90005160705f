import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { FiguresDocument } from "@/api/schema";
import type { FigurePoint } from "./series";

/** How often what is shown of today is looked at again. */
const EVERY_MS = 30_000;

/** The shortest time that is drawn. */
const LEAST_MS = 600_000;

/** Times that can be looked at, in hours. */
export const RANGES = [1, 6, 24, 168, 720, 8760] as const;

/** How the site was in the last hours. */
export function useSiteFigures(hours: number, now: () => number) {
  return useQuery({
    queryKey: ["site-figures", hours],
    queryFn: async ({ signal }) => {
      const to = now();
      const from = to - hours * 3_600_000;
      const query = { from: Math.round(from), to: Math.round(to) };
      const figures = await call("GET /api/v1/admin/figures", { query }, signal);
      return { ...figures, points: withNow(figures), span: { from, to } };
    },
    refetchInterval: EVERY_MS,
  });
}

/** The points, and how it is at this moment: the minute that is running is no point yet. */
function withNow({ points, now }: FiguresDocument): FigurePoint[] {
  return now ? [...points, now] : points;
}

/** How a channel was in the last hours, or in one broadcast. */
export function useChannelFigures(
  channel: string,
  which: { hours: number } | { broadcast: string },
  now: () => number,
) {
  return useQuery({
    queryKey: ["channel-figures", channel, which],
    queryFn: async ({ signal }) => {
      const to = now();
      const hours = "hours" in which ? which.hours : 0;
      const from = to - hours * 3_600_000;
      const query = "broadcast" in which ? which : { from: Math.round(from), to: Math.round(to) };
      const path = { name: channel };
      const figures = await call("GET /api/v1/channels/{name}/figures", { path, query }, signal);
      const times = figures.points.map(({ at }) => Date.parse(at));
      const whole = { from: times[0] ?? from, to: (times.at(-1) ?? to) + figures.step_seconds * 1000 };
      if ("broadcast" in which) return { ...figures, span: whole };
      // A channel is off air for most of a day: what is drawn begins where there is something.
      const begin = Math.max(from, Math.min(times[0] ?? to, to - LEAST_MS));
      return { ...figures, points: withNow(figures), span: { from: begin, to } };
    },
    refetchInterval: "broadcast" in which ? false : EVERY_MS,
  });
}

export function useAlerts() {
  return useQuery({
    queryKey: ["alerts"],
    queryFn: ({ signal }) => call("GET /api/v1/admin/alerts", {}, signal),
    refetchInterval: EVERY_MS,
  });
}
