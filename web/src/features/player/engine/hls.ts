/** hls.js as an engine: low latency, and patient with a server that goes away and comes back. */
import Hls, { type ErrorData } from "hls.js/light";
import { type Backoff, backoffMs } from "@/lib/backoff";
import { CONFIG } from "./hls-config";
import { HlsLevels } from "./hls-levels";
import { HlsPace } from "./hls-pace";
import { MediaErrorLimit } from "./media-errors";
import type { Engine, EngineOptions, LatencyMode } from "./types";

/** Between attempts once hls.js has given up on a request; a restarting server is back within seconds. */
const RETRY: Backoff = { baseMs: 400, maxMs: 3_000 };

/** How often choice and pace are looked after. */
const KEEP_MS = 250;

export function attachHls(video: HTMLVideoElement, src: string, options: EngineOptions): Engine {
  const { mode, onEvent } = options;
  const hls = new Hls({ ...CONFIG, lowLatencyMode: mode === "low" });
  const levels = new HlsLevels(hls, options.select, options.away);
  const pace = new HlsPace(hls, video, options);
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

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    manifestLoaded = true;
    onEvent({ type: "renditions", renditions: levels.renditions() });
    // Loading begins right after this, and should begin with the right one.
    levels.steer();
  });
  hls.on(Hls.Events.LEVEL_SWITCHING, () => pace.settle());
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, data) =>
    onEvent({ type: "active", number: levels.numberOf(data.level) }),
  );
  hls.on(Hls.Events.LEVEL_UPDATED, (_, data) => {
    pace.listed();
    levels.listed(data.level, data.details);
  });
  hls.on(Hls.Events.BUFFER_APPENDING, (_, data) => {
    // Whole segments are loaded further back; waiting for one says nothing about the wait for a part.
    if (data.part || !hls.lowLatencyMode) pace.arrives();
  });
  hls.on(Hls.Events.LEVEL_LOADED, () => onEvent({ type: "answered" }));
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    attempt = 0;
    onEvent({ type: "answered" });
  });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      onEvent({ type: "trouble", trouble: data.response?.code === 404 ? "missing" : "network" });
    }
    if (data.details === Hls.ErrorDetails.FRAG_GAP && data.frag) levels.gapIn(data.frag.level);
    if (data.fatal) onFatal(data);
  });
  const keeping = setInterval(() => {
    levels.steer();
    pace.keep();
  }, KEEP_MS);
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
    select: (number) => levels.choose(number),
    setAway: (numbers) => levels.setAway(numbers),
    setMode(next: LatencyMode) {
      hls.lowLatencyMode = next === "low";
      pace.setMode(next);
    },
    measure() {
      const details = hls.latestLevelDetails;
      return {
        edgeLatencySeconds: hls.latency > 0 ? hls.latency : null,
        targetLatencySeconds: pace.targetSeconds,
        leastLatencySeconds: pace.leastSeconds,
        longestWaitSeconds: pace.waitSeconds,
        capturedAtMs: hls.playingDate?.getTime() ?? null,
        bandwidthBps: Number.isFinite(hls.bandwidthEstimate) ? hls.bandwidthEstimate : null,
        partTargetSeconds: details?.partTarget || null,
        segmentTargetSeconds: details?.targetduration || null,
      };
    },
    destroy() {
      clearTimeout(retryTimer);
      clearInterval(keeping);
      pace.destroy();
      hls.destroy();
    },
  };
}

/** The codec to name to the viewer; the manifest's levels are gone when hls.js has rejected them all. */
function incompatibleCodec(hls: Hls): string {
  const level = hls.levels[0];
  return level?.videoCodec ?? level?.audioCodec ?? "";
}
