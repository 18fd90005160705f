//! The picture of a channel: its owner's, or ours. It stands for the channel while it is not on air.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::image::inspect;
use super::store::Store;
use super::{StillsError, recipes};
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::{ChannelId, PictureId};
use crate::transcode::Ffmpeg;

/// Largest file that is taken for a picture, in bytes.
pub(crate) const MAX_PICTURE_BYTES: usize = 10 * 1024 * 1024;

/// What stands for a channel whose owner gave no picture. Drawn for this project: see
/// `assets/offline.svg`.
const DEFAULT: &[u8] = include_bytes!("../../assets/offline.jpg");

/// A channel's picture, ready to be shown.
pub(super) struct Picture {
    pub(super) key: Key,
    pub(super) jpeg: Bytes,
}

/// Which picture it is: a changed one is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Default,
    Own(PictureId),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A later version's default picture has another length.
            Self::Default => write!(f, "default-{}", DEFAULT.len()),
            Self::Own(id) => id.fmt(f),
        }
    }
}

/// The pictures of all channels. The command line uses them without a server.
#[derive(Clone)]
pub(crate) struct Pictures {
    store: Store,
    ffmpeg: Option<Ffmpeg>,
    clock: Clock,
}

impl Pictures {
    /// The pictures in a database; `ffmpeg` prepares new ones.
    pub(crate) fn new(db: Db, ffmpeg: Option<Ffmpeg>, clock: Clock) -> Self {
        Self { store: Store::new(db), ffmpeg, clock }
    }

    /// Gives a channel the picture in a file's `bytes`.
    ///
    /// It is always encoded anew: a decoder has then seen all of it, browsers are sent nothing that
    /// a stranger wrote, and what cameras note beside a picture (where it was taken) stays here.
    pub(crate) async fn set(&self, channel: ChannelId, bytes: Vec<u8>) -> Result<(), StillsError> {
        if bytes.len() > MAX_PICTURE_BYTES {
            return Err(StillsError::TooLarge);
        }
        let header = inspect(&bytes).ok_or(StillsError::NoPicture)?;
        let (width, height) = (header.width, header.height);
        if u64::from(width) * u64::from(height) > recipes::MAX_PIXELS {
            return Err(StillsError::TooManyPixels { width, height });
        }
        let ffmpeg = self.ffmpeg.as_ref().ok_or(StillsError::NoFfmpeg)?;
        let arguments = recipes::picture(header.format);
        let jpeg = ffmpeg.once(&arguments, vec![bytes.into()], recipes::PICTURE_LIMITS).await?;
        if inspect(&jpeg).is_none() {
            return Err(StillsError::Nothing);
        }
        self.store.set_picture(channel, PictureId::generate(), &jpeg, self.clock.wall()).await
    }

    /// Gives a channel our picture again.
    pub(crate) async fn remove(&self, channel: ChannelId) -> Result<(), StillsError> {
        self.store.remove_picture(channel).await
    }

    /// Which picture the channel has.
    pub(super) async fn key(&self, channel: ChannelId) -> Result<Key, StillsError> {
        Ok(self.store.picture_id(channel).await?.map_or(Key::Default, Key::Own))
    }

    /// The channel's picture.
    pub(super) async fn of(&self, channel: ChannelId) -> Result<Picture, StillsError> {
        Ok(match self.store.picture(channel).await? {
            Some((id, jpeg)) => Picture { key: Key::Own(id), jpeg: jpeg.into() },
            None => Picture { key: Key::Default, jpeg: Bytes::from_static(DEFAULT) },
        })
    }

    /// Every picture that some channel has.
    pub(super) async fn keys(&self) -> Result<Vec<Key>, StillsError> {
        let own = self.store.picture_ids().await?.into_iter().map(Key::Own);
        Ok(own.chain([Key::Default]).collect())
    }
}

/// How long browsers and caches keep a channel's picture: as Owncast has it.
pub(super) const CACHED: Duration = Duration::from_secs(20);
