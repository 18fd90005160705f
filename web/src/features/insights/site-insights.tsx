import { i18n } from "@lingui/core";
import { useState } from "react";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Breakdowns } from "./breakdown";
import { latency, machine, network, viewers } from "./charts";
import { useSiteFigures } from "./queries";
import { Range } from "./range";
import { Timeline } from "./timeline";
import { formatValue, type Unit } from "./units";

/** How the machine and its viewers were, on one timeline. */
export function SiteInsights({ now }: { now(): number }) {
  const [hours, setHours] = useState(6);
  const query = useSiteFigures(hours, now);
  return (
    <>
      <Section title={i18n._({ id: "insights.now", message: "Now" })}>
        <Loaded query={query} lines={4}>
          {({ now: latest }) => <Tiles figures={latest?.figures ?? {}} />}
        </Loaded>
      </Section>
      <Section
        title={i18n._({ id: "insights.timeline", message: "Machine and viewers" })}
        lead={i18n._({
          id: "insights.timeline.lead",
          message: "Point at a chart, or move the slider below them, to read every figure of one moment.",
        })}
      >
        <div className="flex flex-col gap-6">
          <Range hours={hours} onChange={setHours} />
          <Loaded query={query} lines={24}>
            {({ points, step_seconds, span }) => (
              <Timeline
                charts={[viewers(), machine(), network(), latency()]}
                points={points}
                stepSeconds={step_seconds}
                span={span}
              />
            )}
          </Loaded>
        </div>
      </Section>
      <Section
        title={i18n._({ id: "insights.who", message: "Who watches" })}
        lead={i18n._({
          id: "insights.who.lead",
          message: "Shares on average over the time above. Nothing is kept of any single viewer.",
        })}
      >
        <Loaded query={query} lines={8}>
          {({ points }) =>
            points.some(({ parts }) => parts.players) ? (
              <Breakdowns points={points} by={["countries", "players", "devices"]} />
            ) : (
              <p className="text-[15px] text-fg-2">
                {i18n._({ id: "insights.who.none", message: "Nobody watched in this time." })}
              </p>
            )
          }
        </Loaded>
      </Section>
    </>
  );
}

function Tiles({ figures }: { figures: Record<string, number> }) {
  const tiles: [string, string, Unit][] = [
    [i18n._({ id: "insights.tile.viewers", message: "Watching" }), "viewers", "count"],
    [i18n._({ id: "insights.tile.broadcasts", message: "Channels on air" }), "broadcasts", "count"],
    [i18n._({ id: "insights.tile.cpu", message: "Processor" }), "cpu_percent", "percent"],
    [i18n._({ id: "insights.tile.memory", message: "Memory" }), "memory_percent", "percent"],
    [i18n._({ id: "insights.tile.disk", message: "Disk" }), "disk_percent", "percent"],
    [i18n._({ id: "insights.tile.sent", message: "Sent" }), "network_out_bps", "bps"],
  ];
  return (
    <dl className="insight-tiles">
      {tiles.map(([label, figure, unit]) => (
        <div key={figure}>
          <dt>{label}</dt>
          <dd>{figures[figure] === undefined ? "–" : formatValue(figures[figure], unit)}</dd>
        </div>
      ))}
    </dl>
  );
}
