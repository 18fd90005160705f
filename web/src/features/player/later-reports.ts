/** Starts reporting once the page has time for it. */
import type { Player } from "./player";

/** Reports how playback goes until the returned function is called. */
export function reportLater(slug: string, player: Player): () => void {
  let stop: (() => void) | null = null;
  let stopped = false;
  import("./reports").then(
    ({ reportPlayback }) => {
      if (!stopped) stop = reportPlayback(slug, () => player.playback());
    },
    // Nobody's playback depends on being reported.
    () => undefined,
  );
  return () => {
    stopped = true;
    stop?.();
  };
}
