import { i18n } from "@lingui/core";
import type { CSSProperties } from "react";
import { ControlButton } from "./control-button";
import { usePlayer, usePlayerView } from "./use-player";

export function Volume() {
  const player = usePlayer();
  const muted = usePlayerView((view) => view.muted);
  const volume = usePlayerView((view) => view.volume);
  const shown = muted ? 0 : volume;
  const percent = Math.round(shown * 100);
  return (
    <div className="player-volume">
      <ControlButton
        icon={shown === 0 ? "muted" : shown < 0.5 ? "volume-low" : "volume"}
        label={
          muted
            ? i18n._({ id: "player.unmute", message: "Sound on" })
            : i18n._({ id: "player.mute", message: "Mute" })
        }
        shortcut="m"
        onClick={() => player.setMuted(!muted)}
      />
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={percent}
        style={{ "--filled": `${percent}%` } as CSSProperties}
        aria-label={i18n._({ id: "player.volume", message: "Volume" })}
        aria-valuetext={`${percent} %`}
        onChange={(event) => player.setVolume(event.target.valueAsNumber / 100)}
      />
    </div>
  );
}
