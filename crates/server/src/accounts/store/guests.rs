//! The table `guest`.

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
        let row = self.db.query("SELECT * FROM guest WHERE token_hash = $1 AND account_id IS NULL");
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
