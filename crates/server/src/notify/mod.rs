//! News for others: webhooks, which are told by HTTP what happens on the primary channel.
//!
//! Invariants: what happened is written down before it is sent, and sent at least once, signed; a
//! slow receiver costs nobody else anything; redirects are not followed, and nothing private is
//! reached that the configuration does not name; the secrets of webhooks are stored sealed.

mod delivering;
mod error;
mod facts;
mod listening;
mod model;
mod routes;
mod signature;
mod store;
#[cfg(test)]
mod tests;
mod watching;

use std::sync::Arc;

use serde_json::{Value, json};

pub(crate) use error::NotifyError;
pub(crate) use facts::Facts;
pub(crate) use model::{Delivery, Event, EventKind, NewWebhook, Webhook};
pub(crate) use routes::{described, routes};

use crate::audit::{Action, Actor, Audit, Entry, Subject};
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Transaction};
use crate::ids::DeliveryId;
use crate::jobs::{Handlers, Jobs};
use crate::live::Live;
use crate::outbound::Outbound;
use crate::seal::{self, Keyring, Secret};
use crate::tasks::Tasks;
use delivering::Deliver;
use listening::Listening;
use store::{Sealed, Store};

/// What sealed secrets of webhooks are bound to.
const SEAL_PURPOSE: &str = "webhook";
/// Webhooks of a site. Against one message that becomes a thousand requests.
const MAX_WEBHOOKS: usize = 50;

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Notify {
    shared: Arc<Shared>,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) jobs: Jobs,
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    pub(crate) delivery: crate::delivery::Delivery,
    pub(crate) outbound: Outbound,
}

struct Shared {
    store: Store,
    listening: Listening,
    audit: Audit,
    keyring: Arc<Keyring>,
    jobs: Jobs,
    channels: Channels,
    live: Live,
    delivery: crate::delivery::Delivery,
    outbound: Outbound,
    clock: Clock,
    version: String,
    public_url: String,
}

impl Notify {
    /// The room over its database.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock) -> Self {
        let Doors { db, keyring, jobs, channels, live, delivery, outbound } = doors;
        let audit = Audit::new(db.clone(), clock);
        let shared = Shared {
            store: Store::new(db),
            listening: Listening::default(),
            audit,
            keyring,
            jobs,
            channels,
            live,
            delivery,
            outbound,
            clock,
            version: config.owncast_version.clone(),
            public_url: config.public_url.clone().unwrap_or_default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// From now on notices what happens on the primary channel.
    pub(crate) fn keep_up(&self, tasks: &Tasks) {
        tasks.spawn("webhooks", watching::run(self.clone(), tasks.stopping()));
    }

    /// With this room's work among what is done later.
    pub(crate) fn handle(&self, handlers: Handlers) -> Handlers {
        let notify = self.clone();
        handlers.with::<Deliver, _, _>(move |run| {
            let notify = notify.clone();
            async move { notify.deliver(run.payload).await }
        })
    }

    /// The webhooks, the oldest first.
    pub(crate) async fn webhooks(&self) -> Result<Vec<Webhook>, NotifyError> {
        let sealed = self.shared.store.list().await?;
        sealed.into_iter().map(|it| self.open(it)).collect()
    }

    /// Makes a webhook, with a random secret where none is wished for.
    ///
    /// # Errors
    /// When nothing may be sent there, or there are as many as there may be.
    pub(crate) async fn create(
        &self,
        actor: &Actor,
        new: NewWebhook,
    ) -> Result<Webhook, NotifyError> {
        let mut transaction = self.shared.store.begin().await?;
        let webhook = self.create_within(&mut transaction, (actor, new)).await?;
        transaction.commit().await?;
        self.shared.listening.changed();
        Ok(webhook)
    }

    /// The same as part of what else is done. What happens meanwhile is told from the next start on,
    /// or the next change.
    ///
    /// # Errors
    /// When nothing may be sent there, or there are as many as there may be.
    pub(crate) async fn create_within(
        &self,
        transaction: &mut Transaction,
        (actor, new): (&Actor, NewWebhook),
    ) -> Result<Webhook, NotifyError> {
        self.shared.outbound.check(&new.check()?)?;
        let NewWebhook { url, events, secret } = new;
        let secret = secret.map_or_else(seal::random_token, Ok)?;
        let sealed = self.shared.keyring.seal(SEAL_PURPOSE, &secret)?;
        store::be_alone(transaction).await?;
        let numbers = store::numbers(transaction).await?;
        if numbers.len() >= MAX_WEBHOOKS {
            return Err(NotifyError::TooMany);
        }
        let number = numbers.last().map_or(1, |last| last + 1);
        let at = self.shared.clock.wall();
        let row =
            Sealed { number, url, events, secret: sealed, created_at: at, last_used_at: None };
        store::insert(transaction, &row).await?;
        let became = Some(described_row(&row));
        self.log(transaction, actor, (None, became)).await?;
        self.open(row)
    }

    /// Tells webhooks once more that the broadcast of the primary channel has begun.
    ///
    /// # Errors
    /// When it is another channel, or nothing is on air.
    pub(crate) async fn announce(&self, name: &str) -> Result<(), NotifyError> {
        let shared = &self.shared;
        let channel = shared.channels.named(name).await?.ok_or(NotifyError::NoChannel)?;
        if !channel.is_primary {
            return Err(NotifyError::NotPrimary);
        }
        if shared.live.on_air(channel.id).is_none() {
            return Err(NotifyError::NotOnAir);
        }
        watching::happened(self, EventKind::StreamStarted).await
    }

    /// Removes a webhook and what is known of its deliveries. `false` when there is none.
    pub(crate) async fn remove(&self, actor: &Actor, number: u64) -> Result<bool, NotifyError> {
        let mut transaction = self.shared.store.begin().await?;
        let Some(row) = store::find(&mut transaction, number).await? else { return Ok(false) };
        store::remove(&mut transaction, number).await?;
        self.log(&mut transaction, actor, (Some(described_row(&row)), None)).await?;
        transaction.commit().await?;
        self.shared.listening.changed();
        Ok(true)
    }

    /// What was sent to a webhook before that one, the latest first.
    pub(crate) async fn deliveries(
        &self,
        number: u64,
        (before, at_most): (Option<DeliveryId>, usize),
    ) -> Result<Vec<Delivery>, NotifyError> {
        self.shared.store.deliveries(number, (before, at_most)).await
    }

    /// Sends something once more, as it was. `false` when it is not known any more.
    pub(crate) async fn redeliver(&self, number: u64, id: DeliveryId) -> Result<bool, NotifyError> {
        let mut transaction = self.shared.store.begin().await?;
        if !store::reopen(&mut transaction, number, id).await? {
            return Ok(false);
        }
        let order = self.shared.jobs.order::<Deliver>(&id.to_string())?;
        let wake = order.once(id.to_string()).enqueue(&mut transaction).await?;
        transaction.commit().await?;
        wake.ring();
        Ok(true)
    }

    fn open(&self, row: Sealed) -> Result<Webhook, NotifyError> {
        let secret: Secret = self.shared.keyring.unseal(SEAL_PURPOSE, &row.secret)?;
        let Sealed { number, url, events, created_at, last_used_at, .. } = row;
        Ok(Webhook { number, url, events, secret, created_at, last_used_at })
    }

    async fn log(
        &self,
        transaction: &mut Transaction,
        actor: &Actor,
        (was, became): (Option<Value>, Option<Value>),
    ) -> Result<(), NotifyError> {
        let (action, subject) = (Action::WebhookChanged, Subject::site());
        let entry = Entry { actor, action, subject, was, became };
        Ok(self.shared.audit.record(transaction, entry).await?)
    }
}

/// A webhook as the audit log has it: its path may be a secret.
fn described_row(row: &Sealed) -> Value {
    let host = row.url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    json!({ "webhook": row.number, "host": host, "events": row.events })
}
