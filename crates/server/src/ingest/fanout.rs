//! One task per played broadcast: encodes each message once and writes it to every player.
//!
//! Players are written to from here, not from a task each: waking two hundred tasks for every frame
//! costs more than the writes themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use rivulet_media::flv::{TagKind, Writer};
use rivulet_media::frame::{Packet, Track, TrackConfig};
use rivulet_media::rtmp::{MediaKind, MediaMessage, encode_media};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep_until};

use super::player::{Player, Start, Stretch};
use crate::ids::BroadcastId;
use crate::live::{Air, Listener};
use crate::tasks::Tasks;

/// Frames that arrive within this time go out together: a third fewer writes than frames, and less
/// delay than one frame takes to show.
const GATHER: Duration = Duration::from_millis(25);

/// Players of one broadcast; RTMP is for relays and monitors, viewers have HLS.
const MAX_PLAYERS: usize = 1000;

/// The broadcasts that are being played.
#[derive(Clone)]
pub(super) struct Fanouts {
    tasks: Tasks,
    running: Arc<Mutex<HashMap<BroadcastId, Vec<Arc<Player>>>>>,
}

/// There are too many players already.
pub(super) struct Full;

impl Fanouts {
    pub(super) fn new(tasks: Tasks) -> Self {
        Self { tasks, running: Arc::default() }
    }

    /// Plays `air` to `player` from the next keyframe on.
    pub(super) fn join(&self, air: &Arc<Air>, player: Arc<Player>) -> Result<(), Full> {
        let broadcast = air.period.broadcast;
        let mut running = self.running();
        let players = running.entry(broadcast).or_default();
        if players.len() >= MAX_PLAYERS {
            return Err(Full);
        }
        let first = players.is_empty();
        players.push(player);
        drop(running);
        if first {
            match air.listen() {
                Some(listener) => {
                    self.tasks.spawn("rtmp fan-out", self.clone().run(broadcast, listener))
                }
                None => self.finish(broadcast),
            }
        }
        Ok(())
    }

    async fn run(self, broadcast: BroadcastId, listener: Listener) {
        let Listener { configs, mut packets } = listener;
        let mut encoder = Encoder::default();
        configs.iter().for_each(|config| encoder.take(config));
        // What was in force before is what every player's opening says.
        encoder.cut();
        let stopping = self.tasks.stopping();
        loop {
            let received = tokio::select! {
                received = packets.recv() => received,
                () = stopping.cancelled() => break,
            };
            let gathered = Instant::now() + GATHER;
            let mut lost = false;
            match received {
                Ok(packet) => encoder.take(&packet),
                Err(RecvError::Lagged(_)) => lost = true,
                Err(RecvError::Closed) => break,
            }
            tokio::select! {
                () = sleep_until(gathered) => {}
                () = stopping.cancelled() => break,
            }
            loop {
                match packets.try_recv() {
                    Ok(packet) => encoder.take(&packet),
                    Err(TryRecvError::Lagged(_)) => lost = true,
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            if !self.write(broadcast, &encoder.cut(), lost) {
                return;
            }
        }
        self.finish(broadcast);
    }

    /// Writes to every player; `false` when none is left.
    fn write(&self, broadcast: BroadcastId, stretch: &Stretch, lost: bool) -> bool {
        let mut running = self.running();
        let Some(players) = running.get_mut(&broadcast) else { return false };
        players.retain(|player| !player.over().is_cancelled());
        for player in players.iter() {
            if lost {
                player.restart();
            }
            player.play(stretch);
        }
        if players.is_empty() {
            running.remove(&broadcast);
            return false;
        }
        true
    }

    fn finish(&self, broadcast: BroadcastId) {
        let players = self.running().remove(&broadcast).unwrap_or_default();
        players.iter().for_each(|player| player.finish());
    }

    fn running(&self) -> MutexGuard<'_, HashMap<BroadcastId, Vec<Arc<Player>>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Packets to the bytes of RTMP messages, gathered.
#[derive(Default)]
struct Encoder {
    writer: Writer,
    video: Option<Bytes>,
    audio: Option<Bytes>,
    bytes: BytesMut,
    start: Option<Start>,
}

impl Encoder {
    fn take(&mut self, packet: &Packet) {
        // A configuration that cannot be written is one that a player could not read either.
        let Ok(Some(tag)) = self.writer.write(packet) else { return };
        let kind = match tag.kind {
            TagKind::Audio => MediaKind::Audio,
            TagKind::Video => MediaKind::Video,
            TagKind::Script => MediaKind::Data,
        };
        let message = MediaMessage { kind, timestamp: tag.timestamp_ms, payload: tag.body };
        let encoded = encode_media(&message);
        match packet {
            Packet::Config(TrackConfig::Video(_)) => self.video = Some(encoded.clone()),
            Packet::Config(TrackConfig::Audio(_)) => self.audio = Some(encoded.clone()),
            Packet::Frame(frame) => {
                let begins =
                    frame.keyframe && (frame.track == Track::Video || self.video.is_none());
                if begins && self.start.is_none() {
                    let opening = [&self.video, &self.audio].into_iter().flatten();
                    let opening = opening.flat_map(|bytes| bytes.iter().copied()).collect();
                    self.start = Some(Start { opening, offset: self.bytes.len() });
                }
            }
            Packet::Discontinuity => {}
        }
        self.bytes.extend_from_slice(&encoded);
    }

    fn cut(&mut self) -> Stretch {
        Stretch { bytes: self.bytes.split().freeze(), start: self.start.take() }
    }
}
