//! Answers that are somebody's own.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Neither a browser's disk nor a cache on the way keeps what was answered to one person (RFC 9111
/// §5.2.2.5), unless the answer itself says how it may be kept.
pub(crate) fn keep_from_caches(response: &mut Response) {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
}
