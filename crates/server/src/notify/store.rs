//! The tables `webhook` and `webhook_delivery`.

use rivulet_media::time::WallClock;

use super::NotifyError;
use super::model::{Delivery, EventKind};
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::DeliveryId;

/// Deliveries of one webhook that are kept, the newest. Against a chat that fills the disk.
const MAX_DELIVERIES: u32 = 500;

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// A webhook as it is stored.
pub(super) struct Sealed {
    pub(super) number: u64,
    pub(super) url: String,
    pub(super) events: Vec<EventKind>,
    pub(super) secret: Vec<u8>,
    pub(super) created_at: WallClock,
    pub(super) last_used_at: Option<WallClock>,
}

/// How an attempt ended.
pub(super) struct Tried<'a> {
    pub(super) id: DeliveryId,
    pub(super) webhook: u64,
    pub(super) at: WallClock,
    pub(super) status: Option<u16>,
    pub(super) failure: &'a str,
    pub(super) is_done: bool,
}

/// From now on nobody else changes webhooks, until the transaction ends.
pub(super) async fn be_alone(transaction: &mut Transaction) -> Result<(), DbError> {
    transaction.alone("webhooks").await
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// A transaction that is alone with the webhooks.
    pub(super) async fn begin(&self) -> Result<Transaction, NotifyError> {
        let mut transaction = self.db.begin().await?;
        be_alone(&mut transaction).await?;
        Ok(transaction)
    }

    pub(super) async fn list(&self) -> Result<Vec<Sealed>, NotifyError> {
        let rows = self.db.query("SELECT * FROM webhook ORDER BY number").all().await?;
        Ok(rows.iter().map(webhook).collect::<Result<_, _>>()?)
    }

    pub(super) async fn deliveries(
        &self,
        number: u64,
        (before, at_most): (Option<DeliveryId>, usize),
    ) -> Result<Vec<Delivery>, NotifyError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM webhook_delivery WHERE webhook = $1 AND ($2 IS NULL OR id < $2) \
                 ORDER BY id DESC LIMIT $3",
            )
            .bind(number)
            .bind(before)
            .bind(at_most)
            .all()
            .await?;
        Ok(rows.iter().map(delivery).collect::<Result<_, _>>()?)
    }

    /// A delivery and where it goes.
    pub(super) async fn delivery(
        &self,
        id: DeliveryId,
    ) -> Result<Option<(Delivery, Sealed)>, NotifyError> {
        let one = "SELECT * FROM webhook_delivery WHERE id = $1";
        let Some(row) = self.db.query(one).bind(id).optional().await? else { return Ok(None) };
        let found = delivery(&row)?;
        let one = "SELECT * FROM webhook WHERE number = $1";
        let row = self.db.query(one).bind(found.webhook).optional().await?;
        Ok(row.as_ref().map(webhook).transpose()?.map(|webhook| (found, webhook)))
    }

    pub(super) async fn tried(&self, tried: Tried<'_>) -> Result<(), NotifyError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "UPDATE webhook_delivery SET attempts = attempts + 1, tried_at = $2, status = $3, \
                 failure = $4, is_done = $5 WHERE id = $1",
            )
            .bind(tried.id)
            .bind(tried.at)
            .bind(tried.status)
            .bind(tried.failure)
            .bind(tried.is_done)
            .execute()
            .await?;
        transaction
            .query("UPDATE webhook SET last_used_at = $2 WHERE number = $1")
            .bind(tried.webhook)
            .bind(tried.at)
            .execute()
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// The numbers of all webhooks, in order.
pub(super) async fn numbers(transaction: &mut Transaction) -> Result<Vec<u64>, NotifyError> {
    let rows = transaction.query("SELECT number FROM webhook ORDER BY number").all().await?;
    Ok(rows.iter().map(|row| row.get("number")).collect::<Result<_, _>>()?)
}

pub(super) async fn find(
    transaction: &mut Transaction,
    number: u64,
) -> Result<Option<Sealed>, NotifyError> {
    let one = "SELECT * FROM webhook WHERE number = $1";
    let row = transaction.query(one).bind(number).optional().await?;
    Ok(row.as_ref().map(webhook).transpose()?)
}

pub(super) async fn insert(transaction: &mut Transaction, row: &Sealed) -> Result<(), NotifyError> {
    transaction
        .query(
            "INSERT INTO webhook (number, url, events, secret, created_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(row.number)
        .bind(&row.url)
        .bind(serde_json::to_string(&row.events).expect("words are JSON"))
        .bind(&row.secret)
        .bind(row.created_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn remove(transaction: &mut Transaction, number: u64) -> Result<(), NotifyError> {
    transaction.query("DELETE FROM webhook WHERE number = $1").bind(number).execute().await?;
    Ok(())
}

/// Writes a delivery, and forgets the oldest of its webhook. `false` when the webhook is gone.
pub(super) async fn insert_delivery(
    transaction: &mut Transaction,
    delivery: &Delivery,
) -> Result<bool, NotifyError> {
    if find(transaction, delivery.webhook).await?.is_none() {
        return Ok(false);
    }
    transaction
        .query(
            "INSERT INTO webhook_delivery \
             (id, webhook, event, body, created_at, attempts, failure, is_done) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(delivery.id)
        .bind(delivery.webhook)
        .bind(delivery.event)
        .bind(&delivery.body)
        .bind(delivery.created_at)
        .bind(delivery.attempts)
        .bind(&delivery.failure)
        .bind(delivery.is_done)
        .execute()
        .await?;
    transaction
        .query(
            "DELETE FROM webhook_delivery WHERE webhook = $1 AND id <= \
             (SELECT id FROM webhook_delivery WHERE webhook = $1 ORDER BY id DESC \
             LIMIT 1 OFFSET $2)",
        )
        .bind(delivery.webhook)
        .bind(MAX_DELIVERIES)
        .execute()
        .await?;
    Ok(true)
}

/// Notes that a delivery is to be sent again. `false` when it is not known.
pub(super) async fn reopen(
    transaction: &mut Transaction,
    number: u64,
    id: DeliveryId,
) -> Result<bool, NotifyError> {
    let known = "SELECT id FROM webhook_delivery WHERE id = $1 AND webhook = $2";
    if transaction.query(known).bind(id).bind(number).optional().await?.is_none() {
        return Ok(false);
    }
    let reopen = "UPDATE webhook_delivery SET is_done = $2 WHERE id = $1";
    transaction.query(reopen).bind(id).bind(false).execute().await?;
    Ok(true)
}

fn webhook(row: &Row) -> Result<Sealed, DbError> {
    let events = serde_json::from_str(&row.get::<String>("events")?);
    Ok(Sealed {
        number: row.get("number")?,
        url: row.get("url")?,
        events: events.map_err(|_| DbError::Corrupt { what: "events" })?,
        secret: row.get("secret")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

fn delivery(row: &Row) -> Result<Delivery, DbError> {
    Ok(Delivery {
        id: row.get("id")?,
        webhook: row.get("webhook")?,
        event: row.get("event")?,
        body: row.get("body")?,
        created_at: row.get("created_at")?,
        attempts: row.get("attempts")?,
        tried_at: row.get("tried_at")?,
        status: row.get("status")?,
        failure: row.get("failure")?,
        is_done: row.get("is_done")?,
    })
}
