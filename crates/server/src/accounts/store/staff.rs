//! Accounts and invitations, as those who run the site see them.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::model::Account;
use super::super::staff::{Invitation, Wanted};
use super::{Store, account};
use crate::db::{DbError, Row};
use crate::ids::{AccountId, InvitationId};

/// Invitations at one time.
pub(in super::super) const MAX_INVITATIONS: u32 = 500;

/// An invitation that is about to be.
pub(in super::super) struct NewInvitation<'a> {
    pub(in super::super) invitation: &'a Invitation,
    pub(in super::super) hash: &'a str,
    pub(in super::super) made_by: Option<AccountId>,
}

impl Store {
    /// One page of accounts, the newest first.
    pub(in super::super) async fn page(
        &self,
        wanted: &Wanted,
        most: u32,
    ) -> Result<Vec<Account>, AccountsError> {
        // Absent filters let everybody through. `!` escapes what LIKE would read.
        let escaped = wanted.text.to_lowercase();
        let escaped = escaped.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let rows = self
            .db
            .query(
                "SELECT * FROM account WHERE ($1 = '' OR state = $1) AND ($2 = '' OR role = $2) \
                 AND (lower(username) LIKE $3 ESCAPE '!' OR lower(display_name) LIKE $3 ESCAPE '!' \
                 OR lower(coalesce(email, '')) LIKE $3 ESCAPE '!') \
                 AND ($4 = '' OR id < $4) ORDER BY id DESC LIMIT $5",
            )
            .bind(wanted.state.map(|it| it.as_str()).unwrap_or_default())
            .bind(wanted.role.map(|it| it.as_str()).unwrap_or_default())
            .bind(format!("%{escaped}%"))
            .bind(wanted.after.map(|id| id.to_string()).unwrap_or_default())
            .bind(most)
            .all()
            .await?;
        Ok(rows.iter().map(account).collect::<Result<_, _>>()?)
    }

    pub(in super::super) async fn insert_invitation(
        &self,
        new: &NewInvitation<'_>,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
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
        Ok(transaction.commit().await?)
    }

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

    pub(in super::super) async fn delete_invitation(
        &self,
        id: InvitationId,
    ) -> Result<bool, AccountsError> {
        let delete = self.db.command("DELETE FROM invitation WHERE id = $1");
        Ok(delete.bind(id).execute().await? > 0)
    }
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
