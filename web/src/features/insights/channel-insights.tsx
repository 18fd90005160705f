import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { call } from "@/api/client";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Breakdown, countryName } from "./breakdown";
import type { ChartSpec } from "./chart";
import { useChannelFigures } from "./queries";
import { Timeline } from "./timeline";
import { formatMoment } from "./units";

/** The choice that is no broadcast. */
const LAST_DAY = "";

/** How a channel's broadcasts were: viewers, encoder and players on one timeline. */
export function ChannelInsights({ channel, now }: { channel: string; now(): number }) {
  const [broadcast, setBroadcast] = useState(LAST_DAY);
  const query = useChannelFigures(channel, broadcast ? { broadcast } : { hours: 24 }, now);
  return (
    <Section
      title={i18n._({ id: "channel-insights.title", message: "How it went" })}
      lead={i18n._({
        id: "channel-insights.lead",
        message:
          "Viewers, what your encoder sent, and how players fared. Nothing is kept of any single viewer.",
      })}
    >
      <div className="flex flex-col gap-6">
        <Which channel={channel} value={broadcast} onChange={setBroadcast} />
        <Loaded query={query} lines={24}>
          {({ points, step_seconds, span }) => (
            <>
              <Timeline
                key={broadcast}
                charts={charts()}
                points={points}
                stepSeconds={step_seconds}
                span={span}
              />
              <div className="insight-parts">
                <Breakdown
                  title={i18n._({ id: "channel-insights.countries", message: "Countries" })}
                  points={points}
                  by="countries"
                  nameOf={countryName}
                />
                <Breakdown
                  title={i18n._({ id: "channel-insights.players", message: "Players" })}
                  points={points}
                  by="players"
                />
                <Breakdown
                  title={i18n._({ id: "channel-insights.renditions", message: "Qualities" })}
                  points={points}
                  by="renditions"
                  nameOf={(number) =>
                    i18n._({ id: "channel-insights.rendition", message: "No. {number}", values: { number } })
                  }
                />
              </div>
            </>
          )}
        </Loaded>
      </div>
    </Section>
  );
}

interface WhichProps {
  channel: string;
  value: string;
  onChange(broadcast: string): void;
}

function Which({ channel, value, onChange }: WhichProps) {
  const id = useId();
  const { data } = useQuery({
    queryKey: ["broadcasts", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/broadcasts", { path: { name: channel } }, signal),
  });
  return (
    <div className="field max-w-md">
      <label htmlFor={id}>{i18n._({ id: "channel-insights.which", message: "Broadcast" })}</label>
      <select id={id} className="input" value={value} onChange={({ target }) => onChange(target.value)}>
        <option value={LAST_DAY}>{i18n._({ id: "channel-insights.day", message: "The last day" })}</option>
        {data?.broadcasts.map((past) => (
          <option key={past.id} value={past.id}>
            {[formatMoment(Date.parse(past.started_at)), past.title].filter(Boolean).join(" · ")}
          </option>
        ))}
      </select>
    </div>
  );
}

function charts(): ChartSpec[] {
  return [
    {
      title: i18n._({ id: "channel-insights.chart.viewers", message: "Viewers" }),
      unit: "count",
      lines: [
        {
          figure: "viewers",
          label: i18n._({ id: "channel-insights.line.viewers", message: "watching" }),
          look: "first",
        },
        {
          figure: "chat_connections",
          label: i18n._({ id: "channel-insights.line.chat", message: "in chat" }),
          look: "second",
        },
      ],
    },
    {
      title: i18n._({ id: "channel-insights.chart.encoder", message: "From the encoder" }),
      unit: "bps",
      lines: [
        {
          figure: "video_bps",
          label: i18n._({ id: "channel-insights.line.video", message: "pictures" }),
          look: "first",
        },
        {
          figure: "audio_bps",
          label: i18n._({ id: "channel-insights.line.audio", message: "sound" }),
          look: "second",
        },
      ],
    },
    {
      title: i18n._({ id: "channel-insights.chart.latency", message: "Behind live" }),
      unit: "milliseconds",
      lines: [
        {
          figure: "latency_median_ms",
          label: i18n._({ id: "channel-insights.line.middle", message: "half of the players" }),
          look: "first",
        },
        {
          figure: "latency_p95_ms",
          label: i18n._({ id: "channel-insights.line.worst", message: "one in twenty" }),
          look: "second",
        },
        {
          figure: "encoder_lag_ms",
          label: i18n._({ id: "channel-insights.line.lag", message: "the encoder" }),
          look: "third",
        },
      ],
    },
    {
      title: i18n._({ id: "channel-insights.chart.trouble", message: "Players in trouble" }),
      unit: "count",
      lines: [
        {
          figure: "stalled_players",
          label: i18n._({ id: "channel-insights.line.stalled", message: "stood still" }),
          look: "first",
        },
        {
          figure: "failed_players",
          label: i18n._({ id: "channel-insights.line.failed", message: "had errors" }),
          look: "second",
        },
      ],
    },
  ];
}
