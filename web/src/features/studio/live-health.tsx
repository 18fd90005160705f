import { i18n } from "@lingui/core";
import type { Watched } from "@/api/health";
import type { FindingDocument, Health, HealthPoint } from "@/api/schema";
import { formatAgo, formatBitrate, formatCount } from "@/lib/format";
import { Section } from "@/ui/forms/section";
import { Icon } from "@/ui/icon";
import { Sparkline } from "@/ui/sparkline";

/** How the stream is, in sentences first and lines second. */
export function LiveHealth({ watched }: { watched: Watched }) {
  return (
    <Section
      title={i18n._({ id: "health.title", message: "Health" })}
      lead={i18n._({ id: "health.lead", message: "What comes in, and how it reaches your viewers." })}
    >
      <HealthBoard watched={watched} />
    </Section>
  );
}

function HealthBoard({ watched: { health, history } }: { watched: Watched }) {
  if (!health) return <div className="skeleton h-40" />;
  return (
    <div className="flex flex-col gap-5" data-part="health">
      <Verdict health={health} />
      {health.findings.length > 0 && (
        <ul className="rows">
          {health.findings.map((finding) => (
            <Finding key={finding.code} finding={finding} />
          ))}
        </ul>
      )}
      {history.length > 1 && health.broadcast_id && <Lines health={health} history={history} />}
    </div>
  );
}

function Verdict({ health }: { health: Health }) {
  const { condition, ingest } = health;
  if (!condition || !ingest) {
    return (
      <p className="text-[15px] text-fg-2" data-part="verdict">
        {i18n._({ id: "health.off", message: "Nothing is on air. Once it is, this says how it is going." })}
      </p>
    );
  }
  const values = {
    bitrate: formatBitrate((ingest.video?.bitrate_bps ?? 0) + (ingest.audio?.bitrate_bps ?? 0), i18n.locale),
    size: ingest.video ? `${ingest.video.width} × ${ingest.video.height}` : "–",
    rate: Math.round(ingest.video?.frame_rate ?? 0),
  };
  const words = {
    good: i18n._({
      id: "health.good",
      message: "Healthy: {bitrate}, {size}, {rate} pictures a second.",
      values,
    }),
    fair: i18n._({
      id: "health.fair",
      message: "It works, with flaws: {bitrate}, {size}, {rate} pictures a second.",
      values,
    }),
    poor: i18n._({
      id: "health.poor",
      message: "Viewers have trouble: {bitrate}, {size}, {rate} pictures a second.",
      values,
    }),
  };
  return (
    <p
      className="flex items-start gap-2.5 text-[15px] font-medium"
      data-part="verdict"
      data-condition={condition}
    >
      <span className="dot" data-kind={condition} aria-hidden="true" />
      <span>{words[condition]}</span>
    </p>
  );
}

function Finding({ finding: { severity, sentence, remedy, since } }: { finding: FindingDocument }) {
  const kind = { bad: "bad", warning: "warn", notice: undefined }[severity];
  return (
    <li className="items-start!">
      <span className={kind === "bad" ? "text-bad" : kind ? "text-warn" : "text-fg-2"}>
        <Icon name="warning" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{sentence}</p>
        <p className="text-sm text-fg-2">{remedy}</p>
        <p className="text-[13px] text-fg-3">{formatAgo(Date.parse(since), Date.now(), i18n.locale)}</p>
      </div>
    </li>
  );
}

function Lines({ health, history }: { health: Health; history: HealthPoint[] }) {
  const { ingest, audience, viewers } = health;
  const latency = audience.latency.median;
  return (
    <div className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
      <Sparkline
        label={i18n._({ id: "health.bitrate", message: "Bits per second" })}
        now={formatBitrate(
          (ingest?.video?.bitrate_bps ?? 0) + (ingest?.audio?.bitrate_bps ?? 0),
          i18n.locale,
        )}
        values={history.map((point) => point.video_bps + point.audio_bps)}
      />
      <Sparkline
        label={i18n._({ id: "health.pictures", message: "Pictures per second" })}
        now={String(Math.round(ingest?.video?.frame_rate ?? 0))}
        values={history.map((point) => point.frame_rate)}
        least={30}
      />
      <Sparkline
        label={i18n._({ id: "health.viewers", message: "Viewers" })}
        now={formatCount(viewers, i18n.locale)}
        values={history.map((point) => point.viewers)}
        least={4}
      />
      <Sparkline
        label={i18n._({ id: "health.latency", message: "Behind you" })}
        now={latency === null ? "–" : `${(latency / 1000).toFixed(1)} s`}
        values={history.map((point) => point.latency_ms)}
        least={4000}
      />
    </div>
  );
}
