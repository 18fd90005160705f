//! What this machine can do: its encoders, each tried for real.

use std::fmt;

use rivulet_media::frame::VideoCodec;

/// Children with one encoder that may fail, without one in between that lasted, before the encoder
/// counts as failing: the first time may be the source's fault, or a moment's.
const MAX_FAILURES: u32 = 2;
/// Characters kept of what an encoder complains of.
pub(super) const MAX_WHY_LEN: usize = 160;

/// An encoder of ffmpeg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Encoder {
    X264,
    Nvenc,
    VideoToolbox,
    Qsv,
    Vaapi,
    V4l2m2m,
    SvtAv1,
}

impl Encoder {
    /// All of them, in the order in which they are tried: what everybody has comes first.
    pub(crate) const ALL: [Self; 7] = [
        Self::X264,
        Self::Nvenc,
        Self::VideoToolbox,
        Self::Qsv,
        Self::Vaapi,
        Self::V4l2m2m,
        Self::SvtAv1,
    ];

    /// Those that make H.264, best first: special hardware leaves the processor to the others.
    const H264: [Self; 6] =
        [Self::Nvenc, Self::VideoToolbox, Self::Qsv, Self::Vaapi, Self::V4l2m2m, Self::X264];

    /// Its name in ffmpeg.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::X264 => "libx264",
            Self::Nvenc => "h264_nvenc",
            Self::VideoToolbox => "h264_videotoolbox",
            Self::Qsv => "h264_qsv",
            Self::Vaapi => "h264_vaapi",
            Self::V4l2m2m => "h264_v4l2m2m",
            Self::SvtAv1 => "libsvtav1",
        }
    }

    /// What it makes.
    pub(crate) const fn codec(self) -> VideoCodec {
        match self {
            Self::SvtAv1 => VideoCodec::Av1,
            _ => VideoCodec::H264,
        }
    }

    /// Whether it needs special hardware: such hardware may serve so many broadcasts and no more, or
    /// take a picture that it is tried with and not what a broadcast sends.
    pub(crate) const fn is_hardware(self) -> bool {
        !matches!(self, Self::X264 | Self::SvtAv1)
    }
}

impl fmt::Display for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether an encoder can be used here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ability {
    /// It has encoded a picture.
    Works,
    /// This ffmpeg was built without it.
    Missing,
    /// It is there and encodes nothing.
    Fails { why: String },
}

/// What this machine can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Abilities {
    /// Whether there is an ffmpeg at all.
    pub(crate) ffmpeg: bool,
    /// Every encoder that was tried.
    tried: Vec<(Encoder, Ability)>,
    /// Hardware encoders whose children failed lately, and how many did.
    failures: Vec<(Encoder, u32)>,
}

impl Abilities {
    /// Of a machine with ffmpeg, of which nothing else is known yet.
    pub(crate) fn of_ffmpeg() -> Self {
        Self { ffmpeg: true, ..Self::default() }
    }

    /// Notes what came of trying an encoder.
    pub(crate) fn note(&mut self, encoder: Encoder, ability: Ability) {
        self.tried.retain(|(known, _)| *known != encoder);
        self.tried.push((encoder, ability));
        self.forgive(encoder);
    }

    /// Notes that a child failed that uses this hardware. It counts as failing after
    /// [`MAX_FAILURES`], until it is tried again.
    pub(super) fn blame(&mut self, encoder: Encoder, why: &str) {
        let known = self.failures.iter().find(|(known, _)| *known == encoder);
        let count = known.map_or(0, |(_, count)| *count) + 1;
        self.forgive(encoder);
        if count >= MAX_FAILURES {
            let why = format!("it fails in broadcasts: {why}");
            self.note(encoder, Ability::Fails { why: why.chars().take(MAX_WHY_LEN).collect() });
        } else {
            self.failures.push((encoder, count));
        }
    }

    /// Notes that a child has done well with it.
    pub(super) fn forgive(&mut self, encoder: Encoder) {
        self.failures.retain(|(known, _)| *known != encoder);
    }

    /// Every encoder that was tried, and what came of it.
    pub(crate) fn tried(&self) -> impl Iterator<Item = (Encoder, &Ability)> {
        self.tried.iter().map(|(encoder, ability)| (*encoder, ability))
    }

    /// Whether every encoder was tried, or there is none to try.
    pub(crate) fn are_known(&self) -> bool {
        !self.ffmpeg || self.tried.len() == Encoder::ALL.len()
    }

    /// The best encoder for H.264.
    pub(crate) fn h264(&self) -> Option<Encoder> {
        Encoder::H264.into_iter().find(|encoder| self.works(*encoder))
    }

    /// The best encoder for AV1.
    pub(crate) fn av1(&self) -> Option<Encoder> {
        Some(Encoder::SvtAv1).filter(|encoder| self.works(*encoder))
    }

    /// Whether it can be used.
    pub(super) fn works(&self, encoder: Encoder) -> bool {
        self.ffmpeg && self.tried.contains(&(encoder, Ability::Works))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_is_preferred_while_it_works() {
        let mut abilities = Abilities::of_ffmpeg();
        assert_eq!(abilities.h264(), None);
        for encoder in Encoder::ALL {
            assert!(!abilities.are_known());
            abilities.note(encoder, Ability::Works);
        }
        assert!(abilities.are_known());
        assert_eq!(abilities.h264(), Some(Encoder::Nvenc));
        abilities.note(Encoder::Nvenc, Ability::Fails { why: "the card is gone".to_owned() });
        assert_eq!(abilities.h264(), Some(Encoder::VideoToolbox));
        assert_eq!(abilities.av1(), Some(Encoder::SvtAv1));
        assert_eq!(abilities.tried().count(), Encoder::ALL.len());
    }

    #[test]
    fn hardware_that_fails_twice_in_broadcasts_is_not_used_until_it_is_tried_again() {
        let mut abilities = Abilities::of_ffmpeg();
        for encoder in Encoder::ALL {
            abilities.note(encoder, Ability::Works);
        }
        abilities.blame(Encoder::Nvenc, "once");
        abilities.forgive(Encoder::Nvenc);
        abilities.blame(Encoder::Nvenc, "again");
        abilities.blame(Encoder::Qsv, "another");
        assert_eq!(abilities.h264(), Some(Encoder::Nvenc));
        abilities.blame(Encoder::Nvenc, "no room");
        assert_eq!(abilities.h264(), Some(Encoder::VideoToolbox));
        let why = "it fails in broadcasts: no room".to_owned();
        assert!(
            abilities
                .tried()
                .any(|it| it == (Encoder::Nvenc, &Ability::Fails { why: why.clone() }))
        );
        assert!(abilities.are_known());
        abilities.note(Encoder::Nvenc, Ability::Works);
        abilities.blame(Encoder::Nvenc, "once more");
        assert_eq!(abilities.h264(), Some(Encoder::Nvenc));
    }

    #[test]
    fn a_machine_without_ffmpeg_can_do_nothing_and_that_is_known() {
        let abilities = Abilities::default();
        assert!(abilities.are_known());
        assert_eq!((abilities.h264(), abilities.av1()), (None, None));
    }
}
