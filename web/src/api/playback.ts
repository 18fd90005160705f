/** How playback goes, told to the server for the streamer's health page. Nothing depends on its arrival. */
import type { PlaybackReport } from "./types";

function pathOf(slug: string): string {
  return `/api/v1/channels/${encodeURIComponent(slug)}/playback`;
}

/** Silent when it fails: the next report comes by itself. */
export function sendReport(slug: string, report: PlaybackReport): void {
  fetch(pathOf(slug), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(report),
  }).catch(() => undefined);
}

/** The same from a page that goes away, where nothing else is sent any more. */
export function sendLastReport(slug: string, report: PlaybackReport): void {
  const body = new Blob([JSON.stringify(report)], { type: "application/json" });
  navigator.sendBeacon?.(pathOf(slug), body);
}
