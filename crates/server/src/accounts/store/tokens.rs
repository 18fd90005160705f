//! The table `api_token`.

use std::collections::BTreeSet;

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::api_tokens::{ApiToken, MAX_TOKENS};
use super::super::model::State;
use super::Store;
use crate::access::{Person, Scope};
use crate::db::{DbError, Row};
use crate::ids::{AccountId, ApiTokenId};

/// A token that was shown, with its person.
pub(in super::super) struct Shown {
    pub(in super::super) id: ApiTokenId,
    pub(in super::super) person: Person,
    pub(in super::super) scopes: BTreeSet<Scope>,
    pub(in super::super) last_used_at: Option<WallClock>,
}

impl Store {
    /// Keeps a token, unless there are as many as may be.
    pub(in super::super) async fn insert_token(
        &self,
        account: AccountId,
        (token, hash): (&ApiToken, &str),
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone("api tokens").await?;
        let count = "SELECT COUNT(*) AS count FROM api_token WHERE account_id = $1";
        let count: u32 = transaction.query(count).bind(account).one().await?.get("count")?;
        if count >= MAX_TOKENS {
            return Err(AccountsError::Full { what: "API tokens", max: MAX_TOKENS });
        }
        transaction
            .query(
                "INSERT INTO api_token (id, account_id, label, token_hash, scopes, created_at, \
                 expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(token.id)
            .bind(account)
            .bind(&token.label)
            .bind(hash)
            .bind(written(&token.scopes))
            .bind(token.created_at)
            .bind(token.expires_at)
            .execute()
            .await?;
        Ok(transaction.commit().await?)
    }

    pub(in super::super) async fn token(
        &self,
        hash: &str,
        now: WallClock,
    ) -> Result<Option<Shown>, AccountsError> {
        let row = self.db.query(
            "SELECT t.id AS token_id, t.scopes, t.last_used_at, a.id, a.username, a.role \
             FROM api_token t JOIN account a ON a.id = t.account_id \
             WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) \
             AND a.state = $3",
        );
        let row = row.bind(hash).bind(now).bind(State::Active).optional().await?;
        Ok(row.as_ref().map(shown).transpose()?)
    }

    /// Whether a token is an active account's.
    pub(in super::super) async fn token_is_good(
        &self,
        account: AccountId,
        token: ApiTokenId,
        now: WallClock,
    ) -> Result<bool, AccountsError> {
        let row = self.db.query(
            "SELECT t.id FROM api_token t JOIN account a ON a.id = t.account_id \
             WHERE t.id = $1 AND t.account_id = $2 \
             AND (t.expires_at IS NULL OR t.expires_at > $3) AND a.state = $4",
        );
        let row = row.bind(token).bind(account).bind(now).bind(State::Active);
        Ok(row.optional().await?.is_some())
    }

    pub(in super::super) async fn touch_token(
        &self,
        token: ApiTokenId,
        at: WallClock,
    ) -> Result<(), AccountsError> {
        let touch = "UPDATE api_token SET last_used_at = $2 WHERE id = $1";
        self.db.command(touch).bind(token).bind(at).execute().await?;
        Ok(())
    }

    /// The tokens of an account, oldest first.
    pub(in super::super) async fn tokens(
        &self,
        account: AccountId,
    ) -> Result<Vec<ApiToken>, AccountsError> {
        let rows = self.db.query(
            "SELECT * FROM api_token WHERE account_id = $1 ORDER BY created_at, id LIMIT $2",
        );
        let rows = rows.bind(account).bind(MAX_TOKENS).all().await?;
        Ok(rows.iter().map(token).collect::<Result<_, _>>()?)
    }

    /// Ends a token of an account; whether there was one.
    pub(in super::super) async fn delete_token(
        &self,
        account: AccountId,
        token: ApiTokenId,
    ) -> Result<bool, AccountsError> {
        let delete = self.db.command("DELETE FROM api_token WHERE id = $1 AND account_id = $2");
        Ok(delete.bind(token).bind(account).execute().await? > 0)
    }
}

fn shown(row: &Row) -> Result<Shown, DbError> {
    let person =
        Person { account: row.get("id")?, username: row.get("username")?, role: row.get("role")? };
    Ok(Shown {
        id: row.get("token_id")?,
        person,
        scopes: read(row)?,
        last_used_at: row.get("last_used_at")?,
    })
}

fn token(row: &Row) -> Result<ApiToken, DbError> {
    Ok(ApiToken {
        id: row.get("id")?,
        label: row.get("label")?,
        scopes: read(row)?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

fn written(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// A scope that this program does not know any more is good for nothing.
fn read(row: &Row) -> Result<BTreeSet<Scope>, DbError> {
    let scopes: String = row.get("scopes")?;
    Ok(scopes.split(' ').filter_map(Scope::parse).collect())
}
