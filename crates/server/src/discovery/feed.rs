//! The task that keeps the read model: what channels say of themselves, and who comes and goes.
//!
//! Who goes live waits until that is noted here, so noting it never waits for the database.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::model::{Card, Shelf};
use super::{DiscoveryError, Shared, Watching};
use crate::channels::{Category, Channel, News};
use crate::ids::ChannelId;
use crate::live::{Air, Phase};
use crate::telemetry;

/// How often it is looked whether categories have changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Where news comes from.
pub(super) struct Sources {
    pub(super) begins: mpsc::Receiver<Arc<Air>>,
    pub(super) news: broadcast::Receiver<News>,
}

pub(super) async fn run(shared: Arc<Shared>, sources: Sources, stopping: CancellationToken) {
    let Sources { begins, news } = sources;
    tokio::join!(keep_broadcasts(&shared, begins, &stopping), keep_cards(&shared, news, &stopping));
}

async fn keep_broadcasts(
    shared: &Shared,
    mut begins: mpsc::Receiver<Arc<Air>>,
    stopping: &CancellationToken,
) {
    let mut ends: FuturesUnordered<BoxFuture<'static, ChannelId>> = FuturesUnordered::new();
    loop {
        tokio::select! {
            Some(air) = begins.recv() => ends.push(shared.begins(&air)),
            Some(channel) = ends.next() => shared.ends(channel),
            () = stopping.cancelled() => return,
        }
    }
}

async fn keep_cards(
    shared: &Shared,
    mut news: broadcast::Receiver<News>,
    stopping: &CancellationToken,
) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut behind = false;
    loop {
        let done = tokio::select! {
            news = news.recv() => match news {
                Ok(news) => shared.hear(news).await,
                Err(RecvError::Lagged(_)) => shared.load().await,
                Err(RecvError::Closed) => return,
            },
            _ = ticks.tick() => match std::mem::take(&mut behind) {
                true => shared.load().await,
                false => shared.look_at_categories().await,
            },
            () = stopping.cancelled() => return,
        };
        if let Err(error) = done {
            let error = telemetry::chain(&error);
            tracing::warn!(error, "the directory may be behind; it is loaded again soon");
            behind = true;
        }
    }
}

impl Shared {
    /// Loads every channel that may be listed.
    pub(super) async fn load(&self) -> Result<(), DiscoveryError> {
        self.look_at_categories().await?;
        let mut tags = self.channels.all_tags().await?.into_iter().peekable();
        let mut channels = self.channels.list().await?;
        // As the tags are sorted.
        channels.sort_by_key(|channel| channel.id);
        let cards: Vec<Arc<Card>> = channels
            .iter()
            .map(|channel| {
                let mut own = Vec::new();
                while let Some((of, tag)) = tags.next_if(|(of, _)| *of <= channel.id) {
                    if of == channel.id {
                        own.push(tag.to_string());
                    }
                }
                (channel, own)
            })
            .filter(|(channel, _)| !channel.hidden)
            .map(|(channel, tags)| Arc::new(card(channel, tags)))
            .collect();
        let left_out = self.catalogue_mut().set_cards(cards);
        if left_out > 0 {
            tracing::warn!(left_out, "there are more channels than the directory lists");
        }
        self.dirty.everything();
        Ok(())
    }

    /// Takes over what a channel says of itself now.
    async fn hear(&self, news: News) -> Result<(), DiscoveryError> {
        match news.channel.filter(|channel| !channel.hidden) {
            Some(channel) => {
                let tags = self.channels.profile(&channel).await?.tags;
                let tags = tags.iter().map(ToString::to_string).collect();
                self.catalogue_mut().put(Arc::new(card(&channel, tags)));
            }
            None => self.catalogue_mut().remove(news.id),
        }
        self.dirty.channel(news.id);
        Ok(())
    }

    /// Takes over what categories there are.
    pub(super) async fn look_at_categories(&self) -> Result<(), DiscoveryError> {
        let shelves: Vec<Shelf> =
            self.channels.categories().await?.into_iter().map(shelf).collect();
        if self.catalogue_mut().set_categories(shelves) {
            self.dirty.everything();
        }
        Ok(())
    }

    /// A broadcast begins; resolves when it is over.
    fn begins(&self, air: &Air) -> BoxFuture<'static, ChannelId> {
        let (channel, period) = (air.channel, air.period);
        let phase = self.live.watch(channel);
        let mut over = phase.clone();
        let watching = Watching { period, phase, media: self.delivery.watch(channel) };
        self.on_air().insert(channel, watching);
        self.catalogue_mut().begins(channel);
        self.dirty.channel(channel);
        Box::pin(async move {
            let is_over = |phase: &Phase| match phase {
                Phase::Offline => true,
                Phase::OnAir { period: on, .. } | Phase::Reconnecting { period: on, .. } => {
                    on.broadcast != period.broadcast
                }
            };
            // An error means that the server stops.
            let _ = over.wait_for(is_over).await;
            channel
        })
    }

    /// A broadcast is over; another may have begun already.
    fn ends(&self, channel: ChannelId) {
        let mut on_air = self.on_air();
        let is_over = on_air.get(&channel).is_some_and(|it| *it.phase.borrow() == Phase::Offline);
        if is_over {
            on_air.remove(&channel);
        }
        drop(on_air);
        if is_over {
            self.catalogue_mut().ends(channel);
        }
        self.dirty.channel(channel);
    }
}

pub(super) fn card(channel: &Channel, tags: Vec<String>) -> Card {
    Card {
        id: channel.id,
        slug: channel.slug.to_string(),
        name: channel.name.clone(),
        title: channel.title.clone(),
        category: channel.category,
        tags,
        language: channel.language.as_ref().map(ToString::to_string),
        mature: channel.mature,
        is_primary: channel.is_primary,
        accent: channel.accent.clone(),
    }
}

pub(super) fn shelf(category: Category) -> Shelf {
    let Category { id, slug, name, description, .. } = category;
    Shelf { id, slug: slug.to_string(), name, description }
}
