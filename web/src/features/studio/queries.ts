/** What the studio knows of a channel, by the addresses of the API. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";

export function useOwnChannels() {
  return useQuery({
    queryKey: ["own-channels"],
    queryFn: ({ signal }) => call("GET /api/v1/me/channels", {}, signal),
  });
}

export function useProfile(name: string) {
  return useQuery({
    queryKey: ["profile", name],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/profile", { path: { name } }, signal),
  });
}

export function useCategories() {
  return useQuery({
    queryKey: ["site", "categories"],
    queryFn: ({ signal }) => call("GET /api/v1/categories", {}, signal),
  });
}

export function useKeys(name: string) {
  return useQuery({
    queryKey: ["keys", name],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/keys", { path: { name } }, signal),
  });
}

export function usePanels(name: string) {
  return useQuery({
    queryKey: ["panels", name],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/panels", { path: { name } }, signal),
  });
}

/** The channel as viewers see it. */
export function useWatched(name: string) {
  return useQuery({
    queryKey: ["watched", name],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}", { path: { name } }, signal),
  });
}

export function useMembers(name: string) {
  return useQuery({
    queryKey: ["members", name],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/members", { path: { name } }, signal),
  });
}

/** Asks anew for what a change may have touched. */
export function useRefresh(): (...key: string[]) => Promise<void> {
  const queries = useQueryClient();
  return (...key) => queries.invalidateQueries({ queryKey: key });
}
