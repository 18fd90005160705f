/** The page's one connection to the server: status, counts and chat arrive over it as they change. */
import { type Backoff, backoffMs } from "@/lib/backoff";
import type { ChatMessage } from "./chat";
import type { SocketMessage } from "./types";

export type AnyMessage = SocketMessage | ChatMessage;

const RECONNECT: Backoff = { baseMs: 500, maxMs: 15_000 };
/** A server that is restarting needs a moment; its crowd comes back spread over this time. */
const GOING_AWAY: Backoff = { baseMs: 2_000, maxMs: 15_000 };
/** A connection that lasted this long was a good one: the next loss starts counting from zero. */
const GOOD_CONNECTION_MS = 10_000;

export interface SocketHandlers {
  onMessage(message: AnyMessage): void;
  /** With a way to say something when connected; without one, status has to be asked for another way. */
  onConnected(send: ((text: string) => boolean) | null): void;
}

export function socketUrl(query: Record<string, string>, base: Location = location): string {
  const scheme = base.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${base.host}/api/v1/socket?${new URLSearchParams(query)}`;
}

/** Where a channel's chat is read; it goes on after `after`. */
export function chatUrl(channel: string, after: number | null): string {
  return socketUrl({ channel, chat: "1", ...(after !== null && { after: String(after) }) });
}

/** Connects and keeps connected until the returned function is called. Every time it asks where to. */
export function openSocket(url: () => string, handlers: SocketHandlers): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let openedAt = 0;
  let policy = RECONNECT;
  let closed = false;

  const connect = () => {
    clearTimeout(timer);
    policy = RECONNECT;
    const opened = new WebSocket(url());
    socket = opened;
    const send = (text: string) => {
      if (opened.readyState !== WebSocket.OPEN) return false;
      opened.send(text);
      return true;
    };
    socket.onopen = () => {
      openedAt = performance.now();
      handlers.onConnected(send);
    };
    socket.onmessage = (event) => {
      const message = parseMessage(event.data);
      if (message?.type === "going_away") policy = GOING_AWAY;
      if (message) handlers.onMessage(message);
    };
    socket.onclose = () => {
      if (closed) return;
      handlers.onConnected(null);
      if (openedAt > 0 && performance.now() - openedAt > GOOD_CONNECTION_MS) attempt = 0;
      openedAt = 0;
      timer = setTimeout(connect, backoffMs(attempt++, policy));
    };
  };
  const connectNow = () => {
    if (socket?.readyState !== WebSocket.CLOSED) return;
    attempt = 0;
    connect();
  };

  addEventListener("online", connectNow);
  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    removeEventListener("online", connectNow);
    socket?.close();
  };
}

/** A message of a newer server may be of a kind this page does not know: it is skipped, not an error. */
export function parseMessage(data: unknown): AnyMessage | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && "type" in value ? (value as AnyMessage) : null;
  } catch {
    return null;
  }
}
