/** A channel in each of its states. */
import type { Channel, MediaInfo, Status } from "@/api/types";

export const MEDIA: MediaInfo = {
  video: { codec: "avc1.64001f", width: 1280, height: 720, frame_rate: 30 },
  audio: { codec: "mp4a.40.2", sample_rate: 48_000, channels: 2 },
  bitrate_bps: 2_400_000,
  part_target_ms: 333,
  target_duration_ms: 2_000,
};

export const OFFLINE: Status = {
  state: "offline",
  last_broadcast: { started_at: "2026-03-01T18:00:00Z", ended_at: "2026-03-01T20:00:00Z" },
};

export const LIVE: Extract<Status, { state: "live" }> = {
  state: "live",
  broadcast_id: "b1",
  started_at: "2026-03-01T18:00:00Z",
  viewers: 128,
  media: MEDIA,
};

export const INTERRUPTED: Status = {
  state: "interrupted",
  broadcast_id: "b1",
  started_at: "2026-03-01T18:00:00Z",
  viewers: 128,
  waits_until: "2126-03-01T19:00:00Z",
  media: MEDIA,
};

export function channel(status: Status): Channel {
  return {
    slug: "maren",
    name: "Maren builds things",
    title: "A tiny weather station",
    description: "Every Tuesday.",
    is_primary: true,
    playback_url: "/hls/stream.m3u8",
    status,
  };
}
