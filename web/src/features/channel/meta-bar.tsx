import { i18n } from "@lingui/core";
import type { Channel, Status } from "@/api/types";
import type { ServerClock } from "@/lib/clock";
import { formatCount, formatElapsed, isoDuration } from "@/lib/format";
import { Icon } from "@/ui/icon";
import { useNow } from "@/ui/use-now";
import { Avatar } from "./avatar";
import { ShareButton } from "./share-button";

interface MetaBarProps {
  channel: Channel;
  clock: ServerClock;
}

/** Under the picture: what is on, whose it is, and how many are watching. */
export function MetaBar({ channel, clock }: MetaBarProps) {
  const { status, name, title, slug } = channel;
  const onAir = status.state !== "offline";
  return (
    <section
      className="flex flex-wrap items-center gap-x-4 gap-y-3 py-4"
      aria-label={i18n._({ id: "channel.now", message: "Now on this channel" })}
    >
      <Avatar name={name} slug={slug} live={onAir} />
      <div className="min-w-0 flex-1 basis-56">
        <h1 className="line-clamp-2 text-xl leading-tight font-[650] tracking-tight" dir="auto">
          {title || name}
        </h1>
        {title && (
          <p className="truncate text-[15px] text-fg-2" dir="auto">
            {name}
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2 max-sm:w-full max-sm:justify-between">
        {status.state === "offline" ? <OfflineMark /> : <OnAir status={status} clock={clock} />}
        <ShareButton channel={channel} />
      </div>
    </section>
  );
}

function OfflineMark() {
  return (
    <span className="rounded-full border border-line px-3 py-1 text-[13px] font-semibold text-fg-2">
      {i18n._({ id: "channel.offline", message: "Offline" })}
    </span>
  );
}

interface OnAirProps {
  status: Exclude<Status, { state: "offline" }>;
  clock: ServerClock;
}

function OnAir({ status, clock }: OnAirProps) {
  const now = useNow(() => clock.now());
  const uptime = now - Date.parse(status.started_at);
  const viewers = formatCount(status.viewers, i18n.locale);
  return (
    <div className="flex items-center gap-4 text-sm font-medium text-fg-2 tabular-nums [&_.icon]:text-[15px]">
      <span className="inline-flex items-center gap-1.5">
        <Icon name="eye" />
        {viewers}
        <span className="visually-hidden">
          {i18n._({
            id: "channel.viewers",
            message: "{count, plural, one {person watching} other {people watching}}",
            values: { count: status.viewers },
          })}
        </span>
      </span>
      <span className="inline-flex items-center gap-1.5">
        <Icon name="clock" />
        <span className="visually-hidden">{i18n._({ id: "channel.uptime", message: "On air for" })}</span>
        <time dateTime={isoDuration(uptime)}>{formatElapsed(uptime)}</time>
      </span>
    </div>
  );
}
