/** A room and people in it. */
import type { ChatEvent, ChatMessage, Chatter, Modes, Room } from "@/api/chat";

export const MODES: Modes = {
  enabled: true,
  open: "always",
  slow_seconds: 0,
  followers_only_minutes: null,
  established_minutes: 0,
  signed_in_only: false,
  emote_only: false,
  quiet: false,
  shield: false,
  links: "allow",
  max_length: 500,
};

export function person(name: string, more: Partial<Chatter> = {}): Chatter {
  const since = "2026-01-01T00:00:00Z";
  return {
    id: name.toLowerCase(),
    kind: "guest",
    name,
    hue: 200,
    badges: [],
    username: null,
    since,
    ...more,
  };
}

export function room(more: Partial<Room> = {}): Room {
  return {
    modes: MODES,
    may_speak: { allowed: true, reason: null, detail: null, until: null },
    pinned: null,
    poll: null,
    emotes_version: 0,
    last_seq: 0,
    ...more,
  };
}

export function welcome(you: Chatter | null, more: Partial<Room> = {}): ChatMessage {
  return { type: "chat_welcome", you, room: room(more), resumed: false, present: { count: 2, some: [] } };
}

let seq = 0;

/** Somebody says something; each time a second later than the last. */
export function said(
  author: Chatter,
  text: string,
  more: object = {},
): Extract<ChatEvent, { kind: "message" }> {
  seq += 1;
  return {
    kind: "message",
    seq,
    at: new Date(Date.parse("2026-03-01T18:00:00Z") + seq * 1000).toISOString(),
    id: `m${seq}`,
    author,
    html: `<p>${text}</p>`,
    text,
    reply_to: null,
    style: "normal",
    mentions: [],
    first: false,
    ...more,
  };
}
