/** The numbers behind the picture, for the stats overlay and for reports. */
import type { MediaInfo } from "@/api/types";
import type { EngineKind, LatencyMode, Measurement } from "./engine/types";

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
  playbackRate: number;
  framesTotal: number;
  framesDropped: number;
  stalls: number;
  bandwidthBps: number | null;
  bitrateBps: number | null;
  partTargetSeconds: number | null;
  segmentTargetSeconds: number | null;
  protocol: string | null;
  audioBytesDecoded: number | null;
}

export interface StatsSource {
  video: HTMLVideoElement;
  media: MediaInfo | null;
  measured: Measurement | null;
  engine: EngineKind | null;
  mode: LatencyMode;
  latencySeconds: number | null;
  stalls: number;
}

/** Chromium and Safari count decoded audio; nothing standard does. */
interface CountingVideo extends HTMLVideoElement {
  webkitAudioDecodedByteCount?: number;
}

export function collectStats(source: StatsSource): Stats {
  const video: CountingVideo = source.video;
  const quality = video.getVideoPlaybackQuality?.();
  const { media, measured } = source;
  return {
    engine: source.engine,
    mode: source.mode,
    width: video.videoWidth,
    height: video.videoHeight,
    frameRate: media?.video?.frame_rate ?? null,
    videoCodec: media?.video?.codec ?? null,
    audioCodec: media?.audio?.codec ?? null,
    bufferSeconds: bufferedAhead(video),
    latencySeconds: source.latencySeconds,
    targetLatencySeconds: measured?.targetLatencySeconds ?? null,
    playbackRate: video.playbackRate,
    framesTotal: quality?.totalVideoFrames ?? 0,
    framesDropped: quality?.droppedVideoFrames ?? 0,
    stalls: source.stalls,
    bandwidthBps: measured?.bandwidthBps ?? null,
    bitrateBps: media?.bitrate_bps ?? null,
    partTargetSeconds: measured?.partTargetSeconds ?? null,
    segmentTargetSeconds: measured?.segmentTargetSeconds ?? null,
    protocol: lastProtocol(),
    audioBytesDecoded: video.webkitAudioDecodedByteCount ?? null,
  };
}

export function bufferedAhead(video: HTMLVideoElement): number {
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
