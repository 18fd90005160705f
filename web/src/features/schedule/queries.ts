/** A channel's planned streams and past broadcasts, by the addresses of the API. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Coming } from "@/api/schema";

/** As many days as the server's own page shows. */
const REACH_DAYS = 28;
const DAY_MS = 86_400_000;

/** `known` is what the page came with. */
export function useOccurrences(name: string, known?: Coming[]) {
  return useQuery({
    queryKey: ["schedule", name],
    queryFn: async ({ signal }) => {
      const to = new Date(Date.now() + REACH_DAYS * DAY_MS).toISOString();
      const query = { to, limit: 200 };
      const page = await call("GET /api/v1/channels/{name}/schedule", { path: { name }, query }, signal);
      return page.occurrences;
    },
    initialData: known,
  });
}

export function usePastBroadcasts(name: string) {
  return useInfiniteQuery({
    queryKey: ["past", name],
    queryFn: ({ signal, pageParam }) =>
      call(
        "GET /api/v1/channels/{name}/broadcasts",
        { path: { name }, query: { cursor: pageParam } },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
