/** What happens on a channel, as a streamer wants to hear of it: who is new, who follows, what was done. */
import { i18n } from "@lingui/core";
import type { ChatEvent } from "@/api/chat";
import type { FollowerDocument, Health, MarkerDocument, Status } from "@/api/schema";
import { formatElapsed } from "@/lib/format";

export interface Entry {
  id: string;
  /** Milliseconds of the epoch. */
  at: number;
  kind: "person" | "follower" | "stream" | "chat" | "health" | "marker";
  words: string;
}

/** Of more, the oldest go. */
export const MAX_ENTRIES = 100;

export function withEntries(known: Entry[], more: Entry[]): Entry[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => a.at - b.at).slice(-MAX_ENTRIES);
}

/** What of the chat is worth a line beside it. */
export function entriesOfChat(events: ChatEvent[]): Entry[] {
  return events.flatMap((event) => {
    const words = wordsOf(event);
    const kind: Entry["kind"] = event.kind === "message" ? "person" : "chat";
    return words ? [{ id: `chat-${event.seq}`, at: Date.parse(event.at), kind, words }] : [];
  });
}

function wordsOf(event: ChatEvent): string | null {
  switch (event.kind) {
    case "message":
      return event.first
        ? i18n._({
            id: "activity.first",
            message: "{name} writes for the first time",
            values: { name: event.author.name },
          })
        : null;
    case "renamed":
      return i18n._({
        id: "activity.renamed",
        message: "{old} is {name} now",
        values: { old: event.old_name, name: event.chatter.name },
      });
    case "mode":
      return i18n._({ id: "activity.mode", message: "The rules of the chat changed" });
    case "poll":
      return event.closed
        ? i18n._({
            id: "activity.poll-over",
            message: "The poll is over: {question}",
            values: { question: event.question },
          })
        : i18n._({
            id: "activity.poll",
            message: "A poll: {question}",
            values: { question: event.question },
          });
    case "pinned":
      return (
        event.message &&
        i18n._({ id: "activity.pinned", message: "{by} pinned a message", values: { by: event.by } })
      );
    case "cleared":
      return i18n._({ id: "activity.cleared", message: "Somebody’s messages were removed" });
    default:
      return null;
  }
}

export function entriesOfFollowers(followers: FollowerDocument[]): Entry[] {
  return followers.map(({ account, followed_at }) => ({
    id: `follower-${account}-${followed_at}`,
    at: Date.parse(followed_at),
    kind: "follower",
    words: i18n._({ id: "activity.follows", message: "Somebody follows the channel" }),
  }));
}

export function entriesOfMarkers(markers: MarkerDocument[]): Entry[] {
  return markers.map(({ id, at, position_ms, text, by }) => {
    const values = { by, text, time: formatElapsed(position_ms, i18n.locale) };
    return {
      id: `marker-${id}`,
      at: Date.parse(at),
      kind: "marker",
      words: text
        ? i18n._({ id: "activity.marker-text", message: "{by} marked {time}: {text}", values })
        : i18n._({ id: "activity.marker", message: "{by} marked {time}", values }),
    };
  });
}

export function entryOfStatus(status: Status, now: number): Entry {
  const words = {
    live: i18n._({ id: "activity.live", message: "You are on air" }),
    interrupted: i18n._({
      id: "activity.interrupted",
      message: "Your encoder is gone, the stream waits for it",
    }),
    offline: i18n._({ id: "activity.offline", message: "Nothing is on air" }),
  };
  return { id: `status-${status.state}-${now}`, at: now, kind: "stream", words: words[status.state] };
}

export function entriesOfHealth({ findings }: Health): Entry[] {
  return findings.map(({ code, since, sentence }) => ({
    id: `health-${code}-${since}`,
    at: Date.parse(since),
    kind: "health",
    words: sentence,
  }));
}
