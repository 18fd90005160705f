/** What the chat says and hears on the page's socket. */

export type Badge = "owner" | "editor" | "moderator" | "admin" | "bot" | "authenticated" | "follower";

export interface Chatter {
  id: string;
  kind: "account" | "guest" | "bot";
  name: string;
  hue: number;
  badges: Badge[];
  username: string | null;
  since: string;
}

export interface Speech {
  allowed: boolean;
  reason: string | null;
  /** When they may again (RFC 3339). */
  until: string | null;
}

/** What holds for everybody in the room; absent means that it does not hold. */
export interface Modes {
  slow_seconds?: number | null;
  followers_only_minutes?: number | null;
  established_only_minutes?: number | null;
  signed_in_only?: boolean;
  emote_only?: boolean;
  quiet?: boolean;
  shield?: boolean;
  closed?: boolean;
}

export interface Pinned {
  message: { id: string; author_name: string; html: string };
  by: string | null;
  until: string | null;
}

export interface Poll {
  id: string;
  question: string;
  choices: { text: string; votes: number }[];
  ends_at: string | null;
  ended: boolean;
  /** What you chose, if you did. */
  yours?: number | null;
}

export interface Room {
  modes: Modes;
  may_speak: Speech;
  pinned: Pinned | null;
  poll: Poll | null;
  emotes_version: number | string;
  last_seq: number;
}

export interface ReplyTo {
  id: string;
  author_name: string;
  excerpt: string;
}

/** What happened; `seq` counts what is kept, in one order for everybody. */
export type ChatEvent = { seq?: number; at: string } & (
  | {
      kind: "message";
      id: string;
      author: Chatter;
      html: string;
      text: string;
      reply_to: ReplyTo | null;
      style: "normal" | "action" | "announcement" | "system";
      mentions: string[];
      first: boolean;
    }
  | { kind: "edited"; id: string; html: string; text: string }
  | { kind: "deleted"; ids: string[]; by: "author" | "moderator" }
  | { kind: "cleared"; chatter_id: string }
  | { kind: "renamed"; chatter: Chatter; old_name: string }
  | ({ kind: "pinned" } & Partial<Pinned> & { message: Pinned["message"] | null })
  | ({ kind: "poll" } & Poll)
  | { kind: "mode"; modes: Modes }
  | { kind: "notice"; html: string }
  | { kind: "presence"; joined: Chatter[]; left: Chatter[]; count: number }
);

/** What the server says of the chat, on the page's socket. */
export type ChatMessage =
  | {
      type: "chat_welcome";
      you: Chatter | null;
      room: Room;
      resumed: boolean;
      present: { count: number; some: Chatter[] };
    }
  | { type: "chat"; events: ChatEvent[] }
  | { type: "ack"; key: string; seq: number; id: string }
  | {
      type: "refused";
      key: string;
      code: string;
      detail: string;
      until: string | null;
      range: [number, number] | null;
    }
  | { type: "held"; key: string }
  | { type: "you"; you: Chatter | null; may_speak: Speech };

/** What a page says. `key` is the page's own name for it, until the server has answered. */
export type ChatCommand =
  | { type: "hello"; guest: string }
  | { type: "say"; key: string; text: string; reply_to?: string }
  | { type: "edit"; key: string; id: string; text: string }
  | { type: "delete"; key: string; id: string }
  | { type: "rename"; key: string; name: string }
  | { type: "colour"; key: string; hue: number }
  | { type: "vote"; key: string; poll: string; choice: number };

const TYPES: string[] = ["chat_welcome", "chat", "ack", "refused", "held", "you"];

export function isChatMessage(message: { type: string }): message is ChatMessage {
  return TYPES.includes(message.type);
}
