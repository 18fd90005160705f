import { i18n } from "@lingui/core";
import { Icon } from "@/ui/icon";
import type { Notice } from "../view";
import { usePlayer, usePlayerView } from "./use-player";

function words(notice: Notice): string {
  switch (notice) {
    case "stable-mode":
      return i18n._({
        id: "notice.stable-mode",
        message: "Your connection stalled, so the picture now stays a few seconds further back.",
      });
    case "copied":
      return i18n._({ id: "notice.copied", message: "Copied" });
  }
}

export function Toasts() {
  const player = usePlayer();
  const notice = usePlayerView((view) => view.notice);
  const heldBack = usePlayerView((view) => view.soundHeldBack);
  return (
    <>
      {heldBack && (
        <button type="button" className="tap-for-sound" onClick={() => player.setMuted(false)}>
          <Icon name="muted" />
          {i18n._({ id: "player.tap-for-sound", message: "Tap for sound" })}
        </button>
      )}
      <div className="player-notice" role="status">
        {notice && <p>{words(notice)}</p>}
      </div>
    </>
  );
}
