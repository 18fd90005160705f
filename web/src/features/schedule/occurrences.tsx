import { i18n } from "@lingui/core";
import type { Coming } from "@/api/schema";
import { formatClocks, formatDay } from "@/lib/when";
import { Link } from "@/ui/navigation";

interface OccurrencesProps {
  occurrences: Coming[];
  now: number;
}

/** What is to come, day by day, in the viewer's own zone. */
export function Occurrences({ occurrences, now }: OccurrencesProps) {
  if (occurrences.length === 0) {
    return (
      <p className="text-fg-2">
        {i18n._({ id: "schedule.empty", message: "Nothing is planned for the next weeks." })}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-6" data-part="schedule">
      {byDay(occurrences).map(([day, streams]) => (
        <section key={day}>
          <h2 className="mb-2 text-[15px] font-[650] text-fg-2">{formatDay(day, i18n.locale)}</h2>
          <ul className="card divide-y divide-line">
            {streams.map((stream) => (
              <Row key={`${stream.stream} ${stream.occurrence}`} stream={stream} now={now} />
            ))}
          </ul>
        </section>
      ))}
      <p className="text-sm text-fg-3">
        {i18n._({
          id: "schedule.zone",
          message: "All times are those of your clock ({zone}).",
          values: { zone: zoneName() },
        })}
      </p>
    </div>
  );
}

function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
}

/** By the days of the viewer's calendar; each is named by its first stream's time. */
function byDay(occurrences: Coming[]): [string, Coming[]][] {
  const days = new Map<string, Coming[]>();
  for (const coming of occurrences) {
    const day = new Date(coming.starts_at).toDateString();
    days.set(day, [...(days.get(day) ?? []), coming]);
  }
  return [...days.values()].map((streams) => [streams[0]?.starts_at ?? "", streams]);
}

function Row({ stream, now }: { stream: Coming; now: number }) {
  const cancelled = stream.state === "cancelled";
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-3">
      <time
        dateTime={stream.starts_at}
        className="min-w-32 flex-none text-[15px] whitespace-nowrap text-fg-2 tabular-nums"
      >
        {formatClocks(stream.starts_at, stream.ends_at, i18n.locale)}
      </time>
      <span className="min-w-0 flex-1 basis-52">
        <Link
          href={stream.url}
          className={`font-semibold wrap-anywhere hover:underline ${cancelled ? "text-fg-2 line-through" : ""}`}
          dir="auto"
        >
          {stream.title}
        </Link>
      </span>
      <Mark stream={stream} now={now} />
    </li>
  );
}

/** What is special about one time that a stream happens. */
export function Mark({ stream, now }: { stream: Coming; now: number }) {
  if (stream.state === "cancelled") {
    return (
      <span className="tag" data-kind="bad">
        {i18n._({ id: "schedule.cancelled", message: "Cancelled" })}
      </span>
    );
  }
  const running = Date.parse(stream.starts_at) <= now && now < Date.parse(stream.ends_at);
  if (running) {
    return (
      <span className="tag" data-kind="good">
        {i18n._({ id: "schedule.now", message: "Planned for now" })}
      </span>
    );
  }
  if (stream.state === "moved") {
    return (
      <span className="tag" data-kind="warn">
        {i18n._({ id: "schedule.moved", message: "Moved" })}
      </span>
    );
  }
  return null;
}
