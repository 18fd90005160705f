//! The HTML pages of a channel: what a link preview, a reader without JavaScript and the
//! application need is in the first response.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Watch;
use super::directory::DirectoryEntry;
use super::document::{SiteSummary, playback_url};
use super::preview;
use crate::access::Stranger;
use crate::api::ApiError;
use crate::channels::Channel;
use crate::delivery::VIEWER_COOKIE;
use crate::schedule::{Coming, OccurrenceState};
use crate::web::{Fill, Kind, Reader, Reading, Word, escape};

/// Whoever asks for a page.
pub(super) struct Visit {
    pub(super) reader: Reader,
    pub(super) headers: HeaderMap,
    /// Whether they must say who they are before they get this page.
    is_stranger: bool,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let reader = Reader::from_request_parts(parts, state).await?;
        let is_stranger = parts.extensions.get::<Stranger>().is_some();
        Ok(Self { reader, headers: parts.headers.clone(), is_stranger })
    }
}

/// Which page is asked for, and by whom.
pub(super) struct Wanted<'a> {
    pub(super) kind: Kind,
    pub(super) visit: &'a Visit,
    /// Whether the player begins without being told to.
    pub(super) autoplay: bool,
}

/// A channel's page: the watch page, or its player or its chat alone.
pub(super) async fn render(
    watch: &Watch,
    channel: &Channel,
    wanted: Wanted<'_>,
) -> Result<Response, ApiError> {
    let Wanted { kind, visit, autoplay } = wanted;
    let document = watch.document(channel).await?;
    let reading = watch.web.reading(visit.reader);
    let mut head = head(watch, channel, reading) + &watch.site.settings().dress();
    if autoplay {
        head.push_str(&preload(watch.web.preload()));
    }
    let fill = Fill {
        reader: visit.reader,
        styles: watch.site.settings().styles_url(),
        head,
        body: body(channel, document.next_stream.as_ref(), reading),
        boot: json!({
            "site": site(watch),
            "channel": document,
            "rtmp_port": watch.rtmp_port,
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    let mut response =
        watch.web.page(kind, StatusCode::OK, &fill).map_err(|error| ApiError::internal(&error))?;
    if kind.has_player() && !watch.delivery.knows_viewer(&visit.headers) {
        let cookie = viewer_cookie(watch, kind).map_err(|error| ApiError::internal(&error))?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A page that shows no channel, such as the one to sign in: all that differs is its title. Strangers
/// are told to sign in: the application leads them there.
pub(super) fn plain(watch: &Watch, title: Word, visit: &Visit) -> Result<Response, ApiError> {
    let reading = watch.web.reading(visit.reader);
    let (status, title) = match visit.is_stranger {
        true => (StatusCode::UNAUTHORIZED, reading.say(Word::SignIn)),
        false => (StatusCode::OK, reading.say(title)),
    };
    let name = escape(&watch.site.settings().settings.name);
    let fill = Fill {
        reader: visit.reader,
        // Who signs in or runs something there must be able to, whatever the styles do.
        styles: None,
        head: format!(
            "<title>{title} · {name}</title><meta name=\"robots\" content=\"noindex\">{}",
            watch.site.settings().mark()
        ),
        body: format!(
            "<h1>{title}</h1><p>{}</p><p><a href=\"/\">{}</a></p>",
            reading.say(Word::ScriptOnly),
            reading.say(Word::ToStart),
        ),
        boot: json!({
            "site": site(watch),
            "channel": null,
            "rtmp_port": watch.rtmp_port,
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    watch.web.page(Kind::Plain, status, &fill).map_err(|error| ApiError::internal(&error))
}

/// A channel's schedule, or of `stream` alone.
pub(super) async fn render_schedule(
    watch: &Watch,
    channel: &Channel,
    (planned, stream): (&[Coming], Option<&str>),
    visit: &Visit,
) -> Result<Response, ApiError> {
    let document = watch.document(channel).await?;
    let reading = watch.web.reading(visit.reader);
    let fill = Fill {
        reader: visit.reader,
        styles: watch.site.settings().styles_url(),
        head: head(watch, channel, reading) + &watch.site.settings().dress(),
        body: schedule_body(channel, planned, reading),
        boot: json!({
            "site": site(watch),
            "channel": document,
            "rtmp_port": watch.rtmp_port,
            "planned": { "stream": stream, "occurrences": planned },
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    let page = watch.web.page(Kind::Plain, StatusCode::OK, &fill);
    let mut response = page.map_err(|error| ApiError::internal(&error))?;
    if !watch.delivery.knows_viewer(&visit.headers) {
        let cookie =
            viewer_cookie(watch, Kind::Plain).map_err(|error| ApiError::internal(&error))?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The page for addresses where nothing is.
pub(super) fn missing(watch: &Watch, visit: &Visit) -> Response {
    let reading = watch.web.reading(visit.reader);
    let fill = Fill {
        reader: visit.reader,
        styles: watch.site.settings().styles_url(),
        head: format!(
            "<title>{}</title><meta name=\"robots\" content=\"noindex\">{}",
            reading.say(Word::NotFound),
            watch.site.settings().dress()
        ),
        body: format!(
            "<p>{} <a href=\"/\">{}</a></p>",
            reading.say(Word::NothingHere),
            reading.say(Word::ToStart)
        ),
        boot: json!({
            "site": site(watch),
            "channel": null,
            "rtmp_port": watch.rtmp_port,
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    watch.web.page(Kind::Plain, StatusCode::NOT_FOUND, &fill).map_or_else(
        |error| ApiError::internal(&error).into_response(),
        IntoResponse::into_response,
    )
}

/// The directory: the channels on air, then others.
pub(super) async fn directory(watch: &Watch, visit: &Visit) -> Result<Response, ApiError> {
    let entries = watch.directory().await?;
    let current = watch.site.settings();
    let (name, summary) = (escape(&current.settings.name), escape(&current.settings.summary));
    let mut head = format!(
        "<title>{name}</title><meta name=\"description\" content=\"{summary}\">\
         <meta property=\"og:site_name\" content=\"{name}\">\
         <meta property=\"og:title\" content=\"{name}\">\
         <meta property=\"og:description\" content=\"{summary}\">\
         <meta property=\"og:type\" content=\"website\">"
    );
    if let Some(url) = &watch.public_url {
        let url = escape(&format!("{url}/"));
        head.push_str(&format!(
            "<link rel=\"canonical\" href=\"{url}\"><meta property=\"og:url\" content=\"{url}\">"
        ));
    }
    head.push_str(&current.dress());
    let reading = watch.web.reading(visit.reader);
    let list: String = entries.iter().map(|entry| listed(entry, reading)).collect();
    let fill = Fill {
        reader: visit.reader,
        styles: watch.site.settings().styles_url(),
        head,
        body: format!("<h1>{name}</h1><p>{summary}</p><ul>{list}</ul>"),
        boot: json!({
            "site": site(watch),
            "channel": null,
            "rtmp_port": watch.rtmp_port,
            "directory": entries,
            "version": env!("CARGO_PKG_VERSION"),
        }),
    };
    let page = watch.web.page(Kind::Plain, StatusCode::OK, &fill);
    page.map_err(|error| ApiError::internal(&error))
}

fn listed(entry: &DirectoryEntry, reading: &Reading) -> String {
    let (slug, name) = (&entry.channel.slug, escape(&entry.channel.name));
    let title = escape(&entry.channel.title);
    let live = match entry.status.viewers() {
        Some(_) => format!("<strong>{}</strong> ", reading.say(Word::Live)),
        None => String::new(),
    };
    format!("<li>{live}<a href=\"/@{slug}\">{name}</a> {title}</li>")
}

/// What pages show of the site.
fn site(watch: &Watch) -> SiteSummary {
    SiteSummary::new(&watch.site.settings())
}

fn head(watch: &Watch, channel: &Channel, reading: &Reading) -> String {
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
    let slug = &channel.slug;
    head.push_str(&format!(
        "<link rel=\"alternate\" type=\"text/calendar\" href=\"/@{slug}/schedule.ics\">\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"{}\" \
         href=\"/@{slug}/schedule.atom\">\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"{}\" \
         href=\"/@{slug}/broadcasts.atom\">",
        reading.say(Word::ComingStreams),
        reading.say(Word::Broadcasts),
    ));
    if let Some(site) = &watch.public_url {
        let path = if channel.is_primary { String::new() } else { format!("@{}", channel.slug) };
        let address = escape(&format!("{site}/{path}"));
        head.push_str(&format!(
            "<link rel=\"canonical\" href=\"{address}\"><meta property=\"og:url\" content=\"{address}\">"
        ));
        head.push_str(&preview::tags(channel, site));
    }
    head
}

/// The engine loads beside the page's script, when it will be needed at once.
fn preload(modules: &[String]) -> String {
    let links = modules
        .iter()
        .map(|module| format!("<link rel=\"modulepreload\" href=\"{}\">", escape(module)));
    links.collect()
}

fn body(channel: &Channel, next: Option<&Coming>, reading: &Reading) -> String {
    let heading = if channel.title.is_empty() { &channel.name } else { &channel.title };
    let next = next.map(|next| {
        let stream = planned(next, reading);
        format!("<p>{}</p>", reading.fill(Word::NextStream, &[("stream", &stream)]))
    });
    let link =
        format!("<a href=\"{}\">{}</a>", playback_url(channel), reading.say(Word::TheStream));
    format!(
        "<h1>{}</h1><p>{}</p>{}<p>{}</p>",
        escape(heading),
        escape(first_line(&channel.description)),
        next.unwrap_or_default(),
        reading.fill(Word::OpenStream, &[("link", &link)]),
    )
}

fn schedule_body(channel: &Channel, coming: &[Coming], reading: &Reading) -> String {
    let (name, slug) = (escape(&channel.name), &channel.slug);
    let listed: String =
        coming.iter().map(|coming| format!("<li>{}</li>", planned(coming, reading))).collect();
    let list = match listed.as_str() {
        "" => format!("<p>{}</p>", reading.say(Word::NothingPlanned)),
        listed => format!("<ul>{listed}</ul>"),
    };
    let links: String = [
        ("schedule.ics", Word::Calendar),
        ("schedule.atom", Word::ComingStreams),
        ("broadcasts.atom", Word::Broadcasts),
    ]
    .map(|(file, word)| format!("<li><a href=\"/@{slug}/{file}\">{}</a></li>", reading.say(word)))
    .concat();
    format!(
        "<h1>{}</h1><section>{list}</section><ul>{links}</ul>\
         <p><a href=\"/@{slug}\">{name}</a></p>",
        reading.fill(Word::Schedule, &[("name", &name)]),
    )
}

/// One planned stream, with its time as its own place shows it.
fn planned(coming: &Coming, reading: &Reading) -> String {
    let local = escape(&coming.local_start.replace('T', " "));
    let remark = match coming.state() {
        OccurrenceState::Planned => String::new(),
        OccurrenceState::Moved => format!(" {}", reading.say(Word::Moved)),
        OccurrenceState::Cancelled => format!(" {}", reading.say(Word::Cancelled)),
    };
    format!(
        "<time datetime=\"{}\">{local} ({})</time> <a href=\"{}\">{}</a>{remark}",
        escape(&coming.starts_at),
        escape(&coming.time_zone),
        escape(&coming.url),
        escape(&coming.title),
    )
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Tells two browsers behind one address apart, so that viewers are counted right; it identifies
/// nobody and ends with the browser's session.
fn viewer_cookie(watch: &Watch, kind: Kind) -> Result<HeaderValue, crate::seal::SealError> {
    let id = watch.delivery.new_viewer()?;
    let scope = cookie_scope(kind, watch.is_https);
    let cookie = format!("{VIEWER_COOKIE}={id}; Path=/; HttpOnly; {scope}");
    Ok(HeaderValue::try_from(cookie).expect("a token of base64 is a valid header"))
}

/// Where the browser sends the cookie. In another site's frame it sends none that is `Lax`, and
/// keeps others apart for each of those sites, if they are `Secure`; without https its viewers are
/// told apart by their address.
fn cookie_scope(kind: Kind, https: bool) -> &'static str {
    match (kind, https) {
        (Kind::Embed | Kind::ChatEmbed, true) => "SameSite=None; Secure; Partitioned",
        (_, true) => "SameSite=Lax; Secure",
        (_, false) => "SameSite=Lax",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framed_pages_keep_their_cookie_where_browsers_allow_it() {
        assert_eq!(cookie_scope(Kind::Embed, true), "SameSite=None; Secure; Partitioned");
        assert_eq!(cookie_scope(Kind::Embed, false), "SameSite=Lax");
        assert_eq!(cookie_scope(Kind::App, true), "SameSite=Lax; Secure");
    }
}
