//! Peers that mean ill: each is stopped by the limit made against it, and costs little memory.

use rivulet_media::rtmp::amf0::{self, Value};
use rivulet_media::rtmp::chunk::{self, kind};
use rivulet_media::rtmp::server::Limits;
use rivulet_media::rtmp::{Error, handshake, message as messages};

use crate::peer::{Random, Server, connect_object, message};

#[test]
fn garbage_after_a_valid_handshake_is_refused() {
    for seed in 0..200 {
        let mut random = Random(seed);
        let garbage: Vec<u8> = (0..100_000).map(|_| random.next() as u8).collect();
        let mut server = Server::ready(Limits::default());
        let outcome =
            random.split(&garbage, 5000).into_iter().try_for_each(|piece| server.receive(piece));
        let most = Limits::default().chunk.max_buffered_early_bytes + 5000;
        assert!(server.session.buffered_bytes() <= most, "seed {seed}");
        assert!(server.events.is_empty());
        assert!(outcome.is_err() || server.session.media_bytes() == 0, "seed {seed}");
    }
}

#[test]
fn a_web_client_is_told_apart_by_its_first_byte() {
    let mut server = Server::new(Limits::default());
    let error = server.receive(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(error, Err(Error::Handshake(handshake::Error::Http)));
}

#[test]
fn chunk_sizes_of_nothing_and_of_two_gibibytes() {
    let set = |size: u32| message(kind::SET_CHUNK_SIZE, 0, 0, &size.to_be_bytes());
    let mut server = Server::publishing(Limits::default());
    assert_eq!(server.receive(&set(0)), Err(Error::Chunk(chunk::Error::InvalidChunkSize(0))));

    let mut server = Server::publishing(Limits::default());
    server.receive(&set(0x7FFF_FFFF)).unwrap();
    server.receive(&message(kind::VIDEO, 1, 0, b"video")).unwrap();
    assert_eq!(server.events.len(), 1);
    let mut server = Server::publishing(Limits::default());
    let error = chunk::Error::InvalidChunkSize(0x8000_0000);
    assert_eq!(server.receive(&set(0x8000_0000)), Err(Error::Chunk(error)));
}

#[test]
fn windows_of_nothing_and_of_one_byte() {
    for window in [0_u32, 1] {
        let mut server = Server::publishing(Limits::default());
        let set = message(kind::WINDOW_ACKNOWLEDGEMENT_SIZE, 0, 0, &window.to_be_bytes());
        server.receive(&set).unwrap();
        server.ear.heard.clear();
        let many = message(kind::VIDEO, 1, 0, b"video").repeat(1000);
        server.receive(&many).unwrap();
        assert_eq!(server.ear.heard.len(), window as usize, "one answer per input, or none");
    }
}

#[test]
fn sixteen_mebibytes_announced_by_two_hundred_publishers_and_never_sent() {
    let announced = [3, 0, 0, 0, 0xFF, 0xFF, 0xFF, kind::VIDEO, 1, 0, 0, 0];
    let connections = (0..200).map(|_| {
        let mut server = Server::publishing(Limits::default());
        server.receive(&announced).unwrap();
        server.receive(&[b'v'; 100]).unwrap();
        server
    });
    let held: usize = connections.map(|server| server.session.buffered_bytes()).sum();
    assert!(held <= 200 * 1024, "{held} bytes");
}

#[test]
fn sixteen_mebibytes_announced_before_anything_is_proven() {
    let mut server = Server::ready(Limits::default());
    let announced = |kind| [3, 0, 0, 0, 0xFF, 0xFF, 0xFF, kind, 1, 0, 0, 0];
    server.receive(&announced(kind::VIDEO)).unwrap();
    server.receive(&[b'v'; 128]).unwrap();
    assert_eq!(server.session.buffered_bytes(), 0);

    let mut server = Server::ready(Limits::default());
    let error = server.receive(&announced(kind::COMMAND_AMF0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the peer announces a message of type 20 with 16777215 bytes; the maximum is 65536"
    );
}

#[test]
fn media_without_leave() {
    let limits = Limits { max_early_media_bytes: 1000, ..Limits::default() };
    let mut server = Server::asked_to_publish(limits);
    let video = message(kind::VIDEO, 1, 0, &[b'v'; 100]);
    let error = (0..11).find_map(|_| server.receive(&video).err());
    assert_eq!(error, Some(Error::TooMuchEarlyMedia(1000)));
}

#[test]
fn sixty_five_chunk_streams() {
    let mut server = Server::publishing(Limits::default());
    let open = |id: u8| [0, id, 0, 0, 0, 0, 0, 1, kind::AUDIO, 1, 0, 0, 0, b'a'];
    // The commands came on a stream of their own.
    let error = (0..64).find_map(|id| server.receive(&open(id)).err());
    assert_eq!(error, Some(Error::Chunk(chunk::Error::TooManyChunkStreams)));
}

#[test]
fn commands_that_are_deep_nameless_or_too_many() {
    let mut server = Server::ready(Limits::default());
    let deep = b"\x0A\0\0\0\x01".repeat(10_000);
    let error = Error::Message(messages::Error::Amf0(amf0::Error::TooDeep));
    assert_eq!(server.receive(&message(kind::COMMAND_AMF0, 0, 0, &deep)), Err(error));

    let mut server = Server::ready(Limits::default());
    let error = Error::Message(messages::Error::NamelessCommand);
    assert_eq!(server.receive(&message(kind::COMMAND_AMF0, 0, 0, b"\x05")), Err(error));

    let mut server = Server::ready(Limits::default());
    assert_eq!(server.call(0, "publish", 1.0, vec![]), Err(Error::NotConnected));

    let limits = Limits { max_commands: 10, ..Limits::default() };
    let mut server = Server::ready(limits);
    server.command(0, "connect", 1.0, connect_object("live"), vec![]).unwrap();
    let error = (0..10).find_map(|_| server.call(0, "createStream", 2.0, vec![]).err());
    assert_eq!(error, Some(Error::TooManyCommands(10)));
}

#[test]
fn a_connect_of_long_texts_keeps_little() {
    let mut server = Server::ready(Limits::default());
    let long = "x".repeat(60_000);
    server.command(0, "connect", 1.0, connect_object(&long), vec![]).unwrap();
    let rivulet_media::rtmp::server::Event::Connected(connected) = &server.events[0] else {
        panic!("{:?}", server.events)
    };
    assert!(connected.app.len() <= 2048);
}

#[test]
fn pings_faster_than_their_answers_are_taken() {
    let mut server = Server::publishing(Limits::default());
    let pings = message(kind::USER_CONTROL, 0, 0, &[0, 6, 0, 0, 0, 0]).repeat(10_000);
    let outcome = (0..100).try_for_each(|_| server.session.receive(server.start, &pings));
    assert_eq!(outcome, Err(Error::Flooded));
    assert!(server.session.buffered_bytes() < 5 * 1024 * 1024);
}

#[test]
fn pings_before_anything_is_proven() {
    let ping = message(kind::USER_CONTROL, 0, 0, &[0, 6, 0, 0, 0, 0]);
    let limits = Limits { max_control_messages: 10, ..Limits::default() };
    let mut server = Server::asked_to_publish(limits);
    server.receive(&ping.repeat(10)).unwrap();
    assert_eq!(server.receive(&ping), Err(Error::TooManyControlMessages(10)));

    let mut server = Server::publishing(limits);
    server.receive(&ping.repeat(100)).unwrap();
}

#[test]
fn messages_faster_than_their_events_are_taken() {
    let mut server = Server::publishing(Limits::default());
    let tiny = [message(kind::AUDIO, 1, 0, b"a"), b"\xC3a".repeat(20_000)].concat();
    assert_eq!(server.session.receive(server.start, &tiny), Err(Error::Flooded));
}

#[test]
fn metadata_that_is_broken_is_passed_on_unread() {
    let mut server = Server::publishing(Limits::default());
    let name = amf0::encode(&[Value::string("onMetaData")]);
    let broken = [name.as_slice(), b"\x0A\xFF\xFF\xFF\xFF\x0A"].concat();
    server.receive(&message(kind::DATA_AMF0, 1, 0, &broken)).unwrap();
    assert!(matches!(server.events.as_slice(), [rivulet_media::rtmp::server::Event::Media(_)]));
}
