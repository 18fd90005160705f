//! What a server does about each command (RTMP 1.0, section 7.2, and those that Flash Media Live
//! Encoder added and every encoder sends since).

use super::event::{Connected, Event, PlayRequest, PublishRequest, Refusal};
use super::reply::{self, Level, on_status};
use super::{Asked, Client, Session, State, StreamId};
use crate::rtmp::address::{StreamKey, StreamPath};
use crate::rtmp::amf0::Value;
use crate::rtmp::chunk::MediaPolicy;
use crate::rtmp::enhanced::Enhanced;
use crate::rtmp::error::Error;
use crate::rtmp::message::{Command, PLAY_STREAM_ID};

/// Media streams a client may create; encoders and players create one.
const MAX_STREAMS: u32 = u8::BITS;

/// Characters of each of the client's texts that are kept.
const MAX_TEXT_CHARS: usize = 2048;

impl Session {
    pub(super) fn command(&mut self, stream_id: StreamId, command: Command) -> Result<(), Error> {
        self.count_command()?;
        if let State::Unconnected = self.state {
            return self.connect(&command);
        }
        match command.name.as_str() {
            "createStream" => self.create_stream(&command),
            "publish" => self.publish(stream_id, &command),
            "play" => self.play(stream_id, &command),
            "releaseStream" => self.answer(&command, Value::Undefined),
            "FCPublish" => {
                self.client.expects_fc_publish = true;
                self.answer(&command, Value::Undefined);
            }
            "FCSubscribe" => {
                let status = reply::status_object(Level::Status, "NetStream.Play.Start", "");
                self.link.send_command(0, &reply::notice("onFCSubscribe", status));
            }
            "getStreamLength" => self.answer(&command, Value::Number(0.0)),
            "FCUnpublish" => {
                self.answer(&command, Value::Undefined);
                self.end_stream();
            }
            "closeStream" => self.end_stream(),
            "deleteStream" => self.delete_stream(&command),
            // A live stream goes on whatever its player wishes. The rest are answers.
            "pause" | "seek" | "receiveAudio" | "receiveVideo" | "_result" | "_error"
            | "onStatus" => {}
            _ => self.unknown(&command),
        }
        Ok(())
    }

    /// An accepted peer may send as many as it likes: each costs it more than us.
    fn count_command(&mut self) -> Result<(), Error> {
        if self.is_accepted() {
            return Ok(());
        }
        self.commands += 1;
        if self.commands > self.limits.max_commands {
            return Err(Error::TooManyCommands(self.limits.max_commands));
        }
        Ok(())
    }

    fn connect(&mut self, command: &Command) -> Result<(), Error> {
        if command.name != "connect" {
            return Err(Error::NotConnected);
        }
        let text = |name| {
            command.object.get(name).and_then(Value::as_str).map_or_else(String::new, shorten)
        };
        let enhanced = Enhanced::parse(&command.object);
        self.link.send_command(0, &reply::connected(command.transaction, enhanced.as_ref()));
        let app = text("app");
        self.events.push_back(Event::Connected(Connected {
            app: app.clone(),
            tc_url: text("tcUrl"),
            flash_version: text("flashVer"),
            enhanced,
        }));
        // The wait for publish or play goes on: it began with the handshake's end.
        self.client = Client { app, ..Client::default() };
        self.state = State::Idle;
        Ok(())
    }

    fn create_stream(&mut self, command: &Command) {
        let free = self.client.streams.trailing_ones();
        if free == MAX_STREAMS {
            self.link.send_command(0, &reply::error(command.transaction, "Too many streams."));
            return;
        }
        self.client.streams |= 1 << free;
        self.answer(command, Value::Number(f64::from(free + 1)));
    }

    fn publish(&mut self, stream_id: StreamId, command: &Command) {
        let State::Idle = self.state else {
            return self.busy(stream_id, Refusal::InUse.publish_code());
        };
        let path = StreamPath::new(&self.client.app, command.string(0).unwrap_or_default());
        self.state = State::Deciding(Asked::Publish(stream_id));
        if path.name.is_empty() {
            self.refuse(stream_id, Refusal::BadName.publish_code(), "The URL has no stream key.");
            return;
        }
        let key = StreamKey::new(path.name);
        let request = PublishRequest { app: path.app, key, query: path.query };
        self.ask(Event::Publish(request));
    }

    fn play(&mut self, stream_id: StreamId, command: &Command) {
        let State::Idle = self.state else {
            return self.busy(stream_id, Refusal::InUse.play_code());
        };
        if stream_id != PLAY_STREAM_ID {
            let code = Refusal::Unavailable.play_code();
            return self.refuse(stream_id, code, "Play on the first stream you create.");
        }
        let path = StreamPath::new(&self.client.app, command.string(0).unwrap_or_default());
        self.state = State::Deciding(Asked::Play(stream_id));
        let (app, name) = match path.name.is_empty() {
            true => (String::new(), path.app),
            false => (path.app, path.name),
        };
        self.ask(Event::Play(PlayRequest { app, name }));
    }

    fn busy(&mut self, stream_id: StreamId, code: &str) {
        let description = "This connection publishes or plays already.";
        self.link.send_command(stream_id, &on_status(Level::Error, code, description));
    }

    fn delete_stream(&mut self, command: &Command) {
        let id = command.arguments.first().and_then(Value::as_number).unwrap_or_default();
        // Out of range ids saturate, and then name no stream.
        let id = id as u32;
        if let Some(bit) = id.checked_sub(1).filter(|bit| *bit < MAX_STREAMS) {
            self.client.streams &= !(1 << bit);
        }
        self.end_stream();
    }

    /// Back to waiting for `publish` or `play`.
    fn end_stream(&mut self) {
        let event = match self.state {
            State::Publishing(_) | State::Deciding(Asked::Publish(_)) => Event::Unpublished,
            State::Playing | State::Deciding(Asked::Play(_)) => Event::Stopped,
            _ => return,
        };
        self.link.set_media_policy(MediaPolicy::Discard);
        self.events.push_back(event);
        self.wait_in(State::Idle);
    }

    fn unknown(&mut self, command: &Command) {
        if command.transaction != 0.0 {
            self.link.send_command(0, &reply::error(command.transaction, "No such command."));
        }
    }

    fn answer(&mut self, command: &Command, value: Value) {
        if command.transaction != 0.0 {
            self.link.send_command(0, &reply::result(command.transaction, value));
        }
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}
