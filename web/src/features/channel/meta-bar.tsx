import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import type { Channel, Status } from "@/api/types";
import type { ServerClock } from "@/lib/clock";
import { formatCount, formatElapsed, isoDuration } from "@/lib/format";
import { Avatar } from "@/ui/avatar";
import { Icon } from "@/ui/icon";
import { Link } from "@/ui/navigation";
import { useNow } from "@/ui/use-now";
import { ShareButton } from "./share-button";

interface MetaBarProps {
  channel: Channel;
  clock: ServerClock;
  /** One line and no more, where the chat needs the room: the rest is `Details`, elsewhere. */
  brief?: boolean;
  /** What else can be done here, before sharing. */
  children?: ReactNode;
}

/** Under the picture: what is on, whose it is, and how many are watching. */
export function MetaBar({ channel, clock, brief = false, children }: MetaBarProps) {
  const { status, name, title, slug } = channel;
  const onAir = status.state !== "offline";
  return (
    <section
      className={
        brief ? "flex items-center gap-x-3 py-2" : "flex flex-wrap items-center gap-x-4 gap-y-3 py-4"
      }
      data-part="now"
      aria-label={i18n._({ id: "channel.now", message: "Now on this channel" })}
    >
      <Avatar
        name={name}
        seed={slug}
        picture={channel.avatar_url}
        live={onAir}
        size={brief ? "small" : undefined}
      />
      <div className={`min-w-0 flex-1 ${brief ? "" : "basis-56"}`}>
        <h1
          className={`leading-tight font-[650] tracking-tight ${brief ? "truncate text-base" : "line-clamp-2 text-xl"}`}
          dir="auto"
        >
          {title || name}
        </h1>
        {brief ? (
          <div className="flex gap-3 text-sm text-fg-2">
            {title && (
              <span className="truncate" dir="auto">
                {name}
              </span>
            )}
            {onAir && <OnAir status={status} clock={clock} />}
          </div>
        ) : (
          title && (
            <p className="truncate text-[15px] text-fg-2" dir="auto">
              {name}
            </p>
          )
        )}
        {!brief && <Kinds about={channel.about} />}
      </div>
      {brief ? (
        children
      ) : (
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2 max-sm:w-full max-sm:justify-between">
          {onAir ? <OnAir status={status} clock={clock} /> : <OfflineMark />}
          <div className="flex flex-wrap items-center gap-2">
            {children}
            <ShareButton channel={channel} />
          </div>
        </div>
      )}
    </section>
  );
}

/** What the brief bar leaves out. */
export function Details({ channel }: { channel: Channel }) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <Kinds about={channel.about} />
      <ShareButton channel={channel} />
    </div>
  );
}

/** What it is about: category, tags, language, and whether it is for grown-ups. */
function Kinds({ about: { category, tags, language, mature } }: Pick<Channel, "about">) {
  if (!category && tags.length === 0 && !language && !mature) return null;
  return (
    <ul className="mt-2 flex min-w-0 flex-wrap gap-1.5" data-part="kinds">
      {mature && (
        <li className="chip" data-warn="">
          {i18n._({ id: "channel.mature", message: "For grown-ups" })}
        </li>
      )}
      {category && (
        <li className="chip" data-strong="" dir="auto">
          <Link href={`/category/${encodeURIComponent(category.slug)}`} className="hover:underline">
            {category.name}
          </Link>
        </li>
      )}
      {tags.map((tag) => (
        <li key={tag} className="chip" dir="auto">
          {tag}
        </li>
      ))}
      {language && <li className="chip">{languageName(language)}</li>}
    </ul>
  );
}

/** In the page's language; a tag that nobody knows is shown as it is. */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(i18n.locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
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
    <div className="flex flex-none items-center gap-4 text-sm font-medium text-fg-2 tabular-nums [&_.icon]:text-[15px]">
      <span className="viewers-count inline-flex items-center gap-1.5">
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
        <time dateTime={isoDuration(uptime)}>{formatElapsed(uptime, i18n.locale)}</time>
      </span>
    </div>
  );
}
