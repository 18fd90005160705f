import { i18n } from "@lingui/core";
import type { RenditionInfo } from "@/api/types";
import { formatBitrate } from "@/lib/format";
import { isDecodable } from "../engine/codecs";
import type { Rendition } from "../engine/types";
import { type Quality, shortName, sizeName } from "../quality";
import { Choice } from "./choice";
import { usePlayer, usePlayerView } from "./use-player";

/** The qualities there are: best first, what this browser cannot decode left out. */
export function QualityMenu() {
  const player = usePlayer();
  const offered = usePlayerView((view) => view.offered);
  const playable = usePlayerView((view) => view.renditions);
  const selected = usePlayerView((view) => view.selected);
  const active = usePlayerView((view) => view.active);
  const entries =
    offered.length > 0 ? offered.filter((info) => isDecodable(info)).map(entryOf) : playable.map(plain);
  const only = entries.length === 1;
  const playing = active === null ? "" : shortName(active, offered, playable);
  return (
    <fieldset className="player-options">
      <legend>{i18n._({ id: "player.quality", message: "Quality" })}</legend>
      {entries.length === 0 && (
        <p className="player-hint">
          {i18n._({ id: "player.quality.none", message: "The browser chooses by itself" })}
        </p>
      )}
      {entries.length > 1 && (
        <Choice
          name="quality"
          label={autoLabel(selected === "auto" ? playing : "")}
          checked={selected === "auto"}
          onChoose={() => player.select("auto")}
        />
      )}
      {entries.map(({ quality, label, hint }) => (
        <Choice
          key={quality}
          name="quality"
          label={label}
          hint={hint}
          inline
          checked={only || selected === quality}
          onChoose={() => player.select(quality)}
        />
      ))}
    </fieldset>
  );
}

interface Entry {
  quality: Quality;
  label: string;
  hint: string;
}

function autoLabel(playing: string): string {
  const auto = i18n._({ id: "player.quality.auto", message: "Auto" });
  return playing ? `${auto} · ${playing}` : auto;
}

function entryOf(info: RenditionInfo): Entry {
  const { kind, number, name, state } = info;
  const bitrate = formatBitrate(info.bandwidth_bps, i18n.locale);
  const away = state === "live" ? "" : awayWords(state);
  const about = (...words: string[]) => away || words.filter(Boolean).join(" · ");
  switch (kind) {
    case "audio":
      return { quality: "audio", label: audioWords(), hint: about(bitrate) };
    case "source":
      return { quality: number, label: sourceWords(), hint: about(sizeName(info), bitrate) };
    case "encoded":
      return { quality: number, label: name, hint: about(bitrate) };
  }
}

/** Without the server's word on it a rendition is called by its size. */
function plain({ number, height, frameRate, bitrateBps }: Rendition): Entry {
  const size = sizeName({ height, frame_rate: frameRate });
  return { quality: number, label: size || sourceWords(), hint: formatBitrate(bitrateBps, i18n.locale) };
}

function sourceWords(): string {
  return i18n._({ id: "player.quality.source", message: "Source" });
}

function audioWords(): string {
  return i18n._({ id: "player.quality.audio", message: "Audio only" });
}

function awayWords(state: "starting" | "away"): string {
  return state === "starting"
    ? i18n._({ id: "player.quality.starting", message: "Starting" })
    : i18n._({ id: "player.quality.away", message: "Not available right now" });
}
