/** A socket whose other end is the test. */
import { vi } from "vitest";

export class FakeSocket {
  static OPEN = 1;
  static CLOSED = 3;
  static all: FakeSocket[] = [];
  readyState = 0;
  /** What the page said, parsed. */
  heard: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.();
  }
}

export function newest(): FakeSocket {
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error("nobody connected");
  return socket;
}

/** Waits, on fake timers, until the page has connected anew. */
export async function reconnected(): Promise<FakeSocket> {
  const before = FakeSocket.all.length;
  while (FakeSocket.all.length === before) await vi.advanceTimersByTimeAsync(100);
  newest().open();
  return newest();
}
