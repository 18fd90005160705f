//! The web application, built into the binary: its files, and its pages with what each request
//! needs filled in.
//!
//! A checkout that has not built the pages still compiles and runs; it then serves a page that says
//! how to build them.

mod assets;
mod reader;
mod template;
mod words;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(crate) use reader::Reader;
pub(crate) use template::Fill;
pub(crate) use words::{Reading, Word};

pub(crate) use crate::sanitise::escape;
use crate::seal::{self, SealError};
use template::Template;

/// What makes the application one that can be installed.
const APP_LINKS: &str = "<link rel=\"manifest\" href=\"/manifest.webmanifest\">\
                         <link rel=\"apple-touch-icon\" href=\"/apple-touch-icon.png\">";

/// Which of the built HTML files a page is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The application with a player; no other site may frame it.
    App,
    /// The application without one.
    Plain,
    /// The player alone, made to be framed.
    Embed,
    /// The chat alone, in a window of its own.
    Chat,
    /// The chat alone, made to be framed.
    ChatEmbed,
    /// The chat over a picture, for browser sources.
    Overlay,
}

impl Kind {
    /// Whether whoever opens it counts as a viewer.
    pub(crate) fn has_player(self) -> bool {
        matches!(self, Self::App | Self::Embed)
    }
}

/// The embedded application.
#[derive(Clone)]
pub(crate) struct Web {
    inner: Arc<Inner>,
}

struct Inner {
    app: Template,
    plain: Template,
    embed: Template,
    chat: Template,
    overlay: Template,
    preload: Vec<String>,
    words: assets::Words,
    readings: words::Readings,
}

impl Web {
    /// Reads what was built.
    pub(crate) fn load() -> Self {
        let template = |path| Template::parse(&assets::text(path).unwrap_or_default());
        let app = template("index.html");
        let inner = Inner {
            plain: app.without_stage(),
            embed: template("embed.html"),
            chat: template("chat.html"),
            overlay: template("overlay.html"),
            preload: assets::player_modules(),
            words: assets::Words::of_build(),
            readings: words::Readings::load(),
            app,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether the pages were built into this binary.
    pub(crate) fn is_built(&self) -> bool {
        !self.inner.app.is_empty()
    }

    /// What the server says to somebody.
    pub(crate) fn reading(&self, reader: Reader) -> &Reading {
        self.inner.readings.of(reader.language)
    }

    /// Modules a page with a player needs soon.
    pub(crate) fn preload(&self) -> &[String] {
        &self.inner.preload
    }

    /// A file of the application, such as `assets/index-3fa1.js`, in the encoding the client likes
    /// best. `None` when there is none of that name.
    pub(crate) fn file(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        assets::respond(path, headers)
    }

    /// A page.
    pub(crate) fn page(
        &self,
        kind: Kind,
        status: StatusCode,
        fill: &Fill,
    ) -> Result<Response, SealError> {
        let template = match kind {
            Kind::App => &self.inner.app,
            Kind::Plain => &self.inner.plain,
            Kind::Embed => &self.inner.embed,
            Kind::Chat | Kind::ChatEmbed => &self.inner.chat,
            Kind::Overlay => &self.inner.overlay,
        };
        let nonce = nonce()?;
        let html = if template.is_empty() {
            template::unbuilt(fill)
        } else {
            let mut links = self.inner.words.links(kind, fill.reader.language);
            if matches!(kind, Kind::App | Kind::Plain) {
                links.push_str(APP_LINKS);
            }
            if let Some(styles) = &fill.styles {
                links.push_str(&format!("<link rel=\"stylesheet\" href=\"{}\">", escape(styles)));
            }
            template.render(fill, (&nonce, &links))
        };
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        let html_type = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, html_type);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let policy = HeaderValue::try_from(security_policy(kind, &nonce))
            .expect("a policy of fixed words and base64 is a valid header");
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        Ok(response)
    }
}

/// What the page may load and who may frame it (Content Security Policy level 3).
fn security_policy(kind: Kind, nonce: &str) -> String {
    let ancestors = match kind {
        Kind::App | Kind::Plain | Kind::Chat | Kind::Overlay => "'none'",
        Kind::Embed | Kind::ChatEmbed => "*",
    };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; \
         worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors {ancestors}"
    )
}

fn nonce() -> Result<String, SealError> {
    Ok(seal::random_token()?.reveal().to_owned())
}
