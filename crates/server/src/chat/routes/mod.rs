//! Chat over HTTP: history, rules and order of a room, and Owncast's dialect.

mod actions;
mod emotes;
mod export;
mod history;
mod owncast;
mod people;
mod polls;
mod queue;
mod settings;
mod terms;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, options};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Chat;
use super::wire::ours::{ClientMessage, ServerMessage};
use crate::api::{ApiError, Code};
use crate::channels::Channel;

/// The largest body of a document, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// What goes over the socket.
#[derive(OpenApi)]
#[openapi(components(schemas(ServerMessage, ClientMessage)))]
struct Messages;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Chat> {
    OpenApiRouter::with_openapi(Messages::openapi())
        .routes(routes!(history::messages))
        .routes(routes!(history::search))
        .routes(routes!(settings::read, settings::change))
        .routes(routes!(actions::list, actions::act))
        .routes(routes!(actions::undo))
        .routes(routes!(terms::list, terms::add))
        .routes(routes!(terms::remove))
        .routes(routes!(terms::add_everywhere))
        .routes(routes!(terms::remove_everywhere))
        .routes(routes!(terms::preview))
        .routes(routes!(queue::list))
        .routes(routes!(queue::review))
        .routes(routes!(queue::report))
        .routes(routes!(queue::appeal, queue::own))
        .routes(routes!(queue::decide))
        .routes(routes!(polls::open, polls::close))
        .routes(routes!(export::export))
        .routes(routes!(people::person))
        .routes(routes!(people::note))
        .routes(routes!(owncast::history))
        .routes(routes!(owncast::register))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .merge(pictures())
}

/// What takes pictures.
fn pictures() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(emotes::list))
        .routes(routes!(emotes::add, emotes::remove))
        .routes(routes!(emotes::add_everywhere, emotes::remove_everywhere))
        .layer(DefaultBodyLimit::max(emotes::MAX_PICTURE))
        .merge(packs())
}

/// What takes many pictures at once.
fn packs() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(emotes::add_pack))
        .routes(routes!(emotes::add_pack_everywhere))
        .layer(DefaultBodyLimit::max(emotes::MAX_PACK))
}

/// This room's routes.
pub(crate) fn routes(chat: Chat) -> OpenApiRouter {
    described()
        .route("/img/emoji/{file}", get(emotes::file))
        .route("/ws", get(owncast::socket::open))
        .route("/api/chat/register", options(owncast::preflight))
        .with_state(chat)
}

async fn find(chat: &Chat, name: &str) -> Result<Channel, ApiError> {
    let found = chat.shared.doors.channels.named(name).await?;
    found.ok_or_else(|| ApiError::new(Code::ChannelNotFound))
}
