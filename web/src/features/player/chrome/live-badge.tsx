import { stageOf } from "../model";
import { badgeWords } from "../words";
import { usePlayer, usePlayerView } from "./use-player";

/** Says how far behind the moment the picture is; pressing it goes there. */
export function LiveBadge() {
  const player = usePlayer();
  const stage = usePlayerView((view) => stageOf(view.model));
  // Until the first frame is on screen playback has not got to its place yet.
  const pace = usePlayerView((view) => (stage === "starting" ? "unknown" : view.pace));
  // A tenth of a second is all that is shown, so nothing finer has to render.
  const latency = usePlayerView((view) =>
    view.latencySeconds === null ? null : Math.round(view.latencySeconds * 10) / 10,
  );
  if (stage === "interrupted") return null;
  const { text, hint } = badgeWords(pace, latency);
  return (
    <button
      type="button"
      className="live-badge"
      data-pace={pace}
      aria-label={`${text}, ${hint}`}
      data-tip={hint}
      aria-keyshortcuts="l"
      onClick={() => player.goLive()}
    >
      <span className="live-pill">
        <span className="live-dot" aria-hidden="true" />
        <bdi>{text}</bdi>
      </span>
    </button>
  );
}
