//! What somebody says of themself, and the end of an account: `account`, `account_link` and
//! `account_picture`.

use rivulet_media::time::WallClock;

use super::super::AccountsError;
use super::super::model::{Account, State};
use super::super::profile::Link;
use super::staff::ADMINS;
use super::{Store, codes, keep_an_admin, logins, normal};
use crate::db::{DbError, Transaction};
use crate::ids::{AccountId, PictureId};
use crate::mail::Address;
use crate::names;

/// Links of one profile, far more than there are.
const MAX_LINKS: u32 = 100;

impl Store {
    pub(in super::super) async fn links(
        &self,
        account: AccountId,
    ) -> Result<Vec<Link>, AccountsError> {
        let rows = self.db.query(
            "SELECT label, url FROM account_link WHERE account_id = $1 ORDER BY position LIMIT $2",
        );
        let rows = rows.bind(account).bind(MAX_LINKS).all().await?;
        let link =
            |row: &crate::db::Row| Ok(Link { label: row.get("label")?, url: row.get("url")? });
        Ok(rows.iter().map(link).collect::<Result<_, DbError>>()?)
    }

    pub(in super::super) async fn set_profile(
        &self,
        account: &Account,
        links: Option<&[Link]>,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "UPDATE account SET display_name = $2, display_folded = $5, bio = $3, colour = $4 \
                 WHERE id = $1",
            )
            .bind(account.id)
            .bind(&account.display_name)
            .bind(&account.bio)
            .bind(account.colour)
            .bind(names::fold(&account.display_name).as_str())
            .execute()
            .await?;
        if let Some(links) = links {
            delete_links(&mut transaction, account.id).await?;
            for (position, link) in links.iter().enumerate() {
                let insert = "INSERT INTO account_link (account_id, position, label, url) \
                    VALUES ($1, $2, $3, $4)";
                let insert = transaction.query(insert).bind(account.id).bind(position);
                insert.bind(&link.label).bind(&link.url).execute().await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    /// A picture of somebody's.
    pub(in super::super) async fn picture(
        &self,
        account: AccountId,
    ) -> Result<Option<Vec<u8>>, AccountsError> {
        let row = self.db.query("SELECT jpeg FROM account_picture WHERE account_id = $1");
        let row = row.bind(account).optional().await?;
        Ok(row.map(|row| row.get("jpeg")).transpose()?)
    }

    pub(in super::super) async fn set_picture(
        &self,
        account: AccountId,
        (id, jpeg): (PictureId, &[u8]),
        at: WallClock,
    ) -> Result<(), AccountsError> {
        self.db
            .command(
                "INSERT INTO account_picture (account_id, id, jpeg, changed_at) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (account_id) DO UPDATE SET \
                 id = excluded.id, jpeg = excluded.jpeg, changed_at = excluded.changed_at",
            )
            .bind(account)
            .bind(id)
            .bind(jpeg)
            .bind(at)
            .execute()
            .await?;
        Ok(())
    }

    pub(in super::super) async fn remove_picture(
        &self,
        account: AccountId,
    ) -> Result<(), AccountsError> {
        let delete = self.db.command("DELETE FROM account_picture WHERE account_id = $1");
        delete.bind(account).execute().await?;
        Ok(())
    }

    /// Gives an account an address that nobody has confirmed yet, or none.
    pub(in super::super) async fn set_mail(
        &self,
        account: AccountId,
        address: Option<&Address>,
    ) -> Result<(), AccountsError> {
        self.db
            .command(
                "UPDATE account SET email = $2, email_normal = NULL, email_confirmed_at = NULL \
                 WHERE id = $1",
            )
            .bind(account)
            .bind(address.cloned())
            .execute()
            .await?;
        Ok(())
    }

    /// Confirms an account's address, if it still is the account's.
    pub(in super::super) async fn confirm_mail(
        &self,
        account: AccountId,
        (address, at): (&Address, WallClock),
    ) -> Result<(), AccountsError> {
        let update = self.db.command(
            "UPDATE account SET email_normal = $3, email_confirmed_at = $4 \
             WHERE id = $1 AND email = $2",
        );
        let update = update.bind(account).bind(address.clone()).bind(normal(address)).bind(at);
        match update.execute().await {
            Ok(0) => Err(AccountsError::CodeInvalid),
            Ok(_) => Ok(()),
            Err(error) if error.is_taken() => Err(AccountsError::MailTaken),
            Err(error) => Err(error.into()),
        }
    }
}

/// Forgets everything about somebody but the name, which stays nobody's.
pub(in super::super) async fn forget(
    transaction: &mut Transaction,
    account: AccountId,
    at: WallClock,
) -> Result<(), AccountsError> {
    transaction.alone(ADMINS).await?;
    transaction
        .query(
            "UPDATE account SET state = $2, state_reason = '', deleted_at = $3, \
             display_name = username, display_folded = username_folded, bio = '', email = NULL, email_normal = NULL, \
             email_confirmed_at = NULL, password = NULL, totp_sealed = NULL, \
             totp_pending = NULL, last_seen_at = NULL WHERE id = $1",
        )
        .bind(account)
        .bind(State::Deleted)
        .bind(at)
        .execute()
        .await?;
    keep_an_admin(transaction).await?;
    logins::delete_all(transaction, account).await?;
    codes::delete_all(transaction, account).await?;
    delete_links(transaction, account).await?;
    for table in [
        "DELETE FROM recovery_code WHERE account_id = $1",
        "DELETE FROM api_token WHERE account_id = $1",
        "DELETE FROM passkey WHERE account_id = $1",
        "DELETE FROM account_picture WHERE account_id = $1",
    ] {
        transaction.query(table).bind(account).execute().await?;
    }
    Ok(())
}

async fn delete_links(transaction: &mut Transaction, account: AccountId) -> Result<(), DbError> {
    let delete = transaction.query("DELETE FROM account_link WHERE account_id = $1");
    delete.bind(account).execute().await?;
    Ok(())
}
