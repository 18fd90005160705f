//! The tables `owncast_settings`, `owncast_file` and `owncast_token`.

pub(super) mod moved;

use rivulet_media::time::WallClock;

use super::OwncastError;
use super::settings::Kept;
use super::tokens::Token;
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::TokenId;

/// A picture as it was handed in.
pub(super) struct File {
    pub(super) media_type: String,
    pub(super) bytes: Vec<u8>,
}

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// A transaction that is alone with these tables.
    pub(super) async fn begin(&self) -> Result<Transaction, OwncastError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone("owncast settings").await?;
        Ok(transaction)
    }

    /// The settings, and the sealed ones.
    pub(super) async fn load(&self) -> Result<(Kept, Option<Vec<u8>>), OwncastError> {
        settings(self.db.query("SELECT * FROM owncast_settings").optional().await?.as_ref())
    }

    pub(super) async fn file(&self, name: &str) -> Result<Option<File>, OwncastError> {
        let one = "SELECT * FROM owncast_file WHERE name = $1";
        let row = self.db.query(one).bind(name).optional().await?;
        let file = |row: &Row| {
            Ok::<_, DbError>(File { media_type: row.get("media_type")?, bytes: row.get("bytes")? })
        };
        Ok(row.as_ref().map(file).transpose()?)
    }

    pub(super) async fn tokens(&self) -> Result<Vec<Token>, OwncastError> {
        let all = "SELECT * FROM owncast_token ORDER BY created_at, id";
        let rows = self.db.query(all).all().await?;
        Ok(rows.iter().map(token).collect::<Result<_, _>>()?)
    }

    pub(super) async fn token(&self, fingerprint: &str) -> Result<Option<Token>, OwncastError> {
        let one = "SELECT * FROM owncast_token WHERE fingerprint = $1";
        let row = self.db.query(one).bind(fingerprint).optional().await?;
        Ok(row.as_ref().map(token).transpose()?)
    }

    pub(super) async fn touch(&self, id: TokenId, at: WallClock) -> Result<(), OwncastError> {
        let touch = "UPDATE owncast_token SET last_used_at = $2 WHERE id = $1";
        self.db.command(touch).bind(id).bind(at).execute().await?;
        Ok(())
    }
}

pub(super) async fn load_in(
    transaction: &mut Transaction,
) -> Result<(Kept, Option<Vec<u8>>), OwncastError> {
    settings(transaction.query("SELECT * FROM owncast_settings").optional().await?.as_ref())
}

fn settings(row: Option<&Row>) -> Result<(Kept, Option<Vec<u8>>), OwncastError> {
    let Some(row) = row else { return Ok((Kept::default(), None)) };
    let kept = serde_json::from_str(&row.get::<String>("settings")?);
    Ok((kept.map_err(|_| OwncastError::Unreadable)?, row.get("secrets")?))
}

pub(super) async fn save(
    transaction: &mut Transaction,
    (kept, sealed): (&Kept, Option<Vec<u8>>),
    at: WallClock,
) -> Result<(), OwncastError> {
    let kept = serde_json::to_string(kept).map_err(|_| OwncastError::Unreadable)?;
    transaction
        .query(
            "INSERT INTO owncast_settings (id, settings, secrets, changed_at) \
             VALUES (1, $1, $2, $3) \
             ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, \
             secrets = excluded.secrets, changed_at = excluded.changed_at",
        )
        .bind(kept)
        .bind(sealed)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// Puts a picture in the place of the one of that name; `None` takes it away.
pub(super) async fn put_file(
    transaction: &mut Transaction,
    (name, file): (&str, Option<&File>),
    at: WallClock,
) -> Result<(), OwncastError> {
    let remove = "DELETE FROM owncast_file WHERE name = $1";
    transaction.query(remove).bind(name).execute().await?;
    let Some(file) = file else { return Ok(()) };
    transaction
        .query(
            "INSERT INTO owncast_file (name, media_type, bytes, changed_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(name)
        .bind(&file.media_type)
        .bind(&file.bytes)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert_token(
    transaction: &mut Transaction,
    token: &Token,
) -> Result<(), OwncastError> {
    transaction
        .query(
            "INSERT INTO owncast_token \
             (id, name, scopes, colour, fingerprint, sealed, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(token.id)
        .bind(&token.name)
        .bind(serde_json::to_string(&token.scopes).map_err(|_| OwncastError::Unreadable)?)
        .bind(token.colour)
        .bind(&token.fingerprint)
        .bind(&token.sealed)
        .bind(token.created_at)
        .execute()
        .await?;
    Ok(())
}

/// The tokens, the oldest first.
pub(super) async fn tokens(transaction: &mut Transaction) -> Result<Vec<Token>, OwncastError> {
    let all = "SELECT * FROM owncast_token ORDER BY created_at, id";
    let rows = transaction.query(all).all().await?;
    Ok(rows.iter().map(token).collect::<Result<_, _>>()?)
}

pub(super) async fn remove_token(
    transaction: &mut Transaction,
    id: TokenId,
) -> Result<(), OwncastError> {
    transaction.query("DELETE FROM owncast_token WHERE id = $1").bind(id).execute().await?;
    Ok(())
}

fn token(row: &Row) -> Result<Token, DbError> {
    let scopes = serde_json::from_str(&row.get::<String>("scopes")?);
    Ok(Token {
        id: row.get("id")?,
        name: row.get("name")?,
        scopes: scopes.map_err(|_| DbError::Corrupt { what: "scopes" })?,
        colour: row.get("colour")?,
        fingerprint: row.get("fingerprint")?,
        sealed: row.get("sealed")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
