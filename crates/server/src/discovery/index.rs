//! The task that keeps the search index: it writes what is marked, and compares everything when it
//! begins and whenever it may have missed something.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::model::{Card, Shelf};
use super::search::{Entry, Key, Kind};
use super::store::search::{MAX_BATCH, Write};
use super::{DiscoveryError, Shared};
use crate::channels::Channel;
use crate::ids::ChannelId;
use crate::telemetry;

/// How long it waits after the database refused, unless something new is marked.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What the index may not say as it is: no more than there are channels.
#[derive(Default)]
pub(super) struct Dirty {
    marked: Mutex<Marked>,
    changed: Notify,
}

#[derive(Default)]
struct Marked {
    channels: HashSet<ChannelId>,
    everything: bool,
}

impl Dirty {
    pub(super) fn channel(&self, channel: ChannelId) {
        self.marked().channels.insert(channel);
        self.changed.notify_one();
    }

    pub(super) fn everything(&self) {
        self.marked().everything = true;
        self.changed.notify_one();
    }

    fn take(&self) -> Marked {
        std::mem::take(&mut *self.marked())
    }

    fn marked(&self) -> MutexGuard<'_, Marked> {
        // A set of marks is whole between statements, so a panic elsewhere does not spoil it.
        self.marked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) async fn run(shared: Arc<Shared>, stopping: CancellationToken) {
    loop {
        let is_behind = !shared.catch_up().await;
        tokio::select! {
            () = shared.dirty.changed.notified() => {}
            () = tokio::time::sleep(RETRY_AFTER), if is_behind => {}
            () = stopping.cancelled() => return,
        }
    }
}

impl Shared {
    /// Writes what is marked. `false` when that failed: then everything is marked, for what was is
    /// not known any more, whoever marks what meanwhile.
    pub(super) async fn catch_up(&self) -> bool {
        let Err(error) = self.write(self.dirty.take()).await else { return true };
        self.dirty.marked().everything = true;
        let error = telemetry::chain(&error);
        tracing::warn!(error, "the search index is behind; it is compared again soon");
        false
    }

    async fn write(&self, marked: Marked) -> Result<(), DiscoveryError> {
        if marked.everything {
            return self.compare().await;
        }
        let mut writes = Vec::new();
        for channel in marked.channels {
            match self.channels.by_id(channel).await? {
                Some(channel) => writes.extend(self.writes_of(&channel)),
                None => writes.extend(gone(channel)),
            }
        }
        self.put(&writes).await
    }

    /// Compares the whole index with what it should say, and writes the difference.
    async fn compare(&self) -> Result<(), DiscoveryError> {
        let mut known: HashMap<Key, i64> = self.search.digests().await?.into_iter().collect();
        let mut writes = Vec::new();
        for channel in self.channels.list().await? {
            writes.extend(self.writes_of(&channel));
        }
        let shelves: Vec<Arc<Shelf>> = self.catalogue().categories().cloned().collect();
        writes.extend(shelves.iter().map(|shelf| Write::Put(of_category(shelf))));
        writes.retain(|write| match write {
            Write::Put(entry) => known.remove(&entry.key) != Some(entry.digest()),
            Write::Remove(key) => known.remove(key).is_some(),
        });
        writes.extend(known.into_keys().map(Write::Remove));
        self.put(&writes).await
    }

    async fn put(&self, writes: &[Write]) -> Result<(), DiscoveryError> {
        for batch in writes.chunks(MAX_BATCH) {
            self.search.write(batch).await?;
        }
        Ok(())
    }

    fn writes_of(&self, channel: &Channel) -> [Write; 2] {
        let catalogue = self.catalogue();
        let Some(card) = catalogue.card(channel.id) else { return gone(channel.id) };
        let category = card.category.and_then(|id| catalogue.category(id));
        let category = category.map_or("", |shelf| shelf.name.as_str());
        let entry = of_channel(card, category, &channel.description);
        let live = match self.on_air().contains_key(&channel.id) {
            true => Write::Put(of_broadcast(card, category)),
            false => Write::Remove(Key::new(Kind::Live, channel.id)),
        };
        [Write::Put(entry), live]
    }
}

fn gone(channel: ChannelId) -> [Write; 2] {
    [Kind::Channel, Kind::Live].map(|kind| Write::Remove(Key::new(kind, channel)))
}

fn of_channel(card: &Card, category: &str, description: &str) -> Entry {
    let about = format!("{} {category} {}", card.title, card.tags.join(" "));
    Entry::new(Key::new(Kind::Channel, card.id), &card.called(), &about, description)
}

fn of_broadcast(card: &Card, category: &str) -> Entry {
    let about = format!("{} {} {category} {}", card.name, card.slug, card.tags.join(" "));
    Entry::new(Key::new(Kind::Live, card.id), card.billed(), &about, "")
}

fn of_category(shelf: &Shelf) -> Entry {
    Entry::new(Key::new(Kind::Category, shelf.id), &shelf.called(), "", &shelf.description)
}
