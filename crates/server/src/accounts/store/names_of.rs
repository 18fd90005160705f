//! Whose name is whose: the folded forms of what accounts are called.

use super::super::AccountsError;
use super::Store;
use crate::db::DbError;
use crate::ids::AccountId;
use crate::names::{Folded, fold};

/// Accounts that are looked at for one name: an account of the name, and profiles from before names
/// had to be their own.
const MAX_SAME: u32 = 20;
/// Accounts whose names are folded in one step.
const STEP: u32 = 500;

impl Store {
    /// Those who are called so, by name or by profile.
    pub(in super::super) async fn whose(
        &self,
        name: &Folded,
    ) -> Result<Vec<AccountId>, AccountsError> {
        let rows = self.db.query(
            "SELECT id FROM account WHERE username_folded = $1 OR display_folded = $1 LIMIT $2",
        );
        let rows = rows.bind(name.as_str()).bind(MAX_SAME).all().await?;
        Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, DbError>>()?)
    }

    /// Folds the names of accounts from before they were kept folded; whether there may be more.
    pub(in super::super) async fn fold_some(&self) -> Result<bool, AccountsError> {
        let rows = self.db.query(
            "SELECT id, username, display_name FROM account WHERE username_folded IS NULL LIMIT $1",
        );
        let rows = rows.bind(STEP).all().await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let mut transaction = self.db.begin().await?;
        for row in &rows {
            let name: String = row.get("username")?;
            let shown: String = row.get("display_name")?;
            transaction
                .query("UPDATE account SET username_folded = $2, display_folded = $3 WHERE id = $1")
                .bind(row.get::<AccountId>("id")?)
                .bind(fold(&name).as_str())
                .bind(fold(&shown).as_str())
                .execute()
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}
