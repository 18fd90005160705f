//! The room over its tables and the rooms above it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Query;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::audit::{Actor, Audit};
use crate::channels::{Channel, Channels, NewChannel, Slug};
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::delivery::{self, Delivery};
use crate::discovery::cursor::Offset;
use crate::discovery::document::Hit;
use crate::discovery::feed::{self, Sources};
use crate::discovery::model::{Card, Shelf};
use crate::discovery::routes::DirectoryQuery;
use crate::discovery::search::{Entry, Key, Kind, MAX_WEIGHED};
use crate::discovery::store::search::{MAX_BATCH, Write};
use crate::discovery::{Discovery, Doors, Shared};
use crate::ids::{AccountId, CategoryId, ChannelId};
use crate::live::{self, Live};
use crate::seal::Keyring;
use crate::site::Site;
use crate::tasks::Tasks;

on_both_databases!(
    a_write_that_failed_is_made_up_for,
    what_is_hidden_fills_no_page,
    typing_errors_in_names_are_forgiven,
    a_name_is_found_among_very_many_texts,
);

/// How long something may take that waits for nobody.
const SOON: Duration = Duration::from_secs(5);

/// The room without its tasks.
struct House {
    scratch: Scratch,
    db: Db,
    channels: Channels,
    live: Live,
    shared: Arc<Shared>,
    tasks: Tasks,
}

impl House {
    async fn open(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let (clock, tasks) = (Clock::system(), Tasks::on(Handle::current()));
        let keyring = Keyring::open_or_create(&scratch.folder.join("secret.key")).unwrap();
        let keyring = Arc::new(keyring);
        let db = Db::open(&scratch.database).await.unwrap();
        let channels = Channels::new(db.clone(), Arc::clone(&keyring), clock);
        let config = Config::check(Settings::default()).unwrap();
        let doors = live::Doors::without_ffmpeg(db.clone(), channels.clone(), clock, &tasks);
        let live = Live::new(doors, clock, &tasks);
        let keys = Arc::clone(&keyring);
        let geo = crate::geo::Geo::default();
        let doors =
            delivery::Doors { channels: channels.clone(), live: live.clone(), keyring, geo };
        let delivery = Delivery::new(doors, &config, clock, &tasks);
        let site = Site::open(db.clone(), Audit::new(db.clone(), clock), clock).await.unwrap();
        let known = (db.clone(), keys, &config);
        let doors = Doors::for_tests(known, (channels.clone(), site, live.clone(), delivery));
        let shared = Arc::new(Shared::open(doors, &config, clock).await.unwrap());
        Self { scratch, db, channels, live, shared, tasks }
    }

    async fn channel(&self, slug: &str) -> Channel {
        let new = NewChannel::named(Slug::parse(slug).unwrap());
        self.channels.create(&Actor::System, new, None).await.unwrap()
    }

    async fn close(self) {
        drop(self.shared);
        assert!(self.tasks.shut_down(Duration::from_secs(8)).await);
        self.db.close().await;
        drop(self.scratch);
    }
}

async fn a_write_that_failed_is_made_up_for(engine: Engine) {
    let house = House::open(engine).await;
    let shared = &house.shared;
    let (first, second) = (house.channel("first").await, house.channel("second").await);
    shared.load().await.unwrap();
    house.db.command("ALTER TABLE search_entry RENAME TO away").execute().await.unwrap();
    shared.dirty.channel(first.id);
    assert!(!shared.catch_up().await);
    house.db.command("ALTER TABLE away RENAME TO search_entry").execute().await.unwrap();
    shared.dirty.channel(second.id);
    assert!(shared.catch_up().await);
    let digests = shared.search.digests().await.unwrap();
    let channels = digests.iter().filter(|(key, _)| key.kind == Kind::Channel);
    assert_eq!(channels.count(), 2, "{digests:?}");
    house.close().await;
}

async fn what_is_hidden_fills_no_page(engine: Engine) {
    let house = House::open(engine).await;
    let account = AccountId::generate();
    let sql = "INSERT INTO account (id, username, username_skeleton, display_name, role, state, \
               state_reason, bio, colour, totp_step, created_at) \
               VALUES ($1, 'ada', 'ada', 'ada', 'member', 'active', '', '', 0, 0, 0)";
    house.db.command(sql).bind(account).execute().await.unwrap();
    let discovery = Discovery { shared: Arc::clone(&house.shared) };
    discovery.follow(account, &house.channel("visible").await, true).await.unwrap();
    for n in 0..30 {
        let hidden = house.channel(&format!("hidden-{n}")).await;
        discovery.follow(account, &hidden, true).await.unwrap();
        house.channels.hide(&Actor::System, hidden.id, true).await.unwrap();
    }
    house.shared.load().await.unwrap();
    let page = discovery.follows(account, Offset(0)).await.unwrap();
    let slugs: Vec<_> = page.follows.iter().map(|it| it.channel.slug.as_str()).collect();
    assert_eq!((slugs, page.next), (vec!["visible"], None));
    drop(discovery);
    house.close().await;
}

async fn typing_errors_in_names_are_forgiven(engine: Engine) {
    let house = House::open(engine).await;
    for (slug, name) in [("mozart", "Mozart at Night"), ("salieri", "Salieri"), ("saliera", "Salt")]
    {
        let new = NewChannel::named(Slug::parse(slug).unwrap()).called(name.to_owned()).unwrap();
        house.channels.create(&Actor::System, new, None).await.unwrap();
    }
    house.shared.load().await.unwrap();
    assert!(house.shared.catch_up().await);
    let discovery = Discovery { shared: Arc::clone(&house.shared) };
    let slugs = async |typed: &str, kind: Option<Kind>| {
        let page = discovery.find(typed, kind, Offset(0)).await.unwrap();
        let slug = |hit: Hit| match hit {
            Hit::Channel { channel } | Hit::Live { channel } => channel.slug,
            Hit::Category { category } => category.slug,
        };
        page.results.into_iter().map(slug).collect::<Vec<_>>()
    };
    for typed in ["mozrat", "mozzart", "mosart", "ozart", "mozart nigth", "mozar", "MÓZRAT night"]
    {
        assert_eq!(slugs(typed, None).await, ["mozart"], "{typed}");
    }
    assert_eq!(slugs("mozrat", Some(Kind::Category)).await, Vec::<String>::new());
    assert_eq!(slugs("haydn", None).await, Vec::<String>::new());
    // Who typed a whole name is not shown what is nearly called so.
    assert_eq!(slugs("saliere", None).await.len(), 2);
    assert_eq!(slugs("salieri", None).await, ["salieri"]);
    let suggested = discovery.suggest("mozrta").await.unwrap();
    assert_eq!(suggested.first().unwrap().text, "Mozart at Night");
    drop(discovery);
    house.close().await;
}

async fn a_name_is_found_among_very_many_texts(engine: Engine) {
    let house = House::open(engine).await;
    let card = |name: &str| Card {
        id: ChannelId::generate(),
        slug: "chan".to_owned(),
        name: name.to_owned(),
        title: String::new(),
        category: None,
        tags: Vec::new(),
        language: None,
        mature: false,
        is_primary: false,
        accent: None,
    };
    let mut cards: Vec<Card> = (0..MAX_WEIGHED + 1).map(|_| card("Games")).collect();
    cards.push(card("Speedchess"));
    cards.push(card("Chess"));
    let entries: Vec<Write> = cards
        .iter()
        .map(|it| Entry::new(Key::new(Kind::Channel, it.id), &it.name, "chess", ""))
        .map(Write::Put)
        .collect();
    for batch in entries.chunks(MAX_BATCH) {
        house.shared.search.write(batch).await.unwrap();
    }
    house.shared.catalogue_mut().set_cards(cards.into_iter().map(Arc::new).collect());
    let discovery = Discovery { shared: Arc::clone(&house.shared) };
    let page = discovery.find("chess", None, Offset(0)).await.unwrap();
    let names = page.results.iter().take(3).filter_map(|hit| match hit {
        Hit::Channel { channel } => Some(channel.name.as_str()),
        Hit::Live { .. } | Hit::Category { .. } => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["Chess", "Speedchess", "Games"]);
    drop(discovery);
    house.close().await;
}

#[tokio::test]
async fn who_goes_live_does_not_wait_for_the_database() {
    let house = House::open(Engine::Sqlite).await;
    let channel = house.channel("birds").await;
    let publication = house.live.admit(&channel, None).await.unwrap();
    let air = house.live.on_air(channel.id).unwrap();
    // Whoever reads waits from here on.
    let mut readers = Vec::new();
    while let Ok(reader) = tokio::time::timeout(SOON / 50, house.db.snapshot()).await {
        readers.push(reader.unwrap());
    }
    let (begins, receiver) = mpsc::channel(1);
    let sources = Sources { begins: receiver, news: house.channels.news() };
    let shared = Arc::clone(&house.shared);
    house.tasks.spawn("discovery", feed::run(shared, sources, house.tasks.stopping()));
    for _ in 0..20 {
        let told = tokio::time::timeout(SOON, begins.send(Arc::clone(&air))).await;
        told.expect("the directory waits for the database").unwrap();
        tokio::task::yield_now().await;
    }
    drop((publication, readers));
    house.close().await;
}

/// `/api/v1/directory?category=` and the search read what is in memory.
#[tokio::test]
async fn a_category_is_found_by_its_name_without_the_database() {
    let house = House::open(Engine::Sqlite).await;
    let shelf = Shelf {
        id: CategoryId::generate(),
        slug: "music".to_owned(),
        name: "Music".to_owned(),
        description: String::new(),
    };
    let id = shelf.id;
    house.shared.catalogue_mut().set_categories(vec![shelf]);
    house.db.close().await;
    let discovery = Discovery { shared: Arc::clone(&house.shared) };
    let wanted = |query: &str| {
        let uri = format!("/api/v1/directory?{query}").parse().unwrap();
        let Query(query) = Query::<DirectoryQuery>::try_from_uri(&uri).unwrap();
        query.wanted(&discovery)
    };
    assert_eq!(wanted("category=music").unwrap().filter.category, Some(id));
    assert!(wanted("category=none").is_err());
    drop(discovery);
    house.close().await;
}
