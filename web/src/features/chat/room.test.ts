import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ChatLine } from "@/api/chat-line";
import { person, said, welcome } from "@/lib/testing/chat-samples";
import { ChatRoom } from "./room";

const ana = person("Ana");
const bo = person("Bo");

/** A line whose other end is the test. */
function harness({ guest = null, moderates = false }: { guest?: string | null; moderates?: boolean } = {}) {
  const line = new ChatLine();
  const heard: Record<string, unknown>[] = [];
  const connect = () => line.connect((text) => heard.push(JSON.parse(text)) > 0);
  const room = new ChatRoom(line, { guest, moderates: () => moderates });
  const view = () => room.store.getState();
  const texts = () => view().rows.map((row) => (row.row === "message" ? row.message.text : row.note.what));
  return { line, heard, connect, room, view, texts };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("shows what came before its script had come, and draws ten times a second at most", () => {
  const { line, connect, room, texts } = harness();
  connect();
  line.take(welcome(ana));
  line.take({ type: "chat", events: [said(bo, "early")] });
  room.enter();
  const drawn = vi.fn();
  room.store.subscribe(drawn);
  for (let n = 0; n < 50; n += 1) line.take({ type: "chat", events: [said(bo, `${n}`)] });
  expect(texts()).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(texts()).toHaveLength(51);
  expect(drawn).toHaveBeenCalledTimes(1);
});

it("goes on after the last number it has seen", () => {
  const { line, room } = harness();
  room.enter();
  const hello = said(bo, "hello");
  line.take({ type: "chat", events: [hello] });
  expect(line.lastSeq).toBe(hello.seq);
});

it("keeps what was said until it is acknowledged, and says it again under the same key", () => {
  const { line, heard, connect, room, view } = harness();
  room.enter();
  connect();
  expect(room.say({ type: "say", text: "hi" })).toBe(true);
  expect(view().outbox).toMatchObject([{ state: "sending" }]);
  const [first] = heard;
  line.connect(null);
  connect();
  expect(heard[1]).toEqual(first);
  line.take({ type: "ack", key: String(first?.key), seq: 1, id: "m" });
  vi.advanceTimersByTime(100);
  expect(view().outbox).toEqual([]);
});

it("lets three wait for the connection and refuses the fourth", () => {
  const { heard, connect, room, view } = harness();
  room.enter();
  for (const text of ["a", "b", "c"]) expect(room.say({ type: "say", text })).toBe(true);
  expect(room.say({ type: "say", text: "d" })).toBe(false);
  expect(view().outbox.map(({ state }) => state)).toEqual(["waiting", "waiting", "waiting"]);
  connect();
  expect(heard.map(({ text }) => text)).toEqual(["a", "b", "c"]);
});

it("says who the guest is before anything else, on every connection", () => {
  const { line, heard, connect, room } = harness({ guest: "token" });
  room.enter();
  connect();
  line.connect(null);
  connect();
  expect(heard).toEqual([
    { type: "hello", guest: "token" },
    { type: "hello", guest: "token" },
  ]);
});

it("knows why something was refused, and which words are meant", () => {
  const { line, heard, connect, room, view } = harness();
  room.enter();
  connect();
  room.say({ type: "say", text: "süß bad word" });
  const key = String(heard[0]?.key);
  // Bytes of UTF-8: `ü` and `ß` are two each.
  line.take({ type: "refused", key, code: "term_refused", detail: "no", until: null, range: [6, 9] });
  vi.advanceTimersByTime(100);
  expect(view().outbox).toMatchObject([{ state: "refused", refusal: { words: "bad" } }]);
});

it("takes a deleted line away after a moment, but not from those who keep order", () => {
  for (const moderates of [false, true]) {
    const { line, room, texts } = harness({ moderates });
    room.enter();
    const rude = said(bo, "rude");
    line.take({ type: "chat", events: [rude] });
    line.take({
      type: "chat",
      events: [{ kind: "deleted", seq: 500, at: rude.at, ids: [rude.id], by: "moderator" }],
    });
    vi.advanceTimersByTime(100);
    expect(texts()).toEqual(["rude"]);
    vi.advanceTimersByTime(4_000);
    expect(texts()).toEqual(moderates ? ["rude"] : []);
  }
});

it("tells when a reconnection missed something", () => {
  const { line, room, texts } = harness();
  room.enter();
  line.take(welcome(ana));
  line.take({ type: "chat", events: [said(bo, "a")] });
  vi.advanceTimersByTime(100);
  line.take(welcome(ana));
  line.take({ type: "chat", events: [said(bo, "z")] });
  vi.advanceTimersByTime(100);
  expect(texts()).toEqual(["a", "missed", "z"]);
});
