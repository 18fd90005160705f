import { i18n } from "@lingui/core";
import { Sheet } from "./sheet";

export function HelpSheet({ onClose }: { onClose(): void }) {
  const rows: [string[], string][] = [
    [["Space", "K"], i18n._({ id: "help.play", message: "Play or pause" })],
    [["M"], i18n._({ id: "help.mute", message: "Sound on or off" })],
    [["↑", "↓"], i18n._({ id: "help.volume", message: "Volume" })],
    [["L"], i18n._({ id: "help.live", message: "Jump to live" })],
    [["F"], i18n._({ id: "help.fullscreen", message: "Full screen" })],
    [["T"], i18n._({ id: "help.theatre", message: "Theatre" })],
    [["I"], i18n._({ id: "help.pip", message: "Picture in picture" })],
    [["Ctrl", "Shift", "S"], i18n._({ id: "help.stats", message: "Stats for nerds" })],
    [["?"], i18n._({ id: "help.help", message: "This list" })],
  ];
  return (
    <Sheet
      place="centre"
      title={i18n._({ id: "help.title", message: "Keyboard shortcuts" })}
      onClose={onClose}
    >
      <dl className="player-keys">
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>{meaning}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
