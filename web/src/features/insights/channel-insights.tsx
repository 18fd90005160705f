import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { call } from "@/api/client";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Breakdowns } from "./breakdown";
import { channelLatency, encoder, trouble, viewers } from "./charts";
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
                charts={[viewers(), encoder(), channelLatency(), trouble()]}
                points={points}
                stepSeconds={step_seconds}
                span={span}
              />
              <Breakdowns points={points} by={["countries", "players", "renditions"]} />
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
