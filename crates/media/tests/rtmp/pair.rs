//! A client against a server, in memory, the bytes between them cut at random.

use std::time::Instant;

use bytes::Bytes;
use rivulet_media::rtmp::client::{self, NotPublishing, Role};
use rivulet_media::rtmp::handshake::{Opening, Scheme};
use rivulet_media::rtmp::server::{self, Event, Limits, PublishRequest, Refusal};
use rivulet_media::rtmp::{
    Entropy, MediaKind, MediaMessage, Metadata, StreamUrl, amf0, encode_media,
};

use crate::peer::Random;

const OPENINGS: [Opening; 3] =
    [Opening::Simple, Opening::Digest(Scheme::First), Opening::Digest(Scheme::Second)];

struct Pair {
    client: client::Session,
    server: server::Session,
    now: Instant,
    random: Random,
    client_events: Vec<client::Event>,
    server_events: Vec<Event>,
    /// Times that bytes changed direction.
    turns: usize,
}

impl Pair {
    fn new(role: Role, opening: Opening, seed: u64) -> Self {
        let now = Instant::now();
        let url = StreamUrl::parse("rtmp://localhost/live/the-key").unwrap();
        Self {
            client: client::Session::new(url, role, opening, Entropy::new([1; 32])),
            server: server::Session::new(Limits::default(), Entropy::new([2; 32]), now),
            now,
            random: Random(seed),
            client_events: Vec::new(),
            server_events: Vec::new(),
            turns: 0,
        }
    }

    /// Carries bytes to and fro until neither side has any.
    fn settle(&mut self) {
        loop {
            let up = self.drain_client();
            for piece in self.random.split(&up, 3000) {
                self.server.receive(self.now, piece).unwrap();
            }
            let down = self.drain_server();
            for piece in self.random.split(&down, 3000) {
                self.client.receive(piece).unwrap();
            }
            if up.is_empty() && down.is_empty() {
                return;
            }
            self.turns += usize::from(!up.is_empty()) + usize::from(!down.is_empty());
        }
    }

    fn drain_client(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(output) = self.client.poll() {
            match output {
                client::Output::Transmit(more) => bytes.extend(more),
                client::Output::Event(event) => self.client_events.push(event),
            }
        }
        bytes
    }

    fn drain_server(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Transmit(more) => bytes.extend(more),
                server::Output::Event(event) => self.server_events.push(event),
            }
        }
        bytes
    }
}

/// Media of many sizes, with timestamps on both sides of the extended form's boundary.
fn media() -> Vec<MediaMessage> {
    let sizes = [1, 2, 127, 128, 129, 4096, 65_535, 65_536, 65_537, 300_000];
    let kinds = [MediaKind::Video, MediaKind::Audio].into_iter().cycle();
    let mut timestamp = 0xFF_FFF0_u32;
    let messages = sizes.into_iter().zip(kinds).map(|(size, kind)| {
        timestamp += 5;
        let payload: Vec<u8> = (0..size).map(|i| (i % 253) as u8 | 2).collect();
        MediaMessage { kind, timestamp, payload: Bytes::from(payload) }
    });
    messages.collect()
}

fn metadata_payload() -> Bytes {
    let object = amf0::Value::object([
        ("width", amf0::Value::Number(1280.0)),
        ("height", amf0::Value::Number(720.0)),
        ("framerate", amf0::Value::Number(29.97)),
        ("videocodecid", amf0::Value::Number(f64::from(u32::from_be_bytes(*b"hvc1")))),
        ("audiocodecid", amf0::Value::Number(10.0)),
        ("encoder", amf0::Value::string("test\nencoder")),
    ]);
    let name = amf0::Value::string("onMetaData");
    amf0::encode(&[amf0::Value::string("@setDataFrame"), name, object]).into()
}

#[test]
fn what_a_client_publishes_arrives_unchanged() {
    for (opening, seed) in OPENINGS.into_iter().flat_map(|o| (0..8).map(move |s| (o, s))) {
        let mut pair = Pair::new(Role::Publish, opening, seed);
        pair.settle();
        let [Event::Connected(connected), Event::Publish(request)] = pair.server_events.as_slice()
        else {
            panic!("{:?}", pair.server_events)
        };
        assert_eq!(connected.app, "live");
        assert!(connected.enhanced.as_ref().is_some_and(|enhanced| enhanced.codecs.len() > 5));
        let PublishRequest { app, key, query } = request;
        assert_eq!((app.as_str(), key.expose(), query.as_deref()), ("live", "the-key", None));
        assert_eq!(pair.client.send(&media()[0]), Err(NotPublishing));

        pair.server.accept_publish().unwrap();
        pair.settle();
        assert_eq!(pair.client_events, [client::Event::Started]);
        pair.server_events.clear();
        for message in media() {
            pair.client.send(&message).unwrap();
            pair.settle();
        }
        let expected: Vec<_> = media().into_iter().map(Event::Media).collect();
        assert!(pair.server_events == expected, "seed {seed}");
        let bytes: usize = media().iter().map(|message| message.payload.len()).sum();
        assert_eq!(pair.server.media_bytes(), bytes as u64);
        assert_eq!(pair.server.buffered_bytes(), 0);

        pair.server_events.clear();
        pair.client.finish();
        pair.settle();
        assert_eq!(pair.server_events, [Event::Unpublished]);
    }
}

#[test]
fn few_turns_lead_from_connection_to_leave_to_publish() {
    let mut pair = Pair::new(Role::Publish, Opening::Simple, 0);
    pair.settle();
    pair.server.accept_publish().unwrap();
    pair.settle();
    assert_eq!(pair.client_events, [client::Event::Started]);
    // C0C1, S0S1S2, C2 + connect, result, createStream, result, publish, start.
    assert!(pair.turns <= 8, "{} turns", pair.turns);
}

#[test]
fn metadata_arrives_read() {
    let mut pair = Pair::new(Role::Publish, Opening::Simple, 0);
    pair.settle();
    pair.server.accept_publish().unwrap();
    pair.settle();
    pair.server_events.clear();
    let message = MediaMessage { kind: MediaKind::Data, timestamp: 0, payload: metadata_payload() };
    pair.client.send(&message).unwrap();
    pair.settle();
    let [Event::Metadata(metadata)] = pair.server_events.as_slice() else {
        panic!("{:?}", pair.server_events)
    };
    insta::assert_debug_snapshot!(metadata);
    assert!(metadata.payload.starts_with(b"\x02\x00\x0AonMetaData"));
}

#[test]
fn a_refused_client_learns_why() {
    let table = [
        (Refusal::BadName, "NetStream.Publish.BadName"),
        (Refusal::InUse, "NetStream.Publish.BadName"),
        (Refusal::Unauthorized, "NetStream.Publish.Denied"),
        (Refusal::Unavailable, "NetStream.Publish.Rejected"),
    ];
    for (refusal, code) in table {
        let mut pair = Pair::new(Role::Publish, Opening::Simple, 0);
        pair.settle();
        pair.server.reject_publish(refusal, "Because.").unwrap();
        assert!(pair.server.is_closing());
        pair.settle();
        let (code, description) = (code.to_owned(), "Because.".to_owned());
        assert_eq!(pair.client_events, [client::Event::Refused { code, description }]);
        assert!(pair.client.is_over());
        assert_eq!(pair.client.send(&media()[0]), Err(NotPublishing));
    }
}

#[test]
fn what_is_encoded_once_plays_on_every_client() {
    let encoded: Vec<Bytes> = media().iter().map(encode_media).collect();
    for seed in 0..8 {
        let mut pair = Pair::new(Role::Play, Opening::Digest(Scheme::First), seed);
        pair.settle();
        let Some(Event::Play(request)) = pair.server_events.last() else {
            panic!("{:?}", pair.server_events)
        };
        assert_eq!((request.app.as_str(), request.name.as_str()), ("live", "the-key"));

        let metadata = Metadata { payload: Bytes::from_static(b"\x05"), ..Metadata::default() };
        pair.server.accept_play(Some(&metadata)).unwrap();
        pair.settle();
        let [client::Event::Started, client::Event::Media(access), client::Event::Media(described)] =
            pair.client_events.as_slice()
        else {
            panic!("{:?}", pair.client_events)
        };
        assert!(access.payload.starts_with(b"\x02\x00\x11|RtmpSampleAccess"));
        assert_eq!(described.payload, metadata.payload);

        pair.client_events.clear();
        for piece in encoded.iter().flat_map(|bytes| Random(seed).split(bytes, 9000)) {
            pair.client.receive(piece).unwrap();
        }
        pair.settle();
        let expected: Vec<_> = media().into_iter().map(client::Event::Media).collect();
        assert!(pair.client_events == expected, "seed {seed}");

        pair.client_events.clear();
        pair.server.finish_play().unwrap();
        pair.settle();
        assert_eq!(pair.client_events, [client::Event::Ended]);
    }
}

#[test]
fn a_refused_player_learns_why() {
    let mut pair = Pair::new(Role::Play, Opening::Simple, 0);
    pair.settle();
    pair.server.reject_play(Refusal::BadName, "Nothing is on air.").unwrap();
    pair.settle();
    let code = "NetStream.Play.StreamNotFound".to_owned();
    let description = "Nothing is on air.".to_owned();
    assert_eq!(pair.client_events, [client::Event::Refused { code, description }]);
}

#[test]
fn a_player_that_stops_is_noticed() {
    let mut pair = Pair::new(Role::Play, Opening::Simple, 0);
    pair.settle();
    pair.server.accept_play(None).unwrap();
    pair.settle();
    pair.client.finish();
    pair.settle();
    assert_eq!(pair.server_events.last(), Some(&Event::Stopped));
}
