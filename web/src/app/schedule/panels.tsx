/** The parts of a channel's page that it does not begin with. */
import "@/lib/page-messages";
import "../styles/pages.css";
import type { Channel } from "@/api/types";
import { Followers } from "@/features/discovery";
import { CalendarLinks, Occurrences, PastBroadcasts, useOccurrences } from "@/features/schedule";
import type { ServerClock } from "@/lib/clock";
import { Loaded } from "@/ui/forms/loaded";
import { useNow } from "@/ui/use-now";

interface PanelProps {
  channel: Channel;
  clock: ServerClock;
}

export function SchedulePanel({ channel, clock }: PanelProps) {
  const now = useNow(() => clock.now());
  const query = useOccurrences(channel.slug);
  return (
    <div className="flex flex-col gap-5">
      <Loaded query={query} lines={6}>
        {(occurrences) => <Occurrences occurrences={occurrences} now={now} />}
      </Loaded>
      <CalendarLinks slug={channel.slug} />
    </div>
  );
}

export function FollowersPanel({ channel }: Pick<PanelProps, "channel">) {
  return <Followers channel={channel.slug} />;
}

export function PastPanel({ channel, clock }: PanelProps) {
  return <PastBroadcasts channel={channel.slug} now={clock.now()} />;
}
