//! What a server answers, command by command.

use std::time::Duration;

use rivulet_media::rtmp::Error;
use rivulet_media::rtmp::amf0::Value;
use rivulet_media::rtmp::chunk::kind;
use rivulet_media::rtmp::message::{Command, Message, UserControl};
use rivulet_media::rtmp::server::{Event, Limits, Output, Refusal, Withdrawn};

use crate::peer::{Server, connect_object, message};

#[test]
fn connect_is_answered_with_what_the_client_asked_about() {
    let mut object = match connect_object("live") {
        Value::Object(properties) => properties,
        other => panic!("{other:?}"),
    };
    let mut plain = Server::ready(Limits::default());
    plain.command(0, "connect", 1.0, Value::Object(object.clone()), vec![]).unwrap();
    insta::assert_debug_snapshot!("connect_of_rtmp_1", plain.take_commands());

    object.push(("fourCcList".to_owned(), Value::StrictArray(vec![Value::string("hvc1")])));
    object.push(("capsEx".to_owned(), Value::Number(15.0)));
    let mut enhanced = Server::ready(Limits::default());
    enhanced.command(0, "connect", 1.0, Value::Object(object), vec![]).unwrap();
    insta::assert_debug_snapshot!("connect_of_enhanced_rtmp", enhanced.take_commands());
}

#[test]
fn commands_that_encoders_send_are_answered() {
    let mut server = Server::ready(Limits::default());
    server.command(0, "connect", 1.0, connect_object("live"), vec![]).unwrap();
    server.take_commands();
    let key = vec![Value::string("key")];
    type Answers = &'static [(&'static str, f64)];
    let table: [(&str, f64, Vec<Value>, Answers); 9] = [
        ("releaseStream", 2.0, key.clone(), &[("_result", 2.0)]),
        ("FCPublish", 3.0, key.clone(), &[("_result", 3.0)]),
        ("createStream", 4.0, vec![], &[("_result", 4.0)]),
        ("getStreamLength", 5.0, key.clone(), &[("_result", 5.0)]),
        ("FCSubscribe", 6.0, key.clone(), &[("onFCSubscribe", 0.0)]),
        ("somethingElse", 7.0, vec![], &[("_error", 7.0)]),
        ("somethingElse", 0.0, vec![], &[]),
        ("pause", 8.0, vec![Value::Boolean(true)], &[]),
        ("FCUnpublish", 9.0, key, &[("_result", 9.0)]),
    ];
    for (name, transaction, arguments, expected) in table {
        server.call(0, name, transaction, arguments).unwrap();
        let commands = server.take_commands();
        let answers: Vec<_> =
            commands.iter().map(|(_, c)| (c.name.as_str(), c.transaction)).collect();
        assert_eq!(answers, expected, "{name}");
    }
}

#[test]
fn each_stream_created_has_an_id_of_its_own_until_it_is_deleted() {
    let mut server = Server::ready(Limits::default());
    server.command(0, "connect", 1.0, connect_object("live"), vec![]).unwrap();
    let mut create = || {
        server.take_commands();
        server.call(0, "createStream", 2.0, vec![]).unwrap();
        let id = server.take_commands().pop().unwrap().1.arguments.pop().unwrap();
        if id.as_number() == Some(2.0) {
            server.call(0, "deleteStream", 0.0, vec![Value::Number(1.0)]).unwrap();
        }
        id.as_number()
    };
    let ids: Vec<_> = (0..9).map(|_| create()).collect();
    let expected = [1, 2, 1, 3, 4, 5, 6, 7, 8].map(|id| Some(f64::from(id)));
    assert_eq!(ids, expected);
    assert_eq!(create(), None, "eight are enough");
}

#[test]
fn publishing_starts_on_the_stream_that_asked_and_tells_fc_publish() {
    let mut server = Server::ready(Limits::default());
    server.command(0, "connect", 1.0, connect_object("live"), vec![]).unwrap();
    server.call(0, "FCPublish", 2.0, vec![Value::string("key")]).unwrap();
    server.call(3, "publish", 0.0, vec![Value::string("key")]).unwrap();
    server.take_commands();
    server.session.accept_publish().unwrap();
    server.poll();
    let begins = Message::UserControl(UserControl::StreamBegin(3));
    let replies = server.ear.heard.clone();
    assert!(replies.into_iter().any(|reply| Message::parse(reply).as_ref() == Ok(&begins)));
    let commands = server.take_commands();
    let names: Vec<_> = commands.iter().map(|(id, c)| (*id, c.name.as_str())).collect();
    assert_eq!(names, [(0, "onFCPublish"), (3, "onStatus")]);
}

#[test]
fn keys_are_found_in_every_form_of_the_url_and_do_not_print() {
    for (app, name) in [("live", "s3cret?x=y"), ("live/s3cret", ""), ("live/", "s3cret")] {
        let mut server = Server::ready(Limits::default());
        server.command(0, "connect", 1.0, connect_object(app), vec![]).unwrap();
        server.call(1, "publish", 0.0, vec![Value::string(name)]).unwrap();
        let Some(Event::Publish(request)) = server.events.last() else { panic!("{app} {name}") };
        assert_eq!((request.app.as_str(), request.key.expose()), ("live", "s3cret"));
        let printed = format!("{:?} {:?}", server.events, server.session);
        assert!(!printed.contains("s3cret"), "{printed}");
    }
}

#[test]
fn a_publisher_without_key_is_refused_at_once() {
    let mut server = Server::ready(Limits::default());
    server.command(0, "connect", 1.0, connect_object("live"), vec![]).unwrap();
    server.call(1, "publish", 0.0, vec![Value::Null]).unwrap();
    let expected = ("error".to_owned(), "NetStream.Publish.BadName".to_owned());
    assert_eq!(server.take_statuses(), [expected]);
    assert!(server.session.is_closing());
    assert!(!server.events.iter().any(|event| matches!(event, Event::Publish(_))));
}

#[test]
fn media_before_leave_is_not_kept_and_after_it_is() {
    let mut server = Server::asked_to_publish(Limits::default());
    server.events.clear();
    server.receive(&message(kind::VIDEO, 1, 0, b"early")).unwrap();
    assert_eq!(server.events, []);
    assert_eq!(server.session.discarded_bytes(), 5);
    server.session.accept_publish().unwrap();
    server.receive(&message(kind::VIDEO, 1, 0, b"in time")).unwrap();
    assert_eq!(server.events.len(), 1);
    assert_eq!(server.session.media_bytes(), 7);
}

#[test]
fn a_request_withdrawn_cannot_be_granted() {
    let mut server = Server::asked_to_publish(Limits::default());
    server.call(0, "deleteStream", 0.0, vec![Value::Number(1.0)]).unwrap();
    assert_eq!(server.events.last(), Some(&Event::Unpublished));
    assert_eq!(server.session.accept_publish(), Err(Withdrawn));
    assert_eq!(server.session.reject_publish(Refusal::BadName, ""), Err(Withdrawn));
    assert_eq!(server.session.accept_play(None), Err(Withdrawn));
    assert!(!server.session.is_closing());
}

#[test]
fn an_answer_is_to_the_request_that_was_seen() {
    let mut server = Server::asked_to_publish(Limits::default());
    // The owner still thinks about the first request while a second takes its place.
    let call = |name: &str, argument| {
        let command = Command {
            name: name.to_owned(),
            transaction: 0.0,
            object: Value::Null,
            arguments: vec![argument],
        };
        message(kind::COMMAND_AMF0, 1, 0, &command.to_payload())
    };
    let again = [call("deleteStream", Value::Number(1.0)), call("publish", Value::string("wrong"))];
    server.session.receive(server.start, &again.concat()).unwrap();

    assert_eq!(server.session.accept_publish(), Err(Withdrawn));
    assert_eq!(server.session.reject_publish(Refusal::BadName, ""), Err(Withdrawn));
    server.poll();
    assert!(matches!(server.events[..], [.., Event::Unpublished, Event::Publish(_)]));
    server.session.accept_publish().unwrap();
}

#[test]
fn what_is_to_be_sent_can_be_had_without_events() {
    let mut server = Server::asked_to_publish(Limits::default());
    server.session.accept_publish().unwrap();
    server.session.receive(server.start, &message(kind::VIDEO, 1, 0, b"video")).unwrap();
    assert!(server.session.poll_transmit().is_some());
    assert_eq!(server.session.poll_transmit(), None);
    assert!(matches!(server.session.poll(), Some(Output::Event(Event::Media(_)))));
}

#[test]
fn a_publisher_may_be_sent_away_and_may_come_back_on_its_connection() {
    let mut server = Server::publishing(Limits::default());
    server.call(0, "FCUnpublish", 4.0, vec![Value::string("key")]).unwrap();
    server.call(1, "publish", 5.0, vec![Value::string("key")]).unwrap();
    let [Event::Unpublished, Event::Publish(_)] = server.events.as_slice() else {
        panic!("{:?}", server.events)
    };
    server.session.accept_publish().unwrap();
    server.poll();
    server.take_statuses();
    server.session.reject_publish(Refusal::Unauthorized, "Banned.").unwrap();
    server.poll();
    let expected = ("error".to_owned(), "NetStream.Publish.Denied".to_owned());
    assert_eq!(server.take_statuses(), [expected]);
    server.receive(&message(kind::VIDEO, 1, 0, b"more")).unwrap();
    assert_eq!(server.events.len(), 2, "a session that closes hears nothing");
}

#[test]
fn a_connection_publishes_one_stream() {
    let mut server = Server::publishing(Limits::default());
    server.take_statuses();
    server.call(2, "publish", 5.0, vec![Value::string("other")]).unwrap();
    let expected = ("error".to_owned(), "NetStream.Publish.BadName".to_owned());
    assert_eq!(server.take_statuses(), [expected]);
    assert!(!server.session.is_closing());
}

#[test]
fn pings_are_answered_and_windows_acknowledged() {
    let mut server = Server::publishing(Limits::default());
    server.ear.heard.clear();
    server.receive(&message(kind::USER_CONTROL, 0, 0, &[0, 6, 1, 2, 3, 4])).unwrap();
    let reply = Message::parse(server.ear.heard.remove(0));
    let ping = UserControl::PingResponse(0x0102_0304);
    assert_eq!(reply, Ok(Message::UserControl(ping)));

    let window =
        |bytes: u32| message(kind::WINDOW_ACKNOWLEDGEMENT_SIZE, 0, 0, &bytes.to_be_bytes());
    server.receive(&window(1000)).unwrap();
    server.ear.heard.clear();
    let video = message(kind::VIDEO, 1, 0, &[b'v'; 100]);
    for _ in 0..30 {
        server.receive(&video).unwrap();
    }
    let acknowledged = server.ear.heard.iter().filter(|r| r.kind == kind::ACKNOWLEDGEMENT).count();
    assert!((2..=3).contains(&acknowledged), "{acknowledged} for 30 messages of 112 bytes");
}

#[test]
fn every_piece_of_a_set_up_is_answered_at_once() {
    let mut server = Server::ready(Limits::default());
    assert!(!server.ear.heard.is_empty(), "the end of the handshake is");
    let connect = Command {
        name: "connect".to_owned(),
        transaction: 1.0,
        object: connect_object("live"),
        arguments: vec![],
    };
    for piece in message(kind::COMMAND_AMF0, 0, 0, &connect.to_payload()).chunks(12) {
        server.ear.heard.clear();
        server.receive(piece).unwrap();
        assert!(!server.ear.heard.is_empty());
    }
    let mut server = Server::publishing(Limits::default());
    server.ear.heard.clear();
    server.receive(&message(kind::VIDEO, 1, 0, b"video")).unwrap();
    assert_eq!(server.ear.heard, [], "media is not");
}

#[test]
fn a_wait_ends_at_its_deadline() {
    let second = Duration::from_secs(1);
    let limits = Limits {
        handshake_timeout: second,
        command_timeout: 2 * second,
        publisher_silence: 3 * second,
        ..Limits::default()
    };
    let table = [
        (Server::new(limits), second, Error::HandshakeTimeout(second)),
        (Server::ready(limits), 2 * second, Error::CommandTimeout(2 * second)),
        (Server::publishing(limits), 3 * second, Error::PublisherSilent(3 * second)),
    ];
    for (mut server, wait, error) in table {
        assert_eq!(server.session.deadline(), Some(server.start + wait));
        let just_before = server.start + wait - Duration::from_millis(1);
        assert_eq!(server.session.handle_timeout(just_before), Ok(()));
        assert_eq!(server.session.handle_timeout(server.start + wait), Err(error));
    }
    assert_eq!(Server::asked_to_publish(limits).session.deadline(), None, "the owner decides");
}

#[test]
fn bytes_of_a_handshake_or_other_commands_do_not_move_a_deadline_but_media_does() {
    let second = Duration::from_secs(1);
    let mut server = Server::new(Limits::default());
    let deadline = server.session.deadline();
    server.session.receive(server.start + second, &[3; 100]).unwrap();
    assert_eq!(server.session.deadline(), deadline);

    let mut server = Server::publishing(Limits::default());
    let deadline = server.session.deadline().unwrap();
    let ping = message(kind::USER_CONTROL, 0, 0, &[0, 6, 0, 0, 0, 0]);
    server.session.receive(server.start + second, &ping).unwrap();
    assert_eq!(server.session.deadline(), Some(deadline));
    let video = message(kind::VIDEO, 1, 0, b"video");
    server.session.receive(server.start + second, &video).unwrap();
    assert_eq!(server.session.deadline(), Some(deadline + second));
}
