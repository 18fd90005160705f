//! Pictures of a whole broadcast, one every so often, kept as files:
//! `stills/<broadcast>/<milliseconds>.jpg`. What is not in the database is not kept.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rivulet_media::time::WallClock;
use tokio::sync::mpsc;

use super::actor::wait_until;
use super::model::{self, Kind, Task, Verdict};
use super::store::{Board, BoardSize, Store};
use super::{Shared, StillsError, clips, files, wanted};
use crate::ids::{BroadcastId, ChannelId};
use crate::live::{Air, Period};
use crate::telemetry;

/// Broadcasts of a channel whose storyboards are kept: the newest ones.
const MAX_BOARDS_PER_CHANNEL: usize = 50;
/// What all storyboards together may take on the disk, in bytes; the oldest go first.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// How often a broadcast is looked at: whether it is over, and whether a picture is due.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The storyboards in the data folder.
pub(super) struct Storyboards {
    store: Store,
    folder: PathBuf,
}

/// A broadcast on air, and when its next picture is due.
struct Watched {
    air: Arc<Air>,
    next: Instant,
}

/// Wants pictures of the broadcasts on air as they come due.
pub(super) async fn run(shared: Arc<Shared>, mut begins: mpsc::Receiver<Arc<Air>>) {
    let stopping = shared.tasks.stopping();
    if let Err(error) = shared.storyboards.sweep().await {
        let error = telemetry::chain(&error);
        tracing::warn!(error, "old storyboards may take more space than they should");
    }
    let mut watched: Vec<Watched> = Vec::new();
    loop {
        let next = watched.iter().map(|it| it.next).min();
        tokio::select! {
            air = begins.recv() => match air {
                Some(air) => watched.push(Watched { air, next: shared.clock.monotonic() }),
                None => return,
            },
            () = wait_until(next) => {}
            () = stopping.cancelled() => return,
        }
        watched.retain(|it| is_on(&shared, &it.air));
        shared.forget_ended();
        let now = shared.clock.monotonic();
        for due in watched.iter_mut().filter(|it| it.next <= now) {
            due.next = now + shared.when_due(&due.air).await;
        }
    }
}

fn is_on(shared: &Shared, air: &Arc<Air>) -> bool {
    shared.live.on_air(air.channel).is_some_and(|on| Arc::ptr_eq(&on, air))
}

impl Shared {
    /// Wants the next picture of a broadcast's storyboard, if it is due; gives when to ask again.
    async fn when_due(&self, air: &Air) -> Duration {
        match self.storyboard_due(air).await {
            Ok(again) => again,
            Err(error) => {
                let error = telemetry::chain(&error);
                tracing::warn!(channel.id = %air.channel, error, "a storyboard has a picture less");
                Kind::Storyboard.every()
            }
        }
    }

    async fn storyboard_due(&self, air: &Air) -> Result<Duration, StillsError> {
        if self.ffmpeg.is_none() || !self.asks_for_storyboard(air.channel).await? {
            return Ok(Kind::Storyboard.every());
        }
        let task = Task { channel: air.channel, kind: Kind::Storyboard };
        let Some(excerpt) = self.delivery.excerpt(air.channel, wanted(task.kind)) else {
            return Ok(LOOK_AGAIN);
        };
        let (board, newest) = self.storyboards.newest(air.period.broadcast).await?;
        let every_ms = board.map_or_else(first_distance_ms, |board| board.every_ms);
        let offset_ms = offset_ms(air.period, excerpt.arrived);
        let due = newest.is_none_or(|newest| offset_ms >= newest.saturating_add(every_ms));
        let (verdict, _) = self.look(task, air.period.broadcast);
        if due && verdict != Verdict::Serve {
            self.want(task);
        }
        Ok(LOOK_AGAIN)
    }

    async fn asks_for_storyboard(&self, channel: ChannelId) -> Result<bool, StillsError> {
        let channel = self.channels.by_id(channel).await?;
        Ok(channel.is_some_and(|channel| channel.thumbnail_history))
    }
}

impl Storyboards {
    pub(super) fn new(store: Store, folder: PathBuf) -> Self {
        Self { store, folder }
    }

    /// A broadcast's storyboard and its pictures' offsets, if it is of this channel.
    pub(super) async fn list(
        &self,
        channel: ChannelId,
        broadcast: BroadcastId,
    ) -> Result<Option<(Board, Vec<u64>)>, StillsError> {
        let board = self.store.board(broadcast).await?.filter(|board| board.channel == channel);
        let Some(board) = board else { return Ok(None) };
        Ok(Some((board, self.store.offsets(broadcast).await?)))
    }

    /// One picture of a storyboard.
    pub(super) async fn picture(
        &self,
        channel: ChannelId,
        broadcast: BroadcastId,
        offset_ms: u64,
    ) -> Result<Option<Bytes>, StillsError> {
        let listed = self.list(channel, broadcast).await?;
        if listed.is_none_or(|(_, offsets)| offsets.binary_search(&offset_ms).is_err()) {
            return Ok(None);
        }
        let file = self.folder_of(broadcast).join(file_name(offset_ms));
        Ok(tokio::fs::read(file).await.ok().map(Bytes::from))
    }

    /// A broadcast's storyboard, and the offset of its newest picture.
    async fn newest(
        &self,
        broadcast: BroadcastId,
    ) -> Result<(Option<Board>, Option<u64>), StillsError> {
        let board = self.store.board(broadcast).await?;
        Ok((board, self.store.offsets(broadcast).await?.last().copied()))
    }

    /// Adds a picture to a broadcast's storyboard. When it is full, every second picture goes, and
    /// the next ones come half as often.
    pub(super) async fn keep(
        &self,
        board: Board,
        offset_ms: u64,
        jpeg: &[u8],
    ) -> Result<(), StillsError> {
        let broadcast = board.broadcast;
        let known = self.store.board(broadcast).await?;
        let every_ms = known.map_or(board.every_ms, |known| known.every_ms);
        let offsets = self.store.offsets(broadcast).await?;
        if offsets.contains(&offset_ms) {
            return Ok(()); // the encoder is gone for a while: it is the same picture
        }
        let (every_ms, gone) = model::thin(&offsets, every_ms);
        self.take_out(broadcast, &gone).await?;
        let (folder, name) = (self.folder_of(broadcast), file_name(offset_ms));
        files::write(&folder, &name, jpeg).await?;
        let board = Board { every_ms, ..board };
        if let Err(error) = self.store.add(&board, offset_ms, jpeg.len()).await {
            files::remove(&folder.join(name)).await?;
            return Err(error);
        }
        if known.is_none() {
            self.retain().await?;
        }
        Ok(())
    }

    async fn take_out(&self, broadcast: BroadcastId, gone: &[u64]) -> Result<(), StillsError> {
        self.store.take_out(broadcast, gone).await?;
        for offset in gone {
            files::remove(&self.folder_of(broadcast).join(file_name(*offset))).await?;
        }
        Ok(())
    }

    /// Removes the storyboards that are too many or too much.
    async fn retain(&self) -> Result<(), StillsError> {
        for broadcast in excess(&self.store.sizes().await?) {
            self.store.remove_board(broadcast).await?;
            files::remove(&self.folder_of(broadcast)).await?;
        }
        Ok(())
    }

    /// Removes what a crash, a channel that is gone, or an older version left behind.
    async fn sweep(&self) -> Result<(), StillsError> {
        self.retain().await?;
        for name in files::names(&self.folder).await? {
            if name.starts_with(clips::PREFIX) && !name.ends_with(".part") {
                continue;
            }
            let path = self.folder.join(&name);
            match BroadcastId::parse(&name) {
                Some(broadcast) if self.store.board(broadcast).await?.is_some() => {
                    self.sweep_one(broadcast, &path).await?;
                }
                _ => files::remove(&path).await?,
            }
        }
        Ok(())
    }

    async fn sweep_one(&self, broadcast: BroadcastId, folder: &Path) -> Result<(), StillsError> {
        let offsets = self.store.offsets(broadcast).await?;
        let known: Vec<_> = offsets.into_iter().map(file_name).collect();
        for name in files::names(folder).await? {
            if !known.contains(&name) {
                files::remove(&folder.join(name)).await?;
            }
        }
        Ok(())
    }

    fn folder_of(&self, broadcast: BroadcastId) -> PathBuf {
        self.folder.join(broadcast.to_string())
    }
}

/// When something arrived, in milliseconds since its broadcast began.
pub(super) fn offset_ms(period: Period, arrived: WallClock) -> u64 {
    let began = period.started_at.as_unix_millis();
    u64::try_from(arrived.as_unix_millis().saturating_sub(began)).unwrap_or(0)
}

/// How far apart a storyboard's pictures are at first.
pub(super) fn first_distance_ms() -> u64 {
    u64::try_from(Kind::Storyboard.every().as_millis()).unwrap_or(u64::MAX)
}

fn file_name(offset_ms: u64) -> String {
    format!("{offset_ms}.jpg")
}

/// Which storyboards go. `boards` are sorted, newest first.
fn excess(boards: &[BoardSize]) -> Vec<BroadcastId> {
    let mut of_channel: HashMap<ChannelId, usize> = HashMap::new();
    let mut bytes = 0_u64;
    let mut gone = Vec::new();
    for board in boards {
        let count = of_channel.entry(board.channel).or_default();
        let sum = bytes.saturating_add(board.bytes);
        if *count >= MAX_BOARDS_PER_CHANNEL || sum > MAX_BYTES {
            gone.push(board.broadcast);
        } else {
            *count += 1;
            bytes = sum;
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_every_channel_stay_as_long_as_there_is_room() {
        let channels = [ChannelId::generate(), ChannelId::generate()];
        let board =
            |channel, bytes| BoardSize { broadcast: BroadcastId::generate(), channel, bytes };
        let mut boards: Vec<_> = (0..60).map(|_| board(channels[0], 1)).collect();
        boards.push(board(channels[1], 1));
        let gone = excess(&boards);
        let expected: Vec<_> = boards[50..60].iter().map(|it| it.broadcast).collect();
        assert_eq!(gone, expected);

        let boards: Vec<_> = (0..5).map(|_| board(channels[0], MAX_BYTES / 3)).collect();
        assert_eq!(excess(&boards), [boards[3].broadcast, boards[4].broadcast]);
    }
}
