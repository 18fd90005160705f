/** Volume and mute of the element, remembered, and the browser's refusal to start with sound. */
import { readPreference, writePreference } from "@/lib/storage";

export const VOLUME_STEP = 0.05;
const VOLUME = "player.volume";
const MUTED = "player.muted";

export function restoreSound(video: HTMLVideoElement): void {
  video.volume = clamp(readPreference(VOLUME, 1));
  video.muted = readPreference(MUTED, false);
}

/** Sets what the viewer chose; a choice of volume is also a choice for sound. */
export function chooseVolume(video: HTMLVideoElement, volume: number): void {
  video.volume = clamp(volume);
  chooseMuted(video, video.volume === 0);
  if (video.volume > 0) writePreference(VOLUME, video.volume);
}

export function chooseMuted(video: HTMLVideoElement, muted: boolean): void {
  video.muted = muted;
  if (!muted && video.volume === 0) video.volume = readPreference(VOLUME, 1) || 1;
  writePreference(MUTED, muted);
}

export type Start = "with-sound" | "muted" | "refused";

/** Starts playback: with sound where the browser allows it, else without. */
export async function startPlayback(video: HTMLVideoElement): Promise<Start> {
  if (await tryPlay(video)) return video.muted ? "muted" : "with-sound";
  if (video.muted) return "refused";
  // Not the viewer's choice, so not remembered: next time sound is tried again.
  video.muted = true;
  return (await tryPlay(video)) ? "muted" : "refused";
}

/** False only when the browser refuses without a gesture; a failure of the media is the engine's to deal with. */
async function tryPlay(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (error) {
    return !(error instanceof DOMException && error.name === "NotAllowedError");
  }
}

function clamp(volume: number): number {
  return Math.min(1, Math.max(0, Number.isFinite(volume) ? volume : 1));
}
