//! What looks like a file.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};

use super::answer::{Answer, Fault, file};
use super::call::Call;
use crate::owncast::{Owncast, platforms};

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

/// The admin's script, which may change at any time.
pub(super) async fn script(State(owncast): State<Owncast>, _: Call) -> Answer {
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    let caching = HeaderValue::from_static("no-cache");
    let fields = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching)];
    let script = owncast.doors().site.settings().settings.look.script.clone();
    Ok((fields, script).into_response())
}

pub(super) async fn platform(call: Call) -> Answer {
    let picture = platforms::picture(call.param("file")).ok_or(Fault::MISSING)?;
    file("image/svg+xml", picture.into_bytes(), A_MONTH)
}

pub(super) async fn robots(State(owncast): State<Owncast>, _: Call) -> Answer {
    let mut lines = vec!["User-agent: *", "Disallow: /admin", "Disallow: /api"];
    if !owncast.doors().site.settings().settings.searchable {
        lines.push("Disallow: /");
    }
    Ok(lines.join("\n").into_response())
}
