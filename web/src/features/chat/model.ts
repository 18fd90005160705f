/**
 * What a room's chat looks like to one page, as a value: everything that arrives is applied by
 * `applyEvents`, many at a time, and nothing here touches the page.
 */
import type { ChatEvent, Chatter, Message, Modes, Pinned, Poll, QueueCount, Speech } from "@/api/chat";

/** Rows that are drawn; older ones are the history's. */
export const MAX_ROWS = 300;
/** Rows that wait while somebody reads further up; of more, the newest stay. */
export const MAX_WAITING = 500;
/** Rows that somebody may have who reads back. */
const MAX_READ = 1_000;
/** Somebody's next line within this time stands under the same name. */
const GROUP_MS = 40_000;
const MAX_GROUP = 5;
/** People whose names are offered for mentions: those who spoke last. */
const MAX_SPEAKERS = 100;
/** Above this many present, comings and goings are not told. */
const MAX_TOLD_PRESENT = 100;

/** A message with its time and its place. */
export type Said = Message & { at: string; seq: number };

export interface MessageRow {
  row: "message";
  key: string;
  message: Said;
  /** How many of the same person's lines stand right above it; 0 begins a group. */
  group: number;
  edited: boolean;
  /** Cleared rows are not drawn at all, and stay in case that it is taken back. */
  deleted: "author" | "moderator" | "cleared" | null;
  /** It names the reader, or answers them. */
  forYou: boolean;
}

/** Something that happened and nobody said. */
export interface NoteRow {
  row: "note";
  key: string;
  at: string;
  note:
    | { what: "presence"; joined: string[]; left: string[] }
    | { what: "renamed"; name: string; old: string }
    | { what: "cleared"; name: string; count: number }
    | { what: "modes"; modes: Modes; before: Modes | null }
    | { what: "html"; html: string }
    | { what: "warned"; reason: string }
    | { what: "answered"; appeal: boolean; granted: boolean; answer: string }
    | { what: "missed" };
}

export type Row = MessageRow | NoteRow;

export interface Chat {
  connected: boolean;
  /** Whether the room has said anything yet. */
  welcomed: boolean;
  you: Chatter | null;
  maySpeak: Speech;
  modes: Modes | null;
  pinned: Pinned | null;
  poll: Poll | null;
  emotesVersion: number;
  /** What waits for a moderator who sits here. */
  queue: QueueCount | null;
  /** Why there is nothing more to come, once the server has said so. */
  closed: { code: string; detail: string } | null;
  rows: Row[];
  /** While not null, somebody reads further up and new rows wait here. */
  waiting: Row[] | null;
  unread: { count: number; forYou: number };
  present: { count: number; some: Chatter[] };
  /** Who spoke last, the newest first. */
  speakers: Chatter[];
  /** Rows that were made so far: their keys. */
  made: number;
}

export const SILENT: Chat = {
  connected: false,
  welcomed: false,
  you: null,
  maySpeak: { allowed: true, reason: null, detail: null, until: null },
  modes: null,
  pinned: null,
  poll: null,
  emotesVersion: 0,
  queue: null,
  closed: null,
  rows: [],
  waiting: null,
  unread: { count: 0, forYou: 0 },
  present: { count: 0, some: [] },
  speakers: [],
  made: 0,
};

export function applyEvents(chat: Chat, events: ChatEvent[]): Chat {
  return events.reduce(applyEvent, chat);
}

function applyEvent(chat: Chat, event: ChatEvent): Chat {
  switch (event.kind) {
    case "message":
      return withMessage(chat, event);
    case "edited":
      return mapRows(chat, (row) =>
        row.row === "message" && row.message.id === event.id
          ? { ...row, edited: true, message: { ...row.message, html: event.html, text: event.text } }
          : row,
      );
    case "deleted": {
      const gone = new Set(event.ids);
      const chatWithout = mapRows(chat, (row) =>
        row.row === "message" && gone.has(row.message.id) ? { ...row, deleted: event.by } : row,
      );
      const pinned = chat.pinned && gone.has(chat.pinned.message.id) ? null : chat.pinned;
      return { ...chatWithout, pinned };
    }
    case "cleared":
      return withoutPerson(chat, event.chatter_id, event.at);
    case "renamed": {
      const { chatter, old_name: old } = event;
      const you = chat.you?.id === chatter.id ? chatter : chat.you;
      const known = { ...chat, you, present: renamed(chat.present, chatter) };
      return withNote(known, event.at, { what: "renamed", name: chatter.name, old });
    }
    case "pinned":
      return {
        ...chat,
        pinned: event.message && { message: event.message, by: event.by, until: event.until },
      };
    case "poll": {
      const { kind: _, seq: __, at: ___, ...poll } = event;
      return { ...chat, poll };
    }
    case "mode": {
      const { kind: _, seq: __, at, ...modes } = event;
      return withNote({ ...chat, modes }, at, { what: "modes", modes, before: chat.modes });
    }
    case "restored": {
      const back = new Map(event.messages.map((message) => [message.id, message]));
      return mapRows(chat, (row) =>
        row.row === "message" && back.has(row.message.id) ? { ...row, deleted: null } : row,
      );
    }
    case "notice":
      return withNote(chat, event.at, { what: "html", html: event.html });
    default:
      // A newer server may tell of what this page does not know.
      return chat;
  }
}

function withMessage(chat: Chat, message: Said): Chat {
  if (chat.rows.some((row) => row.row === "message" && row.message.id === message.id)) return chat;
  const before = (chat.waiting?.at(-1) ?? chat.rows.at(-1)) as Row | undefined;
  const forYou = isForYou(chat.you, message);
  const row: MessageRow = {
    row: "message",
    key: message.id,
    message,
    group: groupOf(before, message),
    edited: false,
    deleted: null,
    forYou,
  };
  const others = chat.speakers.filter(({ id }) => id !== message.author.id);
  const speakers = [message.author, ...others].slice(0, MAX_SPEAKERS);
  return withRow({ ...chat, speakers }, row, forYou);
}

function groupOf(before: Row | undefined, message: Said): number {
  if (before?.row !== "message" || before.deleted || message.reply_to) return 0;
  const { author, style, at } = before.message;
  const same = author.id === message.author.id && author.name === message.author.name;
  const plain = style === "normal" && message.style === "normal";
  const soon = Date.parse(message.at) - Date.parse(at) < GROUP_MS;
  return same && plain && soon && before.group + 1 < MAX_GROUP ? before.group + 1 : 0;
}

function isForYou(you: Chatter | null, { author, mentions, reply_to }: Said): boolean {
  if (!you || author.id === you.id) return false;
  const names = [you.name, you.username].flatMap((name) => (name ? [name.toLowerCase()] : []));
  return reply_to?.author_name === you.name || mentions.some((it) => names.includes(it.toLowerCase()));
}

function withRow(chat: Chat, row: Row, forYou = false): Chat {
  if (chat.waiting === null) return { ...chat, rows: [...chat.rows, row].slice(-MAX_ROWS) };
  const told = row.row === "message";
  return {
    ...chat,
    waiting: [...chat.waiting, row].slice(-MAX_WAITING),
    unread: {
      count: chat.unread.count + (told ? 1 : 0),
      forYou: chat.unread.forYou + (forYou ? 1 : 0),
    },
  };
}

export function withNote(chat: Chat, at: string, note: NoteRow["note"]): Chat {
  const made = chat.made + 1;
  return withRow({ ...chat, made }, { row: "note", key: `note-${made}`, at, note });
}

function mapRows(chat: Chat, change: (row: Row) => Row): Chat {
  return { ...chat, rows: chat.rows.map(change), waiting: chat.waiting?.map(change) ?? null };
}

/** All of somebody's lines at once, with one line in their place. */
function withoutPerson(chat: Chat, id: string, at: string): Chat {
  const theirs = [...chat.rows, ...(chat.waiting ?? [])].flatMap((row) =>
    row.row === "message" && row.message.author.id === id && !row.deleted ? [row] : [],
  );
  const [first] = theirs;
  if (!first) return chat;
  const without = mapRows(chat, (row) =>
    row.row === "message" && row.message.author.id === id ? { ...row, deleted: "cleared" } : row,
  );
  const name = first.message.author.name;
  return withNote(without, at, { what: "cleared", name, count: theirs.length });
}

interface Presence {
  joined: Chatter[];
  left: Chatter[];
  count: number;
}

/** Who came and went. */
export function withPresence(chat: Chat, { joined, left, count }: Presence, at: string): Chat {
  const gone = new Set(left.map(({ id }) => id));
  const come = new Set(joined.map(({ id }) => id));
  const stayed = chat.present.some.filter(({ id }) => !gone.has(id) && !come.has(id));
  const known = { ...chat, present: { count, some: [...joined, ...stayed].slice(0, MAX_SPEAKERS) } };
  const others = (people: Chatter[]) =>
    people.filter(({ id }) => id !== chat.you?.id).map(({ name }) => name);
  const names = { joined: others(joined), left: others(left) };
  if (count > MAX_TOLD_PRESENT || names.joined.length + names.left.length === 0) return known;
  return withJoined(known, at, names);
}

/** Comings and goings one after the other share a line. */
function withJoined(chat: Chat, at: string, names: { joined: string[]; left: string[] }): Chat {
  const list = chat.waiting ?? chat.rows;
  const last = list.at(-1);
  if (last?.row !== "note" || last.note.what !== "presence")
    return withNote(chat, at, { what: "presence", ...names });
  const note = {
    what: "presence" as const,
    joined: [...last.note.joined.filter((name) => !names.left.includes(name)), ...names.joined],
    left: [...last.note.left.filter((name) => !names.joined.includes(name)), ...names.left],
  };
  const rows = [
    ...list.slice(0, -1),
    ...(note.joined.length + note.left.length > 0 ? [{ ...last, note }] : []),
  ];
  return chat.waiting ? { ...chat, waiting: rows } : { ...chat, rows };
}

function renamed(present: Chat["present"], chatter: Chatter): Chat["present"] {
  return { ...present, some: present.some.map((known) => (known.id === chatter.id ? chatter : known)) };
}

/** What was said before, above what is shown: the reader went there, so nothing is trimmed until they are back. */
export function withEarlier(chat: Chat, events: ChatEvent[]): Chat {
  const known = new Set(chat.rows.map(({ key }) => key));
  const fresh = events.filter((event) => event.kind === "message" && !known.has(event.id));
  const above = applyEvents({ ...SILENT, you: chat.you }, fresh).rows;
  return { ...pause(chat), rows: [...above, ...chat.rows].slice(0, MAX_READ) };
}

/** Holds new rows back while somebody reads further up. */
export function pause(chat: Chat): Chat {
  return chat.waiting ? chat : { ...chat, waiting: [], unread: { count: 0, forYou: 0 } };
}

/** Back at the newest. */
export function resume(chat: Chat): Chat {
  if (!chat.waiting) return chat;
  const rows = [...chat.rows, ...chat.waiting].slice(-MAX_ROWS);
  return { ...chat, rows, waiting: null, unread: { count: 0, forYou: 0 } };
}

/** A deleted row goes once it has said that it was. */
export function forget(chat: Chat, key: string): Chat {
  const keep = (row: Row) => row.key !== key;
  return { ...chat, rows: chat.rows.filter(keep), waiting: chat.waiting?.filter(keep) ?? null };
}

/** A gap that the server could not fill: the reader is told. */
export function missed(chat: Chat, at: string): Chat {
  return chat.rows.length > 0 ? withNote(chat, at, { what: "missed" }) : chat;
}
