//! From what happened to what is sent: one delivery for every webhook that is told of it, each a
//! job.

use std::time::Duration;

use super::model::{Delivery, Event};
use super::store::Tried;
use super::{Notify, NotifyError, signature, store};
use crate::ids::DeliveryId;
use crate::jobs::{Failure, Job};
use crate::outbound::Target;
use crate::telemetry::chain;

/// A delivery that is to be sent.
pub(super) struct Deliver;

impl Job for Deliver {
    const KIND: &'static str = "webhook.deliver";
    const MAX_ATTEMPTS: u32 = 8;
    const MAX_DURATION: Duration = Duration::from_secs(30);
    /// The delivery's id.
    type Payload = String;
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It arrived.
    Taken,
    /// It arrived, and is not wanted: sending it again changes nothing.
    Refused,
    /// Another attempt may be taken.
    Again,
}

impl End {
    pub(super) fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Taken,
            // Too early, too often, too slow: the receiver says that it may be otherwise later.
            408 | 425 | 429 => Self::Again,
            400..=499 => Self::Refused,
            _ => Self::Again,
        }
    }
}

impl Notify {
    /// Writes down what is to be sent of an event, and has it sent.
    pub(crate) async fn tell(&self, event: &Event) -> Result<(), NotifyError> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let told = shared.listening.to(event.kind, (&shared.store, now)).await?;
        if told.is_empty() {
            return Ok(());
        }
        let body = event.document(&self.facts().await?).to_string();
        let mut transaction = shared.store.begin().await?;
        let mut wakes = Vec::new();
        for webhook in told {
            let id = DeliveryId::generate();
            let (event, body) = (event.kind, body.clone());
            let delivery = Delivery {
                id,
                webhook,
                event,
                body,
                created_at: shared.clock.wall(),
                attempts: 0,
                tried_at: None,
                status: None,
                failure: String::new(),
                is_done: false,
            };
            // One that was removed meanwhile is told nothing.
            if store::insert_delivery(&mut transaction, &delivery).await? {
                let order = shared.jobs.order::<Deliver>(&id.to_string())?;
                wakes.push(order.once(id.to_string()).enqueue(&mut transaction).await?);
            }
        }
        transaction.commit().await?;
        wakes.into_iter().for_each(crate::jobs::Wake::ring);
        Ok(())
    }

    /// One attempt.
    pub(super) async fn deliver(&self, id: String) -> Result<(), Failure> {
        let ours = |error: NotifyError| Failure::Again(chain(&error));
        let Some(id) = DeliveryId::parse(&id) else {
            return Err(Failure::Poisoned("it names no delivery".to_owned()));
        };
        // What was removed meanwhile is not sent.
        let Some((delivery, webhook)) = self.shared.store.delivery(id).await.map_err(ours)? else {
            return Ok(());
        };
        let webhook = self.open(webhook).map_err(ours)?;
        let at = self.shared.clock.wall();
        let fields = [
            ("content-type", "application/json".to_owned()),
            ("user-agent", format!("Rivulet/{}", env!("CARGO_PKG_VERSION"))),
            (signature::FIELD, signature::sign(&webhook.secret, at, &delivery.body)),
        ];
        let answer = match Target::parse(&webhook.url) {
            Ok(target) => {
                self.shared.outbound.post(&target, &fields, delivery.body.into_bytes()).await
            }
            Err(error) => Err(error),
        };
        let (end, status, failure) = match answer {
            Ok(answer) => (End::of(answer.status), Some(answer.status), String::new()),
            Err(error) => (End::Again, None, error.to_string()),
        };
        let (number, is_done) = (webhook.number, end != End::Again);
        let tried = Tried { id, webhook: number, at, status, failure: &failure, is_done };
        self.shared.store.tried(tried).await.map_err(ours)?;
        match (end, status) {
            (End::Taken | End::Refused, _) => Ok(()),
            (End::Again, Some(status)) => Err(Failure::Again(format!("it answered {status}"))),
            (End::Again, None) => Err(Failure::Again(failure)),
        }
    }
}
