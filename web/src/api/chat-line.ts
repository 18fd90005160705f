/**
 * The chat's part of the page's one socket. The page connects before the chat's script has come:
 * what is said until then is kept for it.
 */
import type { ChatCommand, ChatMessage } from "./chat";

/** Messages kept while nobody listens: the welcome, the history and what came since. */
const MAX_KEPT = 200;

export interface ChatListener {
  onMessage(message: ChatMessage): void;
  onConnected(connected: boolean): void;
}

export class ChatLine {
  #listener: ChatListener | null = null;
  #kept: ChatMessage[] = [];
  #send: ((text: string) => boolean) | null = null;
  #lastSeq: number | null = null;

  /** What has been seen last: where a new connection goes on. */
  get lastSeq(): number | null {
    return this.#lastSeq;
  }

  get connected(): boolean {
    return this.#send !== null;
  }

  /** Hears everything from here on, and first what was kept. */
  listen(listener: ChatListener): void {
    this.#listener = listener;
    listener.onConnected(this.connected);
    const kept = this.#kept;
    this.#kept = [];
    for (const message of kept) listener.onMessage(message);
  }

  /** False when there is no connection: nothing was said. */
  say(command: ChatCommand): boolean {
    return this.#send?.(JSON.stringify(command)) ?? false;
  }

  /** For whoever has the socket. */
  connect(send: ((text: string) => boolean) | null): void {
    this.#send = send;
    this.#listener?.onConnected(send !== null);
  }

  take(message: ChatMessage): void {
    if (message.type === "chat") {
      for (const { seq } of message.events) this.#lastSeq = seq;
    }
    if (this.#listener) {
      this.#listener.onMessage(message);
      return;
    }
    // A page that never draws its chat, as a bare player, does not fill up.
    if (this.#kept.length < MAX_KEPT) this.#kept.push(message);
  }
}
