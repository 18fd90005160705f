import { i18n } from "@lingui/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { BroadcastsDocument, PastBroadcast } from "@/api/schema";
import { formatCount, formatElapsed } from "@/lib/format";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/forms/notice";
import { wordsFor } from "@/ui/forms/problem-words";
import { Section } from "@/ui/forms/section";

/** What was on, with its figures. */
export function Broadcasts({ channel }: { channel: string }) {
  const query = useInfiniteQuery({
    queryKey: ["own-broadcasts", channel],
    queryFn: ({ pageParam, signal }) => {
      const input = { path: { name: channel }, query: { cursor: pageParam, limit: 30 } };
      return call("GET /api/v1/channels/{name}/broadcasts", input, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: BroadcastsDocument) => page.next_cursor ?? undefined,
  });
  const all = query.data?.pages.flatMap((page) => page.broadcasts);
  return (
    <Section title={i18n._({ id: "broadcasts.title", message: "Past broadcasts" })}>
      {query.error && <Notice kind="error">{wordsFor(query.error)}</Notice>}
      {query.isPending && <div className="skeleton h-40" />}
      {all?.length === 0 && (
        <p className="text-[15px] text-fg-2">
          {i18n._({ id: "broadcasts.none", message: "Your first one will stand here when it is over." })}
        </p>
      )}
      {all && all.length > 0 && (
        <>
          <Totals broadcasts={all} />
          <ul className="rows mt-5" data-part="broadcasts">
            {all.map((broadcast) => (
              <Row key={broadcast.id} broadcast={broadcast} />
            ))}
          </ul>
        </>
      )}
      {query.hasNextPage && (
        <Button className="mt-5" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {i18n._({ id: "page.more", message: "Show more" })}
        </Button>
      )}
    </Section>
  );
}

function Totals({ broadcasts }: { broadcasts: PastBroadcast[] }) {
  const hours = broadcasts.reduce((sum, { duration_ms }) => sum + duration_ms, 0) / 3_600_000;
  const peak = Math.max(...broadcasts.map(({ peak_viewers }) => peak_viewers));
  const number = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 });
  return (
    <dl className="figures">
      <div>
        <dt>{i18n._({ id: "broadcasts.count", message: "Broadcasts listed" })}</dt>
        <dd>{formatCount(broadcasts.length, i18n.locale)}</dd>
      </div>
      <div>
        <dt>{i18n._({ id: "broadcasts.hours", message: "Hours on air" })}</dt>
        <dd>{number.format(hours)}</dd>
      </div>
      <div>
        <dt>{i18n._({ id: "broadcasts.peak", message: "Most viewers at once" })}</dt>
        <dd>{formatCount(peak, i18n.locale)}</dd>
      </div>
    </dl>
  );
}

function Row({ broadcast }: { broadcast: PastBroadcast }) {
  const { title, started_at: began, duration_ms, peak_viewers } = broadcast;
  return (
    <li>
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-semibold wrap-anywhere" dir="auto">
          {title || i18n._({ id: "past.untitled", message: "Broadcast" })}
        </p>
        <p className="text-[13px] text-fg-2">
          <time dateTime={began}>
            {new Date(began).toLocaleString(i18n.locale, { dateStyle: "full", timeStyle: "short" })}
          </time>
        </p>
      </div>
      <p className="text-sm tabular-nums">
        <span className="visually-hidden">{i18n._({ id: "past.duration", message: "Lasted" })} </span>
        {formatElapsed(duration_ms)}
      </p>
      <p className="text-sm text-fg-2 tabular-nums">
        {i18n._({
          id: "broadcasts.viewers",
          message: "{count, plural, one {at most # viewer} other {at most # viewers}}",
          values: { count: peak_viewers },
        })}
      </p>
    </li>
  );
}
