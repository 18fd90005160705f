//! Who follows whom, and that the counts are what counting would give.

use rivulet_media::time::WallClock;

use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::discovery::store::{Before, Follow, Followed, Follower, Store, Whom};
use crate::ids::{AccountId, ChannelId};

on_both_databases!(
    follows_are_counted_whoever_goes,
    followers_are_listed_page_by_page,
    who_does_not_want_to_be_seen_is_in_no_public_list,
);

struct Fixture {
    scratch: Scratch,
    db: Db,
    store: Store,
    accounts: Vec<AccountId>,
    channels: Vec<ChannelId>,
}

impl Fixture {
    async fn new(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let (mut accounts, mut channels) = (Vec::new(), Vec::new());
        for n in 0..4 {
            let (account, channel) = (AccountId::generate(), ChannelId::generate());
            let sql = "INSERT INTO account (id, username, username_skeleton, display_name, role, \
                       state, state_reason, bio, colour, totp_step, created_at) \
                       VALUES ($1, $2, $2, $2, 'member', 'active', '', '', 0, 0, 0)";
            let name = format!("ada{n}");
            db.command(sql).bind(account).bind(&name).execute().await.unwrap();
            let sql = "INSERT INTO channel (id, slug, name, title, description, is_primary, \
                       latency_level, reconnect_grace_ms, video, thumbnail_history, created_at) \
                       VALUES ($1, $2, $2, '', '', FALSE, 2, 0, '{}', FALSE, 0)";
            db.command(sql).bind(channel).bind(&name).execute().await.unwrap();
            accounts.push(account);
            channels.push(channel);
        }
        let store = Store::new(db.clone());
        Self { scratch, db, store, accounts, channels }
    }

    async fn follow(&self, account: usize, channel: usize) -> Followed {
        let at = i64::try_from(account).unwrap() * 10;
        let follow = Follow {
            channel: self.channels[channel],
            followed_at: WallClock::from_unix_millis(at),
            notify: true,
        };
        self.store.follow(self.accounts[account], &follow, 3).await.unwrap()
    }

    /// A page of the first channel's followers.
    async fn page(&self, whom: Whom, before: Option<&Before>, limit: usize) -> Vec<Follower> {
        self.store.followers((self.channels[0], whom), before, limit).await.unwrap()
    }

    /// The kept counts, which must be what counting gives.
    async fn counts(&self) -> Vec<u64> {
        let mut counts = Vec::new();
        for channel in &self.channels {
            let counted = self
                .db
                .query("SELECT COUNT(*) AS count FROM follow WHERE channel_id = $1")
                .bind(*channel)
                .one()
                .await
                .unwrap();
            let kept = self.store.count(*channel).await.unwrap();
            assert_eq!(kept, counted.get::<u64>("count").unwrap());
            counts.push(kept);
        }
        counts
    }

    async fn delete(&self, sql: &'static str, id: impl crate::db::Bind) {
        assert_eq!(self.db.command(sql).bind(id).execute().await.unwrap(), 1);
    }
}

async fn follows_are_counted_whoever_goes(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let Fixture { accounts, channels, store, .. } = &fixture;
    for account in 0..4 {
        for channel in 0..2 {
            assert_eq!(fixture.follow(account, channel).await, Followed::New);
        }
    }
    assert_eq!(fixture.follow(0, 1).await, Followed::Already);
    assert_eq!(fixture.follow(0, 2).await, Followed::New);
    assert_eq!(fixture.follow(0, 3).await, Followed::TooMany);
    assert_eq!(fixture.counts().await, [4, 4, 1, 0]);

    store.unfollow(accounts[1], channels[0]).await.unwrap();
    store.unfollow(accounts[1], channels[0]).await.unwrap();
    assert_eq!(fixture.counts().await, [3, 4, 1, 0]);
    assert_eq!(store.does_follow(accounts[1], channels[0]).await.unwrap(), None);
    let follows = store.follows(accounts[1]).await.unwrap();
    assert_eq!(follows.iter().map(|it| it.channel).collect::<Vec<_>>(), [channels[1]]);

    fixture.delete("DELETE FROM account WHERE id = $1", accounts[0]).await;
    assert_eq!(fixture.counts().await, [2, 3, 0, 0]);
    fixture.delete("DELETE FROM channel WHERE id = $1", channels[1]).await;
    assert_eq!(fixture.counts().await, [2, 0, 0, 0]);
    assert_eq!(store.count(channels[0]).await.unwrap(), 2);
    fixture.db.close().await;
    drop(fixture.scratch);
}

async fn followers_are_listed_page_by_page(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    for account in 0..4 {
        fixture.follow(account, 0).await;
    }
    let (mut listed, mut before) = (Vec::new(), None);
    loop {
        let page = fixture.page(Whom::Everybody, before.as_ref(), 3).await;
        let Some(last) = page.last() else { break };
        let account = last.account.to_string();
        before = Some(Before { followed_at: last.followed_at, account });
        listed.extend(page.into_iter().map(|it| it.account));
    }
    listed.reverse();
    assert_eq!(listed, fixture.accounts);
    fixture.db.close().await;
    drop(fixture.scratch);
}

async fn who_does_not_want_to_be_seen_is_in_no_public_list(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let (store, accounts) = (&fixture.store, &fixture.accounts);
    for account in 0..4 {
        fixture.follow(account, 0).await;
    }
    assert!(store.is_listed(accounts[1]).await.unwrap());
    for _ in 0..2 {
        store.set_listed(accounts[1], false).await.unwrap();
        store.set_listed(accounts[3], false).await.unwrap();
    }
    let listed = async |whom| {
        let page = fixture.page(whom, None, 9).await;
        page.into_iter().map(|it| it.account).collect::<Vec<_>>()
    };
    assert_eq!(listed(Whom::Listed).await, [accounts[2], accounts[0]]);
    assert_eq!(listed(Whom::Everybody).await.len(), 4);
    // They take no place on a page either.
    assert_eq!(fixture.page(Whom::Listed, None, 2).await.len(), 2);

    store.set_listed(accounts[1], true).await.unwrap();
    assert_eq!(listed(Whom::Listed).await, [accounts[2], accounts[1], accounts[0]]);
    fixture.delete("DELETE FROM account WHERE id = $1", accounts[3]).await;
    let left = "SELECT COUNT(*) AS count FROM follow_unlisted";
    let left: u64 = fixture.db.query(left).one().await.unwrap().get("count").unwrap();
    assert_eq!(left, 0);
    fixture.db.close().await;
    drop(fixture.scratch);
}
