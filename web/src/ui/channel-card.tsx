import { i18n } from "@lingui/core";
import { useState } from "react";
import { thumbnailUrl } from "@/api/pictures";
import { formatCount } from "@/lib/format";
import { wantsReducedData } from "@/lib/reduced-data";
import { Avatar } from "./avatar";
import { Icon } from "./icon";
import { Link } from "./navigation";

/** A channel as a card shows it: lists of the API and the socket's directory both have that much. */
export interface CardChannel {
  slug: string;
  name: string;
  title: string;
  category: { slug: string; name: string } | null;
  tags?: string[];
  mature?: boolean;
  live: { viewers: number; started_at: string } | null;
}

export function channelPath(slug: string): string {
  return `/@${encodeURIComponent(slug)}`;
}

/** Channels that are on air, with a picture each; the others below them, in short. */
export function CardGrid({ channels }: { channels: CardChannel[] }) {
  const live = channels.filter((channel) => channel.live);
  const others = channels.filter((channel) => !channel.live);
  return (
    <>
      {live.length > 0 && (
        <ul className="card-grid" data-part="live-channels">
          {live.map((channel) => (
            <LiveCard key={channel.slug} channel={channel} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul className="card-grid" data-small="" data-part="other-channels">
          {others.map((channel) => (
            <OfflineCard key={channel.slug} channel={channel} />
          ))}
        </ul>
      )}
    </>
  );
}

function LiveCard({ channel }: { channel: CardChannel }) {
  const { slug, name, title, category, tags = [], mature, live } = channel;
  return (
    <li className="channel-card" data-part="channel-card">
      <Thumbnail channel={channel} />
      <div className="mt-2.5 flex gap-3">
        <Avatar name={name} seed={slug} size="small" live />
        <div className="min-w-0 flex-1">
          <p className="line-clamp-2 leading-snug font-semibold" dir="auto">
            <Link href={channelPath(slug)} className="channel-card-link">
              {title || name}
            </Link>
          </p>
          <p className="truncate text-sm text-fg-2" dir="auto">
            {title ? name : null}
          </p>
          <p className="visually-hidden">
            {i18n._({
              id: "card.live",
              message: "Live, {count, plural, one {# person watching} other {# people watching}}",
              values: { count: live?.viewers ?? 0 },
            })}
          </p>
          <Chips category={category} tags={tags} mature={mature} />
        </div>
      </div>
    </li>
  );
}

function Chips({ category, tags = [], mature = false }: Pick<CardChannel, "category" | "tags" | "mature">) {
  if (!category && tags.length === 0 && !mature) return null;
  return (
    <p className="mt-1.5 flex flex-wrap gap-1.5">
      {mature && (
        <span className="chip" data-warn="">
          {i18n._({ id: "channel.mature", message: "For grown-ups" })}
        </span>
      )}
      {category && (
        <Link href={`/category/${category.slug}`} className="chip relative z-1" data-strong="" dir="auto">
          {category.name}
        </Link>
      )}
      {tags.slice(0, 2).map((tag) => (
        <Link
          key={tag}
          href={`/browse?${new URLSearchParams({ tag })}`}
          className="chip relative z-1"
          dir="auto"
        >
          {tag}
        </Link>
      ))}
    </p>
  );
}

/** What is on now. Until it has come, and where it cannot be had, the place is kept. */
function Thumbnail({ channel: { slug, live, mature } }: { channel: CardChannel }) {
  const [failed, setFailed] = useState(false);
  const [saves] = useState(wantsReducedData);
  return (
    <div className="channel-thumb" aria-hidden="true">
      {!failed && !saves && !mature && (
        <img
          src={thumbnailUrl(slug, "small")}
          alt=""
          width={480}
          height={270}
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
        />
      )}
      <span className="live-tag">{i18n._({ id: "card.live-tag", message: "Live" })}</span>
      <span className="viewers-tag viewers-count">
        <Icon name="eye" />
        {formatCount(live?.viewers ?? 0, i18n.locale)}
      </span>
    </div>
  );
}

function OfflineCard({ channel: { slug, name, title } }: { channel: CardChannel }) {
  return (
    <li className="channel-card flex items-center gap-3 rounded-card p-2">
      <Avatar name={name} seed={slug} size="small" />
      <div className="min-w-0">
        <p className="truncate font-semibold" dir="auto">
          <Link href={channelPath(slug)} className="channel-card-link">
            {name}
          </Link>
        </p>
        <p className="truncate text-sm text-fg-2" dir="auto">
          {title || i18n._({ id: "channel.offline", message: "Offline" })}
        </p>
      </div>
    </li>
  );
}
