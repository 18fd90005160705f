/** A channel's health, as it changes: the socket says how it is, and what was is asked for once. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "./client";
import type { Health, HealthPoint } from "./schema";
import { openSocket, socketUrl } from "./socket";

/** Points that a page keeps: ten minutes of them, as the server does. */
const MAX_POINTS = 300;

export interface Watched {
  health: Health | undefined;
  /** Oldest first. */
  history: HealthPoint[];
  /** Whether changes are heard of at once. */
  connected: boolean;
}

export function useHealth(channel: string): Watched {
  const [connected, setConnected] = useState(false);
  const [heard, setHeard] = useState<Health[]>([]);
  const queries = useQueryClient();
  const { data, refetch } = useQuery({
    queryKey: ["health", channel],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/health", { path: { name: channel } }, signal),
    refetchOnWindowFocus: false,
    // Only while the socket is down.
    refetchInterval: connected ? false : 5_000,
  });
  useEffect(() => {
    setHeard([]);
    const askForMarkers = () => void queries.invalidateQueries({ queryKey: ["markers", channel] });
    return openSocket(() => socketUrl({ channel, health: "1" }), {
      onConnected(send) {
        setConnected(send !== null);
        if (!send) return;
        void refetch();
        // What was missed while nothing was heard.
        askForMarkers();
      },
      onMessage(message) {
        if (message.type === "health") setHeard((known) => [...known, message.health].slice(-MAX_POINTS));
        if (message.type === "markers") askForMarkers();
        // What a broadcast was like ends with it.
        if (message.type === "status" && message.status.state === "offline") void refetch();
      },
    });
  }, [channel, refetch, queries]);
  const newest = heard.at(-1);
  return {
    health: newest ?? data?.health,
    history: joined(data?.history ?? [], heard.flatMap(pointOf)),
    connected,
  };
}

function pointOf({ at, ingest, audience, condition, viewers }: Health): HealthPoint[] {
  if (!ingest || !condition) return [];
  return [
    {
      at,
      condition,
      viewers,
      video_bps: ingest.video?.bitrate_bps ?? 0,
      audio_bps: ingest.audio?.bitrate_bps ?? 0,
      frame_rate: ingest.video?.frame_rate ?? 0,
      lag_ms: ingest.lag_ms,
      latency_ms: audience.latency.median,
      players: audience.players,
      stalled: audience.stalled,
    },
  ];
}

/** What was asked for, and what came after it. */
export function joined(known: HealthPoint[], heard: HealthPoint[]): HealthPoint[] {
  const until = known.at(-1)?.at ?? "";
  return [...known, ...heard.filter(({ at }) => Date.parse(at) > (Date.parse(until) || 0))].slice(
    -MAX_POINTS,
  );
}
