//! Playlists and media files.
//!
//! These are the busiest routes of the site, so one handler reads the path itself, and nothing
//! wraps it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use rivulet_media::hls::request::{MediaName, Request as PlaylistRequest};

use super::about::About;
use super::body::Pieces;
use super::offline::routes::or_offline;
use super::stream::Stream;
use super::text::Text;
use super::viewers::{Identity, Viewer};
use super::waiting::Answer;
use super::{Delivery, VIEWER_COOKIE};
use crate::api::{ApiError, Code};
use crate::channels::Slug;
use crate::http::{Peer, accepts, client_address};

/// The type that RFC 8216bis §4 registers.
const PLAYLIST_TYPE: HeaderValue = HeaderValue::from_static("application/vnd.apple.mpegurl");
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("video/mp4");
/// A playlist as it is now says nothing about the next moment.
const LIVE_CACHING: HeaderValue = HeaderValue::from_static("no-store");
/// Media files never change.
const MEDIA_CACHING: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A file that is not there may be there soon.
const MISSING_CACHING: HeaderValue = HeaderValue::from_static("no-cache");
/// A viewer whose request has waited for this long is counted again as it is answered; shorter ones
/// come back soon enough.
const LONG_WAIT: Duration = Duration::from_secs(5);
/// When to ask again for what did not come.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("1");
/// What may be done with live media.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// This room's routes.
pub(crate) fn routes(delivery: Delivery) -> Router {
    Router::new().route("/hls/{*path}", any(serve)).with_state(delivery)
}

/// What a path below `/hls/` means.
#[derive(Debug, PartialEq, Eq)]
enum Target<'a> {
    Master,
    /// Of the rendition with this number.
    Playlist(u8),
    File(u8, MediaName<'a>),
}

impl Target<'_> {
    fn rendition(&self) -> Option<u8> {
        match *self {
            Self::Master => None,
            Self::Playlist(number) | Self::File(number, _) => Some(number),
        }
    }
}

/// The channel a path speaks of (`None` is the primary one), and what of it.
fn parse(path: &str) -> Option<(Option<&str>, Target<'_>)> {
    let (channel, rest) = match path.strip_prefix('@') {
        Some(named) => {
            let (slug, rest) = named.split_once('/')?;
            (Some(slug), rest)
        }
        None => (None, path),
    };
    let target = match rest.split_once('/') {
        None if rest == "stream.m3u8" => Target::Master,
        Some((number, "stream.m3u8")) => Target::Playlist(rendition(number)?),
        Some((number, name)) => Target::File(rendition(number)?, MediaName::parse(name)?),
        _ => return None,
    };
    Some((channel, target))
}

/// A rendition's number, in the one way it is written.
fn rendition(text: &str) -> Option<u8> {
    let number = text.parse().ok()?;
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    canonical.then_some(number)
}

async fn serve(State(delivery): State<Delivery>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let mut response = match request.method {
        Method::GET | Method::HEAD => {
            let answer = get(&delivery, &request).await;
            or_moved(&delivery, &request, or_offline(&delivery, &request, answer).await).await
        }
        Method::OPTIONS => preflight(),
        _ => with(ApiError::new(Code::MethodNotAllowed), header::ALLOW, METHODS),
    };
    let headers = response.headers_mut();
    // Live media is for every page; nothing here depends on who asks.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `answer`, unless it is that there is nothing and the channel has another name now.
async fn or_moved(delivery: &Delivery, request: &Parts, answer: Response) -> Response {
    let path = request.uri.path().strip_prefix("/hls/@");
    let named = path.and_then(|path| path.split_once('/'));
    let Some((name, rest)) = named.filter(|_| answer.status() == StatusCode::NOT_FOUND) else {
        return answer;
    };
    let Ok(slug) = Slug::parse(name) else { return answer };
    match delivery.shared.channels.moved(&slug).await {
        Ok(Some(channel)) => {
            let query = request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            let there = format!("/hls/@{}/{rest}{query}", channel.slug);
            with_status(StatusCode::PERMANENT_REDIRECT, &there)
        }
        Ok(None) => answer,
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

fn with_status(status: StatusCode, there: &str) -> Response {
    let mut response = status.into_response();
    if let Ok(there) = HeaderValue::try_from(there) {
        response.headers_mut().insert(header::LOCATION, there);
    }
    // Somebody else may take the name one day.
    response.headers_mut().insert(header::CACHE_CONTROL, MISSING_CACHING);
    response
}

/// What other sites' players may send along: what they say of themselves, and ranges.
fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("cmcd-object, cmcd-request, cmcd-session, cmcd-status, range"),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

async fn get(delivery: &Delivery, request: &Parts) -> Response {
    let path = request.uri.path();
    let Some((channel, target)) = path.strip_prefix("/hls/").and_then(parse) else {
        return missing("There is no such file.");
    };
    let Some(stream) = find(delivery, channel) else {
        return missing("This channel is not on air.");
    };
    delivery.listen(request, stream.channel, target.rendition());
    match target {
        Target::Master => {
            let answer = stream.master().await;
            answered(answer, |text| playlist(&text, &request.headers, LIVE_CACHING))
        }
        Target::Playlist(number) => media_playlist(delivery, &stream, number, request).await,
        Target::File(number, name) => answered(stream.file(number, &name).await, media_file),
    }
}

/// The stream of a channel that is or was on air.
fn find(delivery: &Delivery, channel: Option<&str>) -> Option<Arc<Stream>> {
    let streams = delivery.shared.streams.load();
    match channel {
        None => streams.primary.clone(),
        Some(slug) => streams.by_slug.get(slug).cloned(),
    }
}

async fn media_playlist(
    delivery: &Delivery,
    stream: &Stream,
    number: u8,
    request: &Parts,
) -> Response {
    let wanted = match PlaylistRequest::parse(request.uri.query().unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(refused) => {
            return ApiError::with_detail(Code::BadRequest, refused.to_string()).into_response();
        }
    };
    let asked = delivery.shared.clock.monotonic();
    let viewer = saw_viewer(delivery, stream, request, asked);
    let answer = stream.playlist(number, &wanted).await;
    let now = delivery.shared.clock.monotonic();
    if now.saturating_duration_since(asked) >= LONG_WAIT
        && let Some(viewer) = viewer
    {
        stream.viewers.saw_again(viewer, now);
    }
    answered(answer, |text| {
        let by_number = wanted.reload.is_some();
        let caching = if by_number { text.numbered_caching.clone() } else { LIVE_CACHING };
        playlist(&text, &request.headers, caching)
    })
}

fn saw_viewer(
    delivery: &Delivery,
    stream: &Stream,
    request: &Parts,
    now: Instant,
) -> Option<Viewer> {
    let peer = request.extensions.get::<Peer>().map(|peer| peer.address);
    saw(delivery, stream, (peer, &request.headers), now)
}

fn saw(
    delivery: &Delivery,
    stream: &Stream,
    (peer, headers): (Option<IpAddr>, &HeaderMap),
    now: Instant,
) -> Option<Viewer> {
    let shared = &delivery.shared;
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let address = || client_address(peer, headers, &shared.trusted_proxies);
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default();
    let about = || About::of(agent, shared.geo.country(address()));
    let browser = viewer_cookie(headers).and_then(|cookie| {
        let genuine = || shared.keyring.minted(cookie).then(about);
        stream.viewers.saw(Identity::Cookie(cookie), now, genuine)
    });
    browser.or_else(|| {
        let player = Identity::Player { address: address(), agent };
        stream.viewers.saw(player, now, || Some(about()))
    })
}

fn viewer_cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == VIEWER_COOKIE).then_some(value))
}

impl Delivery {
    /// Counts whoever says that they watch the primary channel, as Owncast's player does.
    pub(crate) fn ping(&self, peer: Option<IpAddr>, headers: &HeaderMap) {
        if let Some(stream) = &self.shared.streams.load().primary {
            saw(self, stream, (peer, headers), self.shared.clock.monotonic());
        }
    }

    /// Whether a request carries a viewer's cookie that counts.
    pub(crate) fn knows_viewer(&self, headers: &HeaderMap) -> bool {
        viewer_cookie(headers).is_some_and(|cookie| self.shared.keyring.minted(cookie))
    }
}

pub(super) fn playlist(text: &Text, headers: &HeaderMap, caching: HeaderValue) -> Response {
    let gzip = accepts(headers, "gzip");
    let body = if gzip { text.gzip() } else { text.plain.clone() };
    let mut response = Response::new(Body::from(body));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, PLAYLIST_TYPE);
    out.insert(header::CACHE_CONTROL, caching);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

pub(super) fn media_file(pieces: Vec<bytes::Bytes>) -> Response {
    let mut response = Response::new(Body::new(Pieces::new(pieces)));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, MEDIA_TYPE);
    out.insert(header::CACHE_CONTROL, MEDIA_CACHING);
    response
}

fn answered<T>(answer: Answer<T>, found: impl FnOnce(T) -> Response) -> Response {
    match answer {
        Answer::Found(it) => found(it),
        Answer::Missing => missing("It is not there, or no longer."),
        Answer::TooFar => {
            let detail = "What is asked for lies too far in the future.";
            with(
                ApiError::with_detail(Code::BadRequest, detail),
                header::CACHE_CONTROL,
                MISSING_CACHING,
            )
        }
        Answer::TimedOut => {
            let detail = "The encoder has sent nothing new; ask again.";
            with(ApiError::with_detail(Code::NotYet, detail), header::RETRY_AFTER, RETRY_SECONDS)
        }
    }
}

fn missing(detail: &str) -> Response {
    with(ApiError::with_detail(Code::NotFound, detail), header::CACHE_CONTROL, MISSING_CACHING)
}

fn with(error: ApiError, name: HeaderName, value: HeaderValue) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(name, value);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_a_channel_and_a_file() {
        assert_eq!(parse("stream.m3u8"), Some((None, Target::Master)));
        assert_eq!(parse("@a/stream.m3u8"), Some((Some("a"), Target::Master)));
        assert_eq!(parse("0/stream.m3u8"), Some((None, Target::Playlist(0))));
        assert_eq!(parse("@a/12/stream.m3u8"), Some((Some("a"), Target::Playlist(12))));
        let init = Target::File(0, MediaName::Init { id: "x", number: 7 });
        assert_eq!(parse("@a/0/init-x-7.mp4"), Some((Some("a"), init)));
    }

    #[test]
    fn nothing_else_is_a_path() {
        for path in [
            "",
            "@",
            "@a",
            "/stream.m3u8",
            "00/stream.m3u8",
            "+1/stream.m3u8",
            "256/stream.m3u8",
            "/stream.m3u8",
            "0/../stream.m3u8",
            "0//stream.m3u8",
            "0/stream.m3u8/",
            "@a/@b/stream.m3u8",
            "0/%2e%2e/secret.key",
            "0/init-7.mp4",
            "0/init-x-7.mp4/x",
        ] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
