//! The picture of a channel: its owner's, or ours. It stands for the channel while it is not on air.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio::sync::Semaphore;

use super::image::inspect;
use super::store::{self, Store};
use super::{StillsError, recipes};
use crate::audit::{Action, Actor, Audit, Entry, Subject, SubjectKind};
use crate::channels::Channel;
use crate::clock::Clock;
use crate::db::{Db, Transaction};
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

/// Which of a channel's pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// What stands for it while it is not on air.
    Picture,
    /// Its sign beside its name.
    Avatar,
    /// Above its page.
    Banner,
}

impl Spot {
    /// As it is stored and logged.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Avatar => "avatar",
            Self::Banner => "banner",
        }
    }

    /// Longest sides, in pixels.
    fn size(self) -> (u32, u32) {
        match self {
            Self::Picture => (1280, 720),
            Self::Avatar => (512, 512),
            Self::Banner => (1920, 640),
        }
    }
}

/// Pictures that are prepared at one time. Against somebody who sends them without end: the others
/// wait, and what is on air does not.
const MAX_PREPARED: usize = 2;

/// The pictures of all channels. The command line uses them without a server.
#[derive(Clone)]
pub(crate) struct Pictures {
    store: Store,
    audit: Audit,
    ffmpeg: Option<Ffmpeg>,
    clock: Clock,
    turns: Arc<Semaphore>,
}

impl Pictures {
    /// The pictures in a database; `ffmpeg` prepares new ones.
    pub(crate) fn new(db: Db, ffmpeg: Option<Ffmpeg>, clock: Clock) -> Self {
        let audit = Audit::new(db.clone(), clock);
        let turns = Arc::new(Semaphore::new(MAX_PREPARED));
        Self { store: Store::new(db), audit, ffmpeg, clock, turns }
    }

    /// Gives a channel the picture in a file's `bytes`.
    ///
    /// It is always encoded anew: a decoder has then seen all of it, browsers are sent nothing that
    /// a stranger wrote, and what cameras note beside a picture (where it was taken) stays here.
    pub(crate) async fn set(
        &self,
        actor: &Actor,
        (channel, spot): (&Channel, Spot),
        bytes: Vec<u8>,
    ) -> Result<(), StillsError> {
        let jpeg = self.prepare(spot, bytes).await?;
        let mut transaction = self.store.begin().await?;
        let (id, at) = (PictureId::generate(), self.clock.wall());
        store::set_picture(&mut transaction, (channel.id, spot), (id, &jpeg), at).await?;
        self.log(&mut transaction, actor, (channel, spot), Some(id)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a picture of a channel's away.
    pub(crate) async fn remove(
        &self,
        actor: &Actor,
        (channel, spot): (&Channel, Spot),
    ) -> Result<(), StillsError> {
        let mut transaction = self.store.begin().await?;
        if store::remove_picture(&mut transaction, (channel.id, spot)).await? {
            self.log(&mut transaction, actor, (channel, spot), None).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn log(
        &self,
        transaction: &mut Transaction,
        actor: &Actor,
        (channel, spot): (&Channel, Spot),
        became: Option<PictureId>,
    ) -> Result<(), StillsError> {
        let says = |id: PictureId| json!({ spot.name(): id.to_string() });
        let entry = Entry {
            actor,
            action: Action::ChannelPicture,
            subject: Subject::new(SubjectKind::Channel, channel.id, &channel.slug),
            was: became.is_none().then(|| json!({ "picture": spot.name() })),
            became: became.map(says),
        };
        Ok(self.audit.record(transaction, entry).await?)
    }

    /// Encodes a file's `bytes` anew, for its spot.
    pub(super) async fn prepare(&self, spot: Spot, bytes: Vec<u8>) -> Result<Vec<u8>, StillsError> {
        if bytes.len() > MAX_PICTURE_BYTES {
            return Err(StillsError::TooLarge);
        }
        let header = inspect(&bytes).ok_or(StillsError::NoPicture)?;
        let (width, height) = (header.width, header.height);
        if u64::from(width) * u64::from(height) > recipes::MAX_PIXELS {
            return Err(StillsError::TooManyPixels { width, height });
        }
        let ffmpeg = self.ffmpeg.as_ref().ok_or(StillsError::NoFfmpeg)?;
        let arguments = recipes::picture(header.format, spot.size());
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await;
        let jpeg = ffmpeg.once(&arguments, vec![bytes.into()], recipes::PICTURE_LIMITS).await?;
        if inspect(&jpeg).is_none() {
            return Err(StillsError::Nothing);
        }
        Ok(jpeg)
    }

    /// A channel's avatar or banner.
    pub(super) async fn image(
        &self,
        channel: ChannelId,
        spot: Spot,
    ) -> Result<Option<Bytes>, StillsError> {
        Ok(self.store.image(channel, spot).await?.map(Bytes::from))
    }

    /// Which avatar and banner a channel has.
    pub(super) async fn images(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<(String, PictureId)>, StillsError> {
        self.store.images(channel).await
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
