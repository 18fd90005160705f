import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { fetchChannel, PRIMARY } from "@/api/client";
import { followChannel } from "@/api/live-status";
import type { Boot, Channel } from "@/api/types";
import { useServices } from "../services";

/** A channel with its status as it changes. The first answer comes with the page itself. */
export function useChannel(slug: string) {
  const { boot, clock } = useServices();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["channel", slug],
    queryFn: ({ signal }) => fetchChannel(slug, signal),
    initialData: () => bootChannel(boot, slug),
    // The socket says what changes; asking again on every focus would only repeat it.
    refetchOnWindowFocus: false,
  });
  const known = query.data !== undefined;
  useEffect(() => {
    if (!known) return;
    return followChannel({
      slug,
      clock,
      onUpdate: (update) =>
        queries.setQueryData<Channel>(["channel", slug], (channel) => channel && update(channel)),
    });
  }, [known, slug, clock, queries]);
  return query;
}

function bootChannel(boot: Boot | null, slug: string): Channel | undefined {
  const channel = boot?.channel;
  if (!channel) return undefined;
  return channel.slug === slug || (slug === PRIMARY && channel.is_primary) ? channel : undefined;
}
