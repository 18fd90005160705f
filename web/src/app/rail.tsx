import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import { useSession } from "@/api/session";
import { formatCount } from "@/lib/format";
import { Avatar } from "@/ui/avatar";
import { channelPath } from "@/ui/channel-card";
import { Icon } from "@/ui/icon";
import type { Glyph } from "@/ui/icons";
import { Link, usePath } from "@/ui/navigation";
import { PAGE } from "@/ui/page-icons";

/** How often it is asked who of the followed came on air. */
const REFRESH_MS = 60_000;
const MAX_SHOWN = 12;

/** Beside every page of a site with many channels: where else to go, and who of the followed is live. */
export function Rail() {
  const session = useSession();
  const signedIn = session?.account != null;
  return (
    <nav className="rail" data-part="rail" aria-label={i18n._({ id: "rail.label", message: "Site" })}>
      <RailLink href="/" glyph={PAGE.home} label={i18n._({ id: "rail.home", message: "Home" })} />
      <RailLink
        href="/browse"
        glyph={PAGE.compass}
        label={i18n._({ id: "rail.browse", message: "Browse" })}
      />
      {signedIn && (
        <>
          <RailLink
            href="/following"
            glyph={PAGE.heart}
            label={i18n._({ id: "rail.following", message: "Following" })}
          />
          <LiveFollows />
        </>
      )}
    </nav>
  );
}

function RailLink({ href, glyph, label }: { href: string; glyph: Glyph; label: string }) {
  const path = usePath();
  return (
    <Link href={href} className="rail-link" aria-current={path === href ? "page" : undefined} title={label}>
      <Icon glyph={glyph} />
      <span className="rail-label">{label}</span>
    </Link>
  );
}

function LiveFollows() {
  const path = usePath();
  const { data } = useQuery({
    queryKey: ["follows", "live"],
    queryFn: ({ signal }) => call("GET /api/v1/account/follows", { query: {} }, signal),
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS / 2,
  });
  const live = data?.follows.filter(({ channel }) => channel.live).slice(0, MAX_SHOWN) ?? [];
  if (live.length === 0) return null;
  return (
    <>
      <h2 className="rail-heading">{i18n._({ id: "rail.live", message: "Live now" })}</h2>
      <ul>
        {live.map(({ channel: { slug, name, title, live } }) => (
          <li key={slug}>
            <Link
              href={channelPath(slug)}
              className="rail-link"
              aria-current={path === channelPath(slug) ? "page" : undefined}
              title={title ? `${name}: ${title}` : name}
            >
              <Avatar name={name} seed={slug} size="small" live />
              <span className="rail-label">
                <span className="block truncate font-semibold" dir="auto">
                  {name}
                </span>
                <span className="block truncate text-[13px] text-fg-2" dir="auto">
                  {title}
                </span>
              </span>
              <span className="rail-count viewers-count">
                {formatCount(live?.viewers ?? 0, i18n.locale)}
                <span className="visually-hidden">
                  {" "}
                  {i18n._({
                    id: "channel.viewers",
                    message: "{count, plural, one {person watching} other {people watching}}",
                    values: { count: live?.viewers ?? 0 },
                  })}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
