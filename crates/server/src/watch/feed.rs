//! The socket of a page that follows several channels, or the directory: everything first, then
//! what changes.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt as _;
use futures_util::stream::SplitSink;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::Watch;
use super::board::Change;
use super::document::{ServerMessage, SiteSummary};
use super::socket::{PULSE, QUIET, SILENCE};
use crate::channels::Channel;
use crate::chat::Pace;
use crate::clock::rfc3339;
use crate::http::{Gone, Outlet, WayOut};
use crate::ids::ChannelId;

/// A socket, and the connection's way out where it has one of its own.
type Opened = (WebSocket, Option<Arc<Outlet>>);
/// What the page is told through.
type Speaker = WayOut<SplitSink<WebSocket, Message>>;

/// What a page follows.
pub(super) enum Following {
    /// These channels.
    Channels(Vec<Channel>),
    /// All that lists may show.
    Directory,
}

impl Following {
    fn ids(&self) -> Option<HashSet<ChannelId>> {
        match self {
            Self::Channels(channels) => Some(channels.iter().map(|it| it.id).collect()),
            Self::Directory => None,
        }
    }
}

/// Serves one page until it leaves or the server stops.
pub(super) async fn serve(watch: Watch, following: Following, socket: Opened) {
    // However it ends, the socket closes.
    let _ = run(&watch, &following, socket).await;
}

async fn run(watch: &Watch, following: &Following, socket: Opened) -> Result<(), Gone> {
    let (sink, mut stream) = socket.0.split();
    let socket = &mut WayOut::new(sink, socket.1);
    let stopping = watch.tasks.stopping();
    let mut pulse = interval_at(Instant::now() + PULSE, PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut heard, mut pace) = (Instant::now(), Pace::default());
    let (ids, mut site) = (following.ids(), watch.site.watch());
    let server_time = rfc3339(watch.clock.wall());
    send(socket, &ServerMessage::Hello { server_time }).await?;
    // Before what there is, so that no change falls between.
    let mut changes = watch.boards.changes();
    show_all(watch, following, socket).await?;
    loop {
        tokio::select! {
            () = stopping.cancelled() => return send(socket, &ServerMessage::GoingAway).await,
            change = changes.recv() => match change {
                Ok(change) if concerns(&change, ids.as_ref()) => socket.text(change.text.as_bytes()).await?,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => {
                    changes = watch.boards.changes();
                    show_all(watch, following, socket).await?;
                }
                Err(RecvError::Closed) => return Err(Gone),
            },
            changed = site.changed() => {
                changed.map_err(|_| Gone)?;
                send(socket, &site_message(watch)).await?;
            }
            message = stream.next() => {
                message.ok_or(Gone)?.map_err(|_| Gone)?;
                heard = Instant::now();
                pace.noise(heard.into_std()).map_err(|_| Gone)?;
            }
            _ = pulse.tick() => {
                let silent = heard.elapsed();
                if silent > SILENCE {
                    return Err(Gone);
                }
                if silent >= QUIET {
                    socket.ping().await?;
                }
            }
        }
    }
}

fn concerns(change: &Change, ids: Option<&HashSet<ChannelId>>) -> bool {
    ids.map_or(change.listed, |ids| ids.contains(&change.channel))
}

/// Everything as it is now.
async fn show_all(watch: &Watch, following: &Following, socket: &mut Speaker) -> Result<(), Gone> {
    send(socket, &site_message(watch)).await?;
    match following {
        Following::Directory => {
            let channels = watch.directory().await.map_err(|error| cannot(&error))?;
            send(socket, &ServerMessage::Directory { channels }).await
        }
        Following::Channels(channels) => {
            for channel in channels {
                let board = watch.board(channel).await.map_err(|error| cannot(&error))?;
                let news = Arc::clone(&board.borrow());
                let viewers = watch.viewers(channel.id);
                let status = news.status.clone().with_viewers(viewers);
                let channel = news.facts.channel.slug.to_string();
                socket.text(news.facts_text.as_bytes()).await?;
                send(socket, &ServerMessage::Status { channel, status }).await?;
            }
            Ok(())
        }
    }
}

fn cannot(error: &crate::api::ApiError) -> Gone {
    tracing::debug!(?error, "a page that follows several channels cannot be shown them");
    Gone
}

pub(super) fn site_message(watch: &Watch) -> ServerMessage {
    ServerMessage::Site { site: SiteSummary::new(&watch.site.settings()) }
}

async fn send(socket: &mut Speaker, message: &ServerMessage) -> Result<(), Gone> {
    socket.text(message.to_text().as_bytes()).await
}
