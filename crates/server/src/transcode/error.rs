//! What can go wrong between this program and ffmpeg.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why ffmpeg did not do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FfmpegError {
    /// The process could not be started.
    #[error("cannot start {program}: install ffmpeg, or name another with --ffmpeg")]
    Start { program: PathBuf, source: io::Error },
    /// A pipe to or from it failed.
    #[error("cannot exchange data with ffmpeg")]
    Exchange(#[source] io::Error),
    /// It said no.
    #[error("ffmpeg failed{}: {said}", code.map(|code| format!(" ({code})")).unwrap_or_default())]
    Failed { code: Option<i32>, said: String },
    /// It was ended because it took too long.
    #[error("ffmpeg took longer than {0:?} and was ended")]
    TooSlow(Duration),
    /// It was ended because it wrote too much.
    #[error("ffmpeg wrote more than {0} bytes and was ended")]
    TooMuch(usize),
    /// What it says about its version is not understood.
    #[error("{0} does not say its version: name an ffmpeg with --ffmpeg")]
    NotFfmpeg(PathBuf),
}
