import { i18n } from "@lingui/core";
import { beforeAll, expect, it } from "vitest";
import type { Health } from "@/api/schema";
import { checksOf } from "./checklist";

beforeAll(() => i18n.loadAndActivate({ locale: "en", messages: {} }));

const VIDEO = {
  b_frames: false,
  bitrate_bps: 4_500_000,
  codec: "avc1.64001f",
  frame_rate: 30,
  height: 1080,
  width: 1920,
  keyframe_interval_ms: 2000,
  longest_keyframe_interval_ms: 2000,
  missing_share: 0,
  unevenness: 0,
};
const AUDIO = { bitrate_bps: 160_000, channels: 2, codec: "mp4a.40.2", sample_rate: 48_000 };

type Ingest = NonNullable<Health["ingest"]>;

function health(ingest: Partial<Ingest> | null): Health {
  const spread = { median: null, p5: null, p95: null };
  return {
    at: "2026-01-01T00:00:00Z",
    audience: {
      bandwidth: spread,
      buffer: spread,
      latency: spread,
      download: spread,
      dropped_share: 0,
      failed: 0,
      players: 0,
      renditions: [],
      stalled: 0,
      stalled_share: 0,
      switches: 0,
    },
    broadcast_id: ingest && "b",
    condition: ingest && "good",
    findings: [],
    viewers: 0,
    ingest: ingest && {
      audio: AUDIO,
      video: VIDEO,
      clock_jumps: 0,
      jitter_ms: 0,
      lag_ms: 0,
      late_frames: 0,
      longest_wait_ms: 0,
      reconnects: 0,
      ...ingest,
    },
  };
}

const W = "waiting";
const G = "good";
const P = "poor";

it.each([
  ["nobody knows yet", undefined, [W, W, W, W, W]],
  ["nothing is on", health(null), [W, W, W, W, W]],
  ["all is well", health({}), [G, G, G, G, G]],
  ["nothing is seen yet", health({ video: null }), [G, W, W, G, W]],
  ["the sound is missing", health({ audio: null }), [G, G, G, P, G]],
  ["keyframes are rare", health({ video: { ...VIDEO, keyframe_interval_ms: 10_000 } }), [G, G, P, G, G]],
  ["the codec is another", health({ video: { ...VIDEO, codec: "hvc1.1.6" } }), [G, P, G, G, G]],
  ["only one keyframe came", health({ video: { ...VIDEO, keyframe_interval_ms: null } }), [G, G, W, G, G]],
] as const)("says so when %s", (_, found, states) => {
  expect(checksOf(found).map(({ state }) => state)).toEqual(states);
});
