//! What is answered, by the shapes of Owncast's documents.

mod config;
mod live;
mod metrics;
mod planned;
mod server;

pub(super) use metrics::{hardware, playback, viewers_over_time};

use serde_json::{Value, json};

use super::platforms;
use crate::channels::Channel;
use crate::site::{Link, Look, Tag};

/// Where else the streamer is found.
fn social_handles(links: &[Link]) -> Value {
    let handle = |link: &Link| {
        let key = platforms::key_of(&link.label);
        json!({ "platform": key, "url": link.url, "icon": platforms::icon(&key) })
    };
    links.iter().map(handle).collect()
}

fn tags(tags: &[Tag]) -> Value {
    tags.iter().map(|tag| Value::from(tag.to_string())).collect()
}

/// The variables of the theme, by name.
fn theme(look: &Look) -> Value {
    let variables = look.variables.iter();
    Value::Object(variables.map(|it| (it.name.clone(), Value::from(it.value.clone()))).collect())
}

/// The qualities of a channel, as its owner wishes for them.
fn variants(channel: &Channel) -> Value {
    json!(crate::transcode::variants(&channel.video))
}
