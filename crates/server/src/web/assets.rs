//! The files of the built application.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::Kind;
use super::reader::PageLanguage;
use crate::http::accepts;

/// `web/dist`: read from the disk by debug builds, part of the binary in release builds.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// Files that are for the server alone.
const PRIVATE: &[&str] =
    &["index.html", "embed.html", "chat.html", "overlay.html", "manifest.json"];

/// Encodings the build prepares, best first: coding and file ending.
const ENCODINGS: &[(&str, &str)] = &[("br", "br"), ("gzip", "gz")];

/// A text file of the build.
pub(super) fn text(path: &str) -> Option<String> {
    String::from_utf8(Dist::get(path)?.data.into_owned()).ok()
}

/// One entry of Vite's manifest.
#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, rename = "isDynamicEntry")]
    is_dynamic_entry: bool,
}

/// Where the catalogues of other languages than English were built to, by their sources.
pub(super) struct Words {
    by_source: BTreeMap<String, String>,
}

impl Words {
    pub(super) fn of_build() -> Self {
        let catalogues = manifest().into_iter().filter(|(source, _)| source.ends_with(".po"));
        let by_source = catalogues.map(|(source, chunk)| (source, format!("/{}", chunk.file)));
        Self { by_source: by_source.collect() }
    }

    /// Announces the catalogues that a page's scripts are about to ask for, so that they load
    /// beside the scripts instead of after them.
    pub(super) fn links(&self, kind: Kind, language: PageLanguage) -> String {
        let areas: &[&str] = match kind {
            Kind::App | Kind::Chat | Kind::ChatEmbed => &["", "chat/"],
            Kind::Plain => &["", "pages/"],
            Kind::Embed => &["embed/"],
            Kind::Overlay => &[],
        };
        let source = |area: &&str| format!("src/locales/{area}{}.po", language.tag());
        let known = areas.iter().filter_map(|area| self.by_source.get(&source(area)));
        known.map(|file| format!("<link rel=\"modulepreload\" href=\"{file}\">")).collect()
    }
}

fn manifest() -> BTreeMap<String, Chunk> {
    serde_json::from_str(&text("manifest.json").unwrap_or_default()).unwrap_or_default()
}

/// The address of the playback engine, which a page loads as its script begins to run; announced
/// in the head, it loads beside the script instead of after it.
pub(super) fn player_modules() -> Vec<String> {
    manifest()
        .iter()
        .filter(|(source, chunk)| {
            let named = chunk.name.as_deref().unwrap_or_default();
            chunk.is_dynamic_entry && (source.contains("hls") || named.contains("hls"))
        })
        .map(|(_, chunk)| format!("/{}", chunk.file))
        .collect()
}

pub(super) fn respond(path: &str, headers: &HeaderMap) -> Option<Response> {
    if PRIVATE.contains(&path) {
        return None;
    }
    let plain = Dist::get(path)?;
    let tag = etag(&plain);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == tag) {
        return Some((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let kind = HeaderValue::from_str(plain.metadata.mimetype()).ok()?;
    let encoded = ENCODINGS
        .iter()
        .filter(|(coding, _)| accepts(headers, coding))
        .find_map(|(coding, ending)| Some((*coding, Dist::get(&format!("{path}.{ending}"))?)));
    let (coding, file) = match encoded {
        Some((coding, file)) => (Some(coding), file),
        None => (None, plain),
    };
    let mut response = Body::from(bytes(file)).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, kind);
    out.insert(header::ETAG, tag);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching(path)));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}

/// Names of files under `assets/` carry a hash of their content, so they never change.
fn caching(path: &str) -> &'static str {
    if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn bytes(file: EmbeddedFile) -> bytes::Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(data) => bytes::Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => data.into(),
    }
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("\"{hex}\"")).expect("hexadecimal digits are a valid header")
}
