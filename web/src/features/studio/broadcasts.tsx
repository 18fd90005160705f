import { i18n } from "@lingui/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { BroadcastsDocument, PastBroadcast } from "@/api/schema";
import { formatCount, formatElapsed } from "@/lib/format";
import { Loaded } from "@/ui/forms/loaded";
import { Pages } from "@/ui/forms/pages";
import { Section } from "@/ui/forms/section";
import { MarkerList } from "./marker-list";
import { useMarked, useMarkers } from "./queries";

/** What was on, with its figures. */
export function Broadcasts({ channel }: { channel: string }) {
  const { data: marked } = useMarked(channel);
  const query = useInfiniteQuery({
    queryKey: ["own-broadcasts", channel],
    queryFn: ({ pageParam, signal }) => {
      const input = { path: { name: channel }, query: { cursor: pageParam, limit: 30 } };
      return call("GET /api/v1/channels/{name}/broadcasts", input, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: BroadcastsDocument) => page.next ?? undefined,
  });
  return (
    <Section title={i18n._({ id: "broadcasts.title", message: "Past broadcasts" })}>
      <Pages
        query={query}
        itemsOf={(page) => page.broadcasts}
        none={i18n._({ id: "broadcasts.none", message: "Your first one will stand here when it is over." })}
      >
        {(all) => (
          <>
            <Totals broadcasts={all} />
            <ul className="rows mt-5" data-part="broadcasts">
              {all.map((broadcast) => (
                <Row
                  key={broadcast.id}
                  channel={channel}
                  broadcast={broadcast}
                  markers={marked?.get(broadcast.id) ?? 0}
                />
              ))}
            </ul>
          </>
        )}
      </Pages>
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

interface RowProps {
  channel: string;
  broadcast: PastBroadcast;
  /** How many it has. */
  markers: number;
}

function Row({ channel, broadcast, markers }: RowProps) {
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
      {markers > 0 && <Marked channel={channel} broadcast={broadcast.id} count={markers} />}
    </li>
  );
}

/** Its markers, once somebody wants to see them. */
function Marked({ channel, broadcast, count }: { channel: string; broadcast: string; count: number }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="basis-full" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="link inline-flex min-h-9 cursor-pointer items-center text-sm">
        {i18n._({
          id: "broadcasts.markers",
          message: "{count, plural, one {# marker} other {# markers}}",
          values: { count },
        })}
      </summary>
      {open && <MarkersOf channel={channel} broadcast={broadcast} />}
    </details>
  );
}

function MarkersOf({ channel, broadcast }: { channel: string; broadcast: string }) {
  const query = useMarkers(channel, broadcast);
  return (
    <div className="rounded-card bg-s0 p-4">
      <Loaded query={query} lines={2}>
        {({ markers }) => <MarkerList channel={channel} broadcast={broadcast} markers={markers} />}
      </Loaded>
    </div>
  );
}
