//! The envelopes of Owncast's answers.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::owncast::OwncastError;
use crate::telemetry::chain;

/// What a handler gives.
pub(super) type Answer = Result<Response, Fault>;

/// Why there is another answer than was asked for.
#[derive(Debug)]
pub(super) enum Fault {
    /// `{"success":false,"message":…}`
    No(String),
    /// `{"error":…}`
    Bad(String),
    /// Nobody may, with what they showed.
    Unauthorized,
    /// A status and nothing more.
    Blank(StatusCode),
    /// Our fault.
    Ours,
}

impl Fault {
    pub(super) const MISSING: Self = Self::Blank(StatusCode::NOT_FOUND);

    pub(super) fn no(why: impl Into<String>) -> Self {
        Self::No(why.into())
    }
}

impl<E: Into<OwncastError>> From<E> for Fault {
    fn from(error: E) -> Self {
        let error = error.into();
        if error.is_refusal() {
            return Self::No(error.to_string());
        }
        tracing::error!(error = chain(&error), "a request for Owncast's API failed");
        Self::Ours
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::No(message) => {
                (bad, Json(json!({ "success": false, "message": message }))).into_response()
            }
            Self::Bad(error) => (bad, Json(json!({ "error": error }))).into_response(),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized").into_response(),
            Self::Blank(status) => status.into_response(),
            Self::Ours => {
                let error = json!({ "error": "Something went wrong on the server" });
                (StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response()
            }
        }
    }
}

/// `{"success":true,"message":…}`
pub(super) fn done(message: &str) -> Answer {
    Ok(Json(json!({ "success": true, "message": message })).into_response())
}

/// A document.
pub(super) fn document(value: Value) -> Answer {
    Ok(Json(value).into_response())
}

/// A document that nobody may keep.
pub(super) fn fresh(value: Value) -> Answer {
    let no_cache = HeaderValue::from_static("no-cache, no-store, must-revalidate");
    Ok(([(header::CACHE_CONTROL, no_cache)], Json(value)).into_response())
}

/// A file of a kind, which browsers keep for so many seconds. Nothing in it runs.
pub(super) fn file(media_type: &str, bytes: Vec<u8>, seconds: u32) -> Answer {
    let media_type = HeaderValue::from_str(media_type).map_err(|_| Fault::Ours)?;
    let caching = HeaderValue::try_from(format!("public, max-age={seconds}"));
    let caching = caching.map_err(|_| Fault::Ours)?;
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    let fields = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((fields, bytes).into_response())
}

/// Nothing but that it went well.
pub(super) fn nothing() -> Answer {
    Ok(StatusCode::OK.into_response())
}
