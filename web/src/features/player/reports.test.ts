import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Counters, countedSince, type Playback, reportPlayback } from "./reports";

const COUNTERS: Counters = {
  stalls: 2,
  stall_ms: 900,
  dropped_frames: 3,
  decoded_frames: 300,
  errors: 0,
  switches: 1,
};
const playing = (counters: Partial<Counters> = {}): Playback => ({
  now: { rendition: 1, latency_ms: 1_200, buffer_ms: 800, bandwidth_bps: 5_000_000 },
  counters: { ...COUNTERS, ...counters },
});

let playback: Playback | null;
let stop: () => void;
const fetching = vi.fn(async (_url: string, _init: { body: string }) => new Response(null, { status: 204 }));
const beacon = vi.fn((_url: string, _body: Blob) => true);
const sent = () => fetching.mock.calls.map(([, init]) => JSON.parse(init.body));

beforeEach(() => {
  vi.useFakeTimers();
  fetching.mockClear();
  beacon.mockClear();
  vi.stubGlobal("fetch", fetching);
  Object.defineProperty(navigator, "sendBeacon", { value: beacon, configurable: true });
  playback = playing();
  stop = reportPlayback("a/b", () => playback);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("reports every ten seconds what was counted since the report before", () => {
  vi.advanceTimersByTime(10_000);
  playback = playing({ stalls: 3, decoded_frames: 600 });
  vi.advanceTimersByTime(10_000);
  expect(fetching.mock.calls[0]?.[0]).toBe("/api/v1/channels/a%2Fb/playback");
  const [first, second] = sent();
  expect(first).toMatchObject({
    rendition: 1,
    latency_ms: 1_200,
    stalls: 2,
    decoded_frames: 300,
    visible: true,
  });
  expect(second).toMatchObject({ stalls: 1, stall_ms: 0, decoded_frames: 300, switches: 0 });
  expect(first.session).toMatch(/^[0-9a-f]{16}$/);
  expect(second.session).toBe(first.session);
});

it("is silent while nothing plays, and makes up for it in one report", () => {
  playback = null;
  vi.advanceTimersByTime(60_000);
  expect(fetching).not.toHaveBeenCalled();
  playback = playing();
  vi.advanceTimersByTime(10_000);
  expect(sent()).toHaveLength(1);
});

it("does not try again when the server does not answer", async () => {
  fetching.mockRejectedValueOnce(new TypeError("down"));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(fetching).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(fetching).toHaveBeenCalledTimes(1);
});

it("says goodbye when the page is left", async () => {
  dispatchEvent(new Event("pagehide"));
  expect(beacon).toHaveBeenCalledTimes(1);
  const body = beacon.mock.calls[0]?.[1];
  expect(JSON.parse((await body?.text()) ?? "")).toMatchObject({ stalls: 2 });
});

it("starts again with a counter that has started again", () => {
  expect(countedSince(COUNTERS, { ...COUNTERS, decoded_frames: 40 }).decoded_frames).toBe(40);
});
