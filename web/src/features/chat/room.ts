/**
 * A room as one page is in it: what arrives is shown ten times a second at most, what is said is
 * kept until the server has answered, and survives a lost connection under the same key.
 */
import { createStore } from "zustand/vanilla";
import type { ChatCommand, ChatEvent, ChatMessage } from "@/api/chat";
import type { ChatLine } from "@/api/chat-line";
import {
  applyEvents,
  type Chat,
  forget,
  missed,
  pause,
  resume,
  SILENT,
  withEarlier,
  withNote,
  withPresence,
} from "./model";
import { keepsOrder } from "./people";

/** How long a page waits at most before it asks anew: a crowd does not ask in one instant. */
const REFRESH_MS = 3_000;
/** How often the page is drawn anew: many messages at once cost little more than one. */
const BATCH_MS = 100;
/** How long a deleted row says that it was. */
const FAREWELL_MS = 4_000;
/** What may wait for a connection. */
export const MAX_OUTBOX = 3;
const MAX_KEY = 64;

export interface Refusal {
  code: string;
  detail: string;
  until: string | null;
  /** Which part of what was written is meant. */
  words: string | null;
}

/** Something said that has no answer yet, or was refused. */
export interface Outgoing {
  key: string;
  command: Extract<ChatCommand, { type: "say" | "edit" }>;
  state: "sending" | "waiting" | "held" | "refused";
  refusal: Refusal | null;
}

export interface RoomView extends Chat {
  outbox: Outgoing[];
  /** Why the last thing that was no message was refused, such as a new name. */
  complaint: Refusal | null;
}

type Said = Extract<ChatCommand, { type: "say" | "edit" }>;
type WithoutKey<C> = C extends { key: string } ? Omit<C, "key"> : never;
/** A command before it has its key. */
export type Wish = WithoutKey<ChatCommand>;
type Words = Extract<Wish, { type: "say" | "edit" }>;

export class ChatRoom {
  readonly store = createStore<RoomView>(() => ({ ...SILENT, outbox: [], complaint: null }));
  readonly #line: ChatLine;
  readonly #moderates: () => boolean;
  #arrived: ChatMessage[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #guest: string | null;
  #naming: Promise<void> | null = null;
  #number = 0;
  readonly #session = Math.random().toString(36).slice(2, 10);

  constructor(line: ChatLine, { guest, moderates = () => false }: RoomOptions) {
    this.#line = line;
    this.#guest = guest;
    this.#moderates = moderates;
  }

  /** Listens as long as there is a line. */
  enter(): void {
    this.#line.listen({
      onConnected: (connected) => this.#onConnected(connected),
      onMessage: (message) => this.#arrive(message),
    });
  }

  /** Speaks as a guest from now on; asked twice, there is still one. */
  becomeGuest(ask: () => Promise<string>): Promise<void> {
    this.#naming ??= ask()
      .then((token) => {
        this.#guest = token;
        this.#line.say({ type: "hello", guest: token });
      })
      .finally(() => {
        this.#naming = null;
      });
    return this.#naming;
  }

  /** False when too much waits for a connection already: nothing was taken. */
  say(wish: Words): boolean {
    const { outbox } = this.store.getState();
    const open = outbox.filter(({ state }) => state === "sending" || state === "waiting");
    if (open.length >= MAX_OUTBOX && !this.#line.connected) return false;
    const command = { ...wish, key: this.#key() } as Said;
    const sent = this.#line.say(command);
    const entry: Outgoing = {
      key: command.key,
      command,
      state: sent ? "sending" : "waiting",
      refusal: null,
    };
    const kept = outbox.filter(({ state }) => state !== "refused" && state !== "held");
    this.store.setState({ outbox: [...kept, entry] });
    this.resume();
    return true;
  }

  /** Anything that needs no place in the outbox. */
  ask(wish: Wish): boolean {
    this.store.setState({ complaint: null });
    return this.#line.say({ ...wish, key: this.#key() } as ChatCommand);
  }

  refreshSoon(): void {
    setTimeout(() => this.refresh(), Math.random() * REFRESH_MS);
  }

  /** Asks how things are with whoever sits here: rules changed, or the stream began. */
  refresh(): void {
    if (this.store.getState().you) this.#line.say({ type: "hello", guest: this.#guest ?? "" });
  }

  dismiss(key: string): void {
    const { outbox } = this.store.getState();
    this.store.setState({ outbox: outbox.filter((entry) => entry.key !== key) });
  }

  pause(): void {
    this.#change(pause);
  }

  resume(): void {
    this.#change(resume);
  }

  #key(): string {
    this.#number += 1;
    return `${this.#session}-${this.#number}`.slice(0, MAX_KEY);
  }

  /** Shows what was said before the oldest line; false when there is nothing. */
  async earlier(fetchBefore: (seq: number) => Promise<ChatEvent[]>): Promise<boolean> {
    const [first] = this.store.getState().rows.flatMap((row) => (row.row === "message" ? [row] : []));
    const events = await fetchBefore(first?.message.seq ?? Number.MAX_SAFE_INTEGER);
    this.#change((chat) => withEarlier(chat, events));
    return events.length > 0;
  }

  #change(change: (chat: Chat) => Chat): void {
    const now = this.store.getState();
    const next = change(now);
    if (next !== now) this.store.setState(next);
  }

  #onConnected(connected: boolean): void {
    this.store.setState({ connected });
    if (!connected) return;
    if (this.#guest) this.#line.say({ type: "hello", guest: this.#guest });
    // The server knows keys it has seen: what had arrived before is not said twice.
    const outbox = this.store.getState().outbox.map((entry): Outgoing => {
      const again = entry.state === "sending" || entry.state === "waiting";
      return again && this.#line.say(entry.command) ? { ...entry, state: "sending" } : entry;
    });
    this.store.setState({ outbox });
  }

  #arrive(message: ChatMessage): void {
    this.#arrived.push(message);
    this.#timer ??= setTimeout(() => this.#draw(), BATCH_MS);
  }

  /** Shows everything that has arrived since the last time. */
  #draw(): void {
    this.#timer = undefined;
    const arrived = this.#arrived;
    this.#arrived = [];
    const next = arrived.reduce(applyMessage, this.store.getState());
    this.store.setState(next);
    this.#bidFarewell(arrived);
    const changed = arrived.some(
      (message) => message.type === "chat" && message.events.some(({ kind }) => kind === "mode"),
    );
    if (changed) this.refreshSoon();
  }

  /** Those who moderate keep seeing what was deleted. */
  #bidFarewell(arrived: ChatMessage[]): void {
    if (this.#moderates()) return;
    const events = arrived.flatMap((message) => (message.type === "chat" ? message.events : []));
    const gone = events.flatMap((event) => (event.kind === "deleted" ? event.ids : []));
    if (gone.length === 0) return;
    setTimeout(() => this.#change((chat) => gone.reduce(forget, chat)), FAREWELL_MS);
  }
}

interface RoomOptions {
  /** What a guest shows who was here before. */
  guest: string | null;
  moderates?: () => boolean;
}

function applyMessage(view: RoomView, message: ChatMessage): RoomView {
  switch (message.type) {
    case "chat_welcome": {
      const { you, room, present, resumed } = message;
      const chat = view.welcomed && !resumed ? missed(view, now()) : view;
      return {
        ...view,
        ...chat,
        welcomed: true,
        closed: null,
        you,
        present,
        maySpeak: room.may_speak,
        modes: room.modes,
        pinned: room.pinned,
        poll: room.poll,
        emotesVersion: room.emotes_version,
      };
    }
    case "chat":
      return { ...view, ...applyEvents(view, message.events) };
    case "presence":
      return { ...view, ...withPresence(view, message, now()) };
    case "you":
      return { ...view, you: message.chatter, maySpeak: message.may_speak };
    case "warned":
      return { ...view, ...withNote(view, now(), { what: "warned", reason: message.reason }) };
    case "queue":
      return { ...view, queue: { held: message.held, cases: message.cases } };
    case "answered": {
      const { kind, granted, answer } = message;
      return {
        ...view,
        ...withNote(view, now(), { what: "answered", appeal: kind === "appeal", granted, answer }),
      };
    }
    case "chat_closed":
      return { ...view, closed: { code: message.code, detail: message.detail } };
    case "ack":
      return acknowledged(view, message.key);
    case "held":
      return withAnswer(view, message.key, { state: "held", refusal: null });
    case "refused":
      return refused(view, message);
  }
}

function acknowledged(view: RoomView, key: string): RoomView {
  const said = view.outbox.some((entry) => entry.key === key && entry.command.type === "say");
  const outbox = view.outbox.filter((entry) => entry.key !== key);
  const pause = view.modes?.slow_seconds ?? 0;
  if (!said || pause === 0 || keepsOrder(view.you)) return { ...view, outbox };
  // The server counts from when it wrote it down: a moment before this.
  const until = new Date(Date.now() + pause * 1000).toISOString();
  return { ...view, outbox, maySpeak: { ...view.maySpeak, until } };
}

/** Refusals that are about the person or the room, not about what was said. */
const SILENCING = [
  "chat_disabled",
  "room_closed",
  "banned",
  "timed_out",
  "signed_in_only",
  "followers_only",
  "established_only",
  "quiet",
];

function now(): string {
  return new Date().toISOString();
}

function refused(view: RoomView, message: Extract<ChatMessage, { type: "refused" }>): RoomView {
  const { key, code, detail, until, range } = message;
  const entry = view.outbox.find((it) => it.key === key);
  const words = entry && range ? sliceOf(entry.command.text, range) : null;
  const refusal = { code, detail, until, words };
  const silenced = SILENCING.includes(code) && { allowed: false, reason: code, detail, until };
  const spoken = silenced || (until && entry ? { ...view.maySpeak, until } : view.maySpeak);
  if (!entry) return { ...view, complaint: refusal };
  return { ...withAnswer(view, key, { state: "refused", refusal }), maySpeak: spoken };
}

/** The server counts bytes of UTF-8. */
function sliceOf(text: string, [from, to]: [number, number]): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(from, to));
}

function withAnswer(view: RoomView, key: string, answer: Pick<Outgoing, "state" | "refusal">): RoomView {
  return {
    ...view,
    outbox: view.outbox.map((entry) => (entry.key === key ? { ...entry, ...answer } : entry)),
  };
}
