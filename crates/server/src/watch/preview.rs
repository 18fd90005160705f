//! How a channel appears on other sites (<https://oembed.com>, Open Graph, player cards), and the
//! site among somebody's apps (<https://www.w3.org/TR/appmanifest/>).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::channels::Channel;
use crate::site::Settings;
use crate::web::escape;

/// How large a player is that nobody gave a size.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
/// What somebody else keeps of a preview, in seconds: a title changes while a stream is on.
const CACHE_AGE: u32 = 300;

/// What a site asks with that wants to show a channel.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    pub(super) url: String,
    pub(super) format: Option<String>,
    maxwidth: Option<u32>,
    maxheight: Option<u32>,
}

/// The channel that an address of this site is about.
pub(super) fn channel_named<'a>(url: &'a str, site: &str) -> Option<&'a str> {
    let path = url.strip_prefix(site)?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/');
    // An address that merely begins like the site's has something before its first slash.
    if parts.next() != Some("") {
        return None;
    }
    match parts.next().unwrap_or_default() {
        "" => Some("primary"),
        name => name.strip_prefix('@'),
    }
}

/// A channel's player for somebody else's page.
#[derive(Debug, Serialize)]
pub(super) struct Embed {
    version: &'static str,
    r#type: &'static str,
    provider_name: String,
    provider_url: String,
    title: String,
    author_name: String,
    author_url: String,
    thumbnail_url: String,
    thumbnail_width: u32,
    thumbnail_height: u32,
    cache_age: u32,
    html: String,
    width: u32,
    height: u32,
}

impl Embed {
    pub(super) fn new(
        channel: &Channel,
        (site, settings): (&str, &Settings),
        asked: &Asked,
    ) -> Self {
        let (width, height) = fitting(asked.maxwidth, asked.maxheight);
        let title = title(channel);
        let player = player_url(channel, site);
        Self {
            version: "1.0",
            r#type: "video",
            provider_name: settings.name.clone(),
            provider_url: format!("{site}/"),
            author_name: channel.name.clone(),
            author_url: format!("{site}/@{}", channel.slug),
            thumbnail_url: thumbnail_url(channel, site),
            thumbnail_width: WIDTH,
            thumbnail_height: HEIGHT,
            cache_age: CACHE_AGE,
            html: format!(
                "<iframe src=\"{}\" title=\"{}\" width=\"{width}\" height=\"{height}\" \
                 allow=\"autoplay; fullscreen; picture-in-picture\" style=\"border:0\"></iframe>",
                escape(&player),
                escape(&title),
            ),
            title,
            width,
            height,
        }
    }
}

/// The largest picture of 16 to 9 within what a page has room for.
fn fitting(max_width: Option<u32>, max_height: Option<u32>) -> (u32, u32) {
    let width = WIDTH.min(max_width.unwrap_or(WIDTH)).max(1);
    let height = HEIGHT.min(max_height.unwrap_or(HEIGHT)).max(1);
    let by_width = (width * HEIGHT).div_ceil(WIDTH);
    if by_width <= height { (width, by_width) } else { ((height * WIDTH) / HEIGHT, height) }
}

/// Tags of the head that show the channel's player and its picture elsewhere. They name whole
/// addresses, so there are none where the site does not know its own.
pub(super) fn tags(channel: &Channel, site: &str) -> String {
    let player = escape(&player_url(channel, site));
    let image = escape(&thumbnail_url(channel, site));
    let page = format!("{site}/@{}", channel.slug);
    let embed = escape(&format!("{site}/oembed?url={}", encode(&page)));
    let title = escape(&title(channel));
    // Sites show a player of others over TLS alone; elsewhere a picture is what they take.
    let card = if site.starts_with("https:") {
        format!(
            "<meta name=\"twitter:card\" content=\"player\">\
             <meta name=\"twitter:player\" content=\"{player}\">\
             <meta name=\"twitter:player:width\" content=\"{WIDTH}\">\
             <meta name=\"twitter:player:height\" content=\"{HEIGHT}\">\
             <meta property=\"og:video:secure_url\" content=\"{player}\">"
        )
    } else {
        "<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned()
    };
    format!(
        "<meta property=\"og:image\" content=\"{image}\">\
         <meta property=\"og:image:alt\" content=\"{title}\">\
         <meta property=\"og:video\" content=\"{player}\">\
         <meta property=\"og:video:type\" content=\"text/html\">\
         <meta property=\"og:video:width\" content=\"{WIDTH}\">\
         <meta property=\"og:video:height\" content=\"{HEIGHT}\">{card}\
         <link rel=\"alternate\" type=\"application/json+oembed\" title=\"{title}\" href=\"{embed}\">"
    )
}

/// What the site is called among somebody's apps.
pub(super) fn manifest(settings: &Settings) -> Value {
    let icon = |src: &str, sizes: &str, purpose: &str| {
        let kind = if src.ends_with(".svg") { "image/svg+xml" } else { "image/png" };
        json!({ "src": src, "sizes": sizes, "type": kind, "purpose": purpose })
    };
    json!({
        "id": "/",
        "name": settings.name,
        "short_name": settings.name,
        "description": settings.summary,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#0a0e12",
        "theme_color": "#0a0e12",
        "icons": [
            icon("/favicon.svg", "any", "any"),
            icon("/icon-192.png", "192x192", "any"),
            icon("/icon-512.png", "512x512", "any"),
            icon("/icon-maskable-512.png", "512x512", "maskable"),
        ],
    })
}

fn title(channel: &Channel) -> String {
    match channel.title.as_str() {
        "" => channel.name.clone(),
        title => format!("{title} · {}", channel.name),
    }
}

fn player_url(channel: &Channel, site: &str) -> String {
    format!("{site}/@{}/embed", channel.slug)
}

fn thumbnail_url(channel: &Channel, site: &str) -> String {
    format!("{site}/api/v1/channels/{}/thumbnail.jpg", channel.slug)
}

/// Percent-encoding of a query's value (RFC 3986 §2.1).
fn encode(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let each = text.bytes().map(|byte| match byte {
        byte if plain(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_site_name_a_channel_and_others_none() {
        for (url, name) in [
            ("https://tv.example", Some("primary")),
            ("https://tv.example/", Some("primary")),
            ("https://tv.example/?t=1", Some("primary")),
            ("https://tv.example/@ana", Some("ana")),
            ("https://tv.example/@ana/schedule?x#y", Some("ana")),
            ("https://tv.example/browse", None),
            ("https://tv.example.evil/@ana", None),
            ("https://tv.example@evil/@ana", None),
            ("https://evil/@ana", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(channel_named(url, "https://tv.example"), name, "{url}");
        }
    }

    #[test]
    fn a_player_fits_where_it_is_put() {
        for (width, height, fits) in [
            (None, None, (1280, 720)),
            (Some(640), None, (640, 360)),
            (Some(4000), Some(90), (160, 90)),
            (Some(0), Some(0), (1, 1)),
            (Some(320), Some(4000), (320, 180)),
        ] {
            assert_eq!(fitting(width, height), fits, "{width:?} {height:?}");
        }
    }
}
