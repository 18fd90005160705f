//! What other sites and devices ask for to show this one.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::super::Watch;
use super::super::preview::{Asked, Embed, channel_named, manifest};
use super::find;
use crate::api::{ApiError, Code, Query};

/// oEmbed: how to show a channel's player on another page.
pub(super) async fn oembed(
    State(watch): State<Watch>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    if asked.format.as_deref().is_some_and(|format| format != "json") {
        return Err(ApiError::bad_request("there is `format=json` alone"));
    }
    let site = match watch.public_url.as_deref() {
        Some(url) => Some(url.to_owned()),
        None => host(&headers).map(|host| format!("{}://{host}", watch.scheme)),
    };
    let named = site.as_deref().and_then(|site| Some((site, channel_named(&asked.url, site)?)));
    let Some((site, name)) = named else {
        let detail = "`url` is no address of a channel of this site".to_owned();
        return Err(ApiError::with_detail(Code::NotFound, detail));
    };
    let channel = find(&watch, name).await?;
    let current = watch.site.settings();
    Ok(Json(Embed::new(&channel, (site, &current.settings), &asked)).into_response())
}

/// The site as an app, by the name that its admins gave it.
pub(super) async fn webmanifest(State(watch): State<Watch>) -> Response {
    let mut response = Json(manifest(&watch.site.settings().settings)).into_response();
    let kind = HeaderValue::from_static("application/manifest+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    let caching = HeaderValue::from_static("max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    response
}

/// What whoever asks calls a server that was not told what it is called.
fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}
