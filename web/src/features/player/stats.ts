/** The numbers behind the picture, for the stats overlay and for reports. */
import type { MediaInfo, RenditionInfo, Status } from "@/api/types";
import type { EngineKind, LatencyMode, Measurement } from "./engine/types";
import { shortName } from "./quality";
import type { Playback } from "./reports";
import type { PlayerView } from "./view";

export interface Stats {
  engine: EngineKind | null;
  mode: LatencyMode;
  width: number;
  height: number;
  frameRate: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  bufferSeconds: number;
  latencySeconds: number | null;
  targetLatencySeconds: number | null;
  leastLatencySeconds: number | null;
  longestWaitSeconds: number | null;
  playbackRate: number;
  framesTotal: number;
  framesDropped: number;
  stalls: number;
  bandwidthBps: number | null;
  /** The number of the rendition that is shown, and its name. */
  rendition: number | null;
  renditionName: string;
  /** The rendition's bitrate, or else the broadcast's. */
  bitrateBps: number | null;
  switches: number;
  partTargetSeconds: number | null;
  segmentTargetSeconds: number | null;
  protocol: string | null;
  audioBytesDecoded: number | null;
}

export interface StatsSource {
  video: HTMLVideoElement;
  media: MediaInfo | null;
  measured: Measurement | null;
  view: PlayerView;
  stalls: number;
}

/** Chromium and Safari count decoded audio; nothing standard does. */
interface CountingVideo extends HTMLVideoElement {
  webkitAudioDecodedByteCount?: number;
}

export function collectStats(source: StatsSource): Stats {
  const video: CountingVideo = source.video;
  const quality = video.getVideoPlaybackQuality?.();
  const { media, measured, view } = source;
  const shown = view.offered.find(({ number }) => number === view.active);
  const [videoCodec, audioCodec] = codecsOf(shown);
  return {
    engine: view.engine,
    mode: view.mode,
    width: video.videoWidth,
    height: video.videoHeight,
    frameRate: (shown ? shown.frame_rate : media?.video?.frame_rate) ?? null,
    videoCodec: shown ? videoCodec : (media?.video?.codec ?? null),
    audioCodec: shown ? audioCodec : (media?.audio?.codec ?? null),
    bufferSeconds: bufferedAhead(video),
    latencySeconds: view.latencySeconds,
    targetLatencySeconds: measured?.targetLatencySeconds ?? null,
    leastLatencySeconds: measured?.leastLatencySeconds ?? null,
    longestWaitSeconds: measured?.longestWaitSeconds ?? null,
    playbackRate: video.playbackRate,
    framesTotal: quality?.totalVideoFrames ?? 0,
    framesDropped: quality?.droppedVideoFrames ?? 0,
    stalls: source.stalls,
    bandwidthBps: measured?.bandwidthBps ?? null,
    rendition: view.active,
    renditionName: view.active === null ? "" : shortName(view.active, view.offered, view.renditions),
    bitrateBps: shown?.bandwidth_bps ?? media?.bitrate_bps ?? null,
    switches: view.switches,
    partTargetSeconds: measured?.partTargetSeconds ?? null,
    segmentTargetSeconds: measured?.segmentTargetSeconds ?? null,
    protocol: lastProtocol(),
    audioBytesDecoded: video.webkitAudioDecodedByteCount ?? null,
  };
}

/** What the server is told of these numbers. */
export function playbackOf(stats: Stats, counted: { stallMs: number; errors: number }): Playback {
  const milliseconds = (seconds: number | null) =>
    seconds === null ? null : Math.max(0, Math.round(seconds * 1000));
  return {
    now: {
      rendition: stats.rendition,
      latency_ms: milliseconds(stats.latencySeconds),
      buffer_ms: milliseconds(stats.bufferSeconds),
      bandwidth_bps: stats.bandwidthBps === null ? null : Math.round(stats.bandwidthBps),
    },
    counters: {
      stalls: stats.stalls,
      stall_ms: Math.round(counted.stallMs),
      dropped_frames: stats.framesDropped,
      decoded_frames: stats.framesTotal,
      errors: counted.errors,
      switches: stats.switches,
    },
  };
}

/** Picture and sound; a rendition of sound alone has no picture. */
function codecsOf(info: RenditionInfo | undefined): [string | null, string | null] {
  const codecs = info?.codecs.split(",") ?? [];
  const sound = codecs.find((codec) => /^(mp4a|opus|ac-3|ec-3|flac)/i.test(codec)) ?? null;
  return [codecs.find((codec) => codec !== sound) ?? null, sound];
}

/** What is known of what is on air. */
export function mediaOf(status: Status): MediaInfo | null {
  return status.state === "offline" ? null : status.media;
}

function bufferedAhead(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let i = 0; i < buffered.length; i += 1) {
    if (buffered.start(i) <= currentTime + 0.1 && currentTime < buffered.end(i)) {
      return buffered.end(i) - currentTime;
    }
  }
  return 0;
}

/** The protocol of the newest request for media, such as `h2`. */
function lastProtocol(): string | null {
  const entries = performance.getEntriesByType?.("resource") ?? [];
  for (let i = entries.length - 1; i >= 0; i -= 1) {
    const entry = entries[i] as PerformanceResourceTiming | undefined;
    if (entry?.name.includes("/hls/")) return entry.nextHopProtocol || null;
  }
  return null;
}
