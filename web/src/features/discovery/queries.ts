/** Lists of channels, page by page. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";

export interface Filter {
  live?: boolean;
  category?: string;
  tag?: string;
  language?: string;
  sort?: "viewers" | "started" | "name";
}

/** Lists of who is on air grow old quickly. */
const FRESH_MS = 15_000;

export function useDirectory(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["site", "list", filter],
    queryFn: ({ signal, pageParam }) =>
      call("GET /api/v1/directory", { query: { ...filter, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: FRESH_MS,
  });
}

export function useSearch(q: string) {
  return useInfiniteQuery({
    queryKey: ["site", "search", q],
    queryFn: ({ signal, pageParam }) =>
      call("GET /api/v1/search", { query: { q, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: q !== "",
    staleTime: FRESH_MS,
  });
}

export function useFollows() {
  return useInfiniteQuery({
    queryKey: ["follows"],
    queryFn: ({ signal, pageParam }) =>
      call("GET /api/v1/account/follows", { query: { cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: FRESH_MS,
  });
}

export function useShownFollowers(name: string) {
  return useInfiniteQuery({
    queryKey: ["followers", name],
    queryFn: ({ signal, pageParam }) =>
      call(
        "GET /api/v1/channels/{name}/followers/shown",
        { path: { name }, query: { cursor: pageParam } },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: FRESH_MS,
  });
}

export function useCategory(slug: string) {
  return useQuery({
    queryKey: ["site", "category", slug],
    queryFn: ({ signal }) => call("GET /api/v1/categories/{slug}", { path: { slug } }, signal),
  });
}

export function useTags() {
  return useQuery({
    queryKey: ["site", "tags"],
    queryFn: ({ signal }) => call("GET /api/v1/tags", {}, signal),
  });
}
