//! A stream's health as the API describes it.

use std::time::Duration;

use rivulet_media::meter::{AudioReading, Reading, VideoReading};
use serde::Serialize;
use utoipa::ToSchema;

use super::audience::Audience;
use super::history::Point;
use super::model::{Condition, Finding, Severity, Standing};
use crate::clock::rfc3339;

/// How a channel's stream is, and how it was.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthDocument {
    /// How it is now.
    pub(super) health: Health,
    /// How the broadcast was, or the last one, oldest first: a point for every two seconds of the last
    /// ten minutes, and one for every minute of the eight hours before.
    pub(super) history: Vec<HealthPoint>,
}

/// How a channel's stream is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Health {
    /// When this was found out (RFC 3339, UTC).
    pub(super) at: String,
    /// Which broadcast is on; `null` when nothing is.
    #[schema(required)]
    pub(super) broadcast_id: Option<String>,
    /// How it is all in all; `null` when nothing is on.
    #[schema(required)]
    pub(super) condition: Option<Condition>,
    /// What there is to say about it, the worst first.
    pub(super) findings: Vec<FindingDocument>,
    /// What comes from the encoder; `null` while none is there.
    #[schema(required)]
    pub(super) ingest: Option<Ingest>,
    /// How many are watching.
    pub(super) viewers: u64,
    /// What players report.
    pub(crate) audience: Audience,
}

/// Something that is found, and what to do about it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct FindingDocument {
    /// Its stable name.
    code: Finding,
    /// How bad it is.
    severity: Severity,
    /// What is found, in words.
    #[schema(example = "Keyframes come every 10 s.")]
    sentence: String,
    /// What to do about it.
    remedy: String,
    /// Since when (RFC 3339, UTC).
    since: String,
}

impl FindingDocument {
    pub(super) fn new(standing: &Standing) -> Self {
        let verdict = standing.verdict.clone();
        Self {
            code: verdict.finding,
            severity: verdict.severity,
            sentence: verdict.sentence,
            remedy: verdict.remedy,
            since: rfc3339(standing.since),
        }
    }
}

/// What comes from the encoder, measured over the last ten seconds.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Ingest {
    /// The pictures, when there are any.
    #[schema(required)]
    video: Option<IngestVideo>,
    /// The sound, when there is any.
    #[schema(required)]
    audio: Option<IngestAudio>,
    /// How unevenly frames come (RFC 3550).
    jitter_ms: u64,
    /// How much later than the quickest ones the newest frame came.
    lag_ms: u64,
    /// Frames that came late.
    late_frames: u32,
    /// The longest time in which nothing came.
    longest_wait_ms: u64,
    /// Jumps of the encoder's clock.
    clock_jumps: u32,
    /// How often an encoder has come back into this broadcast.
    reconnects: u32,
}

/// The pictures as they come from the encoder.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
struct IngestVideo {
    /// RFC 6381 form.
    #[schema(example = "avc1.64001f")]
    codec: String,
    /// In pixels.
    width: u16,
    /// In pixels.
    height: u16,
    /// Bits per second.
    bitrate_bps: u64,
    /// Frames per second on the encoder's clock.
    frame_rate: f64,
    /// How much the time between pictures varies: standard deviation by mean.
    unevenness: f64,
    /// How much of the pictures is missing, from 0 to 1.
    missing_share: f64,
    /// Whether there are B-frames.
    b_frames: bool,
    /// From one keyframe to the next; `null` until there were two.
    #[schema(required)]
    keyframe_interval_ms: Option<u64>,
    /// The longest such time lately.
    longest_keyframe_interval_ms: u64,
}

/// The sound as it comes from the encoder.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
struct IngestAudio {
    /// RFC 6381 form.
    #[schema(example = "mp4a.40.2")]
    codec: String,
    /// Samples per second.
    sample_rate: u32,
    /// Number of channels.
    channels: u8,
    /// Bits per second.
    bitrate_bps: u64,
}

impl Ingest {
    pub(super) fn new(reading: &Reading) -> Self {
        Self {
            video: reading.video.as_ref().map(IngestVideo::new),
            audio: reading.audio.as_ref().map(IngestAudio::new),
            jitter_ms: millis(reading.jitter),
            lag_ms: millis(reading.lag),
            late_frames: reading.late_frames,
            longest_wait_ms: millis(reading.longest_wait),
            clock_jumps: reading.jumps,
            reconnects: reading.joins,
        }
    }
}

impl IngestVideo {
    fn new(video: &VideoReading) -> Self {
        Self {
            codec: video.rfc6381.clone(),
            width: video.width,
            height: video.height,
            bitrate_bps: video.bitrate,
            frame_rate: rounded(video.frame_rate),
            unevenness: rounded(video.unevenness),
            missing_share: rounded(video.missing),
            b_frames: video.reordered,
            keyframe_interval_ms: video.last_group.map(millis),
            longest_keyframe_interval_ms: millis(video.longest_group),
        }
    }
}

impl IngestAudio {
    fn new(audio: &AudioReading) -> Self {
        Self {
            codec: audio.rfc6381.clone(),
            sample_rate: audio.sample_rate,
            channels: audio.channels,
            bitrate_bps: audio.bitrate,
        }
    }
}

/// A broadcast at one moment, or in one minute.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct HealthPoint {
    /// When (RFC 3339, UTC).
    at: String,
    /// How it was all in all; the worst of its minute.
    condition: Condition,
    /// Bits per second.
    video_bps: u64,
    /// Bits per second.
    audio_bps: u64,
    /// Frames per second.
    frame_rate: f64,
    /// How late frames came.
    lag_ms: u64,
    /// How many were watching.
    viewers: u64,
    /// How many players reported.
    players: u32,
    /// How many of them had stood still in the minute before.
    stalled: u32,
    /// The middle of the players' latencies; `null` where none said.
    #[schema(required)]
    latency_ms: Option<u64>,
}

impl From<&Point> for HealthPoint {
    fn from(point: &Point) -> Self {
        Self {
            at: rfc3339(point.at),
            condition: point.condition,
            video_bps: point.video_bps,
            audio_bps: point.audio_bps,
            frame_rate: rounded(point.frame_rate),
            lag_ms: point.lag_ms,
            viewers: point.viewers,
            players: point.players,
            stalled: point.stalled,
            latency_ms: point.latency_ms,
        }
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// To a thousandth: more says nothing.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
