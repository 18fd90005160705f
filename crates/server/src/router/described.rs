//! What the API description says of all routes.

use utoipa::OpenApi;

use super::gate;
use crate::{
    accounts, api, audit, backup, channels, chat, discovery, ingest, insights, jobs, live, markers,
    notify, owncast, schedule, site, stills, transcode, watch,
};

/// The head of the API description.
#[derive(OpenApi)]
#[openapi(info(
    title = "Rivulet",
    description = "Errors are problem documents (RFC 9457) with a stable `code`. \
                       Times are RFC 3339 in UTC.",
    license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
))]
pub(super) struct Description;

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
        markers::described().into_openapi(),
        transcode::described().into_openapi(),
        jobs::described().into_openapi(),
        schedule::described().into_openapi(),
        notify::described().into_openapi(),
        owncast::described().into_openapi(),
        backup::described().into_openapi(),
    ]
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
