//! The room as its pages and sockets see it.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::Message;
use axum::http::{Method, Request, StatusCode, Version};
use futures_util::stream::pending;
use tower::ServiceExt as _;

use super::document::Status;
use super::*;
use crate::channels::NewChannel;
use crate::chat::Chat;
use crate::config::Settings;
use crate::db::{Db, Location};
use crate::delivery;
use crate::discovery;
use crate::http::WayOut;
use crate::insights;
use crate::live;
use crate::schedule::{self, Schedule};
use crate::seal::Keyring;
use crate::stills;

/// The room on a scratch folder, and the database under it.
struct Fixture {
    watch: Watch,
    db: Db,
    channel: Channel,
    folder: PathBuf,
}

impl Fixture {
    async fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("rivulet-watch-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::open(&Location::File(folder.join("rivulet.db"))).await.unwrap();
        let keyring = Arc::new(Keyring::open_or_create(&folder.join("secret.key")).unwrap());
        let (clock, tasks) = (Clock::system(), Tasks::on(tokio::runtime::Handle::current()));
        let settings = Settings { data_dir: Some(folder.clone()), ..Settings::default() };
        let config = Config::check(settings).unwrap();
        let channels = Channels::new(db.clone(), Arc::clone(&keyring), clock);
        let channel = channels
            .create(&crate::audit::Actor::System, NewChannel::primary(), None)
            .await
            .unwrap();
        let doors = live::Doors::without_ffmpeg(db.clone(), channels.clone(), clock, &tasks);
        let live = Live::new(doors, clock, &tasks);
        let keys = Arc::clone(&keyring);
        let geo = crate::geo::Geo::default();
        let doors =
            delivery::Doors { channels: channels.clone(), live: live.clone(), keyring, geo };
        let delivery = Delivery::new(doors, &config, clock, &tasks);
        let rooms = (channels.clone(), live.clone(), delivery.clone());
        let doors = insights::Doors::without_ffmpeg(rooms, clock, &tasks);
        let insights = Insights::new(doors, &config, clock, &tasks);
        let (streams, air, media) = (channels.clone(), live.clone(), delivery.clone());
        let doors = stills::Doors::without_ffmpeg(
            db.clone(),
            Arc::clone(&keys),
            (&config, clock),
            (streams, air, media),
        );
        let stills = Stills::new(doors, &config, clock, &tasks);
        let audit = crate::audit::Audit::new(db.clone(), clock);
        let site = Site::open(db.clone(), audit, clock).await.unwrap();
        let (streams, air, policy) = (channels.clone(), live.clone(), site.clone());
        let doors = schedule::Doors { db: db.clone(), channels: streams, live: air, site: policy };
        let schedule = Schedule::new(doors, &config, clock, &tasks);
        let doors = discovery::Doors::for_tests(
            (db.clone(), Arc::clone(&keys), &config),
            (channels.clone(), site.clone(), live.clone(), delivery.clone()),
        );
        let discovery = Discovery::open(doors, &config, clock, &tasks).await.unwrap();
        let others = (channels.clone(), discovery.clone(), live.clone(), site.clone());
        let chat = Chat::for_tests((db.clone(), keys, &config), others, (clock, &tasks));
        let markers = Markers::new(db.clone(), channels.clone(), (live.clone(), clock));
        let doors = Doors {
            channels,
            chat,
            live,
            delivery,
            insights,
            stills,
            markers,
            discovery,
            schedule,
            site,
            web: Web::load(),
            rtmp_port: None,
        };
        let watch = Watch::new(doors, &config, clock, &tasks);
        Self { watch, db, channel, folder }
    }

    async fn get(&self, path: &str) -> StatusCode {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn ask(&self, mut request: Request<Body>) -> StatusCode {
        // As the router's gate leaves it.
        let from = crate::attempts::Prefix::of([127, 0, 0, 1].into());
        request.extensions_mut().insert(crate::access::Caller::guest(from));
        let (router, _) = routes(self.watch.clone()).split_for_parts();
        router.oneshot(request).await.unwrap().status()
    }

    async fn tear_down(self) {
        self.watch.tasks.shut_down(Duration::from_secs(5)).await;
        self.db.close().await;
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

#[tokio::test]
async fn who_is_not_there_is_missing_and_who_cannot_be_looked_up_is_not() {
    let fixture = Fixture::new("missing").await;
    let there = format!("/@{}", fixture.channel.slug);
    assert_eq!(fixture.get(&there).await, StatusCode::OK);
    assert_eq!(fixture.get(&format!("{there}/embed")).await, StatusCode::OK);
    assert_eq!(fixture.get("/@nobody").await, StatusCode::NOT_FOUND);
    assert_eq!(fixture.get("/@nobody/embed").await, StatusCode::NOT_FOUND);
    fixture.db.close().await;
    for path in ["/@nobody", "/@nobody/embed", "/", "/embed/video"] {
        assert_eq!(fixture.get(path).await, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    fixture.tear_down().await;
}

#[tokio::test]
async fn http2_may_ask_for_the_socket() {
    let fixture = Fixture::new("connect").await;
    let connect = Request::builder()
        .method(Method::CONNECT)
        .version(Version::HTTP_2)
        .uri("/api/v1/socket")
        .extension(hyper::ext::Protocol::from_static("websocket"))
        .header("sec-websocket-version", "13")
        .body(Body::empty())
        .unwrap();
    // The request is understood; there is only no connection under it to upgrade.
    assert_eq!(fixture.ask(connect).await, StatusCode::BAD_REQUEST);
    let post = Request::post("/api/v1/socket").body(Body::empty()).unwrap();
    assert_eq!(fixture.ask(post).await, StatusCode::METHOD_NOT_ALLOWED);
    fixture.tear_down().await;
}

#[tokio::test]
async fn everybody_reads_one_board_and_it_changes_with_the_channel() {
    let fixture = Fixture::new("board").await;
    let Fixture { watch, channel, .. } = &fixture;
    let mut news = watch.board(channel).await.unwrap();
    let others = watch.board(channel).await.unwrap();
    assert!(Arc::ptr_eq(&news.borrow(), &others.borrow()));
    assert_eq!(news.borrow().status, Status::offline(None));

    let publication = watch.live.admit(channel, None).await.unwrap();
    drop(publication);
    let interrupted = |news: &Arc<board::News>| news.text.contains("interrupted");
    news.wait_for(interrupted).await.unwrap();
    let status = watch.board(channel).await.unwrap().borrow().status.clone();
    assert!(matches!(status, Status::Interrupted { .. }), "{status:?}");
    assert!(Arc::ptr_eq(&news.borrow(), &others.borrow()));
    fixture.tear_down().await;
}

#[tokio::test]
async fn the_board_knows_of_an_end_before_it_is_written() {
    let mut fixture = Fixture::new("end").await;
    fixture.channel.reconnect_grace = Duration::from_secs(1);
    let Fixture { watch, channel, .. } = &fixture;
    let mut news = watch.board(channel).await.unwrap();
    drop(watch.live.admit(channel, None).await.unwrap());
    news.wait_for(|news| news.text.contains("interrupted")).await.unwrap();
    news.wait_for(|news| news.text.contains("offline")).await.unwrap();
    assert!(news.borrow().text.contains("ended_at"), "{}", news.borrow().text);
    fixture.tear_down().await;
}

/// A page whose messages land in a list.
async fn page(
    fixture: &Fixture,
) -> (
    Box<socket::Page<impl futures_util::Sink<Message, Error = Infallible> + Unpin + use<>>>,
    Arc<Mutex<Vec<Message>>>,
) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&sent);
    let sink = futures_util::sink::unfold((), move |(), message| {
        list.lock().unwrap().push(message);
        std::future::ready(Ok::<_, Infallible>(()))
    });
    let watch = fixture.watch.clone();
    let news = watch.board(&fixture.channel).await.unwrap();
    let way_out = WayOut::new(Box::pin(sink), None);
    (socket::Page::new((watch, news), (None, None), way_out), sent)
}

fn pings(sent: &Mutex<Vec<Message>>) -> usize {
    let sent = sent.lock().unwrap();
    sent.iter().filter(|message| matches!(message, Message::Ping(_))).count()
}

#[tokio::test]
async fn a_page_that_does_not_answer_is_asked_and_then_gone() {
    let fixture = Fixture::new("silent").await;
    let (page, sent) = page(&fixture).await;
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    page.run(pending::<Result<Message, Infallible>>()).await;
    assert!(began.elapsed() > Duration::from_secs(60));
    assert!(pings(&sent) > 0);
    tokio::time::resume();
    fixture.tear_down().await;
}

#[tokio::test]
async fn a_page_is_asked_even_when_it_is_told_something() {
    let fixture = Fixture::new("busy").await;
    let (mut page, sent) = page(&fixture).await;
    // The page shows another number than there is, as on a channel where people come and go.
    page.viewers = 7;
    page.pulse(Duration::from_secs(30)).await.unwrap();
    let texts = sent.lock().unwrap().iter().filter(|it| matches!(it, Message::Text(_))).count();
    assert_eq!((texts, pings(&sent)), (1, 1));
    fixture.tear_down().await;
}

#[tokio::test]
async fn who_goes_live_does_not_wait_for_the_database() {
    let fixture = Fixture::new("waiting").await;
    let Fixture { watch, db, channel, .. } = &fixture;
    let publication = watch.live.admit(channel, None).await.unwrap();
    let air = watch.live.on_air(channel.id).unwrap();
    // Whoever reads waits from here on.
    let (soon, mut readers) = (Duration::from_secs(5), Vec::new());
    while let Ok(reader) = tokio::time::timeout(soon / 50, db.snapshot()).await {
        readers.push(reader.unwrap());
    }
    let (begins, receiver) = tokio::sync::mpsc::channel(1);
    let room = watch.clone();
    watch.tasks.spawn("channel pages", async move { room.put_up(receiver).await });
    for _ in 0..20 {
        let told = tokio::time::timeout(soon, begins.send(Arc::clone(&air))).await;
        told.expect("pages wait for the database").unwrap();
    }
    drop((publication, readers));
    fixture.tear_down().await;
}

#[tokio::test]
async fn a_hidden_channel_leaves_the_directory_once() {
    let fixture = Fixture::new("hidden").await;
    let Fixture { watch, channel, .. } = &fixture;
    let mut changes = watch.boards.changes();
    let mut told = async |hidden: bool| {
        let channel = Arc::new(Channel { hidden, ..channel.clone() });
        watch.hear(crate::channels::News { id: channel.id, channel: Some(channel) }).await.unwrap();
        let mut gone = 0;
        while let Ok(change) = changes.try_recv() {
            gone += u32::from(change.text.contains("\"gone\""));
        }
        gone
    };
    for (hidden, expected) in [(false, 0), (true, 1), (true, 0), (false, 0), (true, 1)] {
        assert_eq!(told(hidden).await, expected, "{hidden}");
    }
    fixture.tear_down().await;
}

#[tokio::test]
async fn the_start_page_lists_in_the_order_of_the_directory() {
    let fixture = Fixture::new("order").await;
    let Fixture { watch, .. } = &fixture;
    for (slug, name) in [("zebra", "Ant"), ("ant", "Zebra")] {
        let new = NewChannel::named(crate::channels::Slug::parse(slug).unwrap());
        let new = new.called(name.to_owned()).unwrap();
        watch.channels.create(&crate::audit::Actor::System, new, None).await.unwrap();
    }
    // By name, as everywhere; the room hears of new channels by itself.
    loop {
        let entries = watch.directory().await.unwrap();
        let slugs: Vec<&str> = entries.iter().map(|it| it.channel.slug.as_str()).collect();
        if slugs.len() == 3 {
            assert_eq!(slugs, ["zebra", "rivulet", "ant"]);
            break;
        }
        tokio::task::yield_now().await;
    }
    // And from memory.
    fixture.db.close().await;
    assert_eq!(watch.directory().await.unwrap().len(), 3);
    fixture.tear_down().await;
}
