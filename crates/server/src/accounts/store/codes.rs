//! The tables `one_time_code`, `recovery_code` and `invitation`, and the second factor of `account`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::Store;
use crate::access::words;
use crate::db::{DbError, Transaction};
use crate::ids::{AccountId, InvitationId};
use crate::mail::Address;

words! {
    /// What a link is good for.
    Purpose {
        /// To choose the first password.
        Setup = "setup",
        /// To choose another password.
        Reset = "reset",
        /// To confirm a mail address.
        Confirm = "confirm",
    }
}

/// A code in a link.
pub(in super::super) struct Code<'a> {
    pub(in super::super) hash: &'a str,
    pub(in super::super) account: AccountId,
    pub(in super::super) purpose: Purpose,
    pub(in super::super) email: Option<Address>,
    pub(in super::super) at: WallClock,
    pub(in super::super) expires_at: WallClock,
}

/// A second factor.
pub(in super::super) struct Factor {
    /// The secret, sealed.
    pub(in super::super) sealed: Vec<u8>,
    /// The last step whose code was taken.
    pub(in super::super) step: u64,
}

impl Store {
    /// Keeps a code; those that the account had for the same purpose are good for nothing more.
    pub(in super::super) async fn insert_code(&self, code: &Code<'_>) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        let old = transaction.query(
            "DELETE FROM one_time_code WHERE (account_id = $1 AND purpose = $2) OR expires_at <= $3",
        );
        old.bind(code.account).bind(code.purpose).bind(code.at).execute().await?;
        transaction
            .query(
                "INSERT INTO one_time_code (code_hash, account_id, purpose, email, created_at, \
                 expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(code.hash)
            .bind(code.account)
            .bind(code.purpose)
            .bind(code.email.clone())
            .bind(code.at)
            .bind(code.expires_at)
            .execute()
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Whose code it is, and the address it confirms.
    pub(in super::super) async fn code(
        &self,
        (hash, purpose): (&str, Purpose),
        now: WallClock,
    ) -> Result<Option<(AccountId, Option<Address>)>, AccountsError> {
        let row = self.db.query(
            "SELECT account_id, email FROM one_time_code \
             WHERE code_hash = $1 AND purpose = $2 AND expires_at > $3",
        );
        let row = row.bind(hash).bind(purpose).bind(now).optional().await?;
        row.map(|row| Ok((row.get("account_id")?, row.get("email")?))).transpose()
    }

    /// Uses a code up; whether it was there.
    pub(in super::super) async fn use_code(&self, hash: &str) -> Result<bool, AccountsError> {
        let delete = self.db.command("DELETE FROM one_time_code WHERE code_hash = $1");
        Ok(delete.bind(hash).execute().await? > 0)
    }

    /// The second factor of an account, if signing in takes one.
    pub(in super::super) async fn factor(
        &self,
        account: AccountId,
    ) -> Result<Option<Factor>, AccountsError> {
        let row = self.db.query("SELECT totp_sealed, totp_step FROM account WHERE id = $1");
        let Some(row) = row.bind(account).optional().await? else { return Ok(None) };
        let sealed: Option<Vec<u8>> = row.get("totp_sealed")?;
        let step = row.get("totp_step")?;
        Ok(sealed.map(|sealed| Factor { sealed, step }))
    }

    /// Takes a step's code; `false` when it was taken before.
    pub(in super::super) async fn take_step(
        &self,
        account: AccountId,
        step: u64,
    ) -> Result<bool, AccountsError> {
        let update = "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
        Ok(self.db.command(update).bind(account).bind(step).execute().await? > 0)
    }

    /// Takes a recovery code; `false` when there is none, or it was taken before.
    pub(in super::super) async fn take_recovery_code(
        &self,
        account: AccountId,
        (hash, at): (&str, WallClock),
    ) -> Result<bool, AccountsError> {
        let update = self.db.command(
            "UPDATE recovery_code SET used_at = $3 \
             WHERE code_hash = $1 AND account_id = $2 AND used_at IS NULL",
        );
        Ok(update.bind(hash).bind(account).bind(at).execute().await? > 0)
    }

    pub(in super::super) async fn insert_invitation(
        &self,
        new: &NewInvitation<'_>,
    ) -> Result<(), AccountsError> {
        self.db
            .command(
                "INSERT INTO invitation (id, code_hash, note, uses_left, made_by, created_at, \
                 expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(new.id)
            .bind(new.hash)
            .bind(new.note)
            .bind(new.uses)
            .bind(new.made_by)
            .bind(new.at)
            .bind(new.expires_at)
            .execute()
            .await?;
        Ok(())
    }
}

/// An invitation that is about to be.
pub(in super::super) struct NewInvitation<'a> {
    pub(in super::super) id: InvitationId,
    pub(in super::super) hash: &'a str,
    pub(in super::super) note: &'a str,
    pub(in super::super) uses: u32,
    pub(in super::super) made_by: Option<AccountId>,
    pub(in super::super) at: WallClock,
    pub(in super::super) expires_at: Option<WallClock>,
}

/// Forgets what could set an account's password.
pub(super) async fn delete_passwords(
    transaction: &mut Transaction,
    account: AccountId,
) -> Result<(), DbError> {
    let delete = transaction
        .query("DELETE FROM one_time_code WHERE account_id = $1 AND purpose IN ($2, $3)");
    delete.bind(account).bind(Purpose::Setup).bind(Purpose::Reset).execute().await?;
    Ok(())
}
