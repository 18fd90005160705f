//! `/ws`: the socket of Owncast's clients (Owncast 0.1.3), codes and limits included.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, Query, State};
use axum::http::{StatusCode, Version};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use futures_util::stream::{SplitSink, SplitStream};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::TokenQuery;
use crate::access::Caller;
use crate::api::{ApiError, Code};
use crate::channels::Channel;
use crate::chat::wire::owncast;
use crate::chat::{Chat, ChatError, Ended, Next, Pace, Seat};
use crate::http::{Gone, Outlet, Peer, WayOut, Why, farewell};

/// The largest frame, in bytes; who sends a larger one is closed.
const MAX_FRAME: usize = 4096;
/// Buffer per socket, in bytes. The library's default of 128 KiB would cost 1.3 GB for 10,000.
const BUFFER: usize = 1024;
/// How often it is asked whether anybody is there.
const PING: Duration = Duration::from_secs(54);
/// Who has not answered for this long is gone: one question, and time to answer.
const SILENCE: Duration = Duration::from_secs(60 + 54);
/// When who comes is greeted.
const GREETING: Duration = Duration::from_secs(7);

pub(in crate::chat::routes) async fn open(
    State(chat): State<Chat>,
    caller: Caller,
    query: Result<Query<TokenQuery>, QueryRejection>,
    (peer, version): (Option<Extension<Peer>>, Version),
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
    let Ok(permit) = Arc::clone(&chat.shared.sockets).try_acquire_owned() else {
        return Ok("ERROR_MAX_CONNECTIONS_EXCEEDED".into_response());
    };
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_frame_size(MAX_FRAME)
        .max_message_size(MAX_FRAME);
    Ok(upgrade.on_upgrade(move |socket| {
        // From here on the socket is this room's task, and keeps the connection's place.
        let outlet = peer.as_ref().and_then(|peer| peer.outlet(version));
        let places = (permit, peer.map(|Extension(peer)| peer.place));
        let tasks = chat.shared.tasks.clone();
        tasks.spawn("chat socket", async move {
            let token = query.access_token.unwrap_or_default();
            serve(&chat, (channel, caller), (socket, outlet, &token)).await;
            drop(places);
        });
        std::future::ready(())
    }))
}

async fn serve(
    chat: &Chat,
    (channel, caller): (Channel, Caller),
    (socket, outlet, token): (WebSocket, Option<Arc<Outlet>>, &str),
) {
    if token.is_empty() {
        return;
    }
    let (sink, stream) = socket.split();
    let mut way_out = WayOut::new(sink, outlet.clone());
    let entered = Box::pin(chat.enter_as_guest(&channel, (caller, outlet), token)).await;
    let (seat, first) = match entered {
        Ok(entered) => entered,
        Err(error) => {
            // However it ends, the socket closes.
            let _ = way_out.text(&owncast::only(reason(&error))).await;
            return;
        }
    };
    let (pace, ended) = Default::default();
    let mut client = Client { chat, way_out, stream, seat, pace, ended };
    if client.way_out.text(&first).await.is_ok() {
        let _ = client.run().await;
    }
    let Client { mut way_out, mut stream, seat, ended, .. } = client;
    drop(seat);
    if let Some(ended) = ended {
        farewell(way_out.sink(), &mut stream, (Why::from(&ended), &ended.detail)).await;
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
    way_out: WayOut<SplitSink<WebSocket, Message>>,
    stream: SplitStream<WebSocket>,
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
                next = self.seat.next() => match next {
                    Ok(Next::Send(frame)) => self.way_out.frame(&frame).await?,
                    Ok(Next::Flush) => self.way_out.flush().await?,
                    Err(ended) => {
                        if ended.code == "banned" {
                            self.way_out.text(&owncast::only("ERROR_USER_DISABLED")).await?;
                        }
                        self.ended = Some(ended);
                        return Ok(());
                    }
                },
                message = self.stream.next() => {
                    let message = message.ok_or(Gone)?.map_err(|error| {
                        self.ended = Ended::unreadable(&error);
                        Gone
                    })?;
                    heard = Instant::now();
                    // On the heap: few talk, and all wait.
                    Box::pin(self.take(message)).await?;
                }
                () = tokio::time::sleep_until(greet_at), if !greeted => {
                    greeted = true;
                    if let Some(text) = self.seat.greeting() {
                        self.way_out.text(&text).await?;
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Err(Gone);
                    }
                    self.way_out.ping().await?;
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
                    self.way_out.text(&answer).await?;
                }
                Ok(())
            }
            Err(ended) => {
                self.ended = Some(ended);
                Err(Gone)
            }
        }
    }
}
