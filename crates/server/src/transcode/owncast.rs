//! The same wishes as Owncast writes them: `videoQualityVariants` and `video/streamoutputvariants`.
//!
//! Both ways lose nothing: what Owncast has no field for stands in fields of ours, which its clients
//! hand back untouched or leave out. What a passthrough variant says of sizes and bits means
//! nothing there, and is not kept.

use serde::{Deserialize, Serialize};

use super::wishes::{AudioWish, CodecWish, Encoding, Size, VideoWish, Wish, Wishes, WishesError};

/// Owncast makes this of a variant without a bitrate.
const DEFAULT_VIDEO_KBPS: u32 = 1200;

/// One of Owncast's variants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Variant {
    pub(crate) name: String,
    #[serde(alias = "isVideoPassthrough")]
    pub(crate) video_passthrough: bool,
    #[serde(alias = "isAudioPassthrough")]
    pub(crate) audio_passthrough: bool,
    /// Thousands of bits per second; 0 for the default.
    pub(crate) video_bitrate: u32,
    /// Thousands of bits per second; 0 for passthrough.
    pub(crate) audio_bitrate: u32,
    /// 0 for what the height makes of it.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) scaled_width: u16,
    /// 0 for what the width makes of it.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) scaled_height: u16,
    /// 0 for the source's.
    pub(crate) framerate: u16,
    /// 0 to 4.
    pub(crate) cpu_usage_level: u8,
    /// Ours: another codec than H.264.
    #[serde(skip_serializing_if = "is_h264")]
    pub(crate) video_codec: CodecWish,
    /// Ours: no sound at all.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) audio_disabled: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(value: &u16) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !*value
}

fn is_h264(codec: &CodecWish) -> bool {
    *codec == CodecWish::H264
}

/// Wishes as Owncast writes them.
pub(crate) fn variants(wishes: &Wishes) -> Vec<Variant> {
    wishes.variants.iter().map(Variant::from).collect()
}

/// What Owncast's variants wish for. Owncast knows nothing of renditions without pictures.
pub(crate) fn wishes(variants: &[Variant], audio_only: bool) -> Result<Wishes, WishesError> {
    Wishes::new(variants.iter().map(Wish::from).collect(), audio_only)
}

impl From<&Wish> for Variant {
    fn from(wish: &Wish) -> Self {
        let (audio_passthrough, audio_bitrate) = match wish.audio {
            AudioWish::Passthrough => (true, 0),
            AudioWish::Encode { bitrate_kbps } => (false, bitrate_kbps),
            AudioWish::None => (false, 0),
        };
        let variant = Self {
            name: wish.name.clone().unwrap_or_default(),
            audio_passthrough,
            audio_bitrate,
            audio_disabled: wish.audio == AudioWish::None,
            ..Self::default()
        };
        let VideoWish::Encode(encoding) = wish.video else {
            return Self { video_passthrough: true, ..variant };
        };
        let (scaled_width, scaled_height) = match encoding.size {
            None => (0, 0),
            Some(Size::Width(width)) => (width, 0),
            Some(Size::Height(height)) => (0, height),
            Some(Size::Within { width, height }) => (width, height),
        };
        Self {
            video_bitrate: encoding.bitrate_kbps,
            scaled_width,
            scaled_height,
            framerate: encoding.frame_rate.unwrap_or(0),
            cpu_usage_level: encoding.effort,
            video_codec: encoding.codec,
            ..variant
        }
    }
}

impl From<&Variant> for Wish {
    fn from(variant: &Variant) -> Self {
        let audio = match (variant.audio_passthrough, variant.audio_bitrate) {
            _ if variant.audio_disabled => AudioWish::None,
            (true, _) | (_, 0) => AudioWish::Passthrough,
            (false, bitrate_kbps) => AudioWish::Encode { bitrate_kbps },
        };
        let size = match (variant.scaled_width, variant.scaled_height) {
            (0, 0) => None,
            (width, 0) => Some(Size::Width(width)),
            (0, height) => Some(Size::Height(height)),
            (width, height) => Some(Size::Within { width, height }),
        };
        let encoding = Encoding {
            codec: variant.video_codec,
            size,
            frame_rate: Some(variant.framerate).filter(|rate| *rate != 0),
            bitrate_kbps: match variant.video_bitrate {
                0 => DEFAULT_VIDEO_KBPS,
                bitrate => bitrate,
            },
            effort: variant.cpu_usage_level,
        };
        let video = match variant.video_passthrough {
            true => VideoWish::Passthrough,
            false => VideoWish::Encode(encoding),
        };
        Self { name: Some(variant.name.clone()).filter(|name| !name.is_empty()), video, audio }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Owncast's administration sends, and what it gets back.
    const TABLE: &[(&str, &str)] = &[
        (
            // Owncast's own default.
            r#"{"name": "", "videoPassthrough": false, "audioPassthrough": true, "videoBitrate": 1200,
             "audioBitrate": 0, "framerate": 24, "cpuUsageLevel": 2}"#,
            r#"{"name":"","videoPassthrough":false,"audioPassthrough":true,"videoBitrate":1200,"audioBitrate":0,"framerate":24,"cpuUsageLevel":2}"#,
        ),
        (
            r#"{"name": "High", "videoBitrate": 4000, "audioBitrate": 128, "scaledWidth": 0,
             "scaledHeight": 720, "framerate": 30, "cpuUsageLevel": 4}"#,
            r#"{"name":"High","videoPassthrough":false,"audioPassthrough":false,"videoBitrate":4000,"audioBitrate":128,"scaledHeight":720,"framerate":30,"cpuUsageLevel":4}"#,
        ),
        (
            r#"{"scaledWidth": 640, "scaledHeight": 360, "framerate": 0, "audioPassthrough": true}"#,
            r#"{"name":"","videoPassthrough":false,"audioPassthrough":true,"videoBitrate":1200,"audioBitrate":0,"scaledWidth":640,"scaledHeight":360,"framerate":0,"cpuUsageLevel":0}"#,
        ),
        (
            // owlbot's spelling; what means nothing beside a passthrough is not kept.
            r#"{"isVideoPassthrough": true, "isAudioPassthrough": true, "videoBitrate": 800,
             "framerate": 24, "cpuUsageLevel": 3, "unknown": 1}"#,
            r#"{"name":"","videoPassthrough":true,"audioPassthrough":true,"videoBitrate":0,"audioBitrate":0,"framerate":0,"cpuUsageLevel":0}"#,
        ),
        (
            r#"{"scaledWidth": 1280, "videoBitrate": 900, "videoCodec": "av1", "audioDisabled": true}"#,
            r#"{"name":"","videoPassthrough":false,"audioPassthrough":false,"videoBitrate":900,"audioBitrate":0,"scaledWidth":1280,"framerate":0,"cpuUsageLevel":0,"videoCodec":"av1","audioDisabled":true}"#,
        ),
    ];

    #[test]
    fn variants_are_kept_as_their_clients_mean_them() {
        for (sent, kept) in TABLE {
            let variant: Variant = serde_json::from_str(sent).unwrap();
            let understood = wishes(&[variant], false).unwrap();
            let [answer] = variants(&understood).try_into().unwrap();
            assert_eq!(&serde_json::to_string(&answer).unwrap(), kept);
            // And what was answered is understood as the same.
            assert_eq!(wishes(&[answer], false).unwrap(), understood);
        }
    }

    #[test]
    fn no_wish_is_lost_on_the_way_through_owncasts_fields() {
        let sizes = [
            None,
            Some(Size::Width(640)),
            Some(Size::Height(360)),
            Some(Size::Within { width: 640, height: 360 }),
        ];
        let sounds =
            [AudioWish::Passthrough, AudioWish::Encode { bitrate_kbps: 96 }, AudioWish::None];
        for audio in sounds {
            let mut all = vec![VideoWish::Passthrough];
            for (size, codec) in sizes.iter().zip([CodecWish::H264, CodecWish::Av1].iter().cycle())
            {
                for frame_rate in [None, Some(30)] {
                    let (size, codec) = (*size, *codec);
                    let (bitrate_kbps, effort) = (900, 1);
                    let encoding = Encoding { codec, size, frame_rate, bitrate_kbps, effort };
                    all.push(VideoWish::Encode(encoding));
                }
            }
            for video in all {
                for name in [None, Some("Name".to_owned())] {
                    let one = Wishes::new(vec![Wish { name, video, audio }], true).unwrap();
                    assert_eq!(wishes(&variants(&one), true).unwrap(), one);
                }
            }
        }
    }

    #[test]
    fn what_owncast_would_take_and_we_cannot_is_refused_by_name() {
        let variant = Variant { scaled_height: 20, ..Variant::default() };
        let refused = wishes(&[variant], false).unwrap_err().to_string();
        assert_eq!(refused, "rendition 1: the height must be 64 to 4320 pixels");
    }
}
