//! What Prometheus reads.

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::access::Caller;
use crate::api::{ApiError, Code, Refused};
use crate::http::{Peer, is_local};
use crate::insights::{Form, Ledger};

/// The figures as they are now, for Prometheus
///
/// For programs on the machine itself, and for those with an API token of an admin's that has the
/// scope `site`. OpenMetrics where it is asked for, and the text format before it otherwise.
#[utoipa::path(
    get,
    path = "/metrics",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        Refused,
    )
)]
pub(super) async fn metrics(
    State(ledger): State<Ledger>,
    caller: Caller,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let is_here = peer.is_some_and(|Extension(peer)| is_local(peer.address, &headers));
    if !is_here && !Ledger::admits(&caller) {
        let detail = "send an API token of an admin's with the scope `site` as \
                      `Authorization: Bearer …`, or ask on the machine itself";
        return Err(ApiError::with_detail(Code::Forbidden, detail));
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = Form::asked_for(text(header::ACCEPT));
    let fields = [
        (header::CONTENT_TYPE, form.media_type()),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
    ];
    Ok((fields, ledger.exposition(form, text(header::HOST))).into_response())
}
