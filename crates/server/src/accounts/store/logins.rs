//! The tables `login` and `refresh_token`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::model::{Login, LoginKind, State};
use super::Store;
use crate::access::Person;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{AccountId, LoginId};

/// Sign-ins of one account at one time; the one that was used longest ago makes room.
const MAX_LOGINS: u32 = 50;
/// Refresh tokens that are remembered of one login, so that one that comes back is known for what
/// it is. Against somebody who refreshes without end.
const MAX_REMEMBERED: u32 = 500;

/// A login that is about to be.
pub(in super::super) struct NewLogin<'a> {
    pub(in super::super) id: LoginId,
    pub(in super::super) account: AccountId,
    pub(in super::super) kind: LoginKind,
    /// The hash of a browser's cookie, or of a client's first refresh token.
    pub(in super::super) token: &'a str,
    pub(in super::super) user_agent: &'a str,
    pub(in super::super) address: String,
    pub(in super::super) at: WallClock,
    pub(in super::super) expires_at: WallClock,
}

/// A login that was found, with its person.
pub(in super::super) struct Found {
    pub(in super::super) login: LoginId,
    pub(in super::super) person: Person,
    pub(in super::super) last_used_at: WallClock,
}

/// What showing a refresh token led to.
pub(in super::super) enum Refreshed {
    /// It was good, and is replaced.
    Replaced { login: LoginId, account: AccountId },
    /// It had been replaced before: somebody has a copy. The login is over.
    Reused,
    /// Nobody knows it, or its login is over.
    Unknown,
}

const FOUND: &str = "SELECT l.id AS login_id, l.last_used_at, a.id, a.username, a.role \
    FROM login l JOIN account a ON a.id = l.account_id \
    WHERE l.token_hash = $1 AND l.expires_at > $2 AND a.state = $3";

const FOUND_BY_ID: &str = "SELECT l.id AS login_id, l.last_used_at, a.id, a.username, a.role \
    FROM login l JOIN account a ON a.id = l.account_id \
    WHERE l.id = $1 AND l.expires_at > $2 AND a.state = $3";

impl Store {
    /// Remembers a sign-in, and forgets those that are over.
    pub(in super::super) async fn insert_login(
        &self,
        new: &NewLogin<'_>,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        let over = transaction.query("DELETE FROM login WHERE expires_at <= $1");
        over.bind(new.at).execute().await?;
        transaction
            .query(
                "DELETE FROM login WHERE account_id = $1 AND id NOT IN (SELECT id FROM login \
                 WHERE account_id = $1 ORDER BY last_used_at DESC, id DESC LIMIT $2)",
            )
            .bind(new.account)
            .bind(MAX_LOGINS - 1)
            .execute()
            .await?;
        let cookie = (new.kind == LoginKind::Browser).then_some(new.token);
        transaction
            .query(
                "INSERT INTO login (id, account_id, kind, token_hash, user_agent, address, \
                 created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
            )
            .bind(new.id)
            .bind(new.account)
            .bind(new.kind)
            .bind(cookie)
            .bind(new.user_agent)
            .bind(&new.address)
            .bind(new.at)
            .bind(new.expires_at)
            .execute()
            .await?;
        if cookie.is_none() {
            insert_refresh(&mut transaction, new.id, (new.token, new.at)).await?;
        }
        transaction
            .query("UPDATE account SET last_seen_at = $2 WHERE id = $1")
            .bind(new.account)
            .bind(new.at)
            .execute()
            .await?;
        Ok(transaction.commit().await?)
    }

    pub(in super::super) async fn login_by_cookie(
        &self,
        token: &str,
        now: WallClock,
    ) -> Result<Option<Found>, AccountsError> {
        let row = self.db.query(FOUND).bind(token).bind(now).bind(State::Active).optional().await?;
        Ok(row.as_ref().map(found).transpose()?)
    }

    pub(in super::super) async fn login_by_id(
        &self,
        login: LoginId,
        now: WallClock,
    ) -> Result<Option<Found>, AccountsError> {
        let row = self.db.query(FOUND_BY_ID).bind(login).bind(now).bind(State::Active);
        Ok(row.optional().await?.as_ref().map(found).transpose()?)
    }

    /// Notes that a login is used, and so lasts on.
    pub(in super::super) async fn touch_login(
        &self,
        found: &Found,
        (at, expires_at): (WallClock, WallClock),
    ) -> Result<(), AccountsError> {
        let touch = "UPDATE login SET last_used_at = $2, expires_at = $3 WHERE id = $1";
        self.db.command(touch).bind(found.login).bind(at).bind(expires_at).execute().await?;
        let seen = "UPDATE account SET last_seen_at = $2 WHERE id = $1";
        self.db.command(seen).bind(found.person.account).bind(at).execute().await?;
        Ok(())
    }

    /// The logins of an account, the latest used first.
    pub(in super::super) async fn logins(
        &self,
        account: AccountId,
        now: WallClock,
    ) -> Result<Vec<Login>, AccountsError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM login WHERE account_id = $1 AND expires_at > $2 \
                 ORDER BY last_used_at DESC, id DESC LIMIT $3",
            )
            .bind(account)
            .bind(now)
            .bind(MAX_LOGINS)
            .all()
            .await?;
        Ok(rows.iter().map(login).collect::<Result<_, _>>()?)
    }

    /// Ends one login of an account; whether there was one.
    pub(in super::super) async fn delete_login(
        &self,
        account: AccountId,
        login: LoginId,
    ) -> Result<bool, AccountsError> {
        let delete = self.db.command("DELETE FROM login WHERE id = $1 AND account_id = $2");
        Ok(delete.bind(login).bind(account).execute().await? > 0)
    }

    /// Ends every login of an account.
    pub(in super::super) async fn delete_logins(
        &self,
        account: AccountId,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        delete_all(&mut transaction, account).await?;
        Ok(transaction.commit().await?)
    }

    /// Replaces one refresh token by another.
    pub(in super::super) async fn refresh(
        &self,
        (old, new): (&str, &str),
        (now, expires_at): (WallClock, WallClock),
    ) -> Result<Refreshed, AccountsError> {
        let mut transaction = self.db.begin().await?;
        let row = transaction
            .query(
                "SELECT r.login_id, l.account_id FROM refresh_token r \
                 JOIN login l ON l.id = r.login_id JOIN account a ON a.id = l.account_id \
                 WHERE r.token_hash = $1 AND l.expires_at > $2 AND a.state = $3",
            )
            .bind(old)
            .bind(now)
            .bind(State::Active)
            .optional()
            .await?;
        let Some(row) = row else { return Ok(Refreshed::Unknown) };
        let (login, account) = (row.get("login_id")?, row.get("account_id")?);
        // Of two who show the same token at the same time, one changes the row.
        let used = transaction.query(
            "UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL",
        );
        if used.bind(old).bind(now).execute().await? == 0 {
            delete(&mut transaction, login).await?;
            transaction.commit().await?;
            return Ok(Refreshed::Reused);
        }
        insert_refresh(&mut transaction, login, (new, now)).await?;
        forget_oldest(&mut transaction, login).await?;
        let touch = "UPDATE login SET last_used_at = $2, expires_at = $3 WHERE id = $1";
        transaction.query(touch).bind(login).bind(now).bind(expires_at).execute().await?;
        transaction.commit().await?;
        Ok(Refreshed::Replaced { login, account })
    }

    /// Ends the login of a refresh token, used or not.
    pub(in super::super) async fn delete_login_of(&self, token: &str) -> Result<(), AccountsError> {
        let delete = "DELETE FROM login WHERE id IN \
            (SELECT login_id FROM refresh_token WHERE token_hash = $1)";
        self.db.command(delete).bind(token).execute().await?;
        Ok(())
    }
}

/// Ends every login of an account.
pub(super) async fn delete_all(
    transaction: &mut Transaction,
    account: AccountId,
) -> Result<(), DbError> {
    let delete = transaction.query("DELETE FROM login WHERE account_id = $1");
    delete.bind(account).execute().await?;
    Ok(())
}

async fn delete(transaction: &mut Transaction, login: LoginId) -> Result<(), DbError> {
    transaction.query("DELETE FROM login WHERE id = $1").bind(login).execute().await?;
    Ok(())
}

async fn insert_refresh(
    transaction: &mut Transaction,
    login: LoginId,
    (token, at): (&str, WallClock),
) -> Result<(), DbError> {
    let insert = "INSERT INTO refresh_token (token_hash, login_id, created_at) VALUES ($1, $2, $3)";
    transaction.query(insert).bind(token).bind(login).bind(at).execute().await?;
    Ok(())
}

async fn forget_oldest(transaction: &mut Transaction, login: LoginId) -> Result<(), DbError> {
    transaction
        .query(
            "DELETE FROM refresh_token WHERE login_id = $1 AND used_at IS NOT NULL \
             AND created_at < (SELECT MIN(created_at) FROM (SELECT created_at FROM refresh_token \
             WHERE login_id = $1 ORDER BY created_at DESC LIMIT $2) AS latest)",
        )
        .bind(login)
        .bind(MAX_REMEMBERED)
        .execute()
        .await?;
    Ok(())
}

fn found(row: &Row) -> Result<Found, DbError> {
    let person =
        Person { account: row.get("id")?, username: row.get("username")?, role: row.get("role")? };
    Ok(Found { login: row.get("login_id")?, person, last_used_at: row.get("last_used_at")? })
}

fn login(row: &Row) -> Result<Login, DbError> {
    Ok(Login {
        id: row.get("id")?,
        kind: row.get("kind")?,
        user_agent: row.get("user_agent")?,
        address: row.get("address")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
    })
}
