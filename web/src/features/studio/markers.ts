/** Moments of a broadcast as lines of text: the descriptions of videos have chapters like that. */
import { i18n } from "@lingui/core";
import type { MarkerDocument } from "@/api/schema";

/** Two markers in one breath are still two lines; where a video needs one at its beginning, there is one. */
export function chaptersOf(markers: MarkerDocument[]): string {
  const lines = markers.map(({ position_ms, text }) => `${chapterTime(position_ms)} ${text || untitled()}`);
  const [first] = markers;
  if (first && chapterTime(first.position_ms) !== BEGINNING)
    lines.unshift(`${BEGINNING} ${i18n._({ id: "markers.beginning", message: "Beginning" })}`);
  return lines.join("\n");
}

export function untitled(): string {
  return i18n._({ id: "markers.untitled", message: "Marker" });
}

const BEGINNING = "0:00:00";

/** `0:12:34`, in the digits that programs read. */
export function chapterTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number: number) => String(number % 60).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}

interface Keys {
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** Alt+M, by its place on the keyboard: with Alt some keyboards write another letter there. */
export function isMarkerKey({ code, altKey, ctrlKey, metaKey, shiftKey }: Keys): boolean {
  return code === "KeyM" && altKey && !ctrlKey && !metaKey && !shiftKey;
}
