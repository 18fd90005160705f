/** hls.js as an engine: low latency, and patient with a server that goes away and comes back. */
import Hls, { type ErrorData, type HlsConfig } from "hls.js/light";
import { type Backoff, backoffMs } from "@/lib/backoff";
import { MediaErrorLimit } from "./media-errors";
import type { Engine, EngineOptions, LatencyMode, Rendition } from "./types";

/** Between attempts once hls.js has given up on a request; a restarting server is back within seconds. */
const RETRY: Backoff = { baseMs: 400, maxMs: 3_000 };

/** One quick repetition inside hls.js; longer patience is ours, where it is jittered and can be cut short. */
const QUICK_RETRY = { maxNumRetry: 1, retryDelayMs: 300, maxRetryDelayMs: 1_000 };

const CONFIG: Partial<HlsConfig> = {
  lowLatencyMode: true,
  // Small drift is caught up faster than anybody hears; more than that is what the badge is for.
  maxLiveSyncPlaybackRate: 1.05,
  liveSyncOnStallIncrease: 0.5,
  maxBufferLength: 20,
  backBufferLength: 30,
  abrEwmaDefaultEstimate: 2_500_000,
  capLevelToPlayerSize: true,
  manifestLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 8_000,
      maxLoadTimeMs: 12_000,
      timeoutRetry: QUICK_RETRY,
      errorRetry: QUICK_RETRY,
    },
  },
  playlistLoadPolicy: {
    // A blocking reload may rightly be answered only after three target durations.
    default: {
      maxTimeToFirstByteMs: 20_000,
      maxLoadTimeMs: 25_000,
      timeoutRetry: QUICK_RETRY,
      errorRetry: QUICK_RETRY,
    },
  },
  fragLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 10_000,
      maxLoadTimeMs: 60_000,
      timeoutRetry: QUICK_RETRY,
      errorRetry: QUICK_RETRY,
    },
  },
};

export function attachHls(video: HTMLVideoElement, src: string, { mode, onEvent }: EngineOptions): Engine {
  const hls = new Hls({ ...CONFIG, lowLatencyMode: mode === "low" });
  const mediaErrors = new MediaErrorLimit();
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let manifestLoaded = false;

  const retry = () => {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    if (manifestLoaded) hls.startLoad(-1);
    else hls.loadSource(src);
  };
  const retryLater = () => {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(retry, backoffMs(attempt++, RETRY));
  };
  const recoverMedia = () => {
    if (mediaErrors.allows(performance.now())) hls.recoverMediaError();
    else onEvent({ type: "broken" });
  };
  const onFatal = (data: ErrorData) => {
    if (data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR) {
      onEvent({ type: "failed", failure: { kind: "codec", codec: incompatibleCodec(hls) } });
    } else if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      retryLater();
    } else if (data.type === Hls.ErrorTypes.MEDIA_ERROR) {
      recoverMedia();
    } else {
      onEvent({ type: "broken" });
    }
  };

  hls.on(Hls.Events.MANIFEST_PARSED, (_, data) => {
    manifestLoaded = true;
    onEvent({ type: "renditions", renditions: data.levels.map(toRendition) });
  });
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, data) => onEvent({ type: "active", index: data.level }));
  hls.on(Hls.Events.LEVEL_LOADED, () => onEvent({ type: "answered" }));
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    attempt = 0;
    onEvent({ type: "answered" });
  });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      onEvent({ type: "trouble", trouble: data.response?.code === 404 ? "missing" : "network" });
    }
    if (data.fatal) onFatal(data);
  });
  hls.attachMedia(video);
  hls.loadSource(src);

  return {
    kind: "hls.js",
    seekToLive() {
      const position = hls.liveSyncPosition;
      if (position !== null && Number.isFinite(position)) video.currentTime = position;
    },
    retryNow() {
      attempt = 0;
      if (retryTimer !== undefined) retry();
    },
    select(index) {
      hls.nextLevel = index === "auto" ? -1 : index;
    },
    setMode(next: LatencyMode) {
      hls.lowLatencyMode = next === "low";
      if (next === "stable") video.playbackRate = 1;
    },
    measure() {
      const details = hls.latestLevelDetails;
      return {
        edgeLatencySeconds: hls.latency > 0 ? hls.latency : null,
        targetLatencySeconds: hls.targetLatency,
        capturedAtMs: hls.playingDate?.getTime() ?? null,
        bandwidthBps: Number.isFinite(hls.bandwidthEstimate) ? hls.bandwidthEstimate : null,
        partTargetSeconds: details?.partTarget || null,
        segmentTargetSeconds: details?.targetduration || null,
      };
    },
    destroy() {
      clearTimeout(retryTimer);
      hls.destroy();
    },
  };
}

interface LevelShape {
  width: number;
  height: number;
  frameRate: number;
  bitrate: number;
}

function toRendition(level: LevelShape, index: number): Rendition {
  return {
    index,
    width: level.width,
    height: level.height,
    frameRate: level.frameRate > 0 ? level.frameRate : null,
    bitrateBps: level.bitrate,
  };
}

/** The codec to name to the viewer; the manifest's levels are gone when hls.js has rejected them all. */
function incompatibleCodec(hls: Hls): string {
  const level = hls.levels[0];
  return level?.videoCodec ?? level?.audioCodec ?? "";
}
