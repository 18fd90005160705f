//! Accounts, as those who run the site see and change them.

use super::super::AccountsError;
use super::super::model::{Account, State};
use super::super::staff::Wanted;
use super::{Store, account, accounts, keep_an_admin, load, logins};
use crate::access::SiteRole;
use crate::db::Transaction;
use crate::ids::AccountId;

/// Serialises what must not leave the site without an admin.
pub(super) const ADMINS: &str = "admins";

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
            .query(accounts!(
                "WHERE ($1 = '' OR state = $1) AND ($2 = '' OR role = $2) \
                     AND (lower(username) LIKE $3 ESCAPE '!' \
                     OR lower(display_name) LIKE $3 ESCAPE '!' \
                     OR lower(coalesce(email, '')) LIKE $3 ESCAPE '!') \
                     AND ($4 = '' OR id < $4) ORDER BY id DESC LIMIT $5"
            ))
            .bind(wanted.state.map(|it| it.as_str()).unwrap_or_default())
            .bind(wanted.role.map(|it| it.as_str()).unwrap_or_default())
            .bind(format!("%{escaped}%"))
            .bind(wanted.after.map(|id| id.to_string()).unwrap_or_default())
            .bind(most)
            .all()
            .await?;
        Ok(rows.iter().map(account).collect::<Result<_, _>>()?)
    }
}

/// An account that nobody else changes the role or the state of until the transaction is over.
pub(in super::super) async fn alone(
    transaction: &mut Transaction,
    id: AccountId,
) -> Result<Account, AccountsError> {
    transaction.alone(ADMINS).await?;
    load(transaction, id).await?.ok_or(AccountsError::Missing("account"))
}

/// Closes or opens an account; whoever is closed is signed out everywhere.
pub(in super::super) async fn set_state(
    transaction: &mut Transaction,
    account: &Account,
) -> Result<(), AccountsError> {
    transaction
        .query("UPDATE account SET state = $2, state_reason = $3 WHERE id = $1")
        .bind(account.id)
        .bind(account.state)
        .bind(&account.state_reason)
        .execute()
        .await?;
    if account.state != State::Active {
        keep_an_admin(transaction).await?;
        logins::delete_all(transaction, account.id).await?;
    }
    Ok(())
}

pub(in super::super) async fn set_role(
    transaction: &mut Transaction,
    id: AccountId,
    role: SiteRole,
) -> Result<(), AccountsError> {
    let update = transaction.query("UPDATE account SET role = $2 WHERE id = $1");
    update.bind(id).bind(role).execute().await?;
    keep_an_admin(transaction).await
}

/// Removes an account as if it had never been.
pub(in super::super) async fn remove(
    transaction: &mut Transaction,
    id: AccountId,
) -> Result<(), AccountsError> {
    transaction.query("DELETE FROM account WHERE id = $1").bind(id).execute().await?;
    Ok(())
}
