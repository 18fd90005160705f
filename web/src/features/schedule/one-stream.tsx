import { i18n } from "@lingui/core";
import type { Coming } from "@/api/schema";
import { formatLeft, formatWhen } from "@/lib/when";
import { Mark, Occurrences } from "./occurrences";

interface OneStreamProps {
  occurrences: Coming[];
  now: number;
}

/** One planned stream: its next time with a countdown, what it is, and when it happens again. */
export function OneStream({ occurrences, now }: OneStreamProps) {
  const next =
    occurrences.find(({ ends_at, state }) => state !== "cancelled" && Date.parse(ends_at) > now) ??
    occurrences[0];
  if (!next) return <Occurrences occurrences={[]} now={now} />;
  const left = next.state === "cancelled" ? null : formatLeft(next.starts_at, now, i18n.locale);
  const later = occurrences.filter((coming) => coming !== next);
  return (
    <div className="flex flex-col gap-6">
      <section className="card flex flex-col gap-2 p-5 sm:p-6">
        <div className="flex flex-wrap items-center gap-3">
          <time dateTime={next.starts_at} className="text-lg font-[650]">
            {formatWhen(next.starts_at, now, i18n.locale)}
          </time>
          <Mark stream={next} now={now} />
        </div>
        {left && (
          <p
            className="text-[26px] leading-tight font-[650] tracking-tight tabular-nums"
            data-part="countdown"
          >
            {i18n._({ id: "schedule.in", message: "in {left}", values: { left } })}
          </p>
        )}
        <p className="text-sm text-fg-3">
          {i18n._({
            id: "schedule.place",
            message: "{time} in {zone}",
            values: { time: next.local_start.slice(11, 16), zone: next.time_zone.replaceAll("_", " ") },
          })}
        </p>
        {next.description && (
          <p
            className="mt-2 max-w-[70ch] leading-relaxed wrap-anywhere whitespace-pre-line text-fg-2"
            dir="auto"
          >
            {next.description}
          </p>
        )}
      </section>
      {later.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="text-lg font-[650]">{i18n._({ id: "schedule.again", message: "And again" })}</h2>
          <Occurrences occurrences={later} now={now} />
        </section>
      )}
    </div>
  );
}
