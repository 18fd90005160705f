//! `/ws`: the socket of Owncast's clients (Owncast 0.1.3), codes and limits included.

use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::TokenQuery;
use crate::access::Caller;
use crate::api::{ApiError, Code};
use crate::channels::Channel;
use crate::chat::wire::owncast;
use crate::chat::{Chat, ChatError, Ended, Pace, Seat};
use crate::http::{Peer, Why, farewell};

/// The largest frame, in bytes; who sends a larger one is closed.
const MAX_FRAME: usize = 4096;
/// Buffer per socket, in bytes. The library's default of 128 KiB would cost 1.3 GB for 10,000.
const BUFFER: usize = 4096;
/// How often it is asked whether anybody is there.
const PING: Duration = Duration::from_secs(54);
/// Who has not answered for this long is gone: one question, and time to answer.
const SILENCE: Duration = Duration::from_secs(60 + 54);
/// Who takes longer than this to take one frame is too slow.
const SEND_PATIENCE: Duration = Duration::from_secs(10);
/// When who comes is greeted.
const GREETING: Duration = Duration::from_secs(7);

/// The socket is of no use any more.
struct Gone;

pub(in crate::chat::routes) async fn open(
    State(chat): State<Chat>,
    caller: Caller,
    query: Result<Query<TokenQuery>, QueryRejection>,
    peer: Option<Extension<Peer>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let bad = |detail: String| ApiError::with_detail(Code::BadRequest, detail);
    let channel = super::primary(&chat).await?;
    if !chat.shared.settings(&channel).await?.enabled {
        return Ok("CHAT_DISABLED".into_response());
    }
    if chat.is_banned(&channel, caller.from).await? {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    let upgrade = upgrade.map_err(|error| bad(error.body_text()))?;
    let Ok(permit) = std::sync::Arc::clone(&chat.shared.sockets).try_acquire_owned() else {
        return Ok("ERROR_MAX_CONNECTIONS_EXCEEDED".into_response());
    };
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_frame_size(MAX_FRAME)
        .max_message_size(MAX_FRAME);
    Ok(upgrade.on_upgrade(move |socket| {
        // From here on the socket is this room's task, and keeps the connection's place.
        let places = (permit, peer.map(|Extension(peer)| peer.place));
        let tasks = chat.shared.tasks.clone();
        tasks.spawn("chat socket", async move {
            let token = query.access_token.unwrap_or_default();
            serve(&chat, (channel, caller), (socket, &token)).await;
            drop(places);
        });
        std::future::ready(())
    }))
}

async fn serve(
    chat: &Chat,
    (channel, caller): (Channel, Caller),
    (mut socket, token): (WebSocket, &str),
) {
    if token.is_empty() {
        return;
    }
    let entered = Box::pin(chat.enter_as_guest(&channel, caller, token)).await;
    let (seat, first) = match entered {
        Ok(entered) => entered,
        Err(error) => {
            // However it ends, the socket closes.
            let _ = put(&mut socket, owncast::only(reason(&error))).await;
            return;
        }
    };
    let (pace, ended) = Default::default();
    let mut client = Client { chat, socket, seat, pace, ended };
    if client.put(first).await.is_ok() {
        let _ = client.run().await;
    }
    let Client { socket, seat, ended, .. } = client;
    drop(seat);
    if let Some(ended) = ended {
        let (mut sink, mut stream) = socket.split();
        farewell(&mut sink, &mut stream, (Why::from(&ended), &ended.detail)).await;
    }
}

/// What the client is told before it is closed.
fn reason(error: &ChatError) -> &'static str {
    match error {
        ChatError::NoSuch(_) => "ERROR_NEEDS_REGISTRATION",
        ChatError::Full(_) => "ERROR_MAX_CONNECTIONS_EXCEEDED",
        _ => "ERROR_USER_DISABLED",
    }
}

struct Client<'a> {
    chat: &'a Chat,
    socket: WebSocket,
    seat: Seat,
    pace: Pace,
    /// Why the client has to go.
    ended: Option<Ended>,
}

impl Client<'_> {
    async fn run(&mut self) -> Result<(), Gone> {
        let stopping = self.chat.shared.tasks.stopping();
        let mut ping = interval_at(Instant::now() + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut heard, mut greeted) = (Instant::now(), false);
        let greet_at = heard + GREETING;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return Ok(()),
                text = self.seat.next() => match text {
                    Ok(text) => self.put(text).await?,
                    Err(ended) => {
                        if ended.code == "banned" {
                            self.put(owncast::only("ERROR_USER_DISABLED")).await?;
                        }
                        self.ended = Some(ended);
                        return Ok(());
                    }
                },
                message = self.socket.recv() => {
                    let message = message.ok_or(Gone)?.map_err(|_| Gone)?;
                    heard = Instant::now();
                    // On the heap: few talk, and all wait.
                    Box::pin(self.take(message)).await?;
                }
                () = tokio::time::sleep_until(greet_at), if !greeted => {
                    greeted = true;
                    if let Some(text) = self.seat.greeting() {
                        self.put(text).await?;
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Err(Gone);
                    }
                    deliver(&mut self.socket, Message::Ping(Bytes::new())).await?;
                }
            }
        }
    }

    /// Something that the client sent.
    async fn take(&mut self, message: Message) -> Result<(), Gone> {
        let answers = match message {
            Message::Text(text) => self.seat.hear_owncast(&text).await,
            _ => self.pace.noise(std::time::Instant::now()).map(|()| Vec::new()),
        };
        match answers {
            Ok(answers) => {
                for answer in answers {
                    self.put(answer).await?;
                }
                Ok(())
            }
            Err(ended) => {
                self.ended = Some(ended);
                Err(Gone)
            }
        }
    }

    async fn put(&mut self, text: Bytes) -> Result<(), Gone> {
        put(&mut self.socket, text).await
    }
}

async fn put(socket: &mut WebSocket, text: Bytes) -> Result<(), Gone> {
    let text = Utf8Bytes::try_from(text).map_err(|_| Gone)?;
    deliver(socket, Message::Text(text)).await
}

async fn deliver(socket: &mut WebSocket, message: Message) -> Result<(), Gone> {
    match timeout(SEND_PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}
