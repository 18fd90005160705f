//! The tables `follow`, `follow_count` and `follow_unlisted`, and below those of the search index.

mod postgres;
pub(super) mod search;
mod sqlite;

use rivulet_media::time::WallClock;

use crate::db::{Db, DbError};
use crate::ids::{AccountId, ChannelId};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// What somebody follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Follow {
    pub(super) channel: ChannelId,
    pub(super) followed_at: WallClock,
    pub(super) notify: bool,
}

/// Somebody who follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Follower {
    pub(super) account: AccountId,
    pub(super) followed_at: WallClock,
}

/// Which followers are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// All of them.
    Everybody,
    /// Those who may be seen by everybody.
    Listed,
}

/// Where a list of followers goes on: before this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) followed_at: WallClock,
    pub(super) account: String,
}

/// What became of a wish to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// They follow it now.
    New,
    /// They did already.
    Already,
    /// They follow too many others.
    TooMany,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Who asks twice at the same moment may follow one more than `at_most`.
    pub(super) async fn follow(
        &self,
        account: AccountId,
        follow: &Follow,
        at_most: u32,
    ) -> Result<Followed, DbError> {
        let mut transaction = self.db.begin().await?;
        let known = transaction
            .query("UPDATE follow SET notify = $3 WHERE account_id = $1 AND channel_id = $2")
            .bind(account)
            .bind(follow.channel)
            .bind(follow.notify)
            .execute()
            .await?;
        if known > 0 {
            transaction.commit().await?;
            return Ok(Followed::Already);
        }
        let others = "SELECT COUNT(*) AS count FROM follow WHERE account_id = $1";
        let others: u32 = transaction.query(others).bind(account).one().await?.get("count")?;
        if others >= at_most {
            return Ok(Followed::TooMany);
        }
        transaction
            .query(
                "INSERT INTO follow (account_id, channel_id, followed_at, notify) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, channel_id) DO NOTHING",
            )
            .bind(account)
            .bind(follow.channel)
            .bind(follow.followed_at)
            .bind(follow.notify)
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(Followed::New)
    }

    pub(super) async fn unfollow(
        &self,
        account: AccountId,
        channel: ChannelId,
    ) -> Result<(), DbError> {
        self.db
            .command("DELETE FROM follow WHERE account_id = $1 AND channel_id = $2")
            .bind(account)
            .bind(channel)
            .execute()
            .await?;
        Ok(())
    }

    /// What an account follows, the newest first.
    pub(super) async fn follows(&self, account: AccountId) -> Result<Vec<Follow>, DbError> {
        let rows = self
            .db
            .query(
                "SELECT channel_id, followed_at, notify FROM follow WHERE account_id = $1 \
                 ORDER BY followed_at DESC, channel_id",
            )
            .bind(account)
            .all()
            .await?;
        rows.iter()
            .map(|row| {
                let channel = row.get("channel_id")?;
                let (followed_at, notify) = (row.get("followed_at")?, row.get("notify")?);
                Ok(Follow { channel, followed_at, notify })
            })
            .collect()
    }

    pub(super) async fn does_follow(
        &self,
        account: AccountId,
        channel: ChannelId,
    ) -> Result<Option<Follow>, DbError> {
        let row = self
            .db
            .query(
                "SELECT followed_at, notify FROM follow WHERE account_id = $1 AND channel_id = $2",
            )
            .bind(account)
            .bind(channel)
            .optional()
            .await?;
        row.map(|row| {
            let (followed_at, notify) = (row.get("followed_at")?, row.get("notify")?);
            Ok(Follow { channel, followed_at, notify })
        })
        .transpose()
    }

    /// How many follow a channel.
    pub(super) async fn count(&self, channel: ChannelId) -> Result<u64, DbError> {
        let row = self
            .db
            .query("SELECT followers FROM follow_count WHERE channel_id = $1")
            .bind(channel)
            .optional()
            .await?;
        row.map_or(Ok(0), |row| row.get("followers"))
    }

    /// Whether an account stands in public lists of followers.
    pub(super) async fn is_listed(&self, account: AccountId) -> Result<bool, DbError> {
        let unlisted = "SELECT account_id FROM follow_unlisted WHERE account_id = $1";
        Ok(self.db.query(unlisted).bind(account).optional().await?.is_none())
    }

    /// Puts an account into public lists of followers, or takes it out of them.
    pub(super) async fn set_listed(&self, account: AccountId, listed: bool) -> Result<(), DbError> {
        let statement = if listed {
            "DELETE FROM follow_unlisted WHERE account_id = $1"
        } else {
            "INSERT INTO follow_unlisted (account_id) VALUES ($1) ON CONFLICT (account_id) DO NOTHING"
        };
        self.db.command(statement).bind(account).execute().await?;
        Ok(())
    }

    /// Who follows a channel, the newest first.
    pub(super) async fn followers(
        &self,
        (channel, whom): (ChannelId, Whom),
        before: Option<&Before>,
        limit: usize,
    ) -> Result<Vec<Follower>, DbError> {
        let at = before.map_or(i64::MAX, |before| before.followed_at.as_unix_millis());
        let account = before.map_or("", |before| before.account.as_str());
        let rows = self
            .db
            .query(
                "SELECT account_id, followed_at FROM follow WHERE channel_id = $1 \
                 AND (followed_at < $2 OR (followed_at = $2 AND account_id < $3)) \
                 AND ($5 OR NOT EXISTS (SELECT 1 FROM follow_unlisted unlisted \
                 WHERE unlisted.account_id = follow.account_id)) \
                 ORDER BY followed_at DESC, account_id DESC LIMIT $4",
            )
            .bind(channel)
            .bind(at)
            .bind(account)
            .bind(limit)
            .bind(whom == Whom::Everybody)
            .all()
            .await?;
        rows.iter()
            .map(|row| {
                let account = row.get("account_id")?;
                Ok(Follower { account, followed_at: row.get("followed_at")? })
            })
            .collect()
    }
}
