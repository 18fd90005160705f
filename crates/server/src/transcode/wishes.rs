//! What an owner wishes for a channel: which qualities, and how they are made.
//!
//! Kept as JSON with the channel. Whoever holds [`Wishes`] holds checked ones: reading checks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Qualities one channel may wish for: more than any player's menu shows well.
const MAX_VARIANTS: usize = 8;
/// Longest name, in characters: it stands in a player's menu.
const MAX_NAME_LEN: usize = 40;
/// Bits per second of video, in thousands.
const VIDEO_KBPS: Bounds =
    Bounds { what: "the video bitrate", from: 50, to: 50_000, unit: " kbit/s" };
/// Bits per second of sound, in thousands: what AAC makes sense of.
const AUDIO_KBPS: Bounds = Bounds { what: "the audio bitrate", from: 16, to: 512, unit: " kbit/s" };
const FRAME_RATE: Bounds = Bounds { what: "the frame rate", from: 1, to: 240, unit: " per second" };
const WIDTH: Bounds = Bounds { what: "the width", from: 64, to: 7680, unit: " pixels" };
const HEIGHT: Bounds = Bounds { what: "the height", from: 64, to: 4320, unit: " pixels" };
const EFFORT: Bounds =
    Bounds { what: "the effort", from: 0, to: 4, unit: ", from least work to best picture" };

/// What an owner wishes for a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Wishes {
    /// The qualities, in no order; at least one.
    pub(crate) variants: Vec<Wish>,
    /// Whether there is a rendition without pictures as well.
    pub(crate) audio_only: bool,
}

/// One quality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// Its name in players' menus; one is made when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Its pictures.
    pub(crate) video: VideoWish,
    /// Its sound.
    #[serde(default)]
    pub(crate) audio: AudioWish,
}

/// The pictures of a quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VideoWish {
    /// As the encoder sends them.
    Passthrough,
    /// Encoded here.
    Encode(Encoding),
}

/// How pictures are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Encoding {
    /// With which codec.
    #[serde(default)]
    pub(crate) codec: CodecWish,
    /// How large at most; the source's size when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<Size>,
    /// About how many pictures per second at most; the source's rate when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) frame_rate: Option<u16>,
    /// Thousands of bits per second.
    pub(crate) bitrate_kbps: u32,
    /// From 0 (least work) to 4 (best picture).
    #[serde(default = "default_effort")]
    pub(crate) effort: u8,
}

/// A codec that rungs can be encoded with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CodecWish {
    /// Every player plays it.
    #[default]
    H264,
    /// Better pictures for the bits, much more work.
    Av1,
}

/// How large pictures may be. Said of a picture that lies: of one that stands, the height is its
/// width, for "720p" of a phone held upright is 720 wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Size {
    /// The short side.
    Height(u16),
    /// The long side.
    Width(u16),
    /// Both: the picture fits in, and keeps its shape.
    Within { width: u16, height: u16 },
}

/// The sound of a quality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AudioWish {
    /// As the encoder sends it.
    #[default]
    Passthrough,
    /// Encoded here, as AAC.
    Encode { bitrate_kbps: u32 },
    /// None.
    None,
}

/// Why wishes are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WishesError {
    #[error("a channel has 1 to {MAX_VARIANTS} renditions: write at least the passthrough one")]
    Count,
    #[error("rendition {number}: {bounds}")]
    OutOfRange { number: usize, bounds: Bounds },
    #[error("rendition {number}: a name has 1 to {MAX_NAME_LEN} characters, without line breaks")]
    BadName { number: usize },
    #[error("rendition {number}: two names are alike, and viewers could not tell them apart")]
    SameName { number: usize },
    #[error("the pictures can be passed through once only: take rendition {number} out")]
    SecondPassthrough { number: usize },
    #[error("the renditions are not understood ({0}): see docs/RENDITIONS.md for their form")]
    NotUnderstood(String),
}

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    what: &'static str,
    from: u32,
    to: u32,
    unit: &'static str,
}

impl Bounds {
    fn check(self, number: usize, value: u32) -> Result<(), WishesError> {
        if (self.from..=self.to).contains(&value) {
            Ok(())
        } else {
            Err(WishesError::OutOfRange { number, bounds: self })
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, from, to, unit } = self;
        write!(f, "{what} must be {from} to {to}{unit}")
    }
}

fn default_effort() -> u8 {
    2
}

impl Default for Wishes {
    /// The passthrough rendition alone: it costs nothing.
    fn default() -> Self {
        Self { variants: vec![Wish::passthrough()], audio_only: false }
    }
}

impl Wish {
    /// Pictures and sound as they come.
    pub(crate) fn passthrough() -> Self {
        Self { name: None, video: VideoWish::Passthrough, audio: AudioWish::Passthrough }
    }

    fn encoded(size: Size, frame_rate: Option<u16>, bitrate_kbps: u32, sound_kbps: u32) -> Self {
        let codec = CodecWish::H264;
        let effort = default_effort();
        let encoding = Encoding { codec, size: Some(size), frame_rate, bitrate_kbps, effort };
        let audio = AudioWish::Encode { bitrate_kbps: sound_kbps };
        Self { name: None, video: VideoWish::Encode(encoding), audio }
    }
}

/// Names for what most owners want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    /// What the encoder sends, and no work.
    Source,
    /// The source, and two for slower networks.
    Balanced,
    /// The source, and three down to what a phone on a poor network takes.
    Mobile,
}

impl Preset {
    /// All of them, by name.
    pub(crate) const ALL: [(&'static str, Self); 3] =
        [("source", Self::Source), ("balanced", Self::Balanced), ("mobile", Self::Mobile)];

    /// The preset of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, preset)| *preset)
    }

    /// The qualities it stands for.
    pub(crate) fn variants(self) -> Vec<Wish> {
        let hd = || Wish::encoded(Size::Height(720), Some(30), 2500, 128);
        let sd = || Wish::encoded(Size::Height(480), Some(30), 1200, 96);
        let low = || Wish::encoded(Size::Height(360), Some(30), 600, 64);
        let lowest = || Wish::encoded(Size::Height(240), Some(30), 300, 48);
        match self {
            Self::Source => vec![Wish::passthrough()],
            Self::Balanced => vec![Wish::passthrough(), hd(), sd()],
            Self::Mobile => vec![Wish::passthrough(), sd(), low(), lowest()],
        }
    }
}

impl Wishes {
    /// Checked wishes.
    pub(crate) fn new(variants: Vec<Wish>, audio_only: bool) -> Result<Self, WishesError> {
        if !(1..=MAX_VARIANTS).contains(&variants.len()) {
            return Err(WishesError::Count);
        }
        let mut passed = false;
        for (number, wish) in (1..).zip(&variants) {
            wish.check(number)?;
            let passes = wish.video == VideoWish::Passthrough;
            if passes && std::mem::replace(&mut passed, true) {
                return Err(WishesError::SecondPassthrough { number });
            }
            let same = |other: &&Wish| other.name.is_some() && other.name == wish.name;
            if variants.iter().take(number - 1).any(|other| same(&other)) {
                return Err(WishesError::SameName { number });
            }
        }
        Ok(Self { variants, audio_only })
    }

    /// Reads their JSON.
    pub(crate) fn parse(text: &str) -> Result<Self, WishesError> {
        serde_json::from_str::<Written>(text)
            .map_err(|error| WishesError::NotUnderstood(error.to_string()))?
            .try_into()
    }

    /// Their JSON.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("there are no maps with odd keys in it")
    }

    /// The preset they are, if they are one.
    pub(crate) fn preset(&self) -> Option<&'static str> {
        let is = |(_, preset): &&(&str, Preset)| preset.variants() == self.variants;
        Preset::ALL.iter().find(is).map(|(name, _)| *name)
    }

    /// In few words, for lists.
    pub(crate) fn summary(&self) -> String {
        let sound = if self.audio_only { " + audio only" } else { "" };
        match self.preset() {
            Some(name) => format!("{name}{sound}"),
            None => format!("{} of its own{sound}", self.variants.len()),
        }
    }
}

impl Wish {
    fn check(&self, number: usize) -> Result<(), WishesError> {
        if let Some(name) = &self.name {
            let fits = (1..=MAX_NAME_LEN).contains(&name.chars().count());
            if !fits || name.chars().any(char::is_control) {
                return Err(WishesError::BadName { number });
            }
        }
        if let AudioWish::Encode { bitrate_kbps } = self.audio {
            AUDIO_KBPS.check(number, bitrate_kbps)?;
        }
        let VideoWish::Encode(encoding) = self.video else { return Ok(()) };
        VIDEO_KBPS.check(number, encoding.bitrate_kbps)?;
        EFFORT.check(number, encoding.effort.into())?;
        encoding.frame_rate.map_or(Ok(()), |rate| FRAME_RATE.check(number, rate.into()))?;
        match encoding.size {
            None => Ok(()),
            Some(Size::Height(height)) => HEIGHT.check(number, height.into()),
            Some(Size::Width(width)) => WIDTH.check(number, width.into()),
            Some(Size::Within { width, height }) => {
                WIDTH.check(number, width.into())?;
                HEIGHT.check(number, height.into())
            }
        }
    }
}

/// Wishes as somebody wrote them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    variants: Vec<Wish>,
    #[serde(default)]
    audio_only: bool,
}

impl TryFrom<Written> for Wishes {
    type Error = WishesError;

    fn try_from(written: Written) -> Result<Self, WishesError> {
        Self::new(written.variants, written.audio_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(variants: &str) -> String {
        Wishes::parse(&format!("{{\"variants\": [{variants}]}}")).unwrap_err().to_string()
    }

    #[test]
    fn wishes_read_back_as_they_were_written() {
        for (name, preset) in Preset::ALL {
            for audio_only in [false, true] {
                let wishes = Wishes::new(preset.variants(), audio_only).unwrap();
                assert_eq!(Wishes::parse(&wishes.to_json()).unwrap(), wishes);
                assert_eq!(wishes.preset(), Some(name));
            }
        }
        assert_eq!(
            Wishes::default().to_json(),
            r#"{"variants":[{"video":"passthrough","audio":"passthrough"}],"audio_only":false}"#
        );
    }

    #[test]
    fn little_needs_to_be_written() {
        let text = r#"{"variants": [
            {"video": "passthrough"},
            {"name": "Small", "video": {"encode": {"size": {"height": 360}, "bitrate_kbps": 600}}},
            {"video": {"encode": {"codec": "av1", "size": {"within": {"width": 1280, "height": 720}},
             "frame_rate": 30, "bitrate_kbps": 900, "effort": 0}}, "audio": {"encode": {"bitrate_kbps": 96}}}
        ]}"#;
        let wishes = Wishes::parse(text).unwrap();
        assert_eq!(wishes.variants.len(), 3);
        assert_eq!(wishes.variants[1].audio, AudioWish::Passthrough);
        let VideoWish::Encode(small) = wishes.variants[1].video else { panic!("it is encoded") };
        assert_eq!((small.codec, small.effort, small.frame_rate), (CodecWish::H264, 2, None));
        assert_eq!(wishes.summary(), "3 of its own");
    }

    #[test]
    fn what_is_out_of_range_is_refused_with_the_range() {
        let encode = |fields: &str| format!("{{\"video\": {{\"encode\": {{{fields}}}}}}}");
        for (fields, complaint) in [
            ("\"bitrate_kbps\": 49", "the video bitrate must be 50 to 50000 kbit/s"),
            ("\"bitrate_kbps\": 50001", "the video bitrate must be 50 to 50000 kbit/s"),
            ("\"bitrate_kbps\": 900, \"effort\": 5", "the effort must be 0 to 4, from"),
            ("\"bitrate_kbps\": 900, \"frame_rate\": 0", "the frame rate must be 1 to 240"),
            ("\"bitrate_kbps\": 900, \"size\": {\"height\": 63}", "the height must be 64 to 4320"),
            ("\"bitrate_kbps\": 900, \"size\": {\"width\": 9000}", "the width must be 64 to 7680"),
            (
                "\"bitrate_kbps\": 900, \"size\": {\"within\": {\"width\": 100, \"height\": 1}}",
                "the height must be 64 to 4320",
            ),
        ] {
            let said = refused(&format!("{{\"video\": \"passthrough\"}}, {}", encode(fields)));
            assert!(said.starts_with(&format!("rendition 2: {complaint}")), "{said}");
        }
        let said =
            refused(r#"{"video": "passthrough", "audio": {"encode": {"bitrate_kbps": 15}}}"#);
        assert_eq!(said, "rendition 1: the audio bitrate must be 16 to 512 kbit/s");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_remedy() {
        let passthrough = r#"{"video": "passthrough"}"#;
        assert!(refused("").contains("write at least"));
        assert!(refused(&[passthrough; 9].join(",")).contains("1 to 8"));
        assert!(refused(&[passthrough; 2].join(",")).contains("take rendition 2 out"));
        assert!(refused(r#"{"name": "", "video": "passthrough"}"#).contains("1 to 40"));
        assert!(refused(r#"{"video": "pass"}"#).contains("docs/RENDITIONS.md"));
        assert!(refused(r#"{"video": "passthrough", "speed": 1}"#).contains("speed"));
        let named = r#"{"name": "A", "video": {"encode": {"bitrate_kbps": 900}}}"#;
        assert!(refused(&[named; 2].join(",")).contains("alike"));
    }
}
