//! One RTMP connection: the loop between its socket and its session.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rivulet_media::flv::{Tag, TagKind};
use rivulet_media::rtmp::server::{
    Event, Output, PlayRequest, PublishRequest, Refusal, Session, Withdrawn,
};
use rivulet_media::rtmp::{Entropy, Error, MediaKind, MediaMessage};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::farewell::linger;
use super::lobby::Place;
use super::player::Player;
use super::publisher::{Publisher, Refused, authorize};
use crate::attempts::Prefix;
use crate::seal::entropy;

/// Read at one time, in bytes: a large frame at once, a small buffer per connection.
const READ_BYTES: usize = 64 * 1024;
/// How long a peer may take to read what it is answered.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// How often what did not fit into a leaving player's socket is tried again.
const FLUSH_EVERY: Duration = Duration::from_millis(50);

/// Why a connection ends.
pub(super) enum End {
    /// The peer closed it, or the network did.
    Closed(io::Error),
    /// The peer broke the protocol or a limit.
    Violation(Error),
    /// What was to be said has been said.
    Done(&'static str),
    /// The publisher has lost its place, and was told why.
    Evicted,
}

impl End {
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Closed(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "it closed the connection".to_owned()
            }
            Self::Closed(error) => format!("the connection broke ({error})"),
            Self::Violation(error) => error.to_string(),
            Self::Done(reason) => (*reason).to_owned(),
            Self::Evicted => "it lost its place".to_owned(),
        }
    }
}

/// Serves one connection to its end.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    let Some((mut connection, mut reader)) = Connection::open(shared, stream, peer) else { return };
    let end = connection.run(&mut reader).await;
    let lost_its_place = matches!(end, End::Evicted);
    connection.finish(&end).await;
    if lost_its_place {
        linger(reader).await;
    }
}

/// What the peer is to us.
enum Role {
    /// It has shown nothing, or has stopped what it did and may ask for something else.
    Undecided {
        _place: Place,
    },
    Publisher(Box<Publisher>),
    Player {
        player: Arc<Player>,
        _seat: OwnedSemaphorePermit,
    },
}

/// What can end a connection from our side.
struct Leash {
    stop: CancellationToken,
    /// Of the role: replaced in the lobby, evicted from the air, played to the end.
    own: CancellationToken,
}

pub(super) struct Connection {
    shared: Arc<Shared>,
    session: Session,
    writer: Arc<OwnedWriteHalf>,
    from: Prefix,
    role: Role,
    leash: Leash,
}

impl Connection {
    /// A connection in the lobby; `None` when the system has no random bytes for its handshake.
    pub(super) fn open(
        shared: Arc<Shared>,
        stream: TcpStream,
        peer: SocketAddr,
    ) -> Option<(Self, OwnedReadHalf)> {
        // Answers are small and awaited. Failing costs only delay.
        let _ = stream.set_nodelay(true);
        let random = entropy().ok()?;
        let session = Session::new(shared.limits, Entropy::new(random), shared.clock.monotonic());
        let from = Prefix::of(peer.ip());
        let place = shared.lobby.enter(from);
        let leash = Leash { stop: shared.tasks.stopping(), own: place.lost() };
        let role = Role::Undecided { _place: place };
        let (reader, writer) = stream.into_split();
        let writer = Arc::new(writer);
        Some((Self { shared, session, writer, from, role, leash }, reader))
    }

    async fn run(&mut self, reader: &mut OwnedReadHalf) -> End {
        let mut buffer = BytesMut::with_capacity(READ_BYTES);
        loop {
            if let Err(end) = self.listen(reader, &mut buffer).await {
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
                () = own.as_mut() => return Err(self.let_go()),
                () = stop.as_mut() => return Err(self.stop()),
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
    pub(super) async fn take(&mut self, bytes: &[u8]) -> Result<bool, End> {
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
        // A peer that sends without pause never lets the alarm ring.
        self.session.handle_timeout(now).map_err(End::Violation)?;
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
            Event::Play(request) => self.play(request).await?,
            Event::Unpublished => return Ok(self.start_over("it stopped publishing")),
            Event::Stopped => return Ok(self.start_over("it stopped playing")),
            Event::Metadata(metadata) => {
                tracing::debug!(encoder = metadata.encoder, "the encoder describes its stream");
                return Ok(false);
            }
            Event::Connected(_) | Event::Media(_) => return Ok(false),
        }
        Ok(true)
    }

    async fn publish(&mut self, request: PublishRequest) -> Result<(), End> {
        let granted = tokio::select! {
            granted = authorize(&self.shared, self.from, &request) => granted,
            () = self.leash.own.cancelled() => return Err(End::Done("others are waiting")),
            () = self.leash.stop.cancelled() => return Err(End::Done("the server is stopping")),
        };
        let admitted = match granted {
            Ok(grant) => Publisher::admit(&self.shared, grant).await,
            Err(refused) => Err(refused),
        };
        match admitted {
            Ok(publisher) => {
                if self.session.accept_publish().is_ok() {
                    self.leash.own = publisher.publication().evicted();
                    self.take_role(Role::Publisher(Box::new(publisher)), "it publishes anew");
                }
                Ok(())
            }
            Err(refused) => self.refuse(&refused),
        }
    }

    fn refuse(&mut self, refused: &Refused) -> Result<(), End> {
        if refused.wrong_key {
            tracing::warn!("an encoder showed a wrong stream key");
        } else {
            tracing::info!("an encoder was refused: {}", refused.description);
        }
        ends_anyway(self.session.reject_publish(refused.refusal, &refused.description))
    }

    async fn play(&mut self, request: PlayRequest) -> Result<(), End> {
        let channel = self.shared.channel_to_play(&request.name).await;
        let air = channel.and_then(|channel| self.shared.live.on_air(channel.id));
        let Some(air) = air else {
            let text = "Nothing is on air under this name.";
            return ends_anyway(self.session.reject_play(Refusal::BadName, text));
        };
        let Ok(seat) = Arc::clone(&self.shared.seats).try_acquire_owned() else {
            return self.too_many_players();
        };
        if self.session.accept_play(None).is_err() {
            return Ok(());
        }
        let player = Arc::new(Player::new(Arc::clone(&self.writer)));
        // The answer to `play` goes first, by the same way as everything after it.
        while let Some(bytes) = self.session.poll_transmit() {
            player.send(bytes);
        }
        if self.shared.fanouts.join(&air, Arc::clone(&player)).is_err() {
            return self.too_many_players();
        }
        tracing::info!(channel.id = %air.channel, "an RTMP player joined");
        self.leash.own = player.over();
        self.take_role(Role::Player { player, _seat: seat }, "it plays anew");
        Ok(())
    }

    fn too_many_players(&mut self) -> Result<(), End> {
        let text = "Too many players at once; watch the site's HLS stream instead.";
        ends_anyway(self.session.reject_play(Refusal::Unavailable, text))
    }

    /// Our side ends what the peer was doing.
    fn let_go(&mut self) -> End {
        let reason = match &self.role {
            Role::Undecided { .. } => "others were waiting",
            Role::Publisher(publisher) => {
                let (refusal, text) = publisher.farewell();
                let _ = self.session.reject_publish(refusal, &text);
                return End::Evicted;
            }
            Role::Player { .. } => {
                // One that is gone or too slow is sent nothing any more.
                let _ = self.session.finish_play();
                "there was nothing more to play, or it read too slowly"
            }
        };
        End::Done(reason)
    }

    /// The server stops: players learn that nothing more comes. An encoder that is told so would
    /// give up; one that loses its connection comes back.
    fn stop(&mut self) -> End {
        if let Role::Player { player, .. } = &self.role {
            player.finish();
            let _ = self.session.finish_play();
        }
        End::Done("the server is stopping")
    }

    /// The peer has stopped what it did; `true` if it did anything. From now on it waits for a role
    /// like everybody who has just come.
    fn start_over(&mut self, reason: &str) -> bool {
        if matches!(self.role, Role::Undecided { .. }) {
            return false;
        }
        let place = self.shared.lobby.enter(self.from);
        self.leash.own = place.lost();
        self.take_role(Role::Undecided { _place: place }, reason);
        true
    }

    fn take_role(&mut self, role: Role, reason: &str) {
        let left = std::mem::replace(&mut self.role, role);
        left.end(self.shared.clock.monotonic(), reason);
    }

    /// Says what is left to say; what the peer asked for meanwhile is let be.
    async fn flush(&mut self) -> Result<(), End> {
        while let Some(bytes) = self.session.poll_transmit() {
            self.transmit(bytes).await?;
        }
        Ok(())
    }

    async fn transmit(&self, bytes: Bytes) -> Result<(), End> {
        if let Role::Player { player, .. } = &self.role {
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
        let _ = self.flush().await;
        if let Role::Player { player, .. } = &self.role {
            drain(player).await;
        }
        match (&self.role, end) {
            (Role::Publisher(_), _) => {}
            (_, End::Violation(error)) => {
                tracing::info!(peer_said = %error, "an RTMP connection was closed");
            }
            _ => tracing::debug!("an RTMP connection ended: {reason}"),
        }
        self.role.end(self.shared.clock.monotonic(), &reason);
    }
}

impl Role {
    fn end(self, now: Instant, reason: &str) {
        match self {
            Self::Publisher(publisher) => publisher.leave(now, reason),
            Self::Player { player, .. } => player.finish(),
            Self::Undecided { .. } => {}
        }
    }
}

/// A peer that was refused goes. One that withdrew its request meanwhile needs no answer, and
/// gains nothing by it.
fn ends_anyway(answered: Result<(), Withdrawn>) -> Result<(), End> {
    answered.map_err(|Withdrawn| End::Done("it was refused"))
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
