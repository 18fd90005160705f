//! What a client does about servers that are not ours.

use rivulet_media::rtmp::amf0::Value;
use rivulet_media::rtmp::chunk::kind;
use rivulet_media::rtmp::client::{Event, Output, Role, Session};
use rivulet_media::rtmp::handshake::Opening;
use rivulet_media::rtmp::message::Command;
use rivulet_media::rtmp::{Entropy, StreamUrl};

use crate::peer::{Ear, HANDSHAKE_BYTES, message};

/// A client, what it has said since its handshake, and its events.
struct Client {
    session: Session,
    ear: Ear,
    events: Vec<Event>,
}

impl Client {
    /// One whose handshake is done.
    fn ready(role: Role) -> Self {
        let url = StreamUrl::parse("rtmp://localhost/live/s3cret").unwrap();
        let session = Session::new(url, role, Opening::Simple, Entropy::new([1; 32]));
        let mut client = Self { session, ear: Ear::new(), events: Vec::new() };
        client.receive(&[3; HANDSHAKE_BYTES]);
        client
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.session.receive(bytes).unwrap();
        while let Some(output) = self.session.poll() {
            match output {
                Output::Event(event) => self.events.push(event),
                Output::Transmit(bytes) => self.ear.hear(&bytes),
            }
        }
    }

    fn hear(&mut self, name: &str, transaction: f64, argument: Value) {
        let arguments = vec![argument];
        let command =
            Command { name: name.to_owned(), transaction, object: Value::Null, arguments };
        self.receive(&message(kind::COMMAND_AMF0, 0, 0, &command.to_payload()));
    }

    /// The names of the commands it has said since the last call, with their streams.
    fn take_commands(&mut self) -> Vec<(u32, String)> {
        let commands = self.ear.take_commands().into_iter();
        commands.map(|(stream_id, command)| (stream_id, command.name)).collect()
    }
}

fn names(commands: &[(u32, String)]) -> Vec<&str> {
    commands.iter().map(|(_, name)| name.as_str()).collect()
}

#[test]
fn a_server_that_does_not_know_fc_publish_is_published_to() {
    let mut client = Client::ready(Role::Publish);
    assert_eq!(names(&client.take_commands()), ["connect"]);
    client.hear("_result", 1.0, Value::Null);
    let commands = client.take_commands();
    assert_eq!(names(&commands), ["releaseStream", "FCPublish", "createStream"]);
    client.hear("_error", 3.0, Value::Null);
    client.hear("_result", 4.0, Value::Number(7.0));
    assert_eq!(client.take_commands(), [(7, "publish".to_owned())]);
    let started = Value::object([("code", Value::string("NetStream.Publish.Start"))]);
    client.hear("onStatus", 0.0, started);
    assert_eq!(client.events, [Event::Started]);
}

#[test]
fn a_server_may_refuse_the_connection_or_the_stream() {
    let why = Value::object([
        ("code", Value::string("NetConnection.Connect.Rejected")),
        ("description", Value::string("Full.")),
    ]);
    for (answers, refused) in [(vec![], 1.0), (vec![1.0], 4.0)] {
        let mut client = Client::ready(Role::Play);
        for transaction in answers {
            client.hear("_result", transaction, Value::Null);
        }
        client.hear("_error", refused, why.clone());
        let code = "NetConnection.Connect.Rejected".to_owned();
        let description = "Full.".to_owned();
        assert_eq!(client.events, [Event::Refused { code, description }]);
        assert!(client.session.is_over());
    }
}

#[test]
fn the_key_does_not_print() {
    let url = StreamUrl::parse("rtmp://localhost/live/s3cret").unwrap();
    let entropy = Entropy::new([1; 32]);
    let mut session = Session::new(url, Role::Publish, Opening::Simple, entropy);
    session.receive(&[3; HANDSHAKE_BYTES]).unwrap();
    let result = Command {
        name: "_result".to_owned(),
        transaction: 1.0,
        object: Value::Null,
        arguments: vec![],
    };
    session.receive(&message(kind::COMMAND_AMF0, 0, 0, &result.to_payload())).unwrap();
    let printed = format!("{session:?}");
    assert!(!printed.contains("s3cret"), "{printed}");
}
