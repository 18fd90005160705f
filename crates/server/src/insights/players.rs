//! The players of one channel: what each said over the last minute, and what that comes to.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rivulet_media::cmcd;

use super::budget::ClientId;
use super::playing::{Playing, Source};
use super::report::PlaybackReport;

/// Players known at one time. More than enough to know how an audience fares; against clients who
/// make up sessions.
pub(super) const MAX_PLAYERS: usize = 2_000;
/// Players of one client among them: as many as its budget lets report in full. Against one who makes
/// up an audience, and so decides what the streamer is told of it.
const MAX_PLAYERS_OF_CLIENT: usize = 200;
/// A player that has said nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// Counters are kept in slots of this length, over [`SILENCE`].
const SLOT: Duration = Duration::from_secs(10);
const SLOTS: usize = 6;
/// Our own player reports every ten seconds; who reports more often than this is broken.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// Which player it is: a keyed hash of its session's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PlayerId(pub(super) u64);

/// What happened to a player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) stalls: u32,
    pub(super) stall_ms: u32,
    pub(super) dropped_frames: u32,
    pub(super) decoded_frames: u32,
    pub(super) errors: u32,
    pub(super) switches: u32,
}

impl Counts {
    pub(super) fn add(&mut self, more: Self) {
        self.stalls = self.stalls.saturating_add(more.stalls);
        self.stall_ms = self.stall_ms.saturating_add(more.stall_ms);
        self.dropped_frames = self.dropped_frames.saturating_add(more.dropped_frames);
        self.decoded_frames = self.decoded_frames.saturating_add(more.decoded_frames);
        self.errors = self.errors.saturating_add(more.errors);
        self.switches = self.switches.saturating_add(more.switches);
    }
}

/// A player as it was when it last spoke.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Now {
    pub(super) rendition: Option<u8>,
    pub(super) latency_ms: Option<u32>,
    pub(super) buffer_ms: Option<u32>,
    pub(super) bandwidth_bps: Option<u64>,
    /// How long its last segment took to come, where it says so.
    pub(super) download_ms: Option<u32>,
}

/// One player over the last minute.
#[derive(Clone, Copy, Debug)]
struct Player {
    /// Where it was heard first.
    client: Option<ClientId>,
    began: Instant,
    heard: Instant,
    /// As it spoke last.
    source: Source,
    reported: Option<Instant>,
    now: Now,
    /// Counters that players keep since they began, as they were last.
    starvations: Option<u32>,
    dropped_frames: Option<u32>,
    failed: bool,
    /// The number of the newest slot.
    slot: u64,
    slots: [Counts; SLOTS],
}

/// Why a report is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// This player reported a moment ago.
    TooOften,
    /// There are [`MAX_PLAYERS`] who are all there, or [`MAX_PLAYERS_OF_CLIENT`].
    Full,
}

/// The players of one channel.
pub(super) struct Players {
    by_id: HashMap<PlayerId, Player>,
    /// From when the slots are numbered.
    epoch: Instant,
    /// Nobody will be silent for long enough before.
    full_until: Instant,
}

impl Players {
    pub(super) fn new(now: Instant) -> Self {
        Self { by_id: HashMap::new(), epoch: now, full_until: now }
    }

    pub(super) fn knows(&self, player: PlayerId) -> bool {
        self.by_id.contains_key(&player)
    }

    /// Lets a player in that a client speaks for, unless it speaks for too many. Before its report.
    pub(super) fn admit(
        &mut self,
        player: PlayerId,
        client: ClientId,
        now: Instant,
    ) -> Result<(), Refused> {
        if self.knows(player) {
            return Ok(());
        }
        let others = self.by_id.values().filter(|it| it.client == Some(client)).count();
        if others >= MAX_PLAYERS_OF_CLIENT {
            return Err(Refused::Full);
        }
        self.player(player, now)?.client = Some(client);
        Ok(())
    }

    /// Takes a report of our own player.
    pub(super) fn report(
        &mut self,
        player: PlayerId,
        report: &PlaybackReport,
        now: Instant,
    ) -> Result<(), Refused> {
        let slot = self.slot(now);
        let player = self.player(player, now)?;
        let is_early = |last| now.saturating_duration_since(last) < LEAST_PAUSE;
        if player.reported.is_some_and(is_early) {
            return Err(Refused::TooOften);
        }
        player.reported = Some(now);
        player.source = Source::Report;
        player.now = Now {
            rendition: report.rendition,
            latency_ms: report.latency_ms,
            buffer_ms: report.buffer_ms,
            bandwidth_bps: report.bandwidth_bps,
            download_ms: player.now.download_ms,
        };
        // A browser slows down what nobody sees; that says nothing about the stream.
        if report.visible {
            player.count(slot, report.counts());
        }
        Ok(())
    }

    /// Takes over how long a player's last segment took to come.
    pub(super) fn took(&mut self, player: PlayerId, download_ms: Option<u32>) {
        if let Some(player) = self.by_id.get_mut(&player) {
            player.now.download_ms = download_ms;
        }
    }

    /// Takes a report in the standard's form. One that came with a request for a file says by that
    /// which rendition it plays.
    pub(super) fn tell(
        &mut self,
        player: PlayerId,
        told: &cmcd::Report,
        rendition: Option<u8>,
        now: Instant,
    ) -> Result<(), Refused> {
        let slot = self.slot(now);
        let player = self.player(player, now)?;
        player.source = Source::Cmcd;
        let counts = player.told(told, rendition);
        if !told.background {
            player.count(slot, counts);
        }
        Ok(())
    }

    /// Forgets those who are gone.
    pub(super) fn prune(&mut self, now: Instant) {
        self.by_id.retain(|_, it| now.saturating_duration_since(it.heard) < SILENCE);
        if self.by_id.is_empty() {
            self.by_id.shrink_to_fit();
        }
    }

    /// Everybody who was heard lately, with what happened to them in the last minute.
    pub(super) fn lately(&self, now: Instant) -> impl Iterator<Item = (Now, Counts)> {
        let newest = self.slot(now);
        self.by_id.values().map(move |player| (player.now, player.sum(newest)))
    }

    /// The same, one by one.
    pub(super) fn playing(&self, now: Instant) -> Vec<Playing> {
        let newest = self.slot(now);
        let playing = |(id, player): (&PlayerId, &Player)| {
            let (it, counts) = (player.now, player.sum(newest));
            Playing {
                name: id.0,
                source: player.source,
                known_for: now.saturating_duration_since(player.began),
                silent_for: now.saturating_duration_since(player.heard),
                has_failed: player.failed,
                rendition: it.rendition,
                bandwidth_bps: it.bandwidth_bps,
                latency_ms: it.latency_ms,
                download_ms: it.download_ms,
                errors: counts.errors,
                switches: counts.switches,
            }
        };
        self.by_id.iter().map(playing).collect()
    }

    fn slot(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.epoch).as_secs() / SLOT.as_secs()
    }

    /// The player, who may be new. When there is no room, whoever has been silent longest goes, if
    /// anybody has been silent for longer than a player that is there would be.
    fn player(&mut self, id: PlayerId, now: Instant) -> Result<&mut Player, Refused> {
        if self.by_id.len() >= MAX_PLAYERS && !self.by_id.contains_key(&id) {
            self.make_room(now)?;
        }
        let player = self.by_id.entry(id).or_insert_with(|| Player::new(now));
        player.heard = now;
        Ok(player)
    }

    fn make_room(&mut self, now: Instant) -> Result<(), Refused> {
        if now < self.full_until {
            return Err(Refused::Full);
        }
        let oldest = self.by_id.iter().map(|(id, it)| (it.heard, *id)).min_by_key(|it| it.0);
        match oldest {
            Some((heard, id)) if now.saturating_duration_since(heard) > SLOT * 2 => {
                self.by_id.remove(&id);
                Ok(())
            }
            _ => {
                // Looking through all of them for every newcomer would cost more than it tells.
                self.full_until = now + LEAST_PAUSE;
                Err(Refused::Full)
            }
        }
    }
}

impl Player {
    fn new(now: Instant) -> Self {
        Self {
            client: None,
            began: now,
            heard: now,
            source: Source::Report,
            reported: None,
            now: Now::default(),
            starvations: None,
            dropped_frames: None,
            failed: false,
            slot: 0,
            slots: [Counts::default(); SLOTS],
        }
    }

    /// Takes over what is told, and returns what it counts.
    fn told(&mut self, told: &cmcd::Report, rendition: Option<u8>) -> Counts {
        let before = self.now;
        self.now = Now {
            rendition: rendition.or(before.rendition),
            latency_ms: told.latency_ms.or(before.latency_ms),
            buffer_ms: told.buffer_ms.or(before.buffer_ms),
            bandwidth_bps: told.throughput_bps.or(before.bandwidth_bps),
            download_ms: before.download_ms,
        };
        let counted = since(&mut self.starvations, told.starvations);
        let fails = told.state == Some(cmcd::State::Failed);
        let failed = std::mem::replace(&mut self.failed, fails);
        let moved =
            rendition.is_some() && before.rendition.is_some_and(|before| Some(before) != rendition);
        Counts {
            stalls: counted.unwrap_or(u32::from(told.starved)),
            stall_ms: told.starved_ms,
            dropped_frames: since(&mut self.dropped_frames, told.dropped_frames).unwrap_or(0),
            decoded_frames: 0,
            errors: told.errors.max(u32::from(fails && !failed)),
            switches: u32::from(told.switches || moved),
        }
    }

    fn count(&mut self, slot: u64, counts: Counts) {
        self.turn_to(slot);
        let index = slot as usize % SLOTS;
        if let Some(it) = self.slots.get_mut(index) {
            it.add(counts);
        }
    }

    /// Empties the slots that have come round.
    fn turn_to(&mut self, slot: u64) {
        let passed = slot.saturating_sub(self.slot).min(SLOTS as u64);
        for number in slot + 1 - passed..=slot {
            if let Some(it) = self.slots.get_mut(number as usize % SLOTS) {
                *it = Counts::default();
            }
        }
        self.slot = self.slot.max(slot);
    }

    fn sum(&self, newest: u64) -> Counts {
        let mut sum = *self;
        sum.turn_to(newest);
        sum.slots.iter().fold(Counts::default(), |mut all, it| {
            all.add(*it);
            all
        })
    }
}

/// What a counter has grown by; `None` when the player keeps none. The first one says what happened
/// before anybody listened.
fn since(known: &mut Option<u32>, told: Option<u32>) -> Option<u32> {
    let told = told?;
    let before = known.replace(told).unwrap_or(told);
    Some(told.saturating_sub(before))
}

#[cfg(test)]
mod tests;
