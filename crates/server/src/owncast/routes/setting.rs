//! Setting one thing at a time.

use axum::extract::State;
use axum::http::{Method, header};

use super::answer::{Answer, Fault, done};
use super::call::Call;
use crate::owncast::Owncast;
use crate::owncast::pictures::{DataUrl, form_file};

/// `/api/admin/config/<key>`
pub(super) async fn set(State(owncast): State<Owncast>, call: Call) -> Answer {
    let value = call.value()?;
    let said = owncast.set(&call.actor(), (call.param("key"), &value)).await?;
    done(said.ok_or(Fault::MISSING)?)
}

/// Owncast 0.2.5 takes a form, later ones a text; DELETE goes back to the one that was there first.
pub(super) async fn favicon(State(owncast): State<Owncast>, call: Call) -> Answer {
    if call.method == Method::DELETE {
        owncast.set_favicon(&call.actor(), None).await?;
        return done("favicon reset to default");
    }
    if call.method != Method::POST {
        return Err(Fault::no(format!("{} not supported", call.method)));
    }
    let kind = call.field(header::CONTENT_TYPE);
    let bytes = if kind.starts_with("multipart/") {
        form_file(kind, &call.body, "favicon")
    } else {
        let value = call.value()?;
        value.as_str().and_then(DataUrl::parse).map(|it| it.bytes)
    };
    let bytes = bytes.ok_or_else(|| Fault::no("favicon must be PNG or ICO format"))?;
    owncast.set_favicon(&call.actor(), Some(bytes)).await?;
    done("favicon updated")
}
