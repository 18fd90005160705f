//! The clip that players get while a channel is not on air: some seconds of its picture, with
//! silence, made once for each picture when somebody first asks, and kept as a file.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rivulet_media::flv::{Demuxer, file};
use rivulet_media::frame::Packet;
use rivulet_media::hls::{LatencyLevel, Options, Output, Packager, Resume, Settings, Window};
use rivulet_media::time::{Timestamp, WallClock};
use tokio::sync::Semaphore;

use super::pictures::{Key, Pictures};
use super::{StillsError, files, recipes};
use crate::clock::Clock;
use crate::delivery::{Clip, OfflineShow};
use crate::ids::{ChannelId, media_file_id};
use crate::telemetry;
use crate::transcode::Ffmpeg;

/// Clips kept in memory, some 100 KB each; more are read from their files again.
const MAX_READY: usize = 32;
/// Pictures remembered that no clip can be made of. With more, the oldest are tried again early.
const MAX_FAILED: usize = 1024;
/// How long no clip is made of a picture after none could be.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// The clips of all channels.
pub(super) struct Clips {
    pictures: Pictures,
    /// Where there is none, what was made before is still shown.
    ffmpeg: Option<Ffmpeg>,
    folder: PathBuf,
    clock: Clock,
    /// One is made at a time; the others wait, and find it made.
    making: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Oldest first.
    ready: VecDeque<(Key, Arc<Clip>)>,
    /// Pictures that no clip could be made of, and when that was tried; oldest first.
    failed: VecDeque<(Key, Instant)>,
}

impl OfflineShow for Clips {
    fn clip(&self, channel: ChannelId) -> BoxFuture<'_, Option<Arc<Clip>>> {
        Box::pin(async move {
            match self.of(channel).await {
                Ok(clip) => clip,
                Err(error) => {
                    let error = telemetry::chain(&error);
                    tracing::warn!(channel.id = %channel, error, "no offline clip can be made");
                    None
                }
            }
        })
    }
}

impl Clips {
    pub(super) fn new(
        pictures: Pictures,
        ffmpeg: Option<Ffmpeg>,
        folder: PathBuf,
        clock: Clock,
    ) -> Self {
        let (making, state) = (Semaphore::new(1), Mutex::default());
        Self { pictures, ffmpeg, folder, clock, making, state }
    }

    async fn of(&self, channel: ChannelId) -> Result<Option<Arc<Clip>>, StillsError> {
        let key = self.pictures.key(channel).await?;
        if let Some(clip) = self.state().ready(key) {
            return Ok(Some(clip));
        }
        let Ok(_turn) = self.making.acquire().await else { return Ok(None) };
        let failed_lately = {
            let state = self.state();
            if let Some(clip) = state.ready(key) {
                return Ok(Some(clip));
            }
            state.has_failed(key, self.clock.monotonic())
        };
        if failed_lately {
            return Ok(None);
        }
        let (key, clip) = match (self.load(key).await, &self.ffmpeg) {
            (Some(clip), _) => (key, clip),
            (None, Some(ffmpeg)) => match self.make(channel, ffmpeg).await {
                Ok(made) => made,
                Err(error) => {
                    self.state().fail(key, self.clock.monotonic());
                    return Err(error);
                }
            },
            (None, None) => return Ok(None),
        };
        let clip = Arc::new(clip);
        self.state().keep(key, Arc::clone(&clip));
        Ok(Some(clip))
    }

    /// The clip that was made before, if it was and is sound.
    async fn load(&self, key: Key) -> Option<Clip> {
        let flv = tokio::fs::read(self.folder.join(file_name(key))).await.ok()?;
        package(&flv, self.clock.wall())
    }

    /// Makes the clip of the picture that the channel has now.
    async fn make(&self, channel: ChannelId, ffmpeg: &Ffmpeg) -> Result<(Key, Clip), StillsError> {
        let picture = self.pictures.of(channel).await?;
        let input = vec![picture.jpeg];
        let flv = ffmpeg.once(&recipes::clip(), input, recipes::CLIP_LIMITS).await?;
        let clip = package(&flv, self.clock.wall()).ok_or(StillsError::Nothing)?;
        tracing::debug!(channel.id = %channel, bytes = flv.len(), "made an offline clip");
        if let Err(error) = self.store(picture.key, &flv).await {
            let error = telemetry::chain(&error);
            tracing::warn!(error, "the offline clip cannot be kept, and is made again next time");
        }
        Ok((picture.key, clip))
    }

    /// Keeps a clip, and removes those of pictures that no channel has any more.
    async fn store(&self, key: Key, flv: &[u8]) -> Result<(), StillsError> {
        files::write(&self.folder, &file_name(key), flv).await?;
        let used: Vec<_> = self.pictures.keys().await?.into_iter().map(file_name).collect();
        for name in files::names(&self.folder).await? {
            if name.starts_with(PREFIX) && !used.contains(&name) {
                files::remove(&self.folder.join(name)).await?;
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every method leaves the state whole, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn ready(&self, key: Key) -> Option<Arc<Clip>> {
        self.ready.iter().find(|(it, _)| *it == key).map(|(_, clip)| Arc::clone(clip))
    }

    fn keep(&mut self, key: Key, clip: Arc<Clip>) {
        if self.ready.len() >= MAX_READY {
            self.ready.pop_front();
        }
        self.ready.push_back((key, clip));
    }

    /// Whether none could be made of a picture a while ago. What one channel's picture does is of no
    /// matter to the others.
    fn has_failed(&self, key: Key, now: Instant) -> bool {
        let lately = |then: Instant| now.saturating_duration_since(then) < RETRY_AFTER;
        self.failed.iter().any(|(it, then)| *it == key && lately(*then))
    }

    fn fail(&mut self, key: Key, now: Instant) {
        self.failed.retain(|(it, _)| *it != key);
        if self.failed.len() >= MAX_FAILED {
            self.failed.pop_front();
        }
        self.failed.push_back((key, now));
    }
}

/// What the names of clips begin with.
pub(super) const PREFIX: &str = "offline-";

fn file_name(key: Key) -> String {
    format!("{PREFIX}{key}.flv")
}

/// Cuts ffmpeg's file into segments; `None` when nothing can be played of it. The clip begins `now`.
fn package(flv: &[u8], now: WallClock) -> Option<Clip> {
    let latency = LatencyLevel::default();
    let mut packager = Packager::new(Settings { latency }, Resume::default());
    let mut window = Window::new(Options {
        id: media_file_id().into(),
        latency,
        next_sequence: 0,
        independent_segments: true,
    });
    let mut outputs: Vec<Output> = Vec::new();
    for packet in packets(flv)? {
        let at = match &packet {
            Packet::Frame(frame) => now + frame.dts.since(Timestamp::ZERO),
            Packet::Config(_) | Packet::Discontinuity => now,
        };
        packager.push(&packet, at, &mut outputs);
    }
    packager.end(&mut outputs);
    outputs.into_iter().for_each(|output| window.apply(output));
    Clip::new(window)
}

fn packets(flv: &[u8]) -> Option<Vec<Packet>> {
    let (mut reader, mut demuxer) = (file::Reader::new(), Demuxer::new(Timestamp::ZERO));
    let mut packets = Vec::new();
    reader.receive(flv).ok()?;
    while let Some(tag) = reader.poll().ok()? {
        demuxer.push(&tag, &mut packets).ok()?;
    }
    Some(packets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PictureId;

    #[test]
    fn a_picture_that_fails_holds_up_no_other() {
        let (mut state, now) = (State::default(), Instant::now());
        let own = Key::Own(PictureId::generate());
        state.fail(own, now);
        assert!(state.has_failed(own, now) && !state.has_failed(Key::Default, now));
        assert!(!state.has_failed(own, now + RETRY_AFTER));
        for _ in 0..MAX_FAILED {
            state.fail(Key::Own(PictureId::generate()), now);
        }
        assert!(!state.has_failed(own, now) && state.failed.len() == MAX_FAILED);
    }

    #[test]
    fn what_is_no_recording_is_no_clip() {
        for bytes in [&b""[..], b"FLV", b"no recording at all"] {
            assert!(package(bytes, WallClock::default()).is_none());
        }
        let recording = include_bytes!("../../../../testdata/flv/h264_aac.flv");
        assert!(package(recording, WallClock::default()).is_some());
    }
}
