//! What pages and clients are told about a broadcast's media.

use rivulet_media::hls::playlist::Variant;
use rivulet_media::hls::{FrameRate, Window};
use serde::Serialize;
use utoipa::ToSchema;

use super::rendition::{Kind, Label, Rendition, Standing};

/// A bitrate is told to pages when it differs from what they know by more than one part in this.
const BITRATE_STEP: u64 = 10;

/// What a broadcast sends.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct MediaInfo {
    /// The pictures, when there are any.
    #[schema(required)]
    pub(crate) video: Option<VideoInfo>,
    /// The sound, when there is any.
    #[schema(required)]
    pub(crate) audio: Option<AudioInfo>,
    /// Measured over the window, in bits per second.
    pub(crate) bitrate_bps: u64,
    /// Longest part, in milliseconds.
    pub(crate) part_target_ms: u64,
    /// `EXT-X-TARGETDURATION`, in milliseconds.
    pub(crate) target_duration_ms: u64,
    /// What the master playlist lists, best first.
    pub(crate) renditions: Vec<RenditionInfo>,
}

/// The pictures of a broadcast.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct VideoInfo {
    /// RFC 6381 form.
    #[schema(example = "avc1.64001f")]
    pub(crate) codec: String,
    /// In pixels.
    pub(crate) width: u16,
    /// In pixels.
    pub(crate) height: u16,
    /// Frames per second; `null` where it varies.
    #[schema(required)]
    pub(crate) frame_rate: Option<f64>,
}

/// The sound of a broadcast.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct AudioInfo {
    /// RFC 6381 form.
    #[schema(example = "mp4a.40.2")]
    pub(crate) codec: String,
    /// Samples per second.
    pub(crate) sample_rate: u32,
    /// Number of channels.
    pub(crate) channels: u8,
}

/// One quality of a broadcast.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct RenditionInfo {
    /// Its number in addresses: `/hls/<number>/stream.m3u8`.
    pub(crate) number: u8,
    /// What people call it.
    #[schema(example = "720p30")]
    pub(crate) name: String,
    /// What it is made of.
    pub(crate) kind: RenditionKind,
    /// RFC 6381 form, separated by commas.
    #[schema(example = "avc1.64001f,mp4a.40.2")]
    pub(crate) codecs: String,
    /// In pixels; `null` without pictures.
    #[schema(required)]
    pub(crate) width: Option<u16>,
    /// In pixels; `null` without pictures.
    #[schema(required)]
    pub(crate) height: Option<u16>,
    /// Frames per second; `null` where it varies, and without pictures.
    #[schema(required)]
    pub(crate) frame_rate: Option<f64>,
    /// `BANDWIDTH`, in bits per second.
    pub(crate) bandwidth_bps: u64,
    /// Whether it can be played now.
    pub(crate) state: RenditionState,
}

/// What a rendition is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RenditionKind {
    /// What the streamer's encoder sends, as it comes.
    Source,
    /// Encoded by the server.
    Encoded,
    /// The sound alone.
    Audio,
}

/// Whether a rendition can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RenditionState {
    /// It can.
    Live,
    /// Its encoder is starting.
    Starting,
    /// Its encoder is gone for the moment: players take another one.
    Away,
}

/// What pages are told; `None` before anything is published.
pub(super) fn info(leader: &Rendition, listed: &[std::sync::Arc<Rendition>]) -> Option<MediaInfo> {
    let mut info = leader.with_window(of_window)?;
    info.renditions = listed.iter().filter_map(|it| it.describe(of_rendition)).collect();
    Some(info)
}

fn of_window(window: &Window) -> Option<MediaInfo> {
    window.edge()?;
    if window.has_ended() {
        return None;
    }
    let timing = window.timing()?;
    let (video, audio) = window.configs();
    Some(MediaInfo {
        video: video.map(|it| VideoInfo {
            codec: it.rfc6381.clone(),
            width: it.width,
            height: it.height,
            frame_rate: timing.frame_rate.map(per_second),
        }),
        audio: audio.map(|it| AudioInfo {
            codec: it.rfc6381.clone(),
            sample_rate: it.sample_rate,
            channels: it.channels,
        }),
        bitrate_bps: window.rates()?.average,
        part_target_ms: u64::try_from(timing.part_target.as_millis()).unwrap_or(u64::MAX),
        target_duration_ms: u64::from(timing.target_duration_secs) * 1000,
        renditions: Vec::new(),
    })
}

fn of_rendition(label: &Label, standing: Standing, variant: Variant) -> RenditionInfo {
    RenditionInfo {
        number: label.number,
        name: label.name.clone(),
        kind: match label.kind {
            Kind::Source => RenditionKind::Source,
            Kind::Encoded => RenditionKind::Encoded,
            Kind::Audio => RenditionKind::Audio,
        },
        codecs: variant.codecs.join(","),
        width: variant.resolution.map(|(width, _)| width),
        height: variant.resolution.map(|(_, height)| height),
        frame_rate: variant.frame_rate.map(per_second),
        bandwidth_bps: variant.rates.peak,
        state: match standing {
            Standing::Live => RenditionState::Live,
            Standing::Starting => RenditionState::Starting,
            Standing::Away => RenditionState::Away,
        },
    }
}

fn per_second(rate: FrameRate) -> f64 {
    f64::from(rate.as_millihertz()) / 1000.0
}

/// Whether pages need to be told: bitrates that waver a little are no news.
pub(super) fn differs(known: Option<&MediaInfo>, new: Option<&MediaInfo>) -> bool {
    let (Some(known), Some(new)) = (known, new) else { return known != new };
    let mut same = new.clone();
    steady(known.bitrate_bps, &mut same.bitrate_bps);
    for (known, same) in known.renditions.iter().zip(&mut same.renditions) {
        steady(known.bandwidth_bps, &mut same.bandwidth_bps);
    }
    same != *known
}

/// Takes a rate for the known one while it is near.
fn steady(known: u64, new: &mut u64) {
    if known.abs_diff(*new) <= known / BITRATE_STEP {
        *new = known;
    }
}
