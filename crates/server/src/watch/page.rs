//! The HTML pages of a channel: what a link preview, a reader without JavaScript and the
//! application need is in the first response.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Watch;
use super::document::{ChannelDocument, playback_url};
use crate::api::ApiError;
use crate::channels::Channel;
use crate::delivery::VIEWER_COOKIE;
use crate::web::{Fill, Kind, escape};

/// The watch page.
pub(super) async fn app(
    watch: &Watch,
    channel: &Channel,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    render(watch, channel, headers, Kind::App).await
}

/// The player alone.
pub(super) async fn embed(
    watch: &Watch,
    channel: &Channel,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    render(watch, channel, headers, Kind::Embed).await
}

async fn render(
    watch: &Watch,
    channel: &Channel,
    headers: &HeaderMap,
    kind: Kind,
) -> Result<Response, ApiError> {
    let status = watch.status(channel).await.map_err(|error| ApiError::internal(&error))?;
    let fill = Fill {
        head: head(watch, channel),
        body: body(channel),
        boot: json!({
            "site": { "name": channel.name },
            "channel": ChannelDocument::new(channel, status),
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    let mut response =
        watch.web.page(kind, StatusCode::OK, &fill).map_err(|error| ApiError::internal(&error))?;
    if !has_viewer_cookie(headers) {
        let cookie = viewer_cookie(watch).map_err(|error| ApiError::internal(&error))?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The page for addresses where nothing is.
pub(super) fn missing(watch: &Watch) -> Response {
    let fill = Fill {
        head: "<title>Not found</title><meta name=\"robots\" content=\"noindex\">".to_owned(),
        body: "<p>There is nothing here. <a href=\"/\">Go to the start page</a>.</p>".to_owned(),
        boot: json!({
            "site": { "name": "Rivulet" },
            "channel": null,
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    watch.web.page(Kind::App, StatusCode::NOT_FOUND, &fill).map_or_else(
        |error| ApiError::internal(&error).into_response(),
        IntoResponse::into_response,
    )
}

fn head(watch: &Watch, channel: &Channel) -> String {
    let name = escape(&channel.name);
    let title = match channel.title.as_str() {
        "" => name.clone(),
        title => format!("{} · {name}", escape(title)),
    };
    let description = escape(first_line(&channel.description));
    let mut head = format!(
        "<title>{title}</title><meta name=\"description\" content=\"{description}\">\
         <meta property=\"og:site_name\" content=\"{name}\">\
         <meta property=\"og:title\" content=\"{title}\">\
         <meta property=\"og:description\" content=\"{description}\">\
         <meta property=\"og:type\" content=\"video.other\">"
    );
    if let Some(site) = &watch.public_url {
        let path = if channel.is_primary { String::new() } else { format!("@{}", channel.slug) };
        let address = escape(&format!("{site}/{path}"));
        head.push_str(&format!(
            "<link rel=\"canonical\" href=\"{address}\"><meta property=\"og:url\" content=\"{address}\">"
        ));
    }
    for module in watch.web.preload() {
        head.push_str(&format!("<link rel=\"modulepreload\" href=\"{}\">", escape(module)));
    }
    head
}

fn body(channel: &Channel) -> String {
    let heading = if channel.title.is_empty() { &channel.name } else { &channel.title };
    format!(
        "<h1>{}</h1><p>{}</p><p>This page plays video with JavaScript. Without it, open \
         <a href=\"{}\">the stream</a> in a media player.</p>",
        escape(heading),
        escape(first_line(&channel.description)),
        playback_url(channel),
    )
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn has_viewer_cookie(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).any(|pair| {
        pair.trim().strip_prefix(VIEWER_COOKIE).is_some_and(|rest| rest.starts_with('='))
    })
}

/// Tells two browsers behind one address apart, so that viewers are counted right; it identifies
/// nobody and ends with the browser's session.
fn viewer_cookie(watch: &Watch) -> Result<HeaderValue, crate::seal::SealError> {
    let id = crate::seal::random_token()?;
    let https = watch.public_url.as_deref().is_some_and(|url| url.starts_with("https:"));
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!("{VIEWER_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax{secure}", id.reveal());
    Ok(HeaderValue::try_from(cookie).expect("a token of base64 is a valid header"))
}
