import { i18n } from "@lingui/core";
import { formatCount, formatElapsed, isoDuration } from "@/lib/format";
import { formatWhen } from "@/lib/when";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/forms/loaded";
import { usePastBroadcasts } from "./queries";

/** What was on, the newest first. */
export function PastBroadcasts({ channel, now }: { channel: string; now: number }) {
  const query = usePastBroadcasts(channel);
  return (
    <Loaded query={query} lines={5}>
      {({ pages }) => {
        const all = pages.flatMap(({ broadcasts }) => broadcasts);
        if (all.length === 0) {
          return (
            <p className="text-fg-2">
              {i18n._({ id: "past.empty", message: "There has been no broadcast yet." })}
            </p>
          );
        }
        return (
          <div className="flex flex-col gap-4">
            <ul className="card divide-y divide-line" data-part="past-broadcasts">
              {all.map((broadcast) => (
                <li key={broadcast.id} className="flex flex-wrap items-baseline gap-x-5 gap-y-1 px-4 py-3">
                  <span className="min-w-0 flex-1 basis-56 font-semibold wrap-anywhere" dir="auto">
                    {broadcast.title || i18n._({ id: "past.untitled", message: "Broadcast" })}
                  </span>
                  <time dateTime={broadcast.started_at} className="text-sm text-fg-2">
                    {formatWhen(broadcast.started_at, now, i18n.locale)}
                  </time>
                  <span className="text-sm text-fg-2 tabular-nums">
                    <span className="visually-hidden">
                      {i18n._({ id: "past.duration", message: "Lasted" })}{" "}
                    </span>
                    <time dateTime={isoDuration(broadcast.duration_ms)}>
                      {formatElapsed(broadcast.duration_ms, i18n.locale)}
                    </time>
                  </span>
                  <span className="text-sm text-fg-2 tabular-nums">
                    {i18n._({
                      id: "past.peak",
                      message:
                        "{count, plural, one {at most {shown} viewer} other {at most {shown} viewers}}",
                      values: {
                        count: broadcast.peak_viewers,
                        shown: formatCount(broadcast.peak_viewers, i18n.locale),
                      },
                    })}
                  </span>
                </li>
              ))}
            </ul>
            {query.hasNextPage && (
              <Button
                className="self-center"
                busy={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {i18n._({ id: "list.more", message: "Show more" })}
              </Button>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
