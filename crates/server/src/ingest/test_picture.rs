//! The test picture: what `rivulet demo` sends, and what an owner puts on air before any encoder is
//! set up. It is a recording of H.264 and AAC, so it needs neither ffmpeg nor a socket.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rivulet_media::flv::{Demuxer, Tag, TagKind, file};
use rivulet_media::frame::Packet;
use rivulet_media::time::WallClock;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Ingest, Shared};
use crate::channels::Channel;
use crate::ids::ChannelId;
use crate::live::{LiveError, Publication};

/// A seamless loop (scripts/testcard makes it).
const TEST_CARD: &[u8] = include_bytes!("../../assets/testcard.flv");

/// How long it is on at most: long enough to look at every page, short enough to be forgotten.
const LASTS: Duration = Duration::from_secs(180);
/// Channels that show it at one time. Against owners of many channels, on a small machine.
const MAX_AT_ONCE: usize = 8;

/// Why it does not go on air.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TestError {
    #[error("an encoder is on air already: stop it first, or look at its picture")]
    OnAir,
    #[error("{0}")]
    Locked(String),
    #[error("test pictures are on air on 8 channels: wait until one of them is over")]
    TooMany,
    #[error("the test picture cannot be read")]
    Unreadable(#[source] file::Error),
    #[error("the test picture cannot go on air")]
    Live(#[source] LiveError),
}

/// The test picture, frame by frame.
pub(crate) struct TestPicture {
    tags: Vec<Tag>,
    length: Duration,
}

impl TestPicture {
    /// Reads it from the program itself.
    ///
    /// # Errors
    /// When the file that was built in is damaged.
    pub(crate) fn load() -> Result<Self, file::Error> {
        let tags = file::read_all(TEST_CARD)?;
        let length = loop_length(&tags);
        Ok(Self { tags, length })
    }

    /// Every tag with the time when it is due, over and over without an end.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (Duration, &Tag)> {
        (0_u32..).flat_map(move |round| {
            let tags = self.tags.iter().filter(move |tag| round == 0 || !is_configuration(tag));
            tags.map(move |tag| {
                (self.length * round + Duration::from_millis(tag.timestamp_ms.into()), tag)
            })
        })
    }
}

/// Where it is on.
#[derive(Default)]
pub(super) struct Tests {
    on: Mutex<HashMap<ChannelId, CancellationToken>>,
}

impl Tests {
    fn lock(&self) -> MutexGuard<'_, HashMap<ChannelId, CancellationToken>> {
        self.on.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a place for a channel; what ends its picture.
    fn enter(&self, channel: ChannelId) -> Result<CancellationToken, TestError> {
        let mut on = self.lock();
        if on.contains_key(&channel) {
            return Err(TestError::OnAir);
        }
        if on.len() >= MAX_AT_ONCE {
            return Err(TestError::TooMany);
        }
        Ok(on.entry(channel).or_default().clone())
    }

    /// Gives a place back. Whoever was ended has none any more: it may be another's already.
    fn leave(&self, channel: ChannelId, stop: &CancellationToken) {
        let mut on = self.lock();
        if !stop.is_cancelled() {
            on.remove(&channel);
        }
    }

    fn end(&self, channel: ChannelId) -> bool {
        self.lock().remove(&channel).inspect(CancellationToken::cancel).is_some()
    }
}

/// What an encoder that comes meanwhile makes of the test picture's broadcast: it is over.
const OVER: &str = "The test picture is over.";

impl Ingest {
    /// Puts the test picture on air; until when.
    ///
    /// # Errors
    /// When the channel is locked or on air, or there are as many as there may be.
    pub(crate) async fn show_test_picture(
        &self,
        channel: &Channel,
    ) -> Result<WallClock, TestError> {
        let shared = &self.shared;
        if let Some(lock) = &channel.lock {
            return Err(TestError::Locked(lock.to_string()));
        }
        let picture = TestPicture::load().map_err(TestError::Unreadable)?;
        let stop = shared.tests.enter(channel.id)?;
        let admitted = shared.live.admit(channel, None).await;
        let publication = admitted.map_err(|error| {
            shared.tests.leave(channel.id, &stop);
            match error {
                LiveError::Busy => TestError::OnAir,
                error => TestError::Live(error),
            }
        })?;
        let until = shared.clock.wall().as_unix_millis() + LASTS.as_millis() as i64;
        tracing::info!(channel.id = %channel.id, "the test picture is on air on {}", channel.slug);
        let (task, id) = (Arc::clone(shared), channel.id);
        shared.tasks.spawn("test picture", async move {
            let is_over = show(&task, &picture, &publication, &stop).await;
            task.tests.leave(id, &stop);
            // Nobody waits for it to come back. Whoever ended it has ended the broadcast too, and
            // what is on air now may be somebody else's.
            if is_over && !publication.evicted().is_cancelled() {
                task.live.end(id, OVER);
            }
        });
        Ok(WallClock::from_unix_millis(until))
    }

    /// Ends the channel's test picture at once. `false` when none is on.
    pub(crate) fn end_test_picture(&self, channel: ChannelId) -> bool {
        self.shared.end_test(channel)
    }
}

impl Shared {
    /// Ends a test picture and its broadcast: whoever comes next begins one of their own.
    pub(super) fn end_test(&self, channel: ChannelId) -> bool {
        let was_on = self.tests.end(channel);
        if was_on {
            self.live.end(channel, OVER);
        }
        was_on
    }
}

/// Sends the picture at its own pace. `true` when its time is over, `false` when somebody ended it.
async fn show(
    shared: &Shared,
    picture: &TestPicture,
    publication: &Publication,
    stop: &CancellationToken,
) -> bool {
    let (stopping, evicted) = (shared.tasks.stopping(), publication.evicted());
    let mut demuxer = Demuxer::new(publication.start());
    let mut packets: Vec<Packet> = Vec::new();
    let began = Instant::now();
    for (at, tag) in picture.frames().take_while(|(at, _)| *at < LASTS) {
        tokio::select! {
            () = sleep_until(began + at) => {}
            () = stop.cancelled() => return false,
            () = evicted.cancelled() => return false,
            () = stopping.cancelled() => return false,
        }
        publication.heard();
        // Three minutes: nothing is cut off.
        let timed = Tag { timestamp_ms: at.as_millis() as u32, ..tag.clone() };
        if let Err(error) = demuxer.push(&timed, &mut packets) {
            tracing::error!(%error, "the test picture is damaged");
            break;
        }
        for packet in packets.drain(..) {
            publication.publish(packet);
        }
    }
    true
}

/// How long one round is: to where the next picture after the last one would be.
fn loop_length(tags: &[Tag]) -> Duration {
    let stamps = tags
        .iter()
        .filter(|tag| tag.kind == TagKind::Video && !is_configuration(tag))
        .map(|tag| u64::from(tag.timestamp_ms));
    let last = stamps.clone().max().unwrap_or_default();
    let intervals = (stamps.count() as u64).saturating_sub(1).max(1);
    Duration::from_micros(last * 1000 + last * 1000 / intervals)
}

/// Sequence headers and metadata: said once, as an encoder does.
fn is_configuration(tag: &Tag) -> bool {
    const SEQUENCE_HEADER: Option<&u8> = Some(&0);
    tag.kind == TagKind::Script || tag.body.get(1) == SEQUENCE_HEADER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loop_has_no_seam() {
        let picture = TestPicture::load().unwrap();
        let round = picture.tags.len();
        let pictures: Vec<_> = picture
            .frames()
            .take(round * 2)
            .filter(|(_, tag)| tag.kind == TagKind::Video && !is_configuration(tag))
            .map(|(at, _)| at)
            .collect();
        let gaps = pictures.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        assert!(gaps.clone().all(|gap| gap > Duration::ZERO), "{pictures:?}");
        assert!(gaps.max().unwrap() < Duration::from_millis(60), "{pictures:?}");
    }

    #[test]
    fn a_channel_has_one_test_and_there_are_few_at_once() {
        let tests = Tests::default();
        let channels: Vec<_> = (0..=MAX_AT_ONCE).map(|_| ChannelId::generate()).collect();
        let stop = tests.enter(channels[0]).unwrap();
        assert!(matches!(tests.enter(channels[0]), Err(TestError::OnAir)));
        for channel in &channels[1..MAX_AT_ONCE] {
            tests.enter(*channel).unwrap();
        }
        assert!(matches!(tests.enter(channels[MAX_AT_ONCE]), Err(TestError::TooMany)));
        assert!(tests.end(channels[0]) && stop.is_cancelled());
        // The place is another's at once; the one that was ended takes nobody's away.
        tests.enter(channels[0]).unwrap();
        tests.leave(channels[0], &stop);
        assert!(tests.end(channels[0]) && !tests.end(channels[0]));
        tests.enter(channels[MAX_AT_ONCE]).unwrap();
    }
}
