//! The pages, the status document and the socket.

mod owncast;
mod previews;

use axum::Json;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Version};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{MethodFilter, get, on};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document::{ChannelDocument, ServerMessage};
use super::feed::{self, Following};
use super::inside::Inside;
use super::page::{Visit, Wanted};
use super::socket::Page;
use super::{Watch, page};
use crate::access::Caller;
use crate::api::{ApiError, Code, Problem, Query};
use crate::channels::Channel;
use crate::chat::Visitor;
use crate::http::{Peer, WayOut};
use crate::site::Mode;
use crate::web::{Kind, Word};

/// The longest text a page may send on the socket, in bytes: the longest message of chat, escaped.
const MAX_MESSAGE_BYTES: usize = 16 * 1024;
/// Channels that one page may follow by name. Against a page that asks for all of them one by one.
const MAX_FOLLOWED: usize = 50;
/// Buffer per socket, in bytes. The library's default of 128 KiB would cost 1.3 GB for 10,000.
const SOCKET_BUFFER_BYTES: usize = 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(channel)).routes(routes!(open_socket))
}

/// Pages that show no channel, with their titles: the application fills them.
const PLAIN_PAGES: &[(&str, Word)] = &[
    ("/sign-in", Word::SignIn),
    ("/register", Word::Register),
    ("/setup", Word::Welcome),
    ("/setup/{part}", Word::Welcome),
    ("/reset", Word::ForgottenPassword),
    ("/reset-password", Word::NewPassword),
    ("/confirm-mail", Word::MailAddress),
    ("/settings", Word::Settings),
    ("/settings/{part}", Word::Settings),
    ("/studio", Word::Studio),
    ("/studio/{name}", Word::Studio),
    ("/studio/{name}/{part}", Word::Studio),
    ("/studio/{name}/{part}/{panel}", Word::Studio),
    ("/admin", Word::Admin),
    ("/admin/{part}", Word::Admin),
];

/// This room's routes.
pub(crate) fn routes(watch: Watch) -> OpenApiRouter {
    let plain = |router: OpenApiRouter<Watch>, &(path, title): &(&'static str, Word)| {
        let page = async move |State(watch): State<Watch>, visit: Visit| {
            page::plain(&watch, title, &visit)
        };
        router.route(path, get(page))
    };
    let moved = |router: OpenApiRouter<Watch>, &(path, to): &(&'static str, &'static str)| {
        router.route(path, get(move || std::future::ready(Redirect::temporary(to))))
    };
    let router = PLAIN_PAGES.iter().fold(described(), plain);
    owncast::MOVED
        .iter()
        .fold(router, moved)
        // HTTP/2 opens a WebSocket with an extended CONNECT (RFC 8441).
        .route("/api/v1/socket", on(MethodFilter::CONNECT, open_socket))
        .route("/", get(home))
        .route("/{name}", get(channel_page))
        .route("/{name}/schedule", get(schedule_page))
        .route("/{name}/schedule/{stream}", get(stream_page))
        .route("/embed/video", get(embed))
        .route("/{name}/embed", get(channel_embed))
        .route("/{name}/chat", get(chat_window))
        .route("/{name}/embed/chat", get(chat_embed))
        // As Owncast calls them.
        .route("/embed/chat/readonly", get(primary_chat))
        .route("/embed/chat/readwrite", get(primary_chat))
        .route("/{name}/overlay", get(overlay))
        .route("/oembed", get(previews::oembed))
        .route("/manifest.webmanifest", get(previews::webmanifest))
        .with_state(watch)
}

/// A channel and what it is doing
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, body = ChannelDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn channel(
    State(watch): State<Watch>,
    Path(name): Path<String>,
) -> Result<Json<ChannelDocument>, ApiError> {
    let channel = find(&watch, &name).await?;
    Ok(Json(watch.document(&channel).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SocketQuery {
    /// The channel's slug; the primary channel when absent
    channel: Option<String>,
    /// Several channels instead, by their slugs, separated by commas: at most 50
    channels: Option<String>,
    /// `1` asks for the whole directory instead
    directory: Option<String>,
    /// `1` asks for the stream's health too, and to be told when markers change: for those who work
    /// on the channel or send `Authorization: Bearer <stream key>`, and for programs on the server
    /// itself
    health: Option<String>,
    /// `1` asks for the channel's chat too: what clients say is described as `ChatClientMessage`.
    /// `say` is for programs that only talk: they are answered, and not told what others say
    chat: Option<String>,
    /// The number of the last event of chat that the page has seen
    after: Option<u64>,
}

/// A WebSocket that says what channels are doing and say of themselves, now and whenever it changes
///
/// First come `hello`, what the site says of itself, and everything that was asked for as it is; then
/// what changes. Each message is a JSON text, described as `ServerMessage`. With `chat=1`, chat is
/// told on the same socket (`ChatServerMessage`), and heard (`ChatClientMessage`).
///
/// It is closed with a reason (RFC 6455 §7.4.1): 1008 when it says too much at once, 1009 when a message
/// is longer than 16 KiB, 1013 when it takes too slowly what it is told: come again.
#[utoipa::path(
    get,
    path = "/api/v1/socket",
    params(SocketQuery),
    responses(
        (status = 101, description = "The socket is open", body = ServerMessage),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn open_socket(
    State(watch): State<Watch>,
    caller: Caller,
    Query(query): Query<SocketQuery>,
    (peer, version): (Option<Extension<Peer>>, Version),
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|error| ApiError::bad_request(error.body_text()))?;
    let outlet = peer.as_ref().and_then(|peer| peer.outlet(version));
    if let Some(following) = following(&watch, &query).await? {
        return keep_open(watch, (upgrade, peer), move |watch, socket| {
            Box::pin(feed::serve(watch, following, (socket, outlet)))
        });
    }
    let channel = find(&watch, query.channel.as_deref().unwrap_or("primary")).await?;
    let inside = if query.health.as_deref() == Some("1") {
        let peer = peer.as_ref().map(|it| it.address);
        watch.insights.admit(&channel, (&caller, peer), &headers).await?;
        Some(Inside::of(&watch, channel.id))
    } else {
        None
    };
    let visitor = Visitor::new(caller, outlet.clone());
    let visitor = match query.chat.as_deref() {
        Some("1") => Some(visitor),
        Some("say") => Some(visitor.who_only_talks()),
        _ => None,
    };
    let chat = match visitor {
        Some(visitor) => Some(Box::new(watch.chat.enter(&channel, visitor, query.after).await?)),
        None => None,
    };
    let news = watch.board(&channel).await?;
    keep_open(watch, (upgrade, peer), move |watch, socket| {
        let (sink, stream) = socket.split();
        let way_out = WayOut::new(sink, outlet);
        Box::pin(Page::new((watch, news), (inside, chat), way_out).run(stream))
    })
}

/// What a page follows that follows more than one channel.
async fn following(watch: &Watch, query: &SocketQuery) -> Result<Option<Following>, ApiError> {
    if query.directory.as_deref() == Some("1") {
        return Ok(Some(Following::Directory));
    }
    let Some(names) = &query.channels else { return Ok(None) };
    let names: Vec<_> = names.split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() || names.len() > MAX_FOLLOWED {
        let detail = "`channels` names 1 to 50 channels, separated by commas.";
        return Err(ApiError::bad_request(detail));
    }
    let mut channels = Vec::new();
    for name in names {
        channels.push(find(watch, name).await?);
    }
    Ok(Some(Following::Channels(channels)))
}

/// Answers with an open socket, and has `serve` talk on it.
fn keep_open(
    watch: Watch,
    (upgrade, peer): (WebSocketUpgrade, Option<Extension<Peer>>),
    serve: impl FnOnce(Watch, WebSocket) -> BoxFuture<'static, ()> + Send + 'static,
) -> Result<Response, ApiError> {
    let permit = std::sync::Arc::clone(&watch.sockets)
        .try_acquire_owned()
        .map_err(|_| ApiError::new(Code::TooMany))?;
    Ok(upgrade
        .read_buffer_size(SOCKET_BUFFER_BYTES)
        .write_buffer_size(SOCKET_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| {
            // From here on the socket is this room's task, and keeps the connection's place.
            let places = (permit, peer.map(|Extension(peer)| peer.place));
            let tasks = watch.tasks.clone();
            let served = serve(watch, socket);
            tasks.spawn("socket", async move {
                served.await;
                drop(places);
            });
            std::future::ready(())
        }))
}

#[derive(Deserialize)]
struct EmbedQuery {
    autoplay: Option<String>,
}

impl EmbedQuery {
    /// As the page's script reads it.
    fn autoplay(&self) -> bool {
        self.autoplay.as_deref() != Some("false")
    }
}

async fn home(State(watch): State<Watch>, visit: Visit) -> Result<Response, ApiError> {
    if owncast::is_media_player(&visit.headers) {
        return Ok(Redirect::temporary("/hls/stream.m3u8").into_response());
    }
    if watch.site.settings().settings.mode == Mode::Multi {
        return page::directory(&watch, &visit).await;
    }
    page(&watch, "primary", watch_page(&visit)).await
}

async fn channel_page(
    State(watch): State<Watch>,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, ApiError> {
    match name.strip_prefix('@') {
        Some(slug) => page(&watch, slug, watch_page(&visit)).await,
        // Pages name this one; the admin may have given the site another.
        None if name == "favicon.svg" && watch.site.settings().settings.look.has_icon => {
            Ok(Redirect::temporary("/favicon.ico").into_response())
        }
        None => Ok(watch
            .web
            .file(&name, &visit.headers)
            .unwrap_or_else(|| page::missing(&watch, &visit))),
    }
}

async fn schedule_page(
    State(watch): State<Watch>,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, ApiError> {
    let Some(channel) = named(&watch, &name).await? else {
        return Ok(page::missing(&watch, &visit));
    };
    let planned = watch.schedule.coming(&channel).await?;
    page::render_schedule(&watch, &channel, (&planned, None), &visit).await
}

async fn stream_page(
    State(watch): State<Watch>,
    Path((name, stream)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, ApiError> {
    let Some(channel) = named(&watch, &name).await? else {
        return Ok(page::missing(&watch, &visit));
    };
    match watch.schedule.show(&channel, &stream).await? {
        Some(planned) => {
            page::render_schedule(&watch, &channel, (&planned, Some(&stream)), &visit).await
        }
        None => Ok(page::missing(&watch, &visit)),
    }
}

async fn embed(
    State(watch): State<Watch>,
    Query(query): Query<EmbedQuery>,
    visit: Visit,
) -> Result<Response, ApiError> {
    page(&watch, "primary", embed_page(&visit, &query)).await
}

async fn channel_embed(
    State(watch): State<Watch>,
    Path(name): Path<String>,
    Query(query): Query<EmbedQuery>,
    visit: Visit,
) -> Result<Response, ApiError> {
    match name.strip_prefix('@') {
        Some(slug) => page(&watch, slug, embed_page(&visit, &query)).await,
        None => Ok(page::missing(&watch, &visit)),
    }
}

async fn chat_window(
    State(watch): State<Watch>,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, ApiError> {
    alone(&watch, &name, (Kind::Chat, &visit)).await
}

async fn chat_embed(
    State(watch): State<Watch>,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, ApiError> {
    alone(&watch, &name, (Kind::ChatEmbed, &visit)).await
}

/// The page reads from its address whether one may write in it.
async fn primary_chat(State(watch): State<Watch>, visit: Visit) -> Result<Response, ApiError> {
    alone(&watch, "@primary", (Kind::ChatEmbed, &visit)).await
}

async fn overlay(
    State(watch): State<Watch>,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, ApiError> {
    alone(&watch, &name, (Kind::Overlay, &visit)).await
}

/// A page of a channel that has no player.
async fn alone(
    watch: &Watch,
    name: &str,
    (kind, visit): (Kind, &Visit),
) -> Result<Response, ApiError> {
    match name.strip_prefix('@') {
        Some(slug) => page(watch, slug, Wanted { kind, visit, autoplay: false }).await,
        None => Ok(page::missing(watch, visit)),
    }
}

fn watch_page(visit: &Visit) -> Wanted<'_> {
    Wanted { kind: Kind::App, visit, autoplay: true }
}

fn embed_page<'a>(visit: &'a Visit, query: &EmbedQuery) -> Wanted<'a> {
    Wanted { kind: Kind::Embed, visit, autoplay: query.autoplay() }
}

/// A channel's page, or the one for addresses where nothing is.
async fn page(watch: &Watch, name: &str, wanted: Wanted<'_>) -> Result<Response, ApiError> {
    match watch.channels.named(name).await? {
        Some(channel) => page::render(watch, &channel, wanted).await,
        None => Ok(page::missing(watch, wanted.visit)),
    }
}

/// The channel of an address that begins with `/@`.
async fn named(watch: &Watch, name: &str) -> Result<Option<Channel>, ApiError> {
    let Some(slug) = name.strip_prefix('@') else { return Ok(None) };
    Ok(watch.channels.named(slug).await?)
}

async fn find(watch: &Watch, name: &str) -> Result<Channel, ApiError> {
    watch.channels.asked_for(name).await
}
