/**
 * The player's state as `data-*` attributes of its root element: a contract with
 * styles, with tests and with whoever scripts the page.
 *
 * | attribute | value |
 * |---|---|
 * | `data-state` | `offline`, `starting`, `playing`, `waiting`, `paused`, `interrupted` or `error` |
 * | `data-broadcast` | `offline`, `live` or `interrupted`: the channel, whatever the player does |
 * | `data-engine` | `hls.js`, `native` or empty |
 * | `data-fault` | `network`, `missing`, `codec`, `media`, `unsupported` or empty |
 * | `data-muted` | `true` or `false` |
 * | `data-mode` | `low` or `stable` |
 * | `data-pace` | `live`, `catching-up`, `behind` or `unknown` |
 * | `data-quality`, `data-rendition` | what is chosen (`auto`, `audio` or a number), and the number of what is shown or empty |
 * | `data-latency`, `data-target-latency`, `data-buffer` | seconds with three decimals, or empty |
 * | `data-frames`, `data-dropped`, `data-stalls`, `data-switches` | counts since the page was opened or playback last re-attached |
 * | `data-audio-bytes` | decoded audio bytes where the browser counts them |
 */
import { stageOf } from "./model";
import type { Stats } from "./stats";
import type { PlayerView } from "./view";

export function writeAttributes(root: HTMLElement, view: PlayerView, stats: Stats | null): void {
  const values: Record<string, string> = {
    state: stageOf(view.model),
    broadcast: view.model.broadcast,
    engine: view.engine ?? "",
    fault: view.model.fault?.kind ?? "",
    muted: String(view.muted),
    mode: view.mode,
    pace: view.pace,
    quality: String(view.selected),
    rendition: String(view.active ?? ""),
    latency: seconds(stats?.latencySeconds),
    targetLatency: seconds(stats?.targetLatencySeconds),
    buffer: seconds(stats?.bufferSeconds),
    frames: String(stats?.framesTotal ?? 0),
    dropped: String(stats?.framesDropped ?? 0),
    stalls: String(stats?.stalls ?? 0),
    switches: String(view.switches),
    audioBytes: String(stats?.audioBytesDecoded ?? 0),
  };
  for (const [name, value] of Object.entries(values)) {
    if (root.dataset[name] !== value) root.dataset[name] = value;
  }
}

function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : value.toFixed(3);
}
