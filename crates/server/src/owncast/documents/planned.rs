//! What is to come, as Owncast's clients read it.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::owncast::{Owncast, OwncastError};
use crate::schedule::Coming;

impl Owncast {
    /// The planned streams of the channel.
    pub(in crate::owncast) async fn coming(&self) -> Result<Vec<Value>, OwncastError> {
        if !self.kept().await?.schedule.enabled {
            return Ok(Vec::new());
        }
        let coming = self.doors().schedule.coming(&self.channel().await?).await?;
        Ok(coming.iter().map(event).collect())
    }
}

fn event(coming: &Coming) -> Value {
    // Its own document has all that there is to say.
    let document = serde_json::to_value(coming).unwrap_or_default();
    let time = |name: &str| document.get(name)?.as_str()?.parse::<Timestamp>().ok();
    let seconds = match (time("starts_at"), time("ends_at")) {
        (Some(from), Some(to)) => to.as_second() - from.as_second(),
        _ => 0,
    };
    let is_cancelled = document.get("state").and_then(Value::as_str) == Some("cancelled");
    let of = |name: &str| document.get(name).cloned().unwrap_or_default();
    let id = format!(
        "{}-{}",
        of("stream").as_str().unwrap_or_default(),
        of("occurrence").as_str().unwrap_or_default()
    );
    json!({
        "id": id,
        "seriesId": of("stream"),
        "name": coming.title,
        "description": of("description"),
        "startTime": coming.starts_at,
        "durationMinutes": seconds / 60,
        "timezone": coming.time_zone,
        "status": if is_cancelled { "cancelled" } else { "scheduled" },
    })
}
