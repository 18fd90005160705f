//! Further renditions of a broadcast, encoded by ffmpeg in a process of its own.
//!
//! * The passthrough rendition never comes here: losing ffmpeg costs its rungs and nothing else.
//! * A child process ends with the server, however the server ends, and is always reaped.
//! * A rung's frames keep the source's timestamps, and its keyframes are where the source's are.

mod abilities;
mod arguments;
mod child;
mod error;
mod ffmpeg;
mod fit;
mod ladder;
mod level;
mod owncast;
mod remark;
mod said;
mod scheduler;
mod vitals;
mod wishes;

pub(crate) use error::FfmpegError;
pub(crate) use ffmpeg::{Descendant, Ffmpeg, OnceLimits};
pub(crate) use wishes::{Preset, Wishes};
