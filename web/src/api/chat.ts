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
  /** A word, and the same in words. */
  reason: string | null;
  detail: string | null;
  /** When they may again (RFC 3339). */
  until: string | null;
  /** What a moderator did that is the reason, if one did. */
  action?: string | null;
}

/** What waits for those who keep order. */
export interface QueueCount {
  held: number;
  cases: number;
}

/** What holds for everybody in the room. */
export interface Modes {
  enabled: boolean;
  open: "while_live" | "always";
  slow_seconds: number;
  followers_only_minutes: number | null;
  established_minutes: number;
  signed_in_only: boolean;
  emote_only: boolean;
  quiet: boolean;
  shield: boolean;
  links: "allow" | "followers" | "listed" | "none";
  max_length: number;
}

export interface Message {
  id: string;
  author: Chatter;
  html: string;
  text: string;
  reply_to: ReplyTo | null;
  style: "normal" | "action" | "announcement" | "system";
  mentions: string[];
  first: boolean;
}

export interface ReplyTo {
  id: string;
  author_name: string;
  excerpt: string;
}

export interface Pinned {
  message: Message;
  by: string;
  until: string | null;
}

export interface Poll {
  id: string;
  question: string;
  choices: { text: string; votes: number }[];
  by: string;
  closes_at: string;
  closed: boolean;
}

export interface Room {
  modes: Modes;
  may_speak: Speech;
  pinned: Pinned | null;
  poll: Poll | null;
  emotes_version: number;
  last_seq: number;
}

/** What happened; `seq` counts it, in one order for everybody. */
export type ChatEvent = { seq: number; at: string } & (
  | ({ kind: "message" } & Message)
  | { kind: "edited"; id: string; html: string; text: string }
  | { kind: "deleted"; ids: string[]; by: "author" | "moderator" }
  | { kind: "restored"; messages: Message[] }
  | { kind: "cleared"; chatter_id: string }
  | { kind: "renamed"; chatter: Chatter; old_name: string }
  | { kind: "pinned"; message: Message | null; by: string; until: string | null }
  | ({ kind: "poll" } & Poll)
  | ({ kind: "mode" } & Modes)
  | { kind: "notice"; html: string }
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
  | { type: "presence"; joined: Chatter[]; left: Chatter[]; count: number }
  | { type: "you"; chatter: Chatter; may_speak: Speech }
  | { type: "ack"; key: string; seq: number | null; id: string | null }
  | {
      type: "refused";
      key: string;
      code: string;
      detail: string;
      until: string | null;
      range: [number, number] | null;
    }
  | { type: "held"; key: string }
  | { type: "warned"; reason: string }
  | { type: "private"; html: string }
  | ({ type: "queue" } & QueueCount)
  | { type: "answered"; kind: "report" | "appeal"; subject_id: string; granted: boolean; answer: string }
  | { type: "chat_closed"; code: string; detail: string };

/** What a page says. `key` is the page's own name for it, until the server has answered. */
export type ChatCommand =
  | { type: "hello"; guest: string }
  | { type: "say"; key: string; text: string; reply_to?: string }
  | { type: "edit"; key: string; id: string; text: string }
  | { type: "delete"; key: string; id: string }
  | { type: "rename"; key: string; name: string }
  | { type: "colour"; key: string; hue: number }
  | { type: "vote"; key: string; poll: string; choice: number };

const TYPES = [
  "chat_welcome",
  "chat",
  "presence",
  "you",
  "ack",
  "refused",
  "held",
  "warned",
  "private",
  "queue",
  "answered",
  "chat_closed",
];

export function isChatMessage(message: { type: string }): message is ChatMessage {
  return TYPES.includes(message.type);
}
