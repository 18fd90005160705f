//! What each channel is doing, worked out once for everybody who has its page open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::document::{ServerMessage, Status};
use super::{FIRST_SEGMENT, Watch};
use crate::channels::Channel;
use crate::delivery::MediaInfo;
use crate::ids::ChannelId;
use crate::live::{LiveError, Past, Period, Phase};

/// A status, and the message that says it.
pub(super) struct News {
    pub(super) status: Status,
    pub(super) text: Arc<str>,
}

/// One board for each channel that somebody has asked for: no more than there are channels, which
/// the operator makes.
#[derive(Clone, Default)]
pub(super) struct Boards {
    by_channel: Arc<Mutex<HashMap<ChannelId, watch::Receiver<Arc<News>>>>>,
}

impl Watch {
    /// The channel's board. It is up when somebody first asks, and then kept up to date by a task.
    pub(super) async fn board(
        &self,
        channel: &Channel,
    ) -> Result<watch::Receiver<Arc<News>>, LiveError> {
        if let Some(news) = self.boards.get(channel.id) {
            return Ok(news);
        }
        let mut board = Board {
            phase: self.live.watch(channel.id),
            media: self.delivery.watch(channel.id),
            watch: self.clone(),
            channel: channel.clone(),
            period: None,
            last: self.live.last_broadcast(channel.id).await?,
        };
        let news = watch::Sender::new(Arc::new(board.look()));
        Ok(self.boards.get_or_put(channel.id, || {
            let receiver = news.subscribe();
            self.tasks.spawn("board", board.run(news));
            receiver
        }))
    }
}

impl Boards {
    fn get(&self, channel: ChannelId) -> Option<watch::Receiver<Arc<News>>> {
        let boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        boards.get(&channel).filter(|news| is_kept(news)).cloned()
    }

    /// The channel's board, unless somebody was faster the one that `make` puts up.
    fn get_or_put(
        &self,
        channel: ChannelId,
        make: impl FnOnce() -> watch::Receiver<Arc<News>>,
    ) -> watch::Receiver<Arc<News>> {
        let mut boards = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        match boards.get(&channel).filter(|news| is_kept(news)) {
            Some(news) => news.clone(),
            None => {
                let news = make();
                boards.insert(channel, news.clone());
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
    channel: Channel,
    phase: watch::Receiver<Phase>,
    media: watch::Receiver<Option<MediaInfo>>,
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
                () = stopping.cancelled() => return,
            };
            if changed.is_err() {
                return;
            }
            let latest = self.look();
            if latest.status != news.borrow().status {
                news.send_replace(Arc::new(latest));
            }
        }
    }

    /// What the channel is doing now.
    fn look(&mut self) -> News {
        let phase = *self.phase.borrow_and_update();
        let media = self.media.borrow_and_update().clone();
        self.remember(phase);
        let status = self.status(phase, media);
        let channel = self.channel.slug.to_string();
        let text = ServerMessage::Status { channel, status: status.clone() }.to_text();
        News { status, text: text.into() }
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
        let (id, clock) = (self.channel.id, &self.watch.clock);
        let viewers = self.watch.delivery.viewers(id);
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
        self.watch.live.on_air(self.channel.id).is_some_and(|air| air.taken_up)
    }
}
