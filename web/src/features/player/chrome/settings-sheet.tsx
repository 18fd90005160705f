import { i18n } from "@lingui/core";
import type { LatencyMode } from "../engine/types";
import { Choice } from "./choice";
import { QualityMenu } from "./quality-menu";
import { canPictureInPicture } from "./screen";
import { Sheet } from "./sheet";
import { usePlayer, usePlayerView } from "./use-player";

interface SettingsSheetProps {
  onClose(): void;
  singleKeys: boolean;
  onSingleKeys(on: boolean): void;
  statsOpen: boolean;
  onStats(open: boolean): void;
  onHelp(): void;
  onPictureInPicture(): void;
}

export function SettingsSheet(props: SettingsSheetProps) {
  return (
    <Sheet
      place="corner"
      title={i18n._({ id: "player.settings", message: "Settings" })}
      onClose={props.onClose}
    >
      <QualityMenu />
      <Latency />
      <div className="player-options">
        <Switch
          label={i18n._({ id: "settings.stats", message: "Stats for nerds" })}
          checked={props.statsOpen}
          onChange={props.onStats}
        />
        <Switch
          className="keyboard-only"
          label={i18n._({ id: "settings.single-keys", message: "Single-key shortcuts" })}
          checked={props.singleKeys}
          onChange={props.onSingleKeys}
        />
        <button type="button" className="player-option keyboard-only" onClick={props.onHelp}>
          {i18n._({ id: "settings.help", message: "Keyboard shortcuts" })}
        </button>
        {canPictureInPicture() && (
          <button type="button" className="player-option narrow-only" onClick={props.onPictureInPicture}>
            {i18n._({ id: "player.pip", message: "Picture in picture" })}
          </button>
        )}
      </div>
    </Sheet>
  );
}

function Latency() {
  const player = usePlayer();
  const mode = usePlayerView((view) => view.mode);
  const modes: [LatencyMode, string, string][] = [
    [
      "low",
      i18n._({ id: "player.mode.low", message: "Low latency" }),
      i18n._({ id: "player.mode.low.hint", message: "As close to the moment as it gets" }),
    ],
    [
      "stable",
      i18n._({ id: "player.mode.stable", message: "Stable" }),
      i18n._({ id: "player.mode.stable.hint", message: "A few seconds later, for shaky connections" }),
    ],
  ];
  return (
    <fieldset className="player-options">
      <legend>{i18n._({ id: "player.mode", message: "Latency" })}</legend>
      {modes.map(([value, label, hint]) => (
        <Choice
          key={value}
          name="mode"
          label={label}
          hint={hint}
          checked={mode === value}
          onChoose={() => player.setMode(value)}
        />
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  className?: string;
  label: string;
  checked: boolean;
  onChange(on: boolean): void;
}

function Switch({ className = "", label, checked, onChange }: SwitchProps) {
  return (
    <label className={`player-option ${className}`}>
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className="player-switch"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  );
}
