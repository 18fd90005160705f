//! All routes in one place, and what every response carries.
//! size: every room is named here once, with what it describes and where its routes begin.

mod gate;
mod moved;
mod plain;

use axum::middleware;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

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
use crate::notify::{self, Notify};
use crate::owncast::{self, Owncast};
use crate::schedule::{self, Schedule};
use crate::site;
use crate::stills::{self, Stills};
use crate::transcode::{self, Transcode};
use crate::watch::{self, Watch};
use crate::web::Web;
use gate::Gatekeeper;
use plain::{asset, common_headers, method_not_allowed, not_found};

/// The head of the API description.
#[derive(OpenApi)]
#[openapi(info(
    title = "Rivulet",
    description = "Errors are problem documents (RFC 9457) with a stable `code`. \
                       Times are RFC 3339 in UTC.",
    license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
))]
struct Description;

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

/// The API description, without a running server.
pub(crate) fn description() -> utoipa::openapi::OpenApi {
    let mut description = Description::openapi();
    for room in described() {
        description.merge(room);
    }
    gate::describe(&mut description);
    api::describe(&mut description);
    description
}

/// What each room says of its routes.
fn described() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        accounts::described().into_openapi(),
        site::described().into_openapi(),
        audit::described().into_openapi(),
        channels::described().into_openapi(),
        chat::described().into_openapi(),
        live::described().into_openapi(),
        ingest::described().into_openapi(),
        discovery::described().into_openapi(),
        watch::described().into_openapi(),
        insights::described().into_openapi(),
        insights::described_ledger().into_openapi(),
        stills::described().into_openapi(),
        transcode::described().into_openapi(),
        jobs::described().into_openapi(),
        schedule::described().into_openapi(),
        notify::described().into_openapi(),
        owncast::described().into_openapi(),
        backup::described().into_openapi(),
    ]
}

/// The whole site.
pub(crate) fn build(rooms: Rooms, keepers: Keepers) -> Router {
    let Keepers { site, limiter, idempotency } = keepers;
    let channels = rooms.channels.channels.clone();
    let gatekeeper = Gatekeeper::new(rooms.accounts.clone(), channels.clone(), site);
    let (router, mut described) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(accounts::routes(rooms.accounts))
        .merge(site::routes(rooms.site))
        .merge(audit::routes(rooms.audit))
        .merge(channels::routes(rooms.channels))
        .merge(chat::routes(rooms.chat))
        .merge(live::routes(rooms.live))
        .merge(ingest::routes(rooms.ingest))
        .merge(discovery::routes(rooms.discovery))
        .merge(watch::routes(rooms.watch))
        .merge(insights::routes(rooms.insights))
        .merge(insights::ledger_routes(rooms.ledger))
        .merge(stills::routes(rooms.stills))
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
        .merge(delivery::routes(rooms.delivery))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::access::GATES;

    /// What has a gate and no description: the description itself, what browsers ask by themselves,
    /// and pages that limit who asks how often, or show what is somebody's own.
    const UNDESCRIBED: &[&str] = &[
        "GET /api/v1/openapi.json",
        "GET /api/v1/instance",
        "OPTIONS /api/v1/cmcd",
        "OPTIONS /api/chat/register",
        "GET /ws",
        "GET /search",
        "GET /following",
    ];

    #[test]
    fn every_described_route_has_a_gate_and_every_gate_a_route() {
        let description = serde_json::to_value(description()).unwrap();
        let mut described = BTreeSet::new();
        for (path, item) in description["paths"].as_object().unwrap() {
            let methods = item.as_object().unwrap().keys();
            let methods = methods
                .filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()));
            described.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
        }
        let gates: BTreeSet<_> =
            GATES.iter().map(|gate| format!("{} {}", gate.method, gate.path)).collect();
        assert_eq!(gates.len(), GATES.len(), "a gate is there twice");
        let expected: BTreeSet<_> =
            described.into_iter().chain(UNDESCRIBED.iter().map(|it| (*it).to_owned())).collect();
        assert_eq!(gates, expected);
    }

    /// Of two documents of one name, the description would keep the first.
    #[test]
    fn rooms_give_different_documents_different_names() {
        let mut known = std::collections::BTreeMap::new();
        for room in described() {
            for (name, schema) in room.components.map(|it| it.schemas).unwrap_or_default() {
                let schema = serde_json::to_value(schema).unwrap();
                let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*first, schema, "{name}: call one of them `#[schema(as = …)]`");
            }
        }
        assert!(known.len() > 50, "{}", known.len());
    }
}
