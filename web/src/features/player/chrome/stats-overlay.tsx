import { i18n } from "@lingui/core";
import { useEffect, useState } from "react";
import { formatBitrate, formatSeconds } from "@/lib/format";
import { copyText } from "@/ui/copy-text";
import { Icon } from "@/ui/icon";
import { codecName } from "../engine/codecs";
import type { Stats } from "../stats";
import { usePlayer } from "./use-player";

const REFRESH_MS = 500;

export function StatsOverlay({ onClose }: { onClose(): void }) {
  const player = usePlayer();
  const [stats, setStats] = useState(() => player.stats());
  useEffect(() => {
    const timer = setInterval(() => setStats(player.stats()), REFRESH_MS);
    return () => clearInterval(timer);
  }, [player]);
  if (!stats) return null;

  const copy = async () => {
    if (await copyText(JSON.stringify(stats, null, 2))) player.notify("copied");
  };
  return (
    <section
      className="player-stats"
      aria-label={i18n._({ id: "settings.stats", message: "Stats for nerds" })}
    >
      <dl>
        {rowsOf(stats).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="player-stats-actions">
        <button type="button" onClick={copy}>
          {i18n._({ id: "stats.copy", message: "Copy as JSON" })}
        </button>
        <button type="button" aria-label={i18n._({ id: "sheet.close", message: "Close" })} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
    </section>
  );
}

const NONE = "–";

function seconds(value: number | null): string {
  return value === null ? NONE : `${formatSeconds(value, i18n.locale)} s`;
}

function hundredths(value: number | null): string {
  return value === null ? NONE : `${value.toFixed(2)} s`;
}

function bitrate(value: number | null): string {
  return value === null ? NONE : formatBitrate(value, i18n.locale);
}

function picture({ width, height, frameRate }: Stats): string {
  if (width === 0) return NONE;
  return frameRate === null
    ? `${width} × ${height}`
    : `${width} × ${height} @ ${Math.round(frameRate * 100) / 100}`;
}

function rendition({ rendition: number, renditionName }: Stats): string {
  return number === null ? NONE : [renditionName, `#${number}`].filter(Boolean).join(" · ");
}

/** The distance steered to, and the least that the playlist asks for. */
function target({ targetLatencySeconds, leastLatencySeconds }: Stats): string {
  if (targetLatencySeconds === null || leastLatencySeconds === null) return seconds(targetLatencySeconds);
  return `${hundredths(targetLatencySeconds)} ≥ ${hundredths(leastLatencySeconds)}`;
}

function codecs({ videoCodec, audioCodec }: Stats): string {
  const names = [videoCodec, audioCodec].filter((codec) => codec !== null);
  return names.map((codec) => `${codecName(codec)} · ${codec}`).join("\n") || NONE;
}

function playlist({ partTargetSeconds, segmentTargetSeconds }: Stats): string {
  const parts = partTargetSeconds === null ? null : `${Math.round(partTargetSeconds * 1000)} ms`;
  const segments = segmentTargetSeconds === null ? null : `${segmentTargetSeconds} s`;
  return [parts, segments].filter((text) => text !== null).join(" / ") || NONE;
}

function rowsOf(stats: Stats): [string, string][] {
  return [
    [i18n._({ id: "stats.picture", message: "Picture" }), picture(stats)],
    [i18n._({ id: "stats.rendition", message: "Rendition" }), rendition(stats)],
    [i18n._({ id: "stats.codecs", message: "Codecs" }), codecs(stats)],
    [i18n._({ id: "stats.latency", message: "Latency" }), seconds(stats.latencySeconds)],
    [i18n._({ id: "stats.target", message: "Target" }), target(stats)],
    [i18n._({ id: "stats.wait", message: "Longest wait" }), hundredths(stats.longestWaitSeconds)],
    [i18n._({ id: "stats.speed", message: "Speed" }), `${stats.playbackRate}×`],
    [i18n._({ id: "stats.buffer", message: "Buffer" }), seconds(stats.bufferSeconds)],
    [
      i18n._({ id: "stats.frames", message: "Frames dropped" }),
      `${stats.framesDropped} / ${stats.framesTotal}`,
    ],
    [i18n._({ id: "stats.stalls", message: "Stalls" }), String(stats.stalls)],
    [i18n._({ id: "stats.switches", message: "Switches" }), String(stats.switches)],
    [i18n._({ id: "stats.bitrate", message: "Stream" }), bitrate(stats.bitrateBps)],
    [i18n._({ id: "stats.bandwidth", message: "Your connection" }), bitrate(stats.bandwidthBps)],
    [i18n._({ id: "stats.parts", message: "Part / segment" }), playlist(stats)],
    [
      i18n._({ id: "stats.engine", message: "Engine" }),
      [stats.engine, stats.mode, stats.protocol].filter(Boolean).join(" · "),
    ],
  ];
}
