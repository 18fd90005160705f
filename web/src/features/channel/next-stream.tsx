import { i18n } from "@lingui/core";
import type { Coming } from "@/api/schema";
import type { ServerClock } from "@/lib/clock";
import { formatLeft, formatWhen } from "@/lib/when";
import { Icon } from "@/ui/icon";
import { Link } from "@/ui/navigation";
import { PAGE } from "@/ui/page-icons";
import { useNow } from "@/ui/use-now";

interface NextStreamProps {
  next: Coming;
  slug: string;
  clock: ServerClock;
}

/** When the channel is on again, and the way to be reminded. */
export function NextStream({ next, slug, clock }: NextStreamProps) {
  const now = useNow(() => clock.now());
  const left = formatLeft(next.starts_at, now, i18n.locale);
  const file = `/@${encodeURIComponent(slug)}/schedule.ics`;
  return (
    <section className="card mb-4 flex flex-wrap items-center gap-x-6 gap-y-3 p-5" aria-labelledby="next">
      <div className="min-w-0 flex-1 basis-64">
        <h2 id="next" className="text-sm font-semibold text-fg-2">
          {i18n._({ id: "next.title", message: "Next stream" })}
        </h2>
        <p className="text-lg leading-snug font-[650] wrap-anywhere" dir="auto">
          <Link href={next.url} className="hover:underline">
            {next.title}
          </Link>
        </p>
        <p className="text-[15px] text-fg-2">
          <time dateTime={next.starts_at}>{formatWhen(next.starts_at, now, i18n.locale)}</time>
          {left && (
            <span className="tabular-nums" data-part="countdown">
              {" · "}
              {i18n._({ id: "next.in", message: "in {left}", values: { left } })}
            </span>
          )}
        </p>
      </div>
      <a className="button" href={`webcal://${location.host}${file}`}>
        <Icon glyph={PAGE.calendar} />
        {i18n._({ id: "next.calendar", message: "Add to calendar" })}
      </a>
    </section>
  );
}
