//! What programs with a token do.

use axum::extract::State;

use super::answer::{Answer, Fault, done};
use super::call::Call;
use crate::owncast::Owncast;

pub(super) async fn title(State(owncast): State<Owncast>, call: Call) -> Answer {
    let value = call.value()?;
    owncast.set(&call.actor(), ("streamtitle", &value)).await?;
    done("changed")
}

/// Owncast took this away.
pub(super) async fn retired(_: Call) -> Answer {
    let why = "no longer supported: use /api/integrations/chat/send";
    Err(Fault::Bad(why.to_owned()))
}
