//! All routes in one place, and what every response carries.

mod described;
mod gate;
mod moved;
mod plain;

use axum::middleware;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use described::description;
pub(crate) use gate::Site;

use crate::accounts::{self, Accounts};
use crate::api::{self, Idempotency, Limiter};
use crate::audit::{self, Audit};
use crate::backup;
use crate::channels;
use crate::chat::{self, Chat};
use crate::delivery::{self, Delivery};
use crate::discovery::{self, Discovery};
use crate::ingest::{self, Ingest};
use crate::insights::{self, Insights, Ledger};
use crate::jobs::{self, Desk};
use crate::live::{self, Live};
use crate::markers::{self, Markers};
use crate::notify::{self, Notify};
use crate::owncast::{self, Owncast};
use crate::schedule::{self, Schedule};
use crate::site;
use crate::stills::{self, Stills};
use crate::transcode::{self, Transcode};
use crate::watch::{self, Watch};
use crate::web::Web;
use described::Description;
use gate::Gatekeeper;
use plain::{asset, common_headers, method_not_allowed, not_found, strict_transport};

/// What the routes lead to.
pub(crate) struct Rooms {
    pub(crate) accounts: Accounts,
    pub(crate) audit: Audit,
    pub(crate) site: site::Site,
    pub(crate) channels: channels::Doors,
    pub(crate) chat: Chat,
    pub(crate) live: Live,
    pub(crate) ingest: Ingest,
    pub(crate) discovery: Discovery,
    pub(crate) watch: Watch,
    pub(crate) delivery: Delivery,
    pub(crate) insights: Insights,
    pub(crate) ledger: Ledger,
    pub(crate) stills: Stills,
    pub(crate) markers: Markers,
    pub(crate) schedule: Schedule,
    pub(crate) notify: Notify,
    pub(crate) owncast: Owncast,
    pub(crate) transcode: Transcode,
    pub(crate) desk: Desk,
    pub(crate) backups: backup::Desk,
    pub(crate) web: Web,
}

/// What stands before all routes of the API.
pub(crate) struct Keepers {
    pub(crate) site: Site,
    pub(crate) limiter: Limiter,
    pub(crate) idempotency: Idempotency,
}

/// The whole site.
pub(crate) fn build(rooms: Rooms, keepers: Keepers) -> Router {
    let Keepers { site, limiter, idempotency } = keepers;
    let channels = rooms.channels.channels.clone();
    let is_strict = site.is_strict();
    let gatekeeper = Gatekeeper::new(rooms.accounts.clone(), channels.clone(), site);
    let at_admin_pages =
        middleware::from_fn_with_state(rooms.owncast.clone(), owncast::before_admin_pages);
    let (router, mut described) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(accounts::routes(rooms.accounts))
        .merge(site::routes(rooms.site))
        .merge(audit::routes(rooms.audit))
        .merge(channels::routes(rooms.channels))
        .merge(chat::routes(rooms.chat))
        .merge(live::routes(rooms.live))
        .merge(ingest::routes(rooms.ingest))
        .merge(discovery::routes(rooms.discovery))
        .merge(watch::routes(rooms.watch).route_layer(at_admin_pages))
        .merge(insights::routes(rooms.insights))
        .merge(insights::ledger_routes(rooms.ledger))
        .merge(stills::routes(rooms.stills))
        .merge(markers::routes(rooms.markers))
        .merge(transcode::routes(rooms.transcode))
        .merge(jobs::routes(rooms.desk))
        .merge(schedule::routes(rooms.schedule))
        .merge(notify::routes(rooms.notify))
        .merge(owncast::own_routes(rooms.owncast.clone()))
        .merge(backup::routes(rooms.backups))
        .split_for_parts();
    gate::describe(&mut described);
    api::describe(&mut described);
    let docs = api::docs::routes(&described);
    let description = Json(described);
    router
        .route("/api/v1/openapi.json", get(move || std::future::ready(description.clone())))
        .route("/assets/{*path}", get(asset).with_state(rooms.web))
        .route("/healthz", get(|| std::future::ready("ok")))
        .route("/readyz", get(|| std::future::ready("ok")))
        .merge(docs)
        .merge(owncast::routes(rooms.owncast))
        // The last is the first that a request comes to.
        .route_layer(middleware::from_fn_with_state(idempotency, api::once))
        .route_layer(middleware::from_fn_with_state(limiter, api::limited))
        .route_layer(middleware::from_fn_with_state(gatekeeper, gate::stand))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(channels, moved::follow_move))
        .layer(middleware::map_response(common_headers))
        .layer(middleware::map_response_with_state(is_strict, strict_transport))
        .merge(delivery::routes(rooms.delivery))
}
