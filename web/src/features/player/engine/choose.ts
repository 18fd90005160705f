/**
 * Which engine plays here.
 *
 * Never "can the element play HLS" first: Chromium answers "maybe" and its own
 * HLS player is not made for live. Where the browser manages media sources
 * itself (Safari), its own player is the better one, and the only one that
 * reaches AirPlay.
 */
import type { EngineKind } from "./types";

export interface Capabilities {
  managedMediaSource: boolean;
  mediaSource: boolean;
  nativeHls: boolean;
}

export function detectCapabilities(video: HTMLVideoElement): Capabilities {
  return {
    managedMediaSource: "ManagedMediaSource" in globalThis,
    mediaSource: "MediaSource" in globalThis,
    nativeHls: video.canPlayType("application/vnd.apple.mpegurl") !== "",
  };
}

export function chooseEngine(capabilities: Capabilities): EngineKind | null {
  if (capabilities.managedMediaSource && capabilities.nativeHls) return "native";
  if (capabilities.mediaSource || capabilities.managedMediaSource) return "hls.js";
  return capabilities.nativeHls ? "native" : null;
}
