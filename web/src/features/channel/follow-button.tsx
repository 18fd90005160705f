import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { FollowState } from "@/api/schema";
import { useSession } from "@/api/session";
import { formatCount } from "@/lib/format";
import { signInPath } from "@/lib/next-page";
import { Icon } from "@/ui/icon";
import { Link, usePath } from "@/ui/navigation";
import { PAGE } from "@/ui/page-icons";

interface FollowButtonProps {
  slug: string;
  /** How many follow the channel, as its document says. */
  followers: number;
  /** The heart alone, where there is little room. */
  brief?: boolean;
}

/** Follows a channel, or does no longer; guests are led to where they can sign in. */
export function FollowButton({ slug, followers, brief = false }: FollowButtonProps) {
  const session = useSession();
  const path = usePath();
  const signedIn = session?.account != null;
  const { state, busy, toggle } = useFollow(slug, signedIn);
  const count = state?.followers ?? followers;
  if (session && !signedIn) {
    return (
      <Link href={signInPath(path)} className="button" data-primary="">
        <Icon glyph={PAGE.heart} />
        <span className={brief ? "visually-hidden" : ""}>
          {i18n._({ id: "follow.button", message: "Follow" })}
        </span>
        {!brief && <Count count={count} />}
      </Link>
    );
  }
  const following = state?.following ?? false;
  return (
    <button
      type="button"
      className="button"
      data-primary={following ? undefined : ""}
      aria-pressed={following}
      aria-disabled={busy || undefined}
      onClick={toggle}
    >
      <Icon glyph={following ? PAGE["heart-full"] : PAGE.heart} />
      <span className={brief ? "visually-hidden" : ""}>
        {following
          ? i18n._({ id: "follow.on", message: "Following" })
          : i18n._({ id: "follow.button", message: "Follow" })}
      </span>
      {!brief && <Count count={count} />}
    </button>
  );
}

function Count({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="font-medium tabular-nums opacity-80">
      <span aria-hidden="true">{formatCount(count, i18n.locale)}</span>
      <span className="visually-hidden">
        {i18n._({
          id: "follow.count",
          message: "{count, plural, one {# follower} other {# followers}}",
          values: { count },
        })}
      </span>
    </span>
  );
}

function useFollow(slug: string, signedIn: boolean) {
  const queries = useQueryClient();
  const key = ["follow", slug];
  const { data: state, isPending } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/follow", { path: { name: slug } }, signal),
    enabled: signedIn,
  });
  /** Shown at once; the server's answer, or its refusal, has the last word. */
  const toggle = async () => {
    if (!state) return;
    const path = { name: slug };
    const following = !state.following;
    const followers = Math.max(0, state.followers + (following ? 1 : -1));
    queries.setQueryData<FollowState>(key, { ...state, following, followers });
    try {
      const fresh = following
        ? await call("PUT /api/v1/channels/{name}/follow", { path })
        : await call("DELETE /api/v1/channels/{name}/follow", { path });
      queries.setQueryData<FollowState>(key, fresh);
    } catch {
      queries.setQueryData<FollowState>(key, state);
    }
    await queries.invalidateQueries({ queryKey: ["follows"] });
  };
  return { state, busy: isPending, toggle: () => void toggle() };
}
