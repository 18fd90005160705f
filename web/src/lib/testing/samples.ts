/** A channel in each of its states. */
import type { Channel, MediaInfo, RenditionInfo, Status } from "@/api/types";

export const MEDIA: MediaInfo = {
  video: { codec: "avc1.64001f", width: 1280, height: 720, frame_rate: 30 },
  audio: { codec: "mp4a.40.2", sample_rate: 48_000, channels: 2 },
  bitrate_bps: 2_400_000,
  part_target_ms: 333,
  target_duration_ms: 2_000,
  renditions: [],
};

export const SOURCE: RenditionInfo = {
  number: 0,
  name: "Source",
  kind: "source",
  codecs: "avc1.64002a,mp4a.40.2",
  width: 1920,
  height: 1080,
  frame_rate: 60,
  bandwidth_bps: 6_000_000,
  state: "live",
};

export const RUNGS: RenditionInfo[] = [
  {
    number: 1,
    name: "720p30",
    kind: "encoded",
    codecs: "avc1.64001f,mp4a.40.2",
    width: 1280,
    height: 720,
    frame_rate: 30,
    bandwidth_bps: 2_500_000,
    state: "live",
  },
  {
    number: 2,
    name: "480p30",
    kind: "encoded",
    codecs: "avc1.64001e,mp4a.40.2",
    width: 854,
    height: 480,
    frame_rate: 30,
    bandwidth_bps: 1_100_000,
    state: "live",
  },
];

export const AUDIO: RenditionInfo = {
  number: 3,
  name: "Audio only",
  kind: "audio",
  codecs: "mp4a.40.2",
  width: null,
  height: null,
  frame_rate: null,
  bandwidth_bps: 130_000,
  state: "live",
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
    about: {
      category: { slug: "making", name: "Making" },
      tags: ["electronics", "weather"],
      language: "en",
      mature: false,
      links: [{ label: "Code", url: "https://code.example/maren" }],
      accent: null,
      shows_followers: false,
      panels: [{ title: "Parts", link: null, html: "<p>A <strong>list</strong>.</p>" }],
    },
    is_primary: true,
    playback_url: "/hls/stream.m3u8",
    picture_url: null,
    avatar_url: null,
    banner_url: null,
    next_stream: null,
    followers: 12,
    status,
  };
}
