//! The table `invitation`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::invitations::Invitation;
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{AccountId, InvitationId};

/// Invitations at one time.
const MAX_INVITATIONS: u32 = 500;

/// An invitation that is about to be.
pub(in super::super) struct NewInvitation<'a> {
    pub(in super::super) invitation: &'a Invitation,
    pub(in super::super) hash: &'a str,
    pub(in super::super) made_by: Option<AccountId>,
}

impl Store {
    /// What is good for something, the newest first.
    pub(in super::super) async fn invitations(
        &self,
        now: WallClock,
    ) -> Result<Vec<Invitation>, AccountsError> {
        let rows = self.db.query(
            "SELECT i.*, a.username FROM invitation i LEFT JOIN account a ON a.id = i.made_by \
             WHERE i.uses_left > 0 AND (i.expires_at IS NULL OR i.expires_at > $1) \
             ORDER BY i.created_at DESC, i.id DESC LIMIT $2",
        );
        let rows = rows.bind(now).bind(MAX_INVITATIONS).all().await?;
        Ok(rows.iter().map(invitation).collect::<Result<_, _>>()?)
    }
}

pub(in super::super) async fn insert_invitation(
    transaction: &mut Transaction,
    new: &NewInvitation<'_>,
) -> Result<(), AccountsError> {
    transaction.alone("invitations").await?;
    let over = "DELETE FROM invitation WHERE uses_left = 0 OR expires_at <= $1";
    transaction.query(over).bind(new.invitation.created_at).execute().await?;
    let count = transaction.query("SELECT COUNT(*) AS count FROM invitation").one().await?;
    if count.get::<u32>("count")? >= MAX_INVITATIONS {
        return Err(AccountsError::Full { what: "invitations", max: MAX_INVITATIONS });
    }
    transaction
        .query(
            "INSERT INTO invitation (id, code_hash, note, uses_left, made_by, created_at, \
             expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.invitation.id)
        .bind(new.hash)
        .bind(&new.invitation.note)
        .bind(new.invitation.uses_left)
        .bind(new.made_by)
        .bind(new.invitation.created_at)
        .bind(new.invitation.expires_at)
        .execute()
        .await?;
    Ok(())
}

/// Removes an invitation; what it was.
pub(in super::super) async fn remove_invitation(
    transaction: &mut Transaction,
    id: InvitationId,
) -> Result<Option<Invitation>, AccountsError> {
    let found = transaction.query(
        "SELECT i.*, a.username FROM invitation i LEFT JOIN account a ON a.id = i.made_by \
         WHERE i.id = $1",
    );
    let found = found.bind(id).optional().await?;
    let found = found.as_ref().map(invitation).transpose()?;
    let delete = transaction.query("DELETE FROM invitation WHERE id = $1").bind(id);
    Ok(if delete.execute().await? > 0 { found } else { None })
}

fn invitation(row: &Row) -> Result<Invitation, DbError> {
    Ok(Invitation {
        id: row.get("id")?,
        note: row.get("note")?,
        uses_left: row.get("uses_left")?,
        made_by: row.get("username")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}
