//! The tables `passkey` and `passkey_challenge`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::passkeys::{Algorithm, Kept, MAX_PASSKEYS, Passkey, PublicKey, Transport};
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{AccountId, PasskeyId};

impl Store {
    /// The passkeys of an account, oldest first.
    pub(in super::super) async fn passkeys(
        &self,
        account: AccountId,
    ) -> Result<Vec<Kept>, AccountsError> {
        let rows = self
            .db
            .query("SELECT * FROM passkey WHERE account_id = $1 ORDER BY created_at, id LIMIT $2");
        let rows = rows.bind(account).bind(MAX_PASSKEYS).all().await?;
        Ok(rows.iter().map(kept).collect::<Result<_, _>>()?)
    }

    /// The passkey of that name among devices.
    pub(in super::super) async fn passkey(
        &self,
        credential: &[u8],
    ) -> Result<Option<Kept>, AccountsError> {
        let row = self.db.query("SELECT * FROM passkey WHERE credential_id = $1");
        let row = row.bind(URL_SAFE_NO_PAD.encode(credential)).optional().await?;
        Ok(row.as_ref().map(kept).transpose()?)
    }

    /// Gives a passkey of an account another name; whether there is one.
    pub(in super::super) async fn rename_passkey(
        &self,
        account: AccountId,
        id: PasskeyId,
        name: &str,
    ) -> Result<bool, AccountsError> {
        let update = "UPDATE passkey SET name = $3 WHERE id = $1 AND account_id = $2";
        Ok(self.db.command(update).bind(id).bind(account).bind(name).execute().await? > 0)
    }

    /// Forgets a passkey of an account; whether there was one.
    pub(in super::super) async fn delete_passkey(
        &self,
        account: AccountId,
        id: PasskeyId,
    ) -> Result<bool, AccountsError> {
        let delete = self.db.command("DELETE FROM passkey WHERE id = $1 AND account_id = $2");
        Ok(delete.bind(id).bind(account).execute().await? > 0)
    }
}

/// Keeps a passkey, unless there are as many as may be, or somebody has it already.
pub(in super::super) async fn insert_passkey(
    transaction: &mut Transaction,
    kept: &Kept,
) -> Result<(), AccountsError> {
    transaction.alone("passkeys").await?;
    let count = "SELECT COUNT(*) AS count FROM passkey WHERE account_id = $1";
    let count: u32 = transaction.query(count).bind(kept.account).one().await?.get("count")?;
    if count >= MAX_PASSKEYS {
        return Err(AccountsError::Full { what: "passkeys", max: MAX_PASSKEYS });
    }
    let transports = kept.transports.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(" ");
    let inserted = transaction
        .query(
            "INSERT INTO passkey (id, account_id, credential_id, algorithm, public_key, \
             sign_count, backup_eligible, synced, transports, name, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(kept.passkey.id)
        .bind(kept.account)
        .bind(URL_SAFE_NO_PAD.encode(&kept.credential))
        .bind(kept.key.algorithm.number())
        .bind(&kept.key.bytes)
        .bind(kept.sign_count)
        .bind(kept.backup_eligible)
        .bind(kept.passkey.synced)
        .bind(transports)
        .bind(&kept.passkey.name)
        .bind(kept.passkey.created_at)
        .execute()
        .await;
    match inserted {
        Err(error) if error.is_taken() => Err(AccountsError::PasskeyTaken),
        inserted => Ok(inserted.map(|_| ())?),
    }
}

/// Notes a use; `false` when the key's own count did not go up since the last one.
pub(in super::super) async fn use_passkey(
    transaction: &mut Transaction,
    used: &Kept,
    at: WallClock,
) -> Result<bool, AccountsError> {
    let update = transaction.query(
        "UPDATE passkey SET sign_count = $2, synced = $3, last_used_at = $4 \
         WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))",
    );
    let update = update.bind(used.passkey.id).bind(used.sign_count).bind(used.passkey.synced);
    Ok(update.bind(at).execute().await? > 0)
}

/// Notes that a challenge was answered; `false` when it was before. Those that are over are
/// forgotten: they are good for nothing anyway.
pub(in super::super) async fn remember_challenge(
    transaction: &mut Transaction,
    tag: &str,
    (expires_at, now): (WallClock, WallClock),
) -> Result<bool, AccountsError> {
    let over = transaction.query("DELETE FROM passkey_challenge WHERE expires_at <= $1");
    over.bind(now).execute().await?;
    let insert = "INSERT INTO passkey_challenge (tag, expires_at) VALUES ($1, $2) \
        ON CONFLICT (tag) DO NOTHING";
    Ok(transaction.query(insert).bind(tag).bind(expires_at).execute().await? > 0)
}

fn kept(row: &Row) -> Result<Kept, DbError> {
    let corrupt = |what| DbError::Corrupt { what };
    let credential: String = row.get("credential_id")?;
    let transports: String = row.get("transports")?;
    let algorithm = Algorithm::of_number(row.get("algorithm")?);
    Ok(Kept {
        passkey: Passkey {
            id: row.get("id")?,
            name: row.get("name")?,
            synced: row.get("synced")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
        },
        account: row.get("account_id")?,
        credential: URL_SAFE_NO_PAD.decode(credential).map_err(|_| corrupt("credential_id"))?,
        key: PublicKey {
            algorithm: algorithm.ok_or_else(|| corrupt("algorithm"))?,
            bytes: row.get("public_key")?,
        },
        sign_count: row.get("sign_count")?,
        backup_eligible: row.get("backup_eligible")?,
        transports: transports.split(' ').filter_map(Transport::parse).collect(),
    })
}
