//! The table `channel_member`.

use rivulet_media::time::WallClock;

use super::super::members::Member;
use super::super::{Channel, ChannelsError};
use super::Store;
use crate::access::ChannelRole;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{AccountId, ChannelId};

impl Store {
    pub(in crate::channels) async fn role(
        &self,
        channel: ChannelId,
        account: AccountId,
    ) -> Result<Option<ChannelRole>, ChannelsError> {
        let row = self
            .db
            .query("SELECT role FROM channel_member WHERE channel_id = $1 AND account_id = $2")
            .bind(channel)
            .bind(account)
            .optional()
            .await?;
        Ok(row.map(|row| row.get("role")).transpose()?)
    }

    pub(in crate::channels) async fn members(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<Member>, ChannelsError> {
        let rows = self.db.query(LIST).bind(channel).all().await?;
        let mut members: Vec<Member> = rows.iter().map(member).collect::<Result<_, _>>()?;
        members.sort_by_key(|it| std::cmp::Reverse(it.role));
        Ok(members)
    }

    pub(in crate::channels) async fn is_creator(
        &self,
        account: AccountId,
    ) -> Result<bool, ChannelsError> {
        let approved = "SELECT account_id FROM channel_creator WHERE account_id = $1";
        Ok(self.db.query(approved).bind(account).optional().await?.is_some())
    }

    pub(in crate::channels) async fn of_account(
        &self,
        account: AccountId,
    ) -> Result<Vec<(Channel, ChannelRole)>, ChannelsError> {
        let rows = self
            .db
            .query(
                "SELECT channel.*, channel_member.role AS member_role FROM channel_member \
                 JOIN channel ON channel.id = channel_member.channel_id \
                 WHERE channel_member.account_id = $1 ORDER BY channel.slug",
            )
            .bind(account)
            .all()
            .await?;
        rows.iter().map(|row| Ok((super::channel(row)?, row.get("member_role")?))).collect()
    }
}

const LIST: &str =
    "SELECT * FROM channel_member WHERE channel_id = $1 ORDER BY added_at, account_id";

pub(in crate::channels) async fn list(
    transaction: &mut Transaction,
    channel: ChannelId,
) -> Result<Vec<Member>, ChannelsError> {
    let rows = transaction.query(LIST).bind(channel).all().await?;
    Ok(rows.iter().map(member).collect::<Result<_, _>>()?)
}

/// How many channels somebody owns.
pub(in crate::channels) async fn owned(
    transaction: &mut Transaction,
    account: AccountId,
) -> Result<u64, ChannelsError> {
    let count = "SELECT COUNT(*) AS count FROM channel_member WHERE account_id = $1 AND role = $2";
    let row = transaction.query(count).bind(account).bind(ChannelRole::Owner).one().await?;
    Ok(row.get("count")?)
}

pub(in crate::channels) async fn put(
    transaction: &mut Transaction,
    channel: ChannelId,
    member: &Member,
) -> Result<(), ChannelsError> {
    transaction
        .query(
            "INSERT INTO channel_member (channel_id, account_id, role, added_at, added_by) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (channel_id, account_id) DO UPDATE SET \
             role = excluded.role, added_at = excluded.added_at, added_by = excluded.added_by",
        )
        .bind(channel)
        .bind(member.account)
        .bind(member.role)
        .bind(member.added_at)
        .bind(&member.added_by)
        .execute()
        .await?;
    Ok(())
}

pub(in crate::channels) async fn remove(
    transaction: &mut Transaction,
    channel: ChannelId,
    account: AccountId,
) -> Result<(), ChannelsError> {
    transaction
        .query("DELETE FROM channel_member WHERE channel_id = $1 AND account_id = $2")
        .bind(channel)
        .bind(account)
        .execute()
        .await?;
    Ok(())
}

/// Whether it was not so before.
pub(in crate::channels) async fn approve(
    transaction: &mut Transaction,
    account: AccountId,
    (at, by): (WallClock, &str),
) -> Result<bool, ChannelsError> {
    let insert = transaction.query(
        "INSERT INTO channel_creator (account_id, approved_at, approved_by) \
         VALUES ($1, $2, $3) ON CONFLICT (account_id) DO NOTHING",
    );
    Ok(insert.bind(account).bind(at).bind(by).execute().await? > 0)
}

/// Whether it was so before.
pub(in crate::channels) async fn disapprove(
    transaction: &mut Transaction,
    account: AccountId,
) -> Result<bool, ChannelsError> {
    let delete = transaction.query("DELETE FROM channel_creator WHERE account_id = $1");
    Ok(delete.bind(account).execute().await? > 0)
}

fn member(row: &Row) -> Result<Member, DbError> {
    Ok(Member {
        account: row.get("account_id")?,
        role: row.get("role")?,
        added_at: row.get("added_at")?,
        added_by: row.get("added_by")?,
    })
}
