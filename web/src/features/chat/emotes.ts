import { request } from "@/api/client";
import type { Emote } from "./completion";

/** The pictures that may be sent in a channel, by name. */
export async function emotesOf(slug: string, signal?: AbortSignal): Promise<Emote[]> {
  const url = `/api/v1/channels/${encodeURIComponent(slug)}/chat/emotes`;
  return (await request("GET", url, undefined, { signal })) as Emote[];
}
