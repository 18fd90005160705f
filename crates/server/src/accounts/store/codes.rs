//! The table `one_time_code`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::Store;
use crate::access::words;
use crate::db::{DbError, Transaction};
use crate::ids::AccountId;
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

impl Store {
    /// Keeps a code; those that the account had for the same purpose are good for nothing more.
    pub(in super::super) async fn insert_code(&self, code: &Code<'_>) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        self.put_code(&mut transaction, code).await?;
        Ok(transaction.commit().await?)
    }

    /// As [`Self::insert_code`], together with what is sent.
    pub(in super::super) async fn put_code(
        &self,
        transaction: &mut Transaction,
        code: &Code<'_>,
    ) -> Result<(), AccountsError> {
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
        Ok(())
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

/// Forgets every code of an account.
pub(super) async fn delete_all(
    transaction: &mut Transaction,
    account: AccountId,
) -> Result<(), DbError> {
    let delete = transaction.query("DELETE FROM one_time_code WHERE account_id = $1");
    delete.bind(account).execute().await?;
    Ok(())
}
