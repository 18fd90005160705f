//! Second factors: the columns of `account` and the table `recovery_code`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::Store;
use crate::ids::AccountId;

/// A second factor.
pub(in super::super) struct Factor {
    /// The secret, sealed.
    pub(in super::super) sealed: Vec<u8>,
    /// The last step whose code was taken.
    pub(in super::super) step: u64,
}

impl Store {
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

    /// The second factor that waits for its first code.
    pub(in super::super) async fn pending_factor(
        &self,
        account: AccountId,
    ) -> Result<Option<Vec<u8>>, AccountsError> {
        let row = self.db.query("SELECT totp_pending FROM account WHERE id = $1");
        let row = row.bind(account).optional().await?;
        Ok(row.map(|row| row.get("totp_pending")).transpose()?.flatten())
    }

    pub(in super::super) async fn set_pending_factor(
        &self,
        account: AccountId,
        sealed: &[u8],
    ) -> Result<(), AccountsError> {
        let update = self.db.command("UPDATE account SET totp_pending = $2 WHERE id = $1");
        update.bind(account).bind(sealed).execute().await?;
        Ok(())
    }

    pub(in super::super) async fn set_factor(
        &self,
        account: AccountId,
        (sealed, step): (&[u8], u64),
    ) -> Result<(), AccountsError> {
        let update = self.db.command(
            "UPDATE account SET totp_sealed = $2, totp_step = $3, totp_pending = NULL WHERE id = $1",
        );
        update.bind(account).bind(sealed).bind(step).execute().await?;
        Ok(())
    }

    /// Forgets the second factor and what stands in for it.
    pub(in super::super) async fn clear_factor(
        &self,
        account: AccountId,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query("UPDATE account SET totp_sealed = NULL, totp_pending = NULL WHERE id = $1")
            .bind(account)
            .execute()
            .await?;
        let codes = transaction.query("DELETE FROM recovery_code WHERE account_id = $1");
        codes.bind(account).execute().await?;
        Ok(transaction.commit().await?)
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

    /// Gives an account recovery codes instead of those it has.
    pub(in super::super) async fn set_recovery_codes(
        &self,
        account: AccountId,
        (hashes, at): (&[String], WallClock),
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        let old = transaction.query("DELETE FROM recovery_code WHERE account_id = $1");
        old.bind(account).execute().await?;
        for hash in hashes {
            let insert = "INSERT INTO recovery_code (code_hash, account_id, created_at) \
                VALUES ($1, $2, $3)";
            transaction.query(insert).bind(hash).bind(account).bind(at).execute().await?;
        }
        Ok(transaction.commit().await?)
    }

    pub(in super::super) async fn recovery_codes_left(
        &self,
        account: AccountId,
    ) -> Result<u32, AccountsError> {
        let count = self.db.query(
            "SELECT COUNT(*) AS count FROM recovery_code WHERE account_id = $1 AND used_at IS NULL",
        );
        Ok(count.bind(account).one().await?.get("count")?)
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
}
