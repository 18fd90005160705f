/** How far behind the moment the viewer is, and how to say it. */
import type { Measurement } from "./engine/types";

/** Within this of the target the picture counts as live. */
const NEAR_SECONDS = 1;
/** Further than this from the target nothing catches up by itself. */
const FAR_SECONDS = 3;
/** Once behind, the badge turns live again only clearly inside the limit, so that it does not flicker. */
const HYSTERESIS_SECONDS = 0.5;
/** A capture time that disagrees with the playlist this much comes from a clock that is wrong. */
const MAX_DISAGREEMENT_SECONDS = 20;

export type Pace = "unknown" | "live" | "catching-up" | "behind";

/**
 * Seconds between the frame's arrival at the server and its showing here. The
 * capture time says it best, but only measured with the server's own clock.
 */
export function trueLatency(measured: Measurement, serverNowMs: number | null): number | null {
  const { capturedAtMs, edgeLatencySeconds } = measured;
  if (capturedAtMs === null || serverNowMs === null) return edgeLatencySeconds;
  const seconds = (serverNowMs - capturedAtMs) / 1000;
  if (seconds < 0) return edgeLatencySeconds;
  if (edgeLatencySeconds !== null && Math.abs(seconds - edgeLatencySeconds) > MAX_DISAGREEMENT_SECONDS) {
    return edgeLatencySeconds;
  }
  return seconds;
}

/** `rate` is the playback rate: above 1 the engine is catching up by itself. */
export function paceOf(previous: Pace, measured: Measurement, rate: number): Pace {
  const { edgeLatencySeconds: latency, targetLatencySeconds: target } = measured;
  if (latency === null || target === null) return "unknown";
  const slack = previous === "behind" || previous === "catching-up" ? HYSTERESIS_SECONDS : 0;
  const distance = latency - target;
  if (distance <= NEAR_SECONDS - slack) return "live";
  if (distance > FAR_SECONDS - slack) return "behind";
  return rate > 1 || previous === "catching-up" ? "catching-up" : "live";
}
