/** Tells the server every ten seconds how playback goes, and once more when the page is left. */
import { sendLastReport, sendReport } from "@/api/playback";
import type { PlaybackReport } from "@/api/types";

const INTERVAL_MS = 10_000;

/** Counts since the page was opened. The element's begin again with every new source. */
export type Counters = Required<
  Pick<PlaybackReport, "stalls" | "stall_ms" | "dropped_frames" | "decoded_frames" | "errors" | "switches">
>;

export interface Playback {
  now: Pick<PlaybackReport, "rendition" | "latency_ms" | "buffer_ms" | "bandwidth_bps">;
  counters: Counters;
}

const NOTHING: Counters = {
  stalls: 0,
  stall_ms: 0,
  dropped_frames: 0,
  decoded_frames: 0,
  errors: 0,
  switches: 0,
};

/** What was counted since `before`; a counter that has become less has begun again. */
export function countedSince(before: Counters, counters: Counters): Counters {
  const since = (name: keyof Counters) =>
    counters[name] >= before[name] ? counters[name] - before[name] : counters[name];
  return {
    stalls: since("stalls"),
    stall_ms: since("stall_ms"),
    dropped_frames: since("dropped_frames"),
    decoded_frames: since("decoded_frames"),
    errors: since("errors"),
    switches: since("switches"),
  };
}

/** Reports until the returned function is called. `read` returns null while there is nothing to report. */
export function reportPlayback(slug: string, read: () => Playback | null): () => void {
  const session = randomName();
  let before = NOTHING;
  const take = (): PlaybackReport | null => {
    const playback = read();
    if (!playback || navigator.onLine === false) return null;
    const report = {
      session,
      ...playback.now,
      ...countedSince(before, playback.counters),
      visible: document.visibilityState === "visible",
    };
    before = playback.counters;
    return report;
  };
  const tell = () => {
    const report = take();
    if (report) sendReport(slug, report);
  };
  const leave = () => {
    const report = take();
    if (report) sendLastReport(slug, report);
  };
  const timer = setInterval(tell, INTERVAL_MS);
  addEventListener("pagehide", leave);
  return () => {
    clearInterval(timer);
    removeEventListener("pagehide", leave);
  };
}

/** `crypto.randomUUID` exists over HTTPS only; sites at home have none. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
