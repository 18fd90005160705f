//! What looks like a file.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};

use super::answer::{Answer, Fault, file};
use super::call::Call;
use crate::owncast::{Owncast, platforms, theme};

/// For how many seconds browsers keep pictures that change seldom.
const A_WHILE: u32 = 300;
/// And those that never do.
const A_MONTH: u32 = 2_592_000;

pub(super) async fn logo(State(owncast): State<Owncast>, _: Call) -> Answer {
    let logo = owncast.logo(true).await?;
    file(&logo.media_type, logo.bytes, A_WHILE)
}

/// For those who cannot show drawings.
pub(super) async fn plain_logo(State(owncast): State<Owncast>, _: Call) -> Answer {
    let logo = owncast.logo(false).await?;
    file(&logo.media_type, logo.bytes, A_WHILE)
}

pub(super) async fn favicon(State(owncast): State<Owncast>, _: Call) -> Answer {
    match owncast.favicon().await? {
        Some(icon) => file(&icon.media_type, icon.bytes, A_WHILE),
        None => Ok(Redirect::temporary("/favicon.svg").into_response()),
    }
}

/// What pages load after our own styles: the theme's variables, and then the admin's styles in a
/// layer of their own, which comes after ours.
pub(super) async fn styles(State(owncast): State<Owncast>, _: Call) -> Answer {
    let current = owncast.doors().site.settings();
    text("text/css; charset=utf-8", theme::sheet(&current.settings.look))
}

/// The admin's styles as they are: whatever is wrong in them cannot leave their file.
pub(super) async fn own_styles(State(owncast): State<Owncast>, _: Call) -> Answer {
    let current = owncast.doors().site.settings();
    text("text/css; charset=utf-8", current.settings.look.styles.clone())
}

/// The admin's script.
pub(super) async fn script(State(owncast): State<Owncast>, _: Call) -> Answer {
    let current = owncast.doors().site.settings();
    text("text/javascript; charset=utf-8", current.settings.look.script.clone())
}

/// A text that may change at any time.
fn text(kind: &'static str, text: String) -> Answer {
    let kind = HeaderValue::from_static(kind);
    let caching = HeaderValue::from_static("no-cache");
    let fields = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching)];
    Ok((fields, text).into_response())
}

pub(super) async fn platform(call: Call) -> Answer {
    let picture = platforms::picture(call.param("file")).ok_or(Fault::MISSING)?;
    file("image/svg+xml", picture.into_bytes(), A_MONTH)
}

pub(super) async fn robots(State(owncast): State<Owncast>, _: Call) -> Answer {
    let mut lines = vec!["User-agent: *", "Disallow: /admin", "Disallow: /api"];
    if owncast.kept().await?.disable_search_indexing {
        lines.push("Disallow: /");
    }
    Ok(lines.join("\n").into_response())
}
