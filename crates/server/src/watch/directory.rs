//! The directory: the channels that lists may show, those on air first, and what changes in it.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};
use utoipa::ToSchema;

use super::Watch;
use super::board::Change;
use super::document::{ServerMessage, Status};
use super::facts::{ChannelSummary, Facts};
use super::socket::PULSE;
use crate::api::ApiError;
use crate::channels::{Channel, ChannelsError, News};
use crate::ids::ChannelId;
use crate::live::Air;
use crate::telemetry;

/// Channels that are shown at one time. Against a page that grows without end; search finds others.
const MAX_ENTRIES: usize = 500;
/// A channel in the directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DirectoryEntry {
    pub(super) id: String,
    pub(super) channel: ChannelSummary,
    pub(super) status: Status,
}

impl Watch {
    /// The beginning of the directory, in its order and from its memory.
    pub(super) async fn directory(&self) -> Result<Vec<DirectoryEntry>, ApiError> {
        let mut entries = Vec::new();
        for listing in self.discovery.first(MAX_ENTRIES) {
            let id = listing.id;
            let status = match self.boards.get(id) {
                Some(news) => news.borrow().status.clone(),
                None if listing.is_on_air => self.status_of(id).await?,
                None => Status::offline(None),
            };
            let status = status.with_viewers(self.viewers(id));
            entries.push(DirectoryEntry { id: id.to_string(), channel: listing.into(), status });
        }
        Ok(entries)
    }

    /// The status of a channel that goes on air at this moment, before it has a board.
    async fn status_of(&self, id: ChannelId) -> Result<Status, ApiError> {
        match self.channels.by_id(id).await? {
            Some(channel) => Ok(self.board(&channel).await?.borrow().status.clone()),
            None => Ok(Status::offline(None)),
        }
    }

    /// Keeps the boards and those who follow several channels up to date until the server stops.
    pub(super) async fn keep_up(self, begins: mpsc::Receiver<Arc<Air>>) {
        tokio::join!(self.put_up(begins), self.keep_told());
    }

    /// Puts up a board for what is on air, so that those who follow the directory are told. Who goes
    /// live waits until that is noted here, so noting it never waits for the database.
    pub(super) async fn put_up(&self, mut begins: mpsc::Receiver<Arc<Air>>) {
        let stopping = self.tasks.stopping();
        // No more than there are channels, one after the other.
        let mut waiting = VecDeque::new();
        let mut work = FuturesUnordered::new();
        loop {
            if work.is_empty() {
                work.extend(waiting.pop_front().map(|id| self.begun(id)));
            }
            tokio::select! {
                begun = begins.recv() => match begun {
                    Some(air) if waiting.contains(&air.channel) => {}
                    Some(air) => waiting.push_back(air.channel),
                    None => return,
                },
                Some(done) = work.next() => not_told(done),
                () = stopping.cancelled() => return,
            }
        }
    }

    async fn keep_told(&self) {
        let stopping = self.tasks.stopping();
        let mut news = self.channels.news();
        let mut pulse = interval(PULSE);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                heard = news.recv() => match heard {
                    Ok(news) => self.hear(news).await,
                    Err(RecvError::Lagged(_)) => self.hear_all().await,
                    Err(RecvError::Closed) => return,
                },
                _ = pulse.tick() => {
                    self.count();
                    Ok(())
                }
                () = stopping.cancelled() => return,
            };
            not_told(done);
        }
    }

    async fn begun(&self, id: ChannelId) -> Result<(), ChannelsError> {
        if let Some(channel) = self.channels.by_id(id).await? {
            // What cannot be read now is logged where it failed.
            let _ = self.board(&channel).await;
        }
        Ok(())
    }

    pub(super) async fn hear(&self, news: News) -> Result<(), ChannelsError> {
        let News { id, channel } = news;
        let Some(channel) = channel else {
            self.boards.take_down(id);
            self.now_hidden(id, false);
            self.boards.tell(gone(id));
            return Ok(());
        };
        if self.now_hidden(id, channel.hidden) {
            self.boards.tell(gone(id));
        }
        if self.boards.get(id).is_some() {
            let facts = Facts::of(&self.channels, channel).await?;
            self.boards.change(id, facts);
        } else if !channel.hidden {
            let category = self.channels.category_of(&channel).await?;
            let summary = ChannelSummary::new(&channel, category.as_ref());
            let text = super::board::said(&summary, id);
            self.boards.tell(Change { channel: id, listed: true, text });
        }
        Ok(())
    }

    /// Notes whether a channel is hidden; `true` when those who follow the directory are to be told
    /// so: once, not whenever it changes.
    fn now_hidden(&self, id: ChannelId, is_hidden: bool) -> bool {
        let mut hidden = self.hidden.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if is_hidden {
            return hidden.insert(id);
        }
        hidden.remove(&id);
        false
    }

    /// Reads everything that has a board anew, for changes were missed.
    async fn hear_all(&self) -> Result<(), ChannelsError> {
        for (id, _) in self.boards.all() {
            let channel: Option<Channel> = self.channels.by_id(id).await?;
            self.hear(News { id, channel: channel.map(Arc::new) }).await?;
        }
        Ok(())
    }

    /// Tells those who follow several channels how many are watching.
    fn count(&self) {
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut watched = HashSet::new();
        for (id, news) in self.boards.all() {
            let news = news.borrow().clone();
            if news.status.viewers().is_none() {
                continue;
            }
            watched.insert(id);
            let viewers = self.viewers(id);
            if counts.insert(id, viewers) != Some(viewers) {
                let channel = news.facts.channel.slug.to_string();
                let text = ServerMessage::Viewers { channel, viewers }.to_text().into();
                let listed = !news.facts.channel.hidden;
                self.boards.tell(Change { channel: id, listed, text });
            }
        }
        counts.retain(|id, _| watched.contains(id));
    }
}

fn not_told(done: Result<(), ChannelsError>) {
    if let Err(error) = done {
        let error = telemetry::chain(&error);
        tracing::warn!(error, "pages are not told of a channel's change");
    }
}

/// The message that lists have a channel less.
fn gone(id: ChannelId) -> Change {
    let text = ServerMessage::Gone { id: id.to_string() }.to_text().into();
    // Who follows the directory was shown the channel, hidden or not.
    Change { channel: id, listed: true, text }
}
