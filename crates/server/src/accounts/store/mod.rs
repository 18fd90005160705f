//! The tables of people: `account` here, what proves who they are beside.

mod codes;
mod logins;
mod tokens;

use rivulet_media::time::WallClock;

pub(super) use codes::{Code, NewInvitation, Purpose};
pub(super) use logins::{Found, NewLogin, Refreshed};

use super::AccountsError;
use super::model::{Account, NewAccount, State};
use super::password::StoredPassword;
use super::username::FoldedName;
use crate::access::SiteRole;
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::AccountId;
use crate::mail::Address;

/// Serialises what must not leave the site without an admin.
const ADMINS: &str = "admins";

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    pub(super) async fn any_account(&self) -> Result<bool, AccountsError> {
        Ok(self.db.query("SELECT id FROM account LIMIT 1").optional().await?.is_some())
    }

    pub(super) async fn count(&self, state: State) -> Result<u32, AccountsError> {
        let count = self.db.query("SELECT COUNT(*) AS count FROM account WHERE state = $1");
        Ok(count.bind(state).one().await?.get("count")?)
    }

    pub(super) async fn by_id(&self, id: AccountId) -> Result<Option<Account>, AccountsError> {
        let row = self.db.query("SELECT * FROM account WHERE id = $1").bind(id).optional().await?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    pub(super) async fn by_name(
        &self,
        name: &FoldedName,
    ) -> Result<Option<Account>, AccountsError> {
        let row = self.db.query("SELECT * FROM account WHERE username_skeleton = $1");
        let row = row.bind(name.clone()).optional().await?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    /// The account that has confirmed the address.
    pub(super) async fn by_mail(
        &self,
        address: &Address,
    ) -> Result<Option<Account>, AccountsError> {
        let row = self.db.query("SELECT * FROM account WHERE email_normal = $1");
        let row = row.bind(normal(address)).optional().await?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    pub(super) async fn insert(
        &self,
        id: AccountId,
        new: &NewAccount,
        at: WallClock,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        insert(&mut transaction, id, new, at).await?;
        Ok(transaction.commit().await?)
    }

    /// As [`Self::insert`], if the invitation has a use left, which is taken.
    pub(super) async fn insert_invited(
        &self,
        id: AccountId,
        new: &NewAccount,
        (code, at): (&str, WallClock),
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        let taken = transaction.query(
            "UPDATE invitation SET uses_left = uses_left - 1 \
             WHERE code_hash = $1 AND uses_left > 0 AND (expires_at IS NULL OR expires_at > $2)",
        );
        if taken.bind(code).bind(at).execute().await? == 0 {
            return Err(AccountsError::InvitationInvalid);
        }
        insert(&mut transaction, id, new, at).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps a password anew, of the same text.
    pub(super) async fn rehash(
        &self,
        id: AccountId,
        (old, new): (&StoredPassword, StoredPassword),
    ) -> Result<(), AccountsError> {
        let update = self.db.command(
            // Whoever changed it in the meantime is right.
            "UPDATE account SET password = $3 WHERE id = $1 AND password = $2",
        );
        update.bind(id).bind(old.clone()).bind(new).execute().await?;
        Ok(())
    }

    /// Gives a new password and ends every login, for it is changed when somebody else may know the
    /// old one. Links that were sent to reset it are good for nothing more.
    pub(super) async fn set_password(
        &self,
        id: AccountId,
        (password, at): (StoredPassword, WallClock),
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query("UPDATE account SET password = $2, password_changed_at = $3 WHERE id = $1")
            .bind(id)
            .bind(password)
            .bind(at)
            .execute()
            .await?;
        logins::delete_all(&mut transaction, id).await?;
        codes::delete_passwords(&mut transaction, id).await?;
        Ok(transaction.commit().await?)
    }

    /// Closes or opens an account; whoever is closed is signed out everywhere.
    pub(super) async fn set_state(
        &self,
        id: AccountId,
        (state, reason): (State, &str),
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone(ADMINS).await?;
        transaction
            .query("UPDATE account SET state = $2, state_reason = $3 WHERE id = $1")
            .bind(id)
            .bind(state)
            .bind(reason)
            .execute()
            .await?;
        if state != State::Active {
            keep_an_admin(&mut transaction).await?;
            logins::delete_all(&mut transaction, id).await?;
        }
        Ok(transaction.commit().await?)
    }

    pub(super) async fn set_role(
        &self,
        id: AccountId,
        role: SiteRole,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone(ADMINS).await?;
        let update = transaction.query("UPDATE account SET role = $2 WHERE id = $1");
        update.bind(id).bind(role).execute().await?;
        keep_an_admin(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Everybody, oldest first, for whoever sits at the machine.
    pub(super) async fn all(&self, most: u32) -> Result<Vec<Account>, AccountsError> {
        let rows = self.db.query("SELECT * FROM account ORDER BY created_at, id LIMIT $1");
        let rows = rows.bind(most).all().await?;
        Ok(rows.iter().map(account).collect::<Result<_, _>>()?)
    }
}

async fn insert(
    transaction: &mut Transaction,
    id: AccountId,
    new: &NewAccount,
    at: WallClock,
) -> Result<(), AccountsError> {
    let confirmed = new.email.as_ref().filter(|_| new.email_confirmed);
    let inserted = transaction
        .query(
            "INSERT INTO account (id, username, username_skeleton, display_name, email, \
             email_normal, email_confirmed_at, password, role, state, state_reason, bio, colour, \
             totp_step, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, 0, $13)",
        )
        .bind(id)
        .bind(new.username.clone())
        .bind(new.username.folded())
        .bind(&new.display_name)
        .bind(new.email.clone())
        .bind(confirmed.map(normal))
        .bind(confirmed.map(|_| at))
        .bind(new.password.clone())
        .bind(new.role)
        .bind(new.state)
        .bind(&new.state_reason)
        .bind(new.colour)
        .bind(at)
        .execute()
        .await;
    match inserted {
        Ok(_) => Ok(()),
        // An id is never taken, and an address is confirmed by those who run the site alone.
        Err(error) if error.is_taken() => Err(AccountsError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Undoes what would leave the site to nobody.
async fn keep_an_admin(transaction: &mut Transaction) -> Result<(), AccountsError> {
    let admin = transaction
        .query("SELECT id FROM account WHERE role = $1 AND state = $2 LIMIT 1")
        .bind(SiteRole::Admin)
        .bind(State::Active)
        .optional()
        .await?;
    if admin.is_some() { Ok(()) } else { Err(AccountsError::LastAdmin) }
}

/// What addresses are compared by: few mail servers tell upper case from lower.
fn normal(address: &Address) -> String {
    address.as_str().to_lowercase()
}

fn account(row: &Row) -> Result<Account, DbError> {
    Ok(Account {
        id: row.get("id")?,
        username: row.get("username")?,
        display_name: row.get("display_name")?,
        email: row.get("email")?,
        email_confirmed_at: row.get("email_confirmed_at")?,
        password: row.get("password")?,
        role: row.get("role")?,
        state: row.get("state")?,
        state_reason: row.get("state_reason")?,
        bio: row.get("bio")?,
        colour: row.get("colour")?,
        has_totp: row.get::<Option<Vec<u8>>>("totp_sealed")?.is_some(),
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
    })
}
