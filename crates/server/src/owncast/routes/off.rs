//! What is answered of features that are switched off: as Owncast does then.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use serde_json::json;

use super::answer::{Answer, Fault, document};
use super::call::Call;
use crate::owncast::Owncast;

/// A list without entries.
pub(super) async fn empty_list(_: Call) -> Answer {
    document(json!([]))
}

/// A page of a list without entries.
pub(super) async fn empty_page(call: Call) -> Answer {
    call.page()?;
    document(json!({ "total": 0, "results": [] }))
}

pub(super) async fn missing(_: Call) -> Answer {
    Err(Fault::MISSING)
}

pub(super) async fn federation(_: Call) -> Answer {
    Err(Fault::no("federation is not enabled"))
}

pub(super) async fn featured(call: Call) -> Answer {
    match call.method {
        Method::GET | Method::HEAD => document(json!([])),
        _ => Err(Fault::no("federation is not enabled")),
    }
}

/// Addresses of the Fediverse, while the site is not part of it.
pub(super) async fn not_federated(_: Call) -> Answer {
    Err(Fault::Blank(StatusCode::METHOD_NOT_ALLOWED))
}

pub(super) async fn notifications(_: Call) -> Answer {
    Err(Fault::no("notifications are not enabled"))
}

pub(super) async fn identity(_: Call) -> Answer {
    Err(Fault::no("signing in to chat with an identity from elsewhere is not enabled"))
}

pub(super) async fn identity_callback(_: Call) -> Answer {
    let why = "signing in to chat with an identity from elsewhere is not enabled";
    Ok((StatusCode::BAD_REQUEST, why).into_response())
}

/// Signing in elsewhere by this site's address.
pub(super) async fn provider(State(owncast): State<Owncast>, call: Call) -> Answer {
    if call.method == Method::POST {
        let why = json!({
            "error": "invalid_client",
            "error_description": "this site signs nobody in elsewhere",
        });
        return Ok((StatusCode::BAD_REQUEST, axum::Json(why)).into_response());
    }
    let kept = owncast.kept().await?;
    let why = match owncast.server_url(&kept).is_empty() {
        true => "set the server's address first",
        false => "this site signs nobody in elsewhere",
    };
    Err(Fault::no(why))
}

pub(super) async fn schedule(_: Call) -> Answer {
    Err(Fault::no("streams are planned in the studio, or at /api/v1/channels/{name}/schedule"))
}
