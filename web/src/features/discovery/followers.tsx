import { i18n } from "@lingui/core";
import type { ShownFollower } from "@/api/schema";
import { useSession } from "@/api/session";
import { formatCount } from "@/lib/format";
import { Avatar } from "@/ui/avatar";
import { Loaded } from "@/ui/forms/loaded";
import { More } from "@/ui/forms/pages";
import { Link } from "@/ui/navigation";
import { useShownFollowers } from "./queries";

/** Who follows a channel that shows it: the newest first, those who let themselves be seen. */
export function Followers({ channel }: { channel: string }) {
  const query = useShownFollowers(channel);
  return (
    <Loaded query={query} lines={6}>
      {({ pages }) => {
        const shown = pages.flatMap(({ followers }) => followers);
        const total = pages.at(-1)?.total ?? 0;
        return (
          <div className="flex flex-col gap-4">
            <p className="text-fg-2" data-part="follower-count">
              {total === 0
                ? i18n._({ id: "followers.none", message: "Nobody follows this channel yet." })
                : i18n._({
                    id: "followers.count",
                    message: "{count, plural, one {{shown} follower} other {{shown} followers}}",
                    values: { count: total, shown: formatCount(total, i18n.locale) },
                  })}
            </p>
            {shown.length > 0 && (
              <ul className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3" data-part="followers">
                {shown.map((follower) => (
                  <Follower key={follower.username} follower={follower} />
                ))}
              </ul>
            )}
            <More query={query} className="self-center" />
            <OwnChoice />
          </div>
        );
      }}
    </Loaded>
  );
}

function Follower({ follower }: { follower: ShownFollower }) {
  const { username, display_name: name, colour, avatar_url: picture } = follower;
  return (
    <li className="card flex min-w-0 items-center gap-3 px-4 py-3">
      <Avatar name={name} seed={username} hue={colour} picture={picture} size="small" />
      <span className="min-w-0">
        <bdi className="block truncate font-semibold">{name}</bdi>
        {name !== username && <bdi className="block truncate text-[13px] text-fg-2">{username}</bdi>}
      </span>
    </li>
  );
}

/** Where those who are signed in say that they do not want to stand here. */
function OwnChoice() {
  const session = useSession();
  if (!session?.account) return null;
  return (
    <p className="text-sm text-fg-2">
      {i18n._({ id: "followers.choice", message: "Nobody has to be named here." })}{" "}
      <Link href="/settings/data" className="link">
        {i18n._({ id: "followers.choose", message: "Choose for yourself" })}
      </Link>
    </p>
  );
}
