//! The room with real sockets: clients of the protocol at its door.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rivulet_media::rtmp::client::{Event, Output, Role, Session};
use rivulet_media::rtmp::handshake::Opening;
use rivulet_media::rtmp::server::Limits;
use rivulet_media::rtmp::{Entropy, StreamUrl};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::connection::Connection;
use super::{Doors, Ingest};
use crate::attempts::Attempts;
use crate::channels::{Channel, Channels, Patch};
use crate::clock::Clock;
use crate::db::{Db, Location};
use crate::live::{self, Live};
use crate::seal::{Keyring, Secret};
use crate::tasks::Tasks;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server with one channel, whose broadcasts end as their encoder leaves.
struct House {
    folder: PathBuf,
    ingest: Ingest,
    live: Live,
    channel: Channel,
    key: Secret,
    tasks: Tasks,
    door: std::net::SocketAddr,
}

impl House {
    async fn open(name: &str, limits: Limits) -> Self {
        let folder =
            std::env::temp_dir().join(format!("rivulet-ingest-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (clock, tasks) = (Clock::system(), Tasks::on(Handle::current()));
        let keyring = Keyring::open_or_create(&folder.join("secret.key")).unwrap();
        let db = Db::open(&Location::File(folder.join("rivulet.db"))).await.unwrap();
        let channels = Channels::new(db.clone(), keyring.into(), clock);
        let key = channels.set_up(None).await.unwrap().unwrap();
        let no_grace = Patch {
            reconnect_grace: Some(Duration::ZERO),
            latency_level: None,
            ..Patch::default()
        };
        let channel = channels
            .change(&crate::audit::Actor::System, channels.primary().await.unwrap().id, no_grace)
            .await
            .unwrap();
        let doors = live::Doors::without_ffmpeg(db, channels.clone(), clock, &tasks);
        let live = Live::new(doors, clock, &tasks);
        let doors = Doors { channels, live: live.clone(), attempts: Attempts::default() };
        let ingest = Ingest::with_limits(doors, clock, &tasks, limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = listener.local_addr().unwrap();
        tasks.spawn("rtmp", ingest.clone().serve(listener));
        Self { folder, ingest, live, channel, key, tasks, door }
    }

    async fn client(&self, role: Role, name: &str) -> Client {
        let url = StreamUrl::parse(&format!("rtmp://{}/live/{name}", self.door)).unwrap();
        let session = Session::new(url, role, Opening::Simple, Entropy::new([1; 32]));
        let socket = TcpStream::connect(self.door).await.unwrap();
        Client { socket, session, events: Vec::new() }
    }

    fn waiting(&self) -> usize {
        self.ingest.shared.lobby.waiting().len()
    }

    async fn close(self) {
        assert!(self.tasks.shut_down(PATIENCE).await);
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

struct Client {
    socket: TcpStream,
    session: Session,
    events: Vec<Event>,
}

impl Client {
    /// Sends what the session wants sent, and collects its events.
    async fn settle(&mut self) -> std::io::Result<()> {
        let mut bytes = BytesMut::new();
        while let Some(output) = self.session.poll() {
            match output {
                Output::Transmit(more) => bytes.extend_from_slice(&more),
                Output::Event(event) => self.events.push(event),
            }
        }
        self.socket.write_all(&bytes).await
    }

    /// Goes on until `done`; `false` when the server closed the connection before.
    async fn until(&mut self, done: impl Fn(&Self) -> bool) -> bool {
        let conversation = async {
            loop {
                if self.settle().await.is_err() {
                    return false;
                }
                if done(self) {
                    return true;
                }
                let mut bytes = BytesMut::new();
                match self.socket.read_buf(&mut bytes).await {
                    Ok(0) | Err(_) => return false,
                    Ok(_) => self.session.receive(&bytes).unwrap(),
                }
            }
        };
        timeout(PATIENCE, conversation).await.expect("the server answers")
    }

    async fn has_started(&mut self) -> bool {
        self.until(|client| client.events.contains(&Event::Started)).await
    }

    async fn is_closed(&mut self) -> bool {
        !self.until(|_| false).await
    }

    /// Sends the request to publish or play, and in one piece with it that it is withdrawn.
    async fn ask_and_withdraw(&mut self) {
        let mut bytes = BytesMut::new();
        while !format!("{:?}", self.session).contains("Asking") {
            self.settle().await.unwrap();
            bytes.clear();
            self.socket.read_buf(&mut bytes).await.unwrap();
            self.session.receive(&bytes).unwrap();
        }
        self.session.finish();
    }

    fn was_refused(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Refused { .. }))
    }
}

/// Waits for what other tasks do.
async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_player_hears_that_the_broadcast_is_over() {
    let house = House::open("over", Limits::default()).await;
    let publication = house.live.admit(&house.channel, None).await.unwrap();
    let mut player = house.client(Role::Play, "stream").await;
    assert!(player.has_started().await);
    drop(publication);
    assert!(player.is_closed().await);
    assert_eq!(player.events.last(), Some(&Event::Ended));
    house.close().await;
}

#[tokio::test]
async fn a_player_hears_that_the_server_stops() {
    let house = House::open("stop", Limits::default()).await;
    let _publication = house.live.admit(&house.channel, None).await.unwrap();
    let mut player = house.client(Role::Play, "stream").await;
    assert!(player.has_started().await);
    let (closed, ()) = tokio::join!(player.is_closed(), async {
        assert!(house.tasks.shut_down(PATIENCE).await);
    });
    assert!(closed);
    assert_eq!(player.events.last(), Some(&Event::Ended));
    house.close().await;
}

#[tokio::test]
async fn a_wrong_key_ends_the_connection_even_when_withdrawn() {
    let house = House::open("withdrawn", Limits::default()).await;
    for (role, name) in [(Role::Publish, "a-wrong-key"), (Role::Play, "nothing-here")] {
        let mut stranger = house.client(role, name).await;
        stranger.ask_and_withdraw().await;
        assert!(stranger.is_closed().await);
    }
    eventually("strangers leave the lobby", || house.waiting() == 0).await;
    house.close().await;
}

#[tokio::test]
async fn a_publisher_that_stops_waits_in_the_lobby_again() {
    let house = House::open("lobby", Limits::default()).await;
    let mut encoder = house.client(Role::Publish, house.key.reveal()).await;
    assert!(encoder.has_started().await);
    assert_eq!(house.waiting(), 0);
    encoder.session.finish();
    encoder.settle().await.unwrap();
    eventually("it waits again", || house.waiting() == 1).await;
    let gone = house.client(Role::Play, "stream").await;
    drop((encoder, gone));
    eventually("the lobby empties", || house.waiting() == 0).await;
    house.close().await;
}

#[tokio::test]
async fn a_right_key_takes_its_turn_after_wrong_ones_and_gets_it() {
    let house = House::open("turns", Limits::default()).await;
    let start = Instant::now();
    for wrong in 1..=3 {
        let mut guesser = house.client(Role::Publish, "a-wrong-key").await;
        assert!(!guesser.has_started().await, "guess {wrong}");
        assert!(guesser.was_refused());
    }
    let mut encoder = house.client(Role::Publish, house.key.reveal()).await;
    assert!(encoder.has_started().await);
    // 100, 200 and 400 ms for the three before it.
    assert!(start.elapsed() >= Duration::from_millis(700));
    house.close().await;
}

#[tokio::test]
async fn bytes_do_not_put_off_the_deadline() {
    let limits = Limits { handshake_timeout: Duration::ZERO, ..Limits::default() };
    let house = House::open("deadline", limits).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _stranger = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, peer) = listener.accept().await.unwrap();
    let shared = house.ingest.shared.clone();
    let (mut connection, _reader) = Connection::open(shared, stream, peer).unwrap();
    // The first byte of a handshake: right, and too late.
    let end = connection.take(b"\x03").await.expect_err("the time is up");
    assert!(end.reason().contains("handshake"), "{}", end.reason());
    drop(connection);
    house.close().await;
}
