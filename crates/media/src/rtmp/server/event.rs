//! What a server session tells its owner, and what the owner may answer.

use std::fmt;

use bytes::Bytes;

use crate::rtmp::address::StreamKey;
use crate::rtmp::enhanced::Enhanced;
use crate::rtmp::message::MediaMessage;
use crate::rtmp::metadata::Metadata;

/// What a session wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send these bytes to the peer.
    Transmit(Bytes),
    /// Something happened.
    Event(Event),
}

/// Something a peer did.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It connected. Nothing is proven yet.
    Connected(Connected),
    /// It asks to publish: answer with [`super::Session::accept_publish`] or
    /// [`super::Session::reject_publish`].
    Publish(PublishRequest),
    /// It asks to play: answer with [`super::Session::accept_play`] or
    /// [`super::Session::reject_play`].
    Play(PlayRequest),
    /// An accepted publisher describes its stream.
    Metadata(Metadata),
    /// An accepted publisher sent media.
    Media(MediaMessage),
    /// It no longer publishes, or no longer asks to.
    Unpublished,
    /// It no longer plays, or no longer asks to.
    Stopped,
}

impl Event {
    /// Whether it asks for an answer.
    pub(super) const fn is_request(&self) -> bool {
        matches!(self, Self::Publish(_) | Self::Play(_))
    }
}

/// What `connect` said. Its debug output leaves out what may hold a stream key.
#[derive(Clone, PartialEq)]
pub struct Connected {
    /// The application: the path of the URL, without the part named by `publish`. People paste
    /// keys here.
    pub app: String,
    /// The URL the client connects to. People paste keys here too.
    pub tc_url: String,
    /// The client's name and version.
    pub flash_version: String,
    /// What it can do beyond RTMP 1.0.
    pub enhanced: Option<Enhanced>,
}

impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connected")
            .field("flash_version", &self.flash_version)
            .field("enhanced", &self.enhanced)
            .finish_non_exhaustive()
    }
}

/// Somebody asks to publish.
#[derive(Clone, PartialEq, Eq)]
pub struct PublishRequest {
    /// The path before the key: `live`, or a channel's name.
    pub app: String,
    /// The key; never empty.
    pub key: StreamKey,
    /// What followed `?`. It may hold secrets.
    pub query: Option<String>,
}

impl fmt::Debug for PublishRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishRequest")
            .field("app", &self.app)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Somebody asks to play. Debug output leaves out the name, in which people paste stream keys.
#[derive(Clone, PartialEq, Eq)]
pub struct PlayRequest {
    /// The path before the name; empty when the path has one segment.
    pub app: String,
    /// The stream's name.
    pub name: String,
}

impl fmt::Debug for PlayRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlayRequest").field("app", &self.app).finish_non_exhaustive()
    }
}

/// Why somebody may not publish or play, as far as RTMP can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such key or stream.
    BadName,
    /// The key is right and may not be used now, or from there.
    Unauthorized,
    /// Somebody else publishes on the channel.
    InUse,
    /// The server has no room, or is shutting down.
    Unavailable,
}

impl Refusal {
    /// The status code for a publisher. Encoders know these and show the description.
    pub(super) const fn publish_code(self) -> &'static str {
        match self {
            Self::BadName | Self::InUse => "NetStream.Publish.BadName",
            Self::Unauthorized => "NetStream.Publish.Denied",
            Self::Unavailable => "NetStream.Publish.Rejected",
        }
    }

    /// The status code for a player.
    pub(super) const fn play_code(self) -> &'static str {
        match self {
            Self::BadName => "NetStream.Play.StreamNotFound",
            Self::Unauthorized | Self::InUse | Self::Unavailable => "NetStream.Play.Failed",
        }
    }
}

/// The peer withdrew its request before it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the peer no longer asks for it")]
pub struct Withdrawn;
