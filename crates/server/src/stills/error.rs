//! What can go wrong in this room.

use std::io;

use crate::channels::ChannelsError;
use crate::db::DbError;
use crate::transcode::FfmpegError;

/// An error of the stills room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StillsError {
    #[error("the picture is larger than 10 MiB: give a smaller one")]
    TooLarge,
    #[error("this is no PNG, JPEG or WebP picture: convert it to one of these")]
    NoPicture,
    #[error("the picture has {width} × {height} pixels: give one of at most 40 million")]
    TooManyPixels { width: u32, height: u32 },
    #[error("pictures are prepared with ffmpeg, which is not installed (apt install ffmpeg)")]
    NoFfmpeg,
    #[error("ffmpeg made nothing of it")]
    Nothing,
    #[error("ffmpeg")]
    Ffmpeg(#[from] FfmpegError),
    #[error("a file of the data folder")]
    File(#[from] io::Error),
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("picture storage")]
    Db(#[from] DbError),
}

impl StillsError {
    /// Whether the answer is no, and the fault not ours.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::TooLarge
                | Self::NoPicture
                | Self::TooManyPixels { .. }
                | Self::NoFfmpeg
                | Self::Nothing
                | Self::Ffmpeg(_)
        )
    }
}
