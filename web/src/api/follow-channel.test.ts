import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ServerClock } from "@/lib/clock";
import { FakeSocket, newest, reconnected } from "@/lib/testing/fake-socket";
import { channel, INTERRUPTED, LIVE, OFFLINE } from "@/lib/testing/samples";
import { followChannel } from "./live-status";
import type { Channel, SocketMessage } from "./types";

let shown: Channel;
let stop: () => void;
const clock = new ServerClock();
const status = (of: Channel["status"]): SocketMessage => ({ type: "status", channel: "maren", status: of });

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("down")));
  shown = channel(OFFLINE);
  stop = followChannel({
    slug: "maren",
    clock,
    onUpdate: (update) => {
      shown = update(shown);
    },
  });
  newest().open();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("takes the time and every status from the socket", () => {
  newest().say({ type: "hello", server_time: "2126-01-01T00:00:00.000Z" });
  expect(clock.now()).toBeGreaterThanOrEqual(Date.parse("2126-01-01T00:00:00Z"));
  newest().say(status(LIVE));
  expect(shown.status.state).toBe("live");
  newest().say(status(OFFLINE));
  expect(shown.status.state).toBe("offline");
});

it("does not call a channel offline while the server that came back waits for its encoder", async () => {
  newest().say(status(LIVE));
  newest().close();
  const socket = await reconnected();
  socket.say(status(OFFLINE));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown.status.state).toBe("live");
  socket.say(status(INTERRUPTED));
  socket.say(status(LIVE));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shown.status.state).toBe("live");
});

it("believes it when nobody comes back", async () => {
  newest().say(status(LIVE));
  newest().close();
  (await reconnected()).say(status(OFFLINE));
  await vi.advanceTimersByTimeAsync(8_000);
  expect(shown.status.state).toBe("offline");
});

it("asks for the status while the socket is down", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => Response.json(channel(LIVE))),
  );
  newest().close();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown.status.state).toBe("live");
});
