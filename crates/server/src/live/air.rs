//! The fan-out of one broadcast: packets in from its publisher, out to whoever listens.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rivulet_media::frame::{Packet, TrackConfig};
use rivulet_media::meter::{Meter, Reading};
use rivulet_media::time::Timestamp;
use tokio::sync::{Notify, broadcast, mpsc, watch};

use super::model::Period;
use crate::ids::ChannelId;
use crate::transcode::{Feed, RungEvent, Tap};

/// Packets a listener may be behind before it loses the oldest: about six seconds of video with
/// sound. A listener that lags is told so and goes on at the next keyframe.
const MAX_LAG_PACKETS: usize = 512;

/// How far a broadcast has come: what a restart of the server goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// The media sequence number of the next segment.
    pub(crate) next_sequence: u64,
    /// How many discontinuities came before it.
    pub(crate) discontinuity_sequence: u64,
    /// The most viewers at one time.
    pub(crate) peak_viewers: u64,
}

/// Numbers left out between two broadcasts of a channel: more than the end of the first can have
/// given out after it was written down last.
const BROADCAST_GAP: u64 = 16;

impl Progress {
    /// Where the channel's next broadcast begins.
    pub(super) fn for_the_next_broadcast(self) -> Self {
        Self {
            next_sequence: self.next_sequence.saturating_add(BROADCAST_GAP),
            discontinuity_sequence: self.discontinuity_sequence.saturating_add(BROADCAST_GAP),
            peak_viewers: 0,
        }
    }

    /// Whether numbers have been given out since `written`.
    pub(super) fn is_beyond(self, written: Self) -> bool {
        self.next_sequence != written.next_sequence
            || self.discontinuity_sequence != written.discontinuity_sequence
    }
}

/// A broadcast on air.
pub(crate) struct Air {
    /// The channel it belongs to.
    pub(crate) channel: ChannelId,
    /// Owncast's latency level, as it was when the broadcast began.
    pub(crate) latency_level: u8,
    /// Which broadcast this is.
    pub(crate) period: Period,
    /// Where it goes on from.
    pub(crate) resume: Progress,
    /// Whether it was on air before the server was started, and is taken up again.
    pub(crate) taken_up: bool,
    /// How long it had been on air then, as far as that was written down: its timeline begins anew.
    before: Duration,
    started: Instant,
    inner: Mutex<Inner>,
    progress: Mutex<Progress>,
    /// What encoders of ours make of it, for whoever packages it.
    rungs: Mutex<Option<mpsc::Receiver<RungEvent>>>,
    /// Told when there is progress to write down.
    unwritten: Arc<Notify>,
    /// Segments with numbers below this may be listed.
    listable: watch::Sender<u64>,
    /// End of the media so far, in microseconds of the broadcast's timeline.
    media_end: AtomicI64,
    /// Counts publishers, so that what a former one still sends is known for what it is.
    seat: AtomicU64,
    /// When the publisher was last heard, in microseconds since `started`.
    heard: AtomicU64,
}

struct Inner {
    /// `None` once the broadcast is over.
    packets: Option<broadcast::Sender<Packet>>,
    /// Told of every configuration; gone together with `packets`.
    configured: Option<watch::Sender<()>>,
    video: Option<Packet>,
    audio: Option<Packet>,
    /// Measures what passes; where the packets pass anyway, so that it needs no task of its own.
    meter: Meter,
}

impl Inner {
    fn send(&mut self, packet: Packet, media_end: &AtomicI64) {
        match &packet {
            Packet::Config(TrackConfig::Video(_)) => self.video = Some(packet.clone()),
            Packet::Config(TrackConfig::Audio(_)) => self.audio = Some(packet.clone()),
            Packet::Frame(frame) => {
                media_end.fetch_max(frame.dts.as_micros(), Ordering::Relaxed);
            }
            Packet::Discontinuity => {}
        }
        if let (Packet::Config(_), Some(configured)) = (&packet, &self.configured) {
            configured.send_replace(());
        }
        if let Some(packets) = &self.packets {
            // An error means that nobody listens, which is no fault of the publisher.
            let _ = packets.send(packet);
        }
    }
}

/// Everything a listener needs: the configurations in force, then what comes.
pub(crate) struct Listener {
    /// The configurations in force when listening began.
    pub(crate) configs: Vec<Packet>,
    /// The packets from then on; closed when the broadcast is over.
    pub(crate) packets: broadcast::Receiver<Packet>,
}

impl Air {
    pub(super) fn new(new: NewAir) -> Self {
        let inner = Inner {
            packets: Some(broadcast::Sender::new(MAX_LAG_PACKETS)),
            configured: Some(watch::Sender::new(())),
            video: None,
            audio: None,
            meter: Meter::new(),
        };
        Self {
            channel: new.channel,
            latency_level: new.latency_level,
            period: new.period,
            resume: new.resume,
            taken_up: new.taken_up.is_some(),
            before: new.taken_up.unwrap_or_default(),
            started: new.now,
            inner: inner.into(),
            progress: Mutex::new(new.resume),
            rungs: Mutex::default(),
            unwritten: new.unwritten,
            listable: watch::Sender::new(new.resume.next_sequence),
            media_end: AtomicI64::new(0),
            seat: AtomicU64::new(0),
            heard: AtomicU64::new(0),
        }
    }

    /// Listens from now on. `None` when the broadcast is over.
    pub(crate) fn listen(&self) -> Option<Listener> {
        let inner = self.inner();
        let packets = inner.packets.as_ref()?.subscribe();
        let configs = [&inner.video, &inner.audio].into_iter().flatten().cloned().collect();
        Some(Listener { configs, packets })
    }

    /// Notes how far the packager has come.
    pub(crate) fn advance(&self, next_sequence: u64, discontinuity_sequence: u64) {
        let mut progress = lock(&self.progress);
        progress.next_sequence = next_sequence;
        progress.discontinuity_sequence = discontinuity_sequence;
        drop(progress);
        self.unwritten.notify_one();
    }

    /// Segments with numbers below this may be listed: a number is written down before anybody sees
    /// it, so that a server that was killed does not give it out again.
    pub(crate) fn listable(&self) -> watch::Receiver<u64> {
        self.listable.subscribe()
    }

    /// Numbers below this are written down.
    pub(super) fn written(&self, next_sequence: u64) {
        self.listable.send_replace(next_sequence);
    }

    /// Nothing can be written down, and the broadcast goes on all the same.
    pub(super) fn unwritable(&self) {
        self.listable.send_replace(u64::MAX);
    }

    /// What encoders of ours make of it: for one who packages it, `None` for others.
    pub(crate) fn rungs(&self) -> Option<mpsc::Receiver<RungEvent>> {
        lock(&self.rungs).take()
    }

    pub(super) fn set_rungs(&self, rungs: mpsc::Receiver<RungEvent>) {
        *lock(&self.rungs) = Some(rungs);
    }

    /// Notes how many are watching.
    pub(crate) fn count_viewers(&self, viewers: u64) {
        let mut progress = lock(&self.progress);
        progress.peak_viewers = progress.peak_viewers.max(viewers);
    }

    pub(super) fn progress(&self) -> Progress {
        *lock(&self.progress)
    }

    /// Seats a new publisher: what others send from now on is not heard.
    pub(super) fn seat_next(&self) -> u64 {
        self.seat.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Puts a packet on air, if it comes from the publisher in `seat`.
    pub(super) fn send(&self, seat: u64, packet: Packet) {
        let mut inner = self.inner();
        if self.seat.load(Ordering::Relaxed) != seat {
            return;
        }
        // When the bytes came that held it: the clock is read once for all they hold.
        inner.meter.push(&packet, Duration::from_micros(self.heard.load(Ordering::Relaxed)));
        inner.send(packet, &self.media_end);
    }

    /// Another publisher goes on: its tracks are its own, and do not continue what came before.
    pub(super) fn rejoin(&self) {
        let mut inner = self.inner();
        inner.video = None;
        inner.audio = None;
        inner.meter.rejoined();
        inner.send(Packet::Discontinuity, &self.media_end);
    }

    /// What the stream is like.
    pub(crate) fn read(&self, now: Instant) -> Reading {
        self.inner().meter.read(now.saturating_duration_since(self.started))
    }

    /// Whether the broadcast is over.
    pub(crate) fn is_over(&self) -> bool {
        self.inner().packets.is_none()
    }

    pub(super) fn close(&self) {
        let mut inner = self.inner();
        (inner.packets, inner.configured) = (None, None);
    }

    pub(super) fn heard_at(&self, now: Instant) {
        let micros = now.saturating_duration_since(self.started).as_micros();
        self.heard.store(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn silent_for(&self, now: Instant) -> Duration {
        let heard = self.started + Duration::from_micros(self.heard.load(Ordering::Relaxed));
        now.saturating_duration_since(heard)
    }

    pub(super) fn media_end(&self) -> Timestamp {
        Timestamp::from_micros(self.media_end.load(Ordering::Relaxed))
    }

    /// How much of the broadcast there is so far, in the time of its pictures and sound.
    pub(crate) fn length(&self) -> Duration {
        let micros = u64::try_from(self.media_end.load(Ordering::Relaxed)).unwrap_or(0);
        self.before.saturating_add(Duration::from_micros(micros))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }
}

impl Tap for Air {
    fn listen(&self) -> Option<Feed> {
        let Listener { configs, packets } = Air::listen(self)?;
        Some(Feed { configs, packets })
    }

    fn configured(&self) -> Option<watch::Receiver<()>> {
        Some(self.inner().configured.as_ref()?.subscribe())
    }
}

/// What a broadcast begins with.
pub(super) struct NewAir {
    pub(super) channel: ChannelId,
    pub(super) latency_level: u8,
    pub(super) period: Period,
    pub(super) resume: Progress,
    /// How long it had been on air, if it is taken up again.
    pub(super) taken_up: Option<Duration>,
    pub(super) now: Instant,
    pub(super) unwritten: Arc<Notify>,
}

/// What these locks guard stays consistent at every step, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
