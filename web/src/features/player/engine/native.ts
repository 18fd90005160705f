/** The browser's own HLS player (Safari, and whatever has no Media Source Extensions) as an engine. */
import { type Backoff, backoffMs } from "@/lib/backoff";
import type { Engine, EngineOptions, Failure } from "./types";

const RETRY: Backoff = { baseMs: 800, maxMs: 4_000 };
/** Native players do not tell what they aim for; Apple's sits about this far from the edge in low latency. */
const ASSUMED_TARGET_SECONDS = 3;
/** The same decoding error again and again is the stream's fault, not a glitch. */
const MAX_DECODE_ERRORS = 3;

/** Safari's extension: the wall-clock time of position zero, from PROGRAM-DATE-TIME. */
interface DatedVideo extends HTMLVideoElement {
  getStartDate?(): Date;
}

export function attachNative(video: DatedVideo, src: string, { onEvent }: EngineOptions): Engine {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let decodeErrors = 0;
  let destroyed = false;

  const load = () => {
    clearTimeout(timer);
    timer = undefined;
    if (destroyed) return;
    video.src = src;
    video.load();
    // Autoplay was settled when playback first began; this only carries on.
    if (attempt > 0) video.play().catch(() => undefined);
  };
  const retryLater = () => {
    clearTimeout(timer);
    timer = setTimeout(load, backoffMs(attempt++, RETRY));
  };
  const onError = async () => {
    const code = video.error?.code;
    if (code === MediaError.MEDIA_ERR_DECODE && ++decodeErrors > MAX_DECODE_ERRORS) {
      const failure: Failure = { kind: "media" };
      onEvent({ type: "failed", failure });
      return;
    }
    // The element says only "not supported" for a missing playlist and for a dead server alike.
    const status = await probe(src);
    if (destroyed) return;
    onEvent({ type: "trouble", trouble: status === 404 ? "missing" : "network" });
    retryLater();
  };
  const onPlaying = () => {
    attempt = 0;
    decodeErrors = 0;
    onEvent({ type: "answered" });
  };

  video.addEventListener("error", onError);
  video.addEventListener("playing", onPlaying);
  load();

  return {
    kind: "native",
    seekToLive() {
      const edge = liveEdge(video);
      if (edge !== null) video.currentTime = Math.max(0, edge - ASSUMED_TARGET_SECONDS);
    },
    retryNow() {
      if (timer !== undefined) load();
    },
    // Safari chooses among renditions and its distance to the edge alone.
    select: () => undefined,
    setAway: () => undefined,
    setMode: () => undefined,
    measure() {
      const edge = liveEdge(video);
      const start = video.getStartDate?.().getTime();
      return {
        edgeLatencySeconds: edge === null ? null : Math.max(0, edge - video.currentTime),
        targetLatencySeconds: ASSUMED_TARGET_SECONDS,
        leastLatencySeconds: null,
        longestWaitSeconds: null,
        capturedAtMs: start === undefined || Number.isNaN(start) ? null : start + video.currentTime * 1000,
        bandwidthBps: null,
        partTargetSeconds: null,
        segmentTargetSeconds: null,
      };
    },
    destroy() {
      destroyed = true;
      clearTimeout(timer);
      video.removeEventListener("error", onError);
      video.removeEventListener("playing", onPlaying);
      video.removeAttribute("src");
      video.load();
    },
  };
}

function liveEdge(video: HTMLVideoElement): number | null {
  const { seekable } = video;
  return seekable.length > 0 ? seekable.end(seekable.length - 1) : null;
}

async function probe(src: string): Promise<number | null> {
  try {
    return (await fetch(src, { method: "GET", cache: "no-store" })).status;
  } catch {
    return null;
  }
}
