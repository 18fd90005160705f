//! What is answered alike wherever it is asked: files of the pages, refusals, headers.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

use crate::api::{ApiError, Code};
use crate::web::Web;

pub(super) async fn asset(
    State(web): State<Web>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let file = web.file(&format!("assets/{path}"), &headers);
    file.unwrap_or_else(|| ApiError::new(Code::NotFound).into_response())
}

pub(super) async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound)
}

pub(super) async fn method_not_allowed(method: Method) -> ApiError {
    wrong_method(&method)
}

pub(super) fn wrong_method(method: &Method) -> ApiError {
    ApiError::with_detail(Code::MethodNotAllowed, format!("{method} does not work at this address"))
}

/// What every page and document says to browsers.
pub(super) async fn common_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let referrer = HeaderValue::from_static("strict-origin-when-cross-origin");
    headers.insert(header::REFERRER_POLICY, referrer);
    response
}

/// For half a year: whoever was here once does not ask in the clear again.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// What an encrypted site says to browsers (RFC 6797 §6.1).
pub(super) async fn strict_transport(
    State(is_strict): State<bool>,
    mut response: Response,
) -> Response {
    if is_strict {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT);
    }
    response
}
