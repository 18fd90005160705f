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

/** The moments of a broadcast that somebody marked. */
export function useMarkers(name: string, broadcast: string | null) {
  return useQuery({
    queryKey: ["markers", name, broadcast],
    enabled: broadcast !== null,
    queryFn: ({ signal }) => {
      const path = { name, broadcast: broadcast ?? "current" };
      return call("GET /api/v1/channels/{name}/broadcasts/{broadcast}/markers", { path }, signal);
    },
  });
}

/** How many markers broadcasts have, by their ids. */
export function useMarked(name: string) {
  return useQuery({
    queryKey: ["markers", name],
    queryFn: async ({ signal }) => {
      const { broadcasts } = await call("GET /api/v1/channels/{name}/markers", { path: { name } }, signal);
      return new Map(broadcasts.map(({ broadcast_id: id, markers }) => [id, markers]));
    },
  });
}

const DAY_MS = 86_400_000;
/** As far as the server looks ahead. */
const REACH_DAYS = 99;

/** What is planned, time by time. */
export function useOccurrences(name: string) {
  return useQuery({
    queryKey: ["schedule", name, "planned"],
    queryFn: async ({ signal }) => {
      const to = new Date(Date.now() + REACH_DAYS * DAY_MS).toISOString();
      const query = { to, limit: 200 };
      const path = { name };
      return (await call("GET /api/v1/channels/{name}/schedule", { path, query }, signal)).occurrences;
    },
  });
}

/** Asks anew for what a change may have touched. */
export function useRefresh(): (...key: string[]) => Promise<void> {
  const queries = useQueryClient();
  return (...key) => queries.invalidateQueries({ queryKey: key });
}
