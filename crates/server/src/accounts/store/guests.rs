//! The table `guest`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::guests::Guest;
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{AccountId, GuestId};

impl Store {
    pub(in super::super) async fn insert_guest(
        &self,
        guest: &Guest,
        hash: &str,
    ) -> Result<(), AccountsError> {
        self.db
            .command(
                "INSERT INTO guest (id, name, colour, token_hash, created_at, last_seen_at) \
                 VALUES ($1, $2, $3, $4, $5, $5)",
            )
            .bind(guest.id)
            .bind(&guest.name)
            .bind(guest.colour)
            .bind(hash)
            .bind(guest.created_at)
            .execute()
            .await?;
        Ok(())
    }

    pub(in super::super) async fn guest(&self, hash: &str) -> Result<Option<Guest>, AccountsError> {
        let row = self.db.query(
            "SELECT * FROM guest WHERE account_id IS NULL AND (token_hash = $1 \
             OR id = (SELECT guest_id FROM guest_token WHERE token_hash = $1))",
        );
        let row = row.bind(hash).optional().await?;
        Ok(row.as_ref().map(guest).transpose()?)
    }

    /// The guest of an id, unless an account has become of them.
    pub(in super::super) async fn guest_by_id(
        &self,
        id: GuestId,
    ) -> Result<Option<Guest>, AccountsError> {
        let row = self.db.query("SELECT * FROM guest WHERE id = $1 AND account_id IS NULL");
        let row = row.bind(id).optional().await?;
        Ok(row.as_ref().map(guest).transpose()?)
    }
}

/// Writes down a guest whom another program knew.
pub(in super::super) async fn insert(
    transaction: &mut Transaction,
    (guest, hash): (&Guest, &str),
    seen_at: WallClock,
) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO guest (id, name, colour, token_hash, created_at, last_seen_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(guest.id)
        .bind(&guest.name)
        .bind(guest.colour)
        .bind(hash)
        .bind(guest.created_at)
        .bind(seen_at)
        .execute()
        .await?;
    Ok(())
}

/// Gives a guest one more token. `false` when it is somebody's already.
pub(in super::super) async fn add_token(
    transaction: &mut Transaction,
    (guest, hash): (GuestId, &str),
    at: WallClock,
) -> Result<bool, DbError> {
    let known = "SELECT id FROM guest WHERE token_hash = $1";
    if transaction.query(known).bind(hash).optional().await?.is_some() {
        return Ok(false);
    }
    let insert = "INSERT INTO guest_token (token_hash, guest_id, created_at) VALUES ($1, $2, $3) \
        ON CONFLICT (token_hash) DO NOTHING";
    let insert = transaction.query(insert).bind(hash).bind(guest).bind(at);
    Ok(insert.execute().await? > 0)
}

/// Forgets a guest of whom no account has become. `false` when there is none.
pub(in super::super) async fn remove(
    transaction: &mut Transaction,
    guest: GuestId,
) -> Result<bool, DbError> {
    let remove = "DELETE FROM guest WHERE id = $1 AND account_id IS NULL";
    Ok(transaction.query(remove).bind(guest).execute().await? > 0)
}

/// Makes a guest an account's; whether the guest was nobody's yet.
pub(super) async fn adopt(
    transaction: &mut Transaction,
    (guest, account): (GuestId, AccountId),
) -> Result<bool, DbError> {
    let update = "UPDATE guest SET account_id = $2 WHERE id = $1 AND account_id IS NULL";
    Ok(transaction.query(update).bind(guest).bind(account).execute().await? > 0)
}

fn guest(row: &Row) -> Result<Guest, DbError> {
    Ok(Guest {
        id: row.get("id")?,
        name: row.get("name")?,
        colour: row.get("colour")?,
        created_at: row.get("created_at")?,
    })
}
