//! What the admin reads, and does at once.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use rivulet_media::time::WallClock;
use serde_json::{Value, json};
use tracing::Level;

use super::answer::{Answer, Fault, document, done};
use super::call::Call;
use crate::clock::rfc3339;
use crate::insights::Form;
use crate::owncast::{Owncast, documents};
use crate::telemetry::Line;

/// Lines of the log that Owncast keeps.
const MAX_LOG: usize = 500;

pub(super) async fn status(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(owncast.admin_status().await?)
}

pub(super) async fn server_config(State(owncast): State<Owncast>, _: Call) -> Answer {
    super::answer::fresh(owncast.server_config().await?)
}

pub(super) async fn viewers_over_time(State(owncast): State<Owncast>, call: Call) -> Answer {
    let since = call.query.get("windowStart").and_then(|text| text.parse::<i64>().ok());
    let since = WallClock::from_unix_millis(since.unwrap_or_default().saturating_mul(1000));
    let moments = owncast.doors().ledger.moments();
    document(documents::viewers_over_time(&moments, since))
}

pub(super) async fn viewers(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(owncast.watching().await?)
}

pub(super) async fn playing(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(owncast.playing().await?)
}

pub(super) async fn hardware(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(documents::hardware(&owncast.doors().ledger.moments()))
}

pub(super) async fn playback(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    let media = owncast.doors().delivery.watch(channel.id).borrow().clone();
    let renditions = media.as_ref().map(|it| it.renditions.as_slice()).unwrap_or_default();
    let bitrates = renditions.iter().map(|it| it.bandwidth_bps / 1000).collect();
    let segment = media.as_ref().map_or(0, |it| it.target_duration_ms / 1000);
    let moments = owncast.doors().ledger.moments();
    document(documents::playback(&moments, (bitrates, segment)))
}

pub(super) async fn logs(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(newest(&owncast, Level::TRACE))
}

pub(super) async fn warnings(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(newest(&owncast, Level::WARN))
}

/// The newest lines that are at least so bad, the oldest first.
fn newest(owncast: &Owncast, least: Level) -> Value {
    let lines = owncast.doors().book.lines();
    let wanted: Vec<_> = lines.iter().filter(|it| it.level <= least).collect();
    wanted.iter().skip(wanted.len().saturating_sub(MAX_LOG)).map(|it| line(it)).collect()
}

/// A line of the log, by the names of Owncast's levels.
fn line(line: &Line) -> Value {
    let level = match line.level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        _ => "debug",
    };
    json!({ "time": rfc3339(line.at), "message": line.text, "level": level })
}

pub(super) async fn prometheus(State(owncast): State<Owncast>, call: Call) -> Answer {
    let form = Form::asked_for(call.field(header::ACCEPT));
    let text = owncast.doors().ledger.exposition(form, call.field(header::HOST));
    Ok(([(header::CONTENT_TYPE, form.media_type())], text).into_response())
}

/// Ends the broadcast.
pub(super) async fn disconnect(State(owncast): State<Owncast>, call: Call) -> Answer {
    let (channel, actor) = (owncast.channel().await?, call.actor());
    if owncast.doors().live.on_air(channel.id).is_none() {
        return Err(Fault::no("no inbound stream connected"));
    }
    owncast.doors().channels.end_stream(&actor, channel.id, false).await?;
    let why = format!("{} ended the stream of this channel.", actor.name());
    owncast.doors().live.end(channel.id, &why);
    done("inbound stream disconnected")
}

/// The directory knows the site no longer, and makes its acquaintance anew.
pub(super) async fn reset_directory(State(owncast): State<Owncast>, call: Call) -> Answer {
    owncast.set_directory_key(&call.actor(), String::new()).await?;
    done("reset")
}

pub(super) async fn update_options(_: Call) -> Answer {
    document(json!({ "supportsUpdate": false, "canRestart": false }))
}

pub(super) async fn no_update(_: Call) -> Answer {
    let why = "this program does not update itself: install the new version and start it again";
    Err(Fault::Bad(why.to_owned()))
}

pub(super) async fn schedule(State(owncast): State<Owncast>, _: Call) -> Answer {
    Ok(Json(json!({ "series": [], "events": owncast.coming().await? })).into_response())
}
