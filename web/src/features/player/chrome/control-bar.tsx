import { i18n } from "@lingui/core";
import type { RefObject } from "react";
import { ControlButton } from "./control-button";
import { LiveBadge } from "./live-badge";
import { canPictureInPicture } from "./screen";
import { usePlayerView } from "./use-player";
import { Volume } from "./volume";

export interface ControlActions {
  togglePlay(): void;
  toggleSettings(): void;
  togglePictureInPicture(): void;
  toggleTheatre(): void;
  toggleFullscreen(): void;
}

interface ControlBarProps {
  actions: ControlActions;
  theatre: boolean;
  fullscreen: boolean;
  settingsOpen: boolean;
  settingsButton: RefObject<HTMLButtonElement | null>;
}

export function ControlBar({ actions, theatre, fullscreen, settingsOpen, settingsButton }: ControlBarProps) {
  return (
    <div className="player-bar" dir="ltr">
      <PlayButton onClick={actions.togglePlay} />
      <Volume />
      <LiveBadge />
      <span className="player-spacer" />
      <ControlButton
        ref={settingsButton}
        icon="settings"
        label={i18n._({ id: "player.settings", message: "Settings" })}
        aria-haspopup="dialog"
        aria-expanded={settingsOpen}
        onClick={actions.toggleSettings}
      />
      {canPictureInPicture() && (
        <ControlButton
          className="wide-only"
          icon="pip"
          label={i18n._({ id: "player.pip", message: "Picture in picture" })}
          shortcut="i"
          onClick={actions.togglePictureInPicture}
        />
      )}
      {!fullscreen && (
        <ControlButton
          className="wide-only"
          icon={theatre ? "theatre-exit" : "theatre"}
          label={
            theatre
              ? i18n._({ id: "player.theatre.exit", message: "Leave theatre" })
              : i18n._({ id: "player.theatre", message: "Theatre" })
          }
          shortcut="t"
          onClick={actions.toggleTheatre}
        />
      )}
      <ControlButton
        icon={fullscreen ? "fullscreen-exit" : "fullscreen"}
        label={
          fullscreen
            ? i18n._({ id: "player.fullscreen.exit", message: "Leave full screen" })
            : i18n._({ id: "player.fullscreen", message: "Full screen" })
        }
        shortcut="f"
        onClick={actions.toggleFullscreen}
      />
    </div>
  );
}

function PlayButton({ onClick }: { onClick(): void }) {
  const playing = usePlayerView((view) => view.wantsToPlay);
  return (
    <ControlButton
      icon={playing ? "pause" : "play"}
      label={
        playing
          ? i18n._({ id: "player.pause", message: "Pause" })
          : i18n._({ id: "player.play", message: "Play" })
      }
      shortcut="k"
      onClick={onClick}
    />
  );
}
