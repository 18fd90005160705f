import { i18n } from "@lingui/core";
import { useState } from "react";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Breakdown, countryName } from "./breakdown";
import type { ChartSpec } from "./chart";
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
              <Timeline charts={charts()} points={points} stepSeconds={step_seconds} span={span} />
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
              <div className="insight-parts">
                <Breakdown
                  title={i18n._({ id: "insights.countries", message: "Countries" })}
                  points={points}
                  by="countries"
                  nameOf={countryName}
                />
                <Breakdown
                  title={i18n._({ id: "insights.players", message: "Players" })}
                  points={points}
                  by="players"
                />
                <Breakdown
                  title={i18n._({ id: "insights.devices", message: "Devices" })}
                  points={points}
                  by="devices"
                  nameOf={deviceName}
                />
              </div>
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

function charts(): ChartSpec[] {
  return [
    {
      title: i18n._({ id: "insights.chart.viewers", message: "Viewers" }),
      unit: "count",
      lines: [
        {
          figure: "viewers",
          label: i18n._({ id: "insights.line.viewers", message: "watching" }),
          look: "first",
        },
        {
          figure: "chat_connections",
          label: i18n._({ id: "insights.line.chat", message: "in chat" }),
          look: "second",
        },
      ],
    },
    {
      title: i18n._({ id: "insights.chart.machine", message: "Machine" }),
      unit: "percent",
      top: 100,
      lines: [
        {
          figure: "cpu_percent",
          label: i18n._({ id: "insights.line.cpu", message: "processor" }),
          look: "first",
        },
        {
          figure: "memory_percent",
          label: i18n._({ id: "insights.line.memory", message: "memory" }),
          look: "second",
        },
        {
          figure: "disk_percent",
          label: i18n._({ id: "insights.line.disk", message: "disk" }),
          look: "third",
        },
      ],
    },
    {
      title: i18n._({ id: "insights.chart.network", message: "Network" }),
      unit: "bps",
      lines: [
        {
          figure: "network_out_bps",
          label: i18n._({ id: "insights.line.sent", message: "sent" }),
          look: "first",
        },
        {
          figure: "network_in_bps",
          label: i18n._({ id: "insights.line.received", message: "received" }),
          look: "second",
        },
      ],
    },
    {
      title: i18n._({ id: "insights.chart.latency", message: "Behind live" }),
      unit: "milliseconds",
      lines: [
        {
          figure: "latency_median_ms",
          label: i18n._({ id: "insights.line.middle", message: "half of the players" }),
          look: "first",
        },
        {
          figure: "latency_p95_ms",
          label: i18n._({ id: "insights.line.worst", message: "one in twenty" }),
          look: "second",
        },
      ],
    },
  ];
}

function deviceName(device: string): string {
  switch (device) {
    case "phone":
      return i18n._({ id: "insights.device.phone", message: "Phone" });
    case "tablet":
      return i18n._({ id: "insights.device.tablet", message: "Tablet" });
    case "computer":
      return i18n._({ id: "insights.device.computer", message: "Computer" });
    case "television":
      return i18n._({ id: "insights.device.tv", message: "Television" });
    default:
      return device;
  }
}
