//! What is known of one channel: its broadcast as it was at the last look, and its players.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rivulet_media::meter::Reading;
use rivulet_media::time::WallClock;
use tokio::sync::watch;

use super::audience::Heard;
use super::document::{FindingDocument, Health, HealthDocument, Ingest, millis};
use super::facts::{Facts, Transcoder};
use super::history::{History, Point};
use super::look::Glimpse;
use super::model::Findings;
use super::players::Players;
use super::rules;
use crate::ids::BroadcastId;
use crate::live::Air;

/// An encoder that came back longer ago than this is forgiven.
const JOINS_MEMORY: Duration = Duration::from_secs(300);
/// Returns remembered. Against an encoder that comes and goes; more make no difference.
const MAX_JOINS: usize = 32;

/// One channel.
pub(super) struct Record {
    on: Option<Arc<Air>>,
    findings: Findings,
    history: History,
    joins: VecDeque<Instant>,
    known_joins: u32,
    pub(super) players: Players,
    latest: watch::Sender<Arc<Health>>,
}

/// What else is known at a look.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) now: Instant,
    pub(super) at: WallClock,
    /// Whether an encoder is connected.
    pub(super) is_sending: bool,
    pub(super) viewers: u64,
    /// What the smallest rendition needs.
    pub(super) least_bps: Option<u64>,
    pub(super) transcoder: Option<Transcoder>,
}

impl Record {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            on: None,
            findings: Findings::default(),
            history: History::default(),
            joins: VecDeque::new(),
            known_joins: 0,
            players: Players::new(now),
            latest: watch::Sender::new(Arc::default()),
        }
    }

    /// A broadcast begins: what was told of the last one is over.
    pub(super) fn begin(&mut self, air: Arc<Air>) {
        self.on = Some(air);
        self.findings = Findings::default();
        self.history = History::default();
        self.joins.clear();
        self.known_joins = 0;
    }

    /// How it is, now and from now on.
    pub(super) fn watch(&self) -> watch::Receiver<Arc<Health>> {
        self.latest.subscribe()
    }

    pub(super) fn document(&self) -> HealthDocument {
        let history = self.history.points().map(Into::into).collect();
        HealthDocument { health: Health::clone(&self.latest.borrow()), history }
    }

    /// What is known of it at this moment.
    pub(super) fn glimpse(&self) -> Glimpse {
        let on = self.on();
        Glimpse {
            on,
            point: on.and_then(|_| self.history.newest()),
            audience: self.latest.borrow().audience.clone(),
            transcoder_lag: None,
        }
    }

    /// The broadcast that is on.
    pub(super) fn on(&self) -> Option<BroadcastId> {
        self.on.as_ref().map(|air| air.period.broadcast)
    }

    /// Looks at the channel.
    pub(super) fn look(&mut self, look: Look) {
        self.players.prune(look.now);
        let heard = Heard::of(&self.players, look.now);
        if self.on.as_ref().is_some_and(|air| air.is_over()) {
            self.on = None;
        }
        let health = match self.on.clone() {
            Some(air) => self.judge(&air, &heard, &look),
            None => Health { audience: heard.audience, ..Health::default() },
        };
        let health = Health { at: crate::clock::rfc3339(look.at), viewers: look.viewers, ..health };
        self.latest.send_if_modified(|known| {
            // Nobody waits to be told that nothing is on still.
            let changes = health.broadcast_id.is_some() || known.broadcast_id.is_some();
            *known = Arc::new(health);
            changes
        });
    }

    fn judge(&mut self, air: &Air, heard: &Heard, look: &Look) -> Health {
        let reading = look.is_sending.then(|| air.read(look.now));
        let facts = Facts {
            reading: reading.as_ref(),
            latency_level: air.latency_level,
            usual_video_bps: self.history.usual_video_bps(),
            recent_joins: self.recent_joins(reading.as_ref(), look.now),
            heard,
            least_bps: look.least_bps,
            transcoder: look.transcoder.as_ref(),
        };
        let verdicts = rules::judge(&facts, &self.findings);
        self.findings.judge(verdicts, look.now, look.at);
        self.note(reading.as_ref(), heard, look);
        Health {
            broadcast_id: Some(air.period.broadcast.to_string()),
            condition: Some(self.findings.condition()),
            findings: self.findings.told().map(FindingDocument::new).collect(),
            ingest: reading.as_ref().map(Ingest::new),
            audience: heard.audience.clone(),
            ..Health::default()
        }
    }

    fn recent_joins(&mut self, reading: Option<&Reading>, now: Instant) -> u32 {
        let joins = reading.map_or(self.known_joins, |reading| reading.joins);
        let new = joins.saturating_sub(self.known_joins).min(MAX_JOINS as u32);
        self.known_joins = joins;
        self.joins.extend((0..new).map(|_| now));
        self.joins.retain(|at| now.saturating_duration_since(*at) < JOINS_MEMORY);
        let surplus = self.joins.len().saturating_sub(MAX_JOINS);
        self.joins.drain(..surplus);
        u32::try_from(self.joins.len()).unwrap_or(u32::MAX)
    }

    fn note(&mut self, reading: Option<&Reading>, heard: &Heard, look: &Look) {
        let video = reading.and_then(|reading| reading.video.as_ref());
        let audio = reading.and_then(|reading| reading.audio.as_ref());
        self.history.push(Point {
            at: look.at,
            condition: self.findings.condition(),
            video_bps: video.map_or(0, |it| it.bitrate),
            audio_bps: audio.map_or(0, |it| it.bitrate),
            frame_rate: video.map_or(0.0, |it| it.frame_rate),
            lag_ms: reading.map_or(0, |it| millis(it.lag)),
            viewers: look.viewers,
            players: heard.audience.players,
            stalled: heard.audience.stalled,
            latency_ms: heard.audience.latency.median,
        });
    }
}
