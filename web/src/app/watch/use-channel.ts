import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { ChatLine } from "@/api/chat-line";
import { fetchChannel, PRIMARY } from "@/api/client";
import { followChannel } from "@/api/live-status";
import { useSession } from "@/api/session";
import type { Boot, Channel } from "@/api/types";
import { useServices } from "../services";

/**
 * A channel with its status as it changes. The first answer comes with the page itself. With `chat`
 * the same connection carries what is said, to whoever the page's session says.
 */
export function useChannel(slug: string, chat?: ChatLine) {
  const { boot, clock, onSite } = useServices();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["channel", slug],
    queryFn: ({ signal }) => fetchChannel(slug, signal),
    initialData: () => bootChannel(boot, slug),
    // The socket says what changes; asking again on every focus would only repeat it.
    refetchOnWindowFocus: false,
  });
  const known = query.data !== undefined;
  const change = useChangeOfPerson();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person is another connection.
  useEffect(() => {
    if (!known) return;
    return followChannel({
      slug,
      clock,
      chat,
      onSite,
      onUpdate: (update) =>
        queries.setQueryData<Channel>(["channel", slug], (channel) => channel && update(channel)),
    });
  }, [known, slug, clock, queries, chat, change, onSite]);
  return query;
}

/** How often somebody has become somebody else on this page; learning who it is does not count. */
function useChangeOfPerson(): number {
  const session = useSession();
  const who = session && (session.account?.id ?? "guest");
  const before = useRef(who);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (before.current !== undefined && who !== undefined && before.current !== who)
      setChanges((count) => count + 1);
    before.current = who ?? before.current;
  }, [who]);
  return changes;
}

function bootChannel(boot: Boot | null, slug: string): Channel | undefined {
  const channel = boot?.channel;
  if (!channel) return undefined;
  return channel.slug === slug || (slug === PRIMARY && channel.is_primary) ? channel : undefined;
}
