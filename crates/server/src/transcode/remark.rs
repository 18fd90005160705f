//! What an owner should know about a ladder, in sentences that say what to do.

use std::fmt;

use rivulet_media::hls::FrameRate;

/// Something about a ladder that is not as the owner may think.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// There is nothing to encode with.
    NoFfmpeg,
    /// ffmpeg is there, and none of its encoders works.
    NoEncoder,
    /// AV1 was wished, and is H.264.
    NoAv1,
    /// A rung would be the source once more.
    SameAsSource { name: String },
    /// Two rungs turned out alike.
    Merged { name: String },
    /// A rung has more frames than wished.
    FrameRateKept { name: String, wished: u16, kept: FrameRate },
    /// Sound was to be encoded beside pictures that are not.
    SoundPassesToo,
    /// Not every browser plays the source, so a rung was added.
    AddedForEveryone { what: &'static str },
    /// Not every browser plays the source, and nothing can be done here.
    NotForEveryone { what: &'static str },
    /// More than are encoded at one time.
    TooMany,
}

impl Remark {
    /// A name for it that stays.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::NoFfmpeg => "no_ffmpeg",
            Self::NoEncoder => "no_encoder",
            Self::NoAv1 => "no_av1",
            Self::SameAsSource { .. } => "same_as_source",
            Self::Merged { .. } => "merged",
            Self::FrameRateKept { .. } => "frame_rate_kept",
            Self::SoundPassesToo => "sound_passes_too",
            Self::AddedForEveryone { .. } => "added_for_everyone",
            Self::NotForEveryone { .. } => "not_for_everyone",
            Self::TooMany => "too_many",
        }
    }

    /// What is the same for every rendition.
    const fn in_general(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoFfmpeg => {
                "There is no ffmpeg, so viewers get what the encoder sends and nothing else: \
                 install ffmpeg and start the server again."
            }
            Self::NoEncoder => {
                "No H.264 encoder works on this machine: see `rivulet doctor`, and install an \
                 ffmpeg with libx264."
            }
            Self::NoAv1 => {
                "This ffmpeg cannot encode AV1, so H.264 is made instead: install one with \
                 libsvtav1, or wish for H.264."
            }
            Self::SoundPassesToo => {
                "Where the pictures pass through, the sound does too: to change the sound, encode \
                 the pictures."
            }
            Self::TooMany => {
                "More renditions were wished for than are encoded at one time: the last are left \
                 out."
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameAsSource { name } => write!(
                f,
                "{name} would be what the encoder sends once more, and is left out: send more, or \
                 wish for less."
            ),
            Self::Merged { name } => {
                write!(f, "{name} is left out: with this source another rendition is just like it.")
            }
            Self::FrameRateKept { name, wished, kept } => write!(
                f,
                "{name} keeps {:.2} pictures per second, for {wished} would shake: let the encoder \
                 send {wished}, or a multiple of it.",
                f64::from(kept.as_millihertz()) / 1000.0
            ),
            Self::AddedForEveryone { what } => write!(
                f,
                "Not every browser plays {what}, so a rendition in H.264 is added: send H.264 and \
                 AAC to save the work."
            ),
            Self::NotForEveryone { what } => write!(
                f,
                "Not every browser plays {what}, and no other rendition can be made here: send \
                 H.264 and AAC, or install ffmpeg with libx264."
            ),
            _ => f.write_str(self.in_general().unwrap_or_default()),
        }
    }
}
