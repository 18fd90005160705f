//! What each channel is doing and says of itself, worked out once for everybody who has its page
//! open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, watch};

use super::document::{ServerMessage, Status};
use super::facts::{ChannelSummary, Facts};
use super::{FIRST_SEGMENT, Watch};
use crate::api::ApiError;
use crate::channels::Channel;
use crate::delivery::MediaInfo;
use crate::ids::ChannelId;
use crate::live::{Past, Period, Phase};

/// Changes that a page may be behind which follows several channels. One that loses some is shown
/// everything anew.
const MAX_BEHIND: usize = 1024;

/// What there is to say of a channel, and the messages that say it.
pub(super) struct News {
    pub(super) status: Status,
    pub(super) text: Arc<str>,
    pub(super) facts: Arc<Facts>,
    pub(super) facts_text: Arc<str>,
}

/// A change, for those who follow several channels.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) channel: ChannelId,
    /// Whether lists may show it.
    pub(super) listed: bool,
    pub(super) text: Arc<str>,
}

/// One board for each channel that somebody has asked for: no more than there are channels.
#[derive(Clone)]
pub(super) struct Boards {
    by_channel: Arc<Mutex<HashMap<ChannelId, Posted>>>,
    changes: broadcast::Sender<Change>,
}

/// A board that is up.
#[derive(Clone)]
struct Posted {
    news: watch::Receiver<Arc<News>>,
    facts: watch::Sender<Arc<Facts>>,
}

impl Default for Boards {
    fn default() -> Self {
        Self { by_channel: Arc::default(), changes: broadcast::Sender::new(MAX_BEHIND) }
    }
}

impl Watch {
    /// The channel's board. It is up when somebody first asks, and then kept up to date by a task.
    pub(super) async fn board(
        &self,
        channel: &Channel,
    ) -> Result<watch::Receiver<Arc<News>>, ApiError> {
        if let Some(news) = self.boards.get(channel.id) {
            return Ok(news);
        }
        let facts = Facts::of(&self.channels, Arc::new(channel.clone())).await?;
        let last = self.live.last_broadcast(channel.id).await;
        let facts = watch::Sender::new(Arc::new(facts));
        let mut board = Board {
            phase: self.live.watch(channel.id),
            media: self.delivery.watch(channel.id),
            facts: facts.subscribe(),
            watch: self.clone(),
            channel: channel.id,
            period: None,
            last: last.map_err(|error| ApiError::internal(&error))?,
        };
        let news = watch::Sender::new(Arc::new(board.look()));
        Ok(self.boards.get_or_put(channel.id, || {
            let receiver = news.subscribe();
            self.tasks.spawn("board", board.run(news));
            Posted { news: receiver, facts }
        }))
    }
}

impl Boards {
    /// Changes of every channel with a board, from now on.
    pub(super) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Tells those who follow several channels.
    pub(super) fn tell(&self, change: Change) {
        // An error means that nobody follows.
        let _ = self.changes.send(change);
    }

    pub(super) fn get(&self, channel: ChannelId) -> Option<watch::Receiver<Arc<News>>> {
        let boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        boards.get(&channel).map(|posted| &posted.news).filter(|news| is_kept(news)).cloned()
    }

    /// Every channel with a board.
    pub(super) fn all(&self) -> Vec<(ChannelId, watch::Receiver<Arc<News>>)> {
        let boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        boards.iter().map(|(id, posted)| (*id, posted.news.clone())).collect()
    }

    /// What the channel of a board says of itself has changed.
    pub(super) fn change(&self, channel: ChannelId, facts: Facts) {
        let boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(posted) = boards.get(&channel) {
            posted.facts.send_replace(Arc::new(facts));
        }
    }

    /// A channel is gone: whoever reads its board learns that there is none.
    pub(super) fn take_down(&self, channel: ChannelId) {
        let mut boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        boards.remove(&channel);
    }

    /// The channel's board, unless somebody was faster the one that `make` puts up.
    fn get_or_put(
        &self,
        channel: ChannelId,
        make: impl FnOnce() -> Posted,
    ) -> watch::Receiver<Arc<News>> {
        let mut boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        match boards.get(&channel).filter(|posted| is_kept(&posted.news)) {
            Some(posted) => posted.news.clone(),
            None => {
                let posted = make();
                let news = posted.news.clone();
                boards.insert(channel, posted);
                news
            }
        }
    }
}

/// Whether there is still a task behind a board.
fn is_kept(news: &watch::Receiver<Arc<News>>) -> bool {
    news.has_changed().is_ok()
}

struct Board {
    watch: Watch,
    channel: ChannelId,
    phase: watch::Receiver<Phase>,
    media: watch::Receiver<Option<MediaInfo>>,
    facts: watch::Receiver<Arc<Facts>>,
    /// The broadcast that was on at the last look.
    period: Option<Period>,
    /// The newest broadcast that is over.
    last: Option<Past>,
}

impl Board {
    async fn run(mut self, news: watch::Sender<Arc<News>>) {
        let stopping = self.watch.tasks.stopping();
        loop {
            let changed = tokio::select! {
                changed = self.phase.changed() => changed,
                changed = self.media.changed() => changed,
                changed = self.facts.changed() => changed,
                () = stopping.cancelled() => return,
            };
            if changed.is_err() {
                return;
            }
            let latest = self.look();
            let (status, facts) = {
                let known = news.borrow();
                (latest.status != known.status, !Arc::ptr_eq(&latest.facts, &known.facts))
            };
            if status || facts {
                let latest = Arc::new(latest);
                // Whoever comes after it is told reads it already.
                news.send_replace(Arc::clone(&latest));
                self.tell(&latest, (status, facts));
            }
        }
    }

    fn tell(&self, news: &News, (status, facts): (bool, bool)) {
        let listed = !news.facts.channel.hidden;
        let texts = [(facts, &news.facts_text), (status, &news.text)];
        for (_, text) in texts.into_iter().filter(|(changed, _)| *changed) {
            let (channel, text) = (self.channel, Arc::clone(text));
            self.watch.boards.tell(Change { channel, listed, text });
        }
    }

    /// What the channel is doing now.
    fn look(&mut self) -> News {
        let phase = *self.phase.borrow_and_update();
        let media = self.media.borrow_and_update().clone();
        let facts = Arc::clone(&self.facts.borrow_and_update());
        self.remember(phase);
        let status = self.status(phase, media);
        let channel = facts.channel.slug.to_string();
        let text = ServerMessage::Status { channel, status: status.clone() }.to_text();
        let facts_text = said(&facts.summary, self.channel);
        News { status, text: text.into(), facts, facts_text }
    }

    /// Notices that a broadcast is over, for its end is written a moment after it is told.
    fn remember(&mut self, phase: Phase) {
        let now = match phase {
            Phase::Offline => None,
            Phase::OnAir { period, .. } | Phase::Reconnecting { period, .. } => Some(period),
        };
        if let Some(over) = std::mem::replace(&mut self.period, now).filter(|it| now != Some(*it)) {
            let ended_at = self.watch.clock.wall();
            self.last = Some(Past { started_at: over.started_at, ended_at });
        }
    }

    /// On air means watchable: until the first segment stands, the channel is still offline, or
    /// still interrupted if its viewers have been waiting since the server was started anew.
    fn status(&self, phase: Phase, media: Option<MediaInfo>) -> Status {
        let (id, clock) = (self.channel, &self.watch.clock);
        let viewers = self.watch.viewers(id);
        match (phase, media) {
            (Phase::OnAir { period, .. }, Some(media)) => Status::live(period, viewers, media),
            (Phase::Reconnecting { period, until }, media) => {
                let remaining = until.saturating_duration_since(clock.monotonic());
                Status::interrupted(period, viewers, clock.wall(), remaining, media)
            }
            (Phase::OnAir { period, .. }, None) if self.is_awaited() => {
                Status::interrupted(period, viewers, clock.wall(), FIRST_SEGMENT, None)
            }
            (Phase::Offline | Phase::OnAir { .. }, _) => Status::offline(self.last),
        }
    }

    /// Whether the channel's viewers wait for a broadcast that they were watching already.
    fn is_awaited(&self) -> bool {
        self.watch.live.on_air(self.channel).is_some_and(|air| air.taken_up)
    }
}

/// The message that says what a channel says of itself.
pub(super) fn said(summary: &ChannelSummary, id: ChannelId) -> Arc<str> {
    let message = ServerMessage::Channel { id: id.to_string(), channel: summary.clone() };
    message.to_text().into()
}
