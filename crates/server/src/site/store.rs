//! The table `site_settings`: one row, once something was changed.

use rivulet_media::time::WallClock;

use super::{Current, Settings, SiteError};
use crate::db::{Db, DbError, Row, Transaction};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// A transaction that is alone with the settings.
    pub(super) async fn begin(&self) -> Result<Transaction, SiteError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone("site settings").await?;
        Ok(transaction)
    }

    pub(super) async fn version(&self) -> Result<u64, SiteError> {
        let row = self.db.query("SELECT version FROM site_settings").optional().await?;
        Ok(row.map(|row| row.get("version")).transpose()?.unwrap_or_default())
    }

    pub(super) async fn load(&self) -> Result<Current, SiteError> {
        current(self.db.query("SELECT * FROM site_settings").optional().await?.as_ref())
    }
}

pub(super) async fn load_in(transaction: &mut Transaction) -> Result<Current, SiteError> {
    current(transaction.query("SELECT * FROM site_settings").optional().await?.as_ref())
}

pub(super) async fn save(
    transaction: &mut Transaction,
    current: &Current,
    at: WallClock,
) -> Result<(), SiteError> {
    let settings = serde_json::to_string(&current.settings)
        .expect("settings are texts, numbers and lists of them");
    transaction
        .query(
            "INSERT INTO site_settings (id, version, settings, changed_at) VALUES (1, $1, $2, $3) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, \
             settings = excluded.settings, changed_at = excluded.changed_at",
        )
        .bind(current.version)
        .bind(settings)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

fn current(row: Option<&Row>) -> Result<Current, SiteError> {
    let Some(row) = row else { return Ok(Current::new(0, Settings::default())) };
    let settings = serde_json::from_str(&row.get::<String>("settings")?);
    let settings = settings.map_err(|_| DbError::Corrupt { what: "settings" })?;
    Ok(Current::new(row.get("version")?, settings))
}
