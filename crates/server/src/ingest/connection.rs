//! One RTMP connection: the loop between its socket and its session.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use rivulet_media::flv::{Tag, TagKind};
use rivulet_media::rtmp::server::{
    Event, Limits, Output, PlayRequest, PublishRequest, Refusal, Session,
};
use rivulet_media::rtmp::{Entropy, Error, MediaKind, MediaMessage};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::lobby::Place;
use super::player::Player;
use super::publisher::{Publisher, Refused};
use crate::seal::entropy;

/// Read at one time, in bytes: a large frame at once, a small buffer per connection.
const READ_BYTES: usize = 64 * 1024;
/// How long a peer may take to read what it is answered.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// How often what did not fit into a leaving player's socket is tried again.
const FLUSH_EVERY: Duration = Duration::from_millis(50);

/// Why a connection ends.
enum End {
    /// The peer closed it, or the network did.
    Closed(io::Error),
    /// The peer broke the protocol or a limit.
    Violation(Error),
    /// What was to be said has been said.
    Done(&'static str),
}

impl End {
    fn reason(&self) -> String {
        match self {
            Self::Closed(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "it closed the connection".to_owned()
            }
            Self::Closed(error) => format!("the connection broke ({error})"),
            Self::Violation(error) => error.to_string(),
            Self::Done(reason) => (*reason).to_owned(),
        }
    }
}

/// Serves one connection to its end.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    // Answers are small and awaited. Failing costs only delay.
    let _ = stream.set_nodelay(true);
    let Ok(random) = entropy() else { return };
    let now = shared.clock.monotonic();
    let session = Session::new(Limits::default(), Entropy::new(random), now);
    let place = shared.lobby.enter();
    let leash = Leash { stop: shared.tasks.stopping(), own: place.lost() };
    let role = Role::Undecided { _place: place };
    let (reader, writer) = stream.into_split();
    let writer = Arc::new(writer);
    let mut connection = Connection { shared, session, writer, peer, role, leash };
    let end = connection.run(reader).await;
    connection.finish(&end).await;
}

/// What the peer is to us.
enum Role {
    Undecided {
        _place: Place,
    },
    Publisher(Box<Publisher>),
    Player(Arc<Player>),
    /// It has stopped what it did and may ask for something else.
    Idle,
}

/// What can end a connection from our side.
struct Leash {
    stop: CancellationToken,
    /// Of the role: replaced in the lobby, evicted from the air, played to the end.
    own: CancellationToken,
}

struct Connection {
    shared: Arc<Shared>,
    session: Session,
    writer: Arc<OwnedWriteHalf>,
    peer: SocketAddr,
    role: Role,
    leash: Leash,
}

impl Connection {
    async fn run(&mut self, mut reader: OwnedReadHalf) -> End {
        let mut buffer = BytesMut::with_capacity(READ_BYTES);
        loop {
            if let Err(end) = self.listen(&mut reader, &mut buffer).await {
                return end;
            }
        }
    }

    /// Until the role changes: reads, lets the session think, and does what it wants done.
    async fn listen(
        &mut self,
        reader: &mut OwnedReadHalf,
        buffer: &mut BytesMut,
    ) -> Result<(), End> {
        let (stop, own) = (self.leash.stop.clone(), self.leash.own.clone());
        let (mut stop, mut own) =
            (std::pin::pin!(stop.cancelled()), std::pin::pin!(own.cancelled()));
        let mut alarm = std::pin::pin!(sleep(Duration::ZERO));
        loop {
            tokio::select! {
                biased;
                // First, so that a peer that sends without pause can still be told to go.
                () = own.as_mut() => return self.let_go().await,
                () = stop.as_mut() => return Err(End::Done("the server is stopping")),
                read = reader.read_buf(buffer) => {
                    if read.map_err(End::Closed)? == 0 {
                        return Err(End::Closed(io::ErrorKind::UnexpectedEof.into()));
                    }
                    let changed = self.take(buffer).await?;
                    buffer.clear();
                    if changed {
                        return Ok(());
                    }
                }
                // The session's deadline moves with every byte; the alarm is set when it rings.
                () = alarm.as_mut() => {
                    let now = self.shared.clock.monotonic();
                    self.session.handle_timeout(now).map_err(End::Violation)?;
                    match self.session.deadline() {
                        Some(deadline) => alarm.as_mut().reset(deadline.into()),
                        None => alarm.as_mut().reset((now + WRITE_PATIENCE).into()),
                    }
                }
            }
        }
    }

    /// Takes what was read; `true` when the role changed.
    async fn take(&mut self, bytes: &[u8]) -> Result<bool, End> {
        let now = self.shared.clock.monotonic();
        let received = self.session.receive(now, bytes);
        if let Role::Publisher(publisher) = &self.role {
            publisher.publication().heard();
        }
        let changed = self.settle().await?;
        received.map_err(End::Violation)?;
        if self.session.is_closing() {
            return Err(End::Done("it was refused"));
        }
        Ok(changed)
    }

    /// Does what the session wants done; `true` when the role changed.
    async fn settle(&mut self) -> Result<bool, End> {
        let mut changed = false;
        while let Some(output) = self.session.poll() {
            match output {
                Output::Transmit(bytes) => self.transmit(bytes).await?,
                Output::Event(Event::Media(message)) => self.media(message),
                Output::Event(event) => changed |= self.event(event).await?,
            }
        }
        Ok(changed)
    }

    fn media(&mut self, message: MediaMessage) {
        let Role::Publisher(publisher) = &mut self.role else { return };
        let kind = match message.kind {
            MediaKind::Audio => TagKind::Audio,
            MediaKind::Video => TagKind::Video,
            MediaKind::Data => return,
        };
        let tag = Tag { kind, timestamp_ms: message.timestamp, body: message.payload };
        if let Err(error) = publisher.take(&tag) {
            // The publisher learns what to change; a request withdrawn meanwhile needs no answer.
            let _ = self.session.reject_publish(Refusal::Unavailable, &error.to_string());
        }
    }

    async fn event(&mut self, event: Event) -> Result<bool, End> {
        match event {
            Event::Publish(request) => self.publish(request).await?,
            Event::Play(request) => self.play(request).await,
            Event::Unpublished => self.take_role(Role::Idle, "it stopped publishing"),
            Event::Stopped => self.take_role(Role::Idle, "it stopped playing"),
            Event::Metadata(metadata) => {
                tracing::debug!(encoder = metadata.encoder, "the encoder describes its stream");
                return Ok(false);
            }
            Event::Connected(_) | Event::Media(_) => return Ok(false),
        }
        Ok(true)
    }

    async fn publish(&mut self, request: PublishRequest) -> Result<(), End> {
        match Publisher::admit(&self.shared, &request).await {
            Ok(publisher) => {
                if self.session.accept_publish().is_ok() {
                    self.leash.own = publisher.publication().evicted();
                    self.take_role(Role::Publisher(Box::new(publisher)), "it publishes anew");
                }
            }
            Err(refused) => self.refuse(refused).await?,
        }
        Ok(())
    }

    async fn refuse(&mut self, refused: Refused) -> Result<(), End> {
        if refused.wrong_key {
            let now = self.shared.clock.monotonic();
            let penalty = self.shared.attempts.failed(self.peer.ip(), now);
            tracing::warn!(wait_ms = penalty.as_millis(), "an encoder showed a wrong stream key");
            tokio::select! {
                () = sleep(penalty) => {}
                () = self.leash.own.cancelled() => return Err(End::Done("others are waiting")),
                () = self.leash.stop.cancelled() => return Err(End::Done("the server is stopping")),
            }
        } else {
            tracing::info!("an encoder was refused: {}", refused.description);
        }
        // A request withdrawn meanwhile needs no answer.
        let _ = self.session.reject_publish(refused.refusal, &refused.description);
        Ok(())
    }

    async fn play(&mut self, request: PlayRequest) {
        let channel = self.shared.channel_to_play(&request.name).await;
        let air = channel.and_then(|channel| self.shared.live.on_air(channel.id));
        let Some(air) = air else {
            let text = "Nothing is on air under this name.";
            let _ = self.session.reject_play(Refusal::BadName, text);
            return;
        };
        if self.session.accept_play(None).is_err() {
            return;
        }
        let player = Arc::new(Player::new(Arc::clone(&self.writer)));
        // The answer to `play` goes first, by the same way as everything after it.
        while let Some(Output::Transmit(bytes)) = self.session.poll() {
            player.send(bytes);
        }
        if self.shared.fanouts.join(&air, Arc::clone(&player)).is_err() {
            let text = "Too many players at once; watch the site's HLS stream instead.";
            let _ = self.session.reject_play(Refusal::Unavailable, text);
            return;
        }
        tracing::info!(channel.id = %air.channel, "an RTMP player joined");
        self.leash.own = player.over();
        self.take_role(Role::Player(player), "it plays anew");
    }

    /// Our side ends what the peer was doing.
    async fn let_go(&mut self) -> Result<(), End> {
        let reason = match &self.role {
            Role::Undecided { .. } => return Err(End::Done("others were waiting")),
            Role::Publisher(_) => {
                let text = "Another encoder took over this channel.";
                let _ = self.session.reject_publish(Refusal::InUse, text);
                "another encoder took over"
            }
            Role::Player(_) | Role::Idle => {
                let _ = self.session.finish_play();
                "there was nothing more to play, or it read too slowly"
            }
        };
        self.settle().await?;
        Err(End::Done(reason))
    }

    fn take_role(&mut self, role: Role, reason: &str) {
        let now = self.shared.clock.monotonic();
        match std::mem::replace(&mut self.role, role) {
            Role::Publisher(publisher) => publisher.leave(now, reason),
            Role::Player(player) => player.finish(),
            Role::Undecided { .. } | Role::Idle => {}
        }
        if matches!(self.role, Role::Idle) {
            self.leash.own = CancellationToken::new();
        }
    }

    async fn transmit(&self, bytes: Bytes) -> Result<(), End> {
        if let Role::Player(player) = &self.role {
            player.send(bytes);
            return Ok(());
        }
        match timeout(WRITE_PATIENCE, write_all(&self.writer, &bytes)).await {
            Ok(written) => written.map_err(End::Closed),
            Err(_) => Err(End::Done("it did not read what it was answered")),
        }
    }

    /// Says what is left to say and lets go of the role.
    async fn finish(mut self, end: &End) {
        let reason = end.reason();
        // The peer may be gone; what it does not hear any more is lost on nobody.
        let _ = self.settle().await;
        if let Role::Player(player) = &self.role {
            drain(player).await;
        }
        match (&self.role, end) {
            (Role::Publisher(_), _) => {}
            (_, End::Violation(error)) => {
                tracing::info!(peer_said = %error, "an RTMP connection was closed");
            }
            _ => tracing::debug!("an RTMP connection ended: {reason}"),
        }
        self.take_role(Role::Idle, &reason);
    }
}

/// Gives a player that is leaving a moment to read what it was sent.
async fn drain(player: &Player) {
    let deadline = tokio::time::Instant::now() + WRITE_PATIENCE;
    while !player.flush() && tokio::time::Instant::now() < deadline {
        sleep_until(tokio::time::Instant::now() + FLUSH_EVERY).await;
    }
}

async fn write_all(writer: &OwnedWriteHalf, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        writer.writable().await?;
        match writer.try_write(bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
