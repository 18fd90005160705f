//! The room on both databases.

use serde_json::json;

use super::*;
use crate::access::ChannelRole;
use crate::audit::Filter;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::ids::{AccountId, PanelId};

on_both_databases!(
    a_profile_changes_by_what_is_named,
    what_does_not_fit_is_refused_and_changes_nothing,
    titles_are_remembered_with_their_time,
    a_former_name_leads_on_and_is_protected,
    somebody_always_owns_a_channel,
    nobody_owns_more_channels_than_may_be,
    keys_are_looked_after_one_by_one,
    panels_keep_their_order_and_their_ids,
    categories_go_and_their_channels_stay,
    another_processs_change_is_told,
);

struct House {
    db: Db,
    channels: Channels,
    audit: Audit,
    primary: Channel,
    _scratch: Scratch,
}

const WHO: &Actor = &Actor::CommandLine;

impl House {
    async fn new(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let keyring = Keyring::open_or_create(&scratch.folder.join("secret.key")).unwrap();
        let channels = Channels::new(db.clone(), keyring.into(), Clock::system());
        channels.set_up(None).await.unwrap();
        let primary = channels.primary().await.unwrap();
        channels.look().await.unwrap();
        let audit = Audit::new(db.clone(), Clock::system());
        Self { db, channels, audit, primary, _scratch: scratch }
    }

    async fn account(&self, name: &str) -> AccountId {
        let id = AccountId::generate();
        let insert = "INSERT INTO account (id, username, username_skeleton, display_name, role, \
                      state, state_reason, bio, colour, totp_step, created_at) \
                      VALUES ($1, $2, $2, $2, 'member', 'active', '', '', 0, 0, 0)";
        self.db.command(insert).bind(id).bind(name).execute().await.unwrap();
        id
    }

    async fn actions(&self) -> Vec<String> {
        let lines = self.audit.list(&Filter::default(), 100).await.unwrap();
        lines.into_iter().rev().map(|line| line.action).collect()
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

async fn a_profile_changes_by_what_is_named(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, audit, .. } = &house;
    let mut news = channels.news();
    let patch = json!({
        "title": " Birds ", "tags": ["Birds", "#birds", "Dawn Song"], "language": "de",
        "mature": true, "accent": "#FF0000",
        "links": [{ "label": "Home", "url": "https://example.org" }],
    });
    channels.edit(WHO, primary.id, &patch).await.unwrap();
    let found = channels.primary().await.unwrap();
    let profile = channels.profile(&found).await.unwrap();
    let tags: Vec<_> = profile.tags.iter().map(|tag| tag.as_str()).collect();
    assert_eq!((profile.title.as_str(), &tags[..]), ("Birds", &["birds", "dawn-song"][..]));
    assert_eq!((found.mature, found.links.len(), found.name.as_str()), (true, 1, "Rivulet"));
    let told = news.recv().await.unwrap();
    assert_eq!((told.id, told.channel.unwrap().title.as_str()), (primary.id, "Birds"));

    channels.edit(WHO, primary.id, &json!({ "tags": [], "language": null })).await.unwrap();
    let profile = channels.profile(&channels.primary().await.unwrap()).await.unwrap();
    assert!(profile.tags.is_empty() && profile.language.is_none() && profile.mature);
    let [line, ..] = &audit.list(&Filter::default(), 10).await.unwrap()[..] else { panic!() };
    assert_eq!(line.was, Some(json!({ "tags": ["birds", "dawn-song"], "language": "de" })));
    // Nothing that changes nothing is told or logged.
    channels.edit(WHO, primary.id, &json!({ "mature": true })).await.unwrap();
    let told = news.recv().await.unwrap();
    assert!(told.channel.unwrap().language.is_none());
    assert!(news.try_recv().is_err());
    db.close().await;
}

async fn what_does_not_fit_is_refused_and_changes_nothing(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    for (patch, complaint) in [
        (json!({ "titel": "x" }), "there is no `titel` to change; did you mean `title`?"),
        (json!({ "name": "" }), "name must be 1 to 140 characters"),
        (json!({ "name": null }), "name must be 1 to 140 characters"),
        (json!({ "title": 7 }), "`title` does not fit"),
        (json!({ "category": "none" }), "the site has no category `none`"),
        (json!({ "tags": (0..11).map(|n| n.to_string()).collect::<Vec<_>>() }), "tags must be"),
        (json!({ "links": [{ "label": "x", "url": "ftp://x" }] }), "`links` must be"),
    ] {
        let refused = channels.edit(WHO, primary.id, &patch).await.unwrap_err().to_string();
        assert!(refused.starts_with(complaint), "{patch}: {refused}");
    }
    for patch in [json!({ "latency_level": 5 }), json!({ "reconnect_grace_seconds": 301 })] {
        assert!(channels.configure(WHO, primary.id, &patch).await.is_err(), "{patch}");
    }
    let patch = json!({ "latency_level": 0, "reconnect_grace_seconds": 5 });
    let changed = channels.configure(WHO, primary.id, &patch).await.unwrap();
    assert_eq!((changed.latency_level, changed.reconnect_grace.as_secs()), (0, 5));
    assert_eq!(channels.primary().await.unwrap().title, "");
    db.close().await;
}

async fn titles_are_remembered_with_their_time(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    for title in ["one", "two", "two"] {
        channels.edit(WHO, primary.id, &json!({ "title": title })).await.unwrap();
    }
    channels.edit(WHO, primary.id, &json!({ "mature": true })).await.unwrap();
    let titles = "SELECT title FROM channel_title ORDER BY version";
    let rows = db.query(titles).all().await.unwrap();
    let titles: Vec<String> = rows.iter().map(|row| row.get("title").unwrap()).collect();
    assert_eq!(titles, ["one", "two"]);
    db.close().await;
}

async fn a_former_name_leads_on_and_is_protected(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    let renamed = channels.rename(WHO, primary, &slug("brook")).await.unwrap();
    assert_eq!(renamed.slug.as_str(), "brook");
    assert!(channels.by_slug(&slug("rivulet")).await.unwrap().is_none());
    let moved = channels.moved(&slug("rivulet")).await.unwrap().unwrap();
    assert_eq!((moved.id, moved.slug.as_str()), (primary.id, "brook"));
    assert!(channels.had_name(primary.id, "rivulet").await.unwrap());
    assert!(!channels.had_name(primary.id, "brook").await.unwrap());

    let other = |name: &str| channels.create(WHO, NewChannel::named(slug(name)), None);
    assert!(matches!(other("brook").await, Err(ChannelsError::SlugTaken(_))));
    assert!(matches!(other("rivulet").await, Err(ChannelsError::SlugProtected(_))));
    assert!(matches!(other("admin").await, Err(ChannelsError::SlugReserved(_))));

    // Its own former name a channel may take back, and others after a while.
    channels.rename(WHO, &renamed, &slug("rivulet")).await.unwrap();
    assert!(channels.moved(&slug("rivulet")).await.unwrap().is_none());
    db.command("UPDATE channel_slug_history SET left_at = 0").execute().await.unwrap();
    let taker = other("brook").await.unwrap();
    assert!(channels.moved(&slug("brook")).await.unwrap().is_none());
    assert_eq!(channels.by_slug(&slug("brook")).await.unwrap().unwrap().id, taker.id);

    // Nobody keeps more names than a few.
    let mut last = taker;
    for n in 0..12 {
        last = channels.rename(WHO, &last, &slug(&format!("name-{n}"))).await.unwrap();
    }
    let count = "SELECT COUNT(*) AS count FROM channel_slug_history WHERE channel_id = $1";
    let row = db.query(count).bind(last.id).one().await.unwrap();
    assert_eq!(row.get::<u32>("count").unwrap(), 10);
    db.close().await;
}

async fn somebody_always_owns_a_channel(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    let (ada, bob) = (house.account("ada").await, house.account("bob").await);
    channels.adopt_primary(ada, "ada").await.unwrap();
    channels.adopt_primary(bob, "bob").await.unwrap();
    let role = |account, name| channels.role_of(account, name);
    assert_eq!(role(ada, "primary").await.unwrap(), Some(ChannelRole::Owner));
    assert_eq!(role(ada, "rivulet").await.unwrap(), Some(ChannelRole::Owner));
    assert_eq!(role(ada, "other").await.unwrap(), None);
    assert_eq!(role(bob, "rivulet").await.unwrap(), None);

    let set = |account, role| channels.set_member(WHO, primary, (account, "x"), role);
    assert!(matches!(set(ada, None).await, Err(ChannelsError::LastOwner)));
    let demoted = set(ada, Some(ChannelRole::Editor)).await;
    assert!(matches!(demoted, Err(ChannelsError::LastOwner)));
    assert!(matches!(set(bob, None).await, Err(ChannelsError::NoMember)));
    set(bob, Some(ChannelRole::Owner)).await.unwrap();
    set(ada, Some(ChannelRole::Moderator)).await.unwrap();
    let members = channels.members(primary.id).await.unwrap();
    let found: Vec<_> = members.iter().map(|it| (it.account, it.role)).collect();
    assert_eq!(found, [(bob, ChannelRole::Owner), (ada, ChannelRole::Moderator)]);
    set(ada, None).await.unwrap();
    assert_eq!(role(ada, "primary").await.unwrap(), None);
    db.close().await;
}

async fn nobody_owns_more_channels_than_may_be(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, .. } = &house;
    let account = house.account("ada").await;
    let create = |name: &str, limit| {
        let owner = Owner { account, limit };
        channels.create(WHO, NewChannel::named(slug(name)), Some(owner))
    };
    // Even when all are asked for at the same time.
    let made =
        futures_util::future::join_all(["a", "b", "c", "d"].map(|name| create(name, Some(2))));
    assert_eq!(made.await.iter().filter(|made| made.is_ok()).count(), 2);
    assert!(create("e", None).await.is_ok());
    let owned = channels.of_account(account).await.unwrap();
    assert_eq!(owned.len(), 3);
    assert!(owned.iter().all(|(_, role)| *role == ChannelRole::Owner));
    db.close().await;
}

async fn keys_are_looked_after_one_by_one(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    let (key, secret) = channels.add_key(WHO, primary, " OBS ").await.unwrap();
    assert_eq!(key.label, "OBS");
    assert_eq!(channels.keys(primary).await.unwrap().len(), 2);
    assert_eq!(channels.reveal_key(WHO, primary, key.id).await.unwrap(), secret);
    assert!(channels.find_key(secret.reveal()).await.unwrap().is_some());

    let disable = KeyPatch { label: None, disabled: Some(true) };
    let changed = channels.change_key(WHO, primary, (key.id, disable)).await.unwrap();
    assert!(changed.disabled_at.is_some());
    assert!(channels.find_key(secret.reveal()).await.unwrap().is_none());
    assert!(channels.recognise_key(secret.reveal()).await.unwrap().unwrap().is_disabled);
    assert!(!channels.is_key_good(key.id).await.unwrap());
    assert_eq!(channels.reveal_keys(primary).await.unwrap().len(), 1);

    let (rotated, fresh) = channels.rotate_key(WHO, primary, key.id).await.unwrap();
    assert!(channels.recognise_key(secret.reveal()).await.unwrap().is_none());
    assert_eq!(channels.find_key(fresh.reveal()).await.unwrap().unwrap().id, rotated.id);
    channels.remove_key(WHO, primary, rotated.id).await.unwrap();
    let gone = channels.remove_key(WHO, primary, rotated.id).await;
    assert!(matches!(gone, Err(ChannelsError::NoKey)));

    // Another channel's keys are out of reach.
    let other = channels.create(WHO, NewChannel::named(slug("other")), None).await.unwrap();
    let first = channels.keys(primary).await.unwrap()[0].id;
    let refused = channels.reveal_key(WHO, &other, first).await;
    assert!(matches!(refused, Err(ChannelsError::NoKey)));
    let log = house.audit.list(&Filter::default(), 100).await.unwrap();
    let text = format!("{log:?}");
    assert!(!text.contains(secret.reveal()) && !text.contains(fresh.reveal()), "{text}");
    let actions = house.actions().await;
    for action in ["key.created", "key.revealed", "key.changed", "key.rotated", "key.deleted"] {
        assert!(actions.iter().any(|it| it == action), "{action} is not in {actions:?}");
    }
    for n in 1..20 {
        channels.add_key(WHO, primary, &format!("key {n}")).await.unwrap();
    }
    let refused = channels.add_key(WHO, primary, "one more").await.err().unwrap();
    assert!(matches!(refused, ChannelsError::TooManyKeys), "{refused}");
    db.close().await;
}

async fn panels_keep_their_order_and_their_ids(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    let panel = |title: &str| Panel {
        id: PanelId::generate(),
        title: title.to_owned(),
        markdown: "**x**".to_owned(),
        link: None,
    };
    let mut panels = vec![panel("one"), panel("two"), panel("three")];
    channels.set_panels(WHO, primary, &panels).await.unwrap();
    panels.reverse();
    channels.set_panels(WHO, primary, &panels).await.unwrap();
    assert_eq!(channels.panels(primary.id).await.unwrap(), panels);
    for refused in [
        vec![panel("x"); 21],
        vec![Panel { title: String::new(), markdown: " ".to_owned(), ..panel("") }],
        vec![Panel { markdown: "x".repeat(10_001), ..panel("x") }],
        vec![Panel { link: Some("javascript:x".to_owned()), ..panel("x") }],
    ] {
        assert!(channels.set_panels(WHO, primary, &refused).await.is_err());
    }
    assert_eq!(channels.panels(primary.id).await.unwrap(), panels);
    db.close().await;
}

async fn categories_go_and_their_channels_stay(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    let text =
        |slug: &str| serde_json::from_value(json!({ "slug": slug, "name": "Nature" })).unwrap();
    let nature = channels.create_category(WHO, text("nature")).await.unwrap();
    let taken = channels.create_category(WHO, text("nature")).await;
    assert!(matches!(taken, Err(ChannelsError::CategoryTaken(_))));
    let patch = json!({ "category": "nature" });
    let changed = channels.edit(WHO, primary.id, &patch).await.unwrap();
    assert_eq!(changed.category, Some(nature.id));
    let patch = json!({ "slug": "outdoors" });
    channels.change_category(WHO, nature.id, &patch).await.unwrap().unwrap();
    let profile = channels.profile(&channels.primary().await.unwrap()).await.unwrap();
    assert_eq!(profile.category.as_deref(), Some("outdoors"));
    assert!(channels.remove_category(WHO, nature.id).await.unwrap());
    assert!(!channels.remove_category(WHO, nature.id).await.unwrap());
    assert_eq!(channels.primary().await.unwrap().category, None);
    assert!(channels.categories().await.unwrap().is_empty());
    db.close().await;
}

async fn another_processs_change_is_told(engine: Engine) {
    let house = House::new(engine).await;
    let House { db, channels, primary, .. } = &house;
    let keyring = Keyring::open(&house._scratch.folder.join("secret.key")).unwrap();
    let other = Channels::new(db.clone(), keyring.into(), Clock::system());
    let tasks = crate::tasks::Tasks::on(tokio::runtime::Handle::current());
    let mut news = channels.news();
    channels.keep_up(&tasks);
    other.edit(WHO, primary.id, &json!({ "title": "elsewhere" })).await.unwrap();
    let told = news.recv().await.unwrap();
    assert_eq!(told.channel.unwrap().title, "elsewhere");
    let gone = other.create(WHO, NewChannel::named(slug("gone")), None).await.unwrap();
    other.remove(WHO, gone.id).await.unwrap();
    let told = loop {
        let told = news.recv().await.unwrap();
        if told.channel.is_none() {
            break told;
        }
    };
    assert_eq!(told.id, gone.id);
    assert!(matches!(other.remove(WHO, primary.id).await, Err(ChannelsError::PrimaryStays)));
    assert!(tasks.shut_down(std::time::Duration::from_secs(5)).await);
    db.close().await;
}
