/** The charts that there are: which figures each draws, and their words. */
import { i18n } from "@lingui/core";
import type { ChartSpec } from "./chart";

export const viewers = (): ChartSpec => ({
  title: i18n._({ id: "insights.chart.viewers", message: "Viewers" }),
  unit: "count",
  lines: {
    viewers: i18n._({ id: "insights.line.viewers", message: "watching" }),
    chat_connections: i18n._({ id: "insights.line.chat", message: "in chat" }),
  },
});

export const machine = (): ChartSpec => ({
  title: i18n._({ id: "insights.chart.machine", message: "Machine" }),
  unit: "percent",
  top: 100,
  lines: {
    cpu_percent: i18n._({ id: "insights.line.cpu", message: "processor" }),
    memory_percent: i18n._({ id: "insights.line.memory", message: "memory" }),
    disk_percent: i18n._({ id: "insights.line.disk", message: "disk" }),
  },
});

export const network = (): ChartSpec => ({
  title: i18n._({ id: "insights.chart.network", message: "Network" }),
  unit: "bps",
  lines: {
    network_out_bps: i18n._({ id: "insights.line.sent", message: "sent" }),
    network_in_bps: i18n._({ id: "insights.line.received", message: "received" }),
  },
});

export const encoder = (): ChartSpec => ({
  title: i18n._({ id: "channel-insights.chart.encoder", message: "From the encoder" }),
  unit: "bps",
  lines: {
    video_bps: i18n._({ id: "channel-insights.line.video", message: "pictures" }),
    audio_bps: i18n._({ id: "channel-insights.line.audio", message: "sound" }),
  },
});

export const latency = (): ChartSpec => ({
  title: i18n._({ id: "insights.chart.latency", message: "Behind live" }),
  unit: "milliseconds",
  lines: {
    latency_median_ms: i18n._({ id: "insights.line.middle", message: "half of the players" }),
    latency_p95_ms: i18n._({ id: "insights.line.worst", message: "one in twenty" }),
  },
});

/** The same of one channel: its encoder can be behind, too. */
export const channelLatency = (): ChartSpec => {
  const chart = latency();
  const encoder_lag_ms = i18n._({ id: "channel-insights.line.lag", message: "the encoder" });
  return { ...chart, lines: { ...chart.lines, encoder_lag_ms } };
};

export const trouble = (): ChartSpec => ({
  title: i18n._({ id: "channel-insights.chart.trouble", message: "Players in trouble" }),
  unit: "count",
  lines: {
    stalled_players: i18n._({ id: "channel-insights.line.stalled", message: "stood still" }),
    failed_players: i18n._({ id: "channel-insights.line.failed", message: "had errors" }),
  },
});
