/** Parts of the player that nobody needs for the first picture, each in a file of its own. */
import { type ComponentType, lazy } from "react";

export const SettingsSheet = later(() => import("./settings-sheet").then((part) => part.SettingsSheet));
export const HelpSheet = later(() => import("./help-sheet").then((part) => part.HelpSheet));
export const StatsOverlay = later(() => import("./stats-overlay").then((part) => part.StatsOverlay));
export const AudioStage = later(() => import("./audio-stage").then((part) => part.AudioStage));

/** Fetches what a viewer is likely to open, so that it opens at once. */
export function fetchLater(): void {
  import("./settings-sheet").catch(() => undefined);
}

/** A part that cannot be fetched (the server has been updated since) is missing, and the player plays on. */
function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy<ComponentType<Props>>(() =>
    load().then(
      (part) => ({ default: part }),
      () => ({ default: () => null }),
    ),
  );
}
