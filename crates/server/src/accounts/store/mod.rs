//! The tables of people: `account` here, what proves who they are beside.

mod codes;
mod factors;
pub(super) mod guests;
mod invitations;
mod logins;
mod names_of;
mod passkeys;
mod profile;
mod staff;
mod tokens;

use rivulet_media::time::WallClock;

pub(super) use codes::{Code, Purpose};
pub(super) use invitations::{NewInvitation, insert_invitation, remove_invitation};
pub(super) use logins::{Found, NewLogin, Refreshed};
pub(super) use passkeys::{insert_passkey, remember_challenge, use_passkey};
pub(super) use profile::forget;
pub(super) use staff::{alone, remove, set_role, set_state};

use super::AccountsError;
use super::model::{Account, NewAccount, State};
use super::password::StoredPassword;
use super::username::FoldedName;
use crate::access::SiteRole;
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::AccountId;
use crate::mail::Address;
use crate::names;

/// Accounts that one statement looks up.
const IDS_AT_ONCE: usize = 10;

/// Reads accounts, each with which picture it has.
macro_rules! accounts {
    ($which:literal) => {
        concat!(
            "SELECT account.*, (SELECT picture.id FROM account_picture picture \
             WHERE picture.account_id = account.id) AS picture_id FROM account ",
            $which
        )
    };
}

use accounts;

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// For what must happen together with something that is no table of this room.
    pub(super) async fn begin(&self) -> Result<Transaction, AccountsError> {
        Ok(self.db.begin().await?)
    }

    pub(super) async fn any_account(&self) -> Result<bool, AccountsError> {
        Ok(self.db.query("SELECT id FROM account LIMIT 1").optional().await?.is_some())
    }

    pub(super) async fn count(&self, state: State) -> Result<u32, AccountsError> {
        let count = self.db.query("SELECT COUNT(*) AS count FROM account WHERE state = $1");
        Ok(count.bind(state).one().await?.get("count")?)
    }

    pub(super) async fn by_id(&self, id: AccountId) -> Result<Option<Account>, AccountsError> {
        let row = self.db.query(accounts!("WHERE account.id = $1")).bind(id).optional().await?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    /// Those of `ids` that there are, in any order.
    pub(super) async fn those(&self, ids: &[AccountId]) -> Result<Vec<Account>, AccountsError> {
        let mut accounts = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_AT_ONCE) {
            let mut query = self
                .db
                .query(accounts!("WHERE account.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"));
            for at in 0..IDS_AT_ONCE {
                query = query.bind(some.get(at).map_or_else(String::new, ToString::to_string));
            }
            let rows = query.all().await?;
            accounts.extend(rows.iter().map(account).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(accounts)
    }

    pub(super) async fn by_name(
        &self,
        name: &FoldedName,
    ) -> Result<Option<Account>, AccountsError> {
        let row = self.db.query(accounts!("WHERE username_skeleton = $1"));
        let row = row.bind(name.clone()).optional().await?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    /// The account that has confirmed the address.
    pub(super) async fn by_mail(
        &self,
        address: &Address,
    ) -> Result<Option<Account>, AccountsError> {
        let row = self.db.query(accounts!("WHERE email_normal = $1"));
        let row = row.bind(normal(address)).optional().await?;
        Ok(row.as_ref().map(account).transpose()?)
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

    /// Everybody, oldest first, for whoever sits at the machine.
    pub(super) async fn all(&self, most: u32) -> Result<Vec<Account>, AccountsError> {
        let rows = self.db.query(accounts!("ORDER BY created_at, id LIMIT $1"));
        let rows = rows.bind(most).all().await?;
        Ok(rows.iter().map(account).collect::<Result<_, _>>()?)
    }
}

/// An account as it is in a transaction.
async fn load(
    transaction: &mut Transaction,
    id: AccountId,
) -> Result<Option<Account>, AccountsError> {
    let row = transaction.query(accounts!("WHERE account.id = $1")).bind(id).optional().await?;
    Ok(row.as_ref().map(account).transpose()?)
}

/// Gives a new password and ends every login, for it is changed when somebody else may know the old
/// one. Links that were sent to reset it are good for nothing more.
pub(super) async fn set_password(
    transaction: &mut Transaction,
    id: AccountId,
    (password, at): (StoredPassword, WallClock),
) -> Result<(), AccountsError> {
    transaction
        .query("UPDATE account SET password = $2, password_changed_at = $3 WHERE id = $1")
        .bind(id)
        .bind(password)
        .bind(at)
        .execute()
        .await?;
    logins::delete_all(transaction, id).await?;
    codes::delete_passwords(transaction, id).await?;
    Ok(())
}

/// Makes an account, out of a guest and by an invitation where there are any: a use of the
/// invitation is taken, and the guest's history becomes the account's.
pub(super) async fn insert(
    transaction: &mut Transaction,
    id: AccountId,
    (new, at): (&NewAccount, WallClock),
) -> Result<(), AccountsError> {
    if let Some(code) = &new.invitation {
        let taken = transaction.query(
            "UPDATE invitation SET uses_left = uses_left - 1 WHERE code_hash = $1 \
             AND uses_left > 0 AND (expires_at IS NULL OR expires_at > $2)",
        );
        if taken.bind(code).bind(at).execute().await? == 0 {
            return Err(AccountsError::InvitationInvalid);
        }
    }
    insert_row(transaction, id, new, at).await?;
    if let Some(guest) = new.guest
        && !guests::adopt(transaction, (guest, id)).await?
    {
        return Err(AccountsError::Missing("guest"));
    }
    Ok(())
}

async fn insert_row(
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
             totp_step, created_at, username_folded, display_folded) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, 0, $13, $14, $15)",
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
        .bind(names::fold(new.username.as_str()).as_str())
        .bind(names::fold(&new.display_name).as_str())
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
        avatar: row.get("picture_id")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
    })
}
