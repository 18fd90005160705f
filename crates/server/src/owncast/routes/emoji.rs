//! Emoji of the channel's own.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Fault, document, done};
use super::call::Call;
use crate::owncast::Owncast;
use crate::owncast::pictures::DataUrl;

#[derive(Deserialize)]
struct Picture {
    /// A file's name, such as `cat.png`.
    name: String,
    #[serde(default)]
    data: String,
}

impl Picture {
    /// What it is called in chat: the file's name without its ending. A path is no name.
    fn stem(&self) -> Result<&str, Fault> {
        let is_path = self.name.contains(['/', '\\']) || self.name.contains("..");
        let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
        if is_path || stem.is_empty() {
            return Err(Fault::no("the path of the emoji is invalid: send a file's name alone"));
        }
        Ok(stem)
    }
}

pub(super) async fn list(State(owncast): State<Owncast>, _: Call) -> Answer {
    let emoji = owncast.doors().chat.emoji(&owncast.channel().await?).await?;
    let shown = |(name, url): (String, String)| json!({ "name": name, "url": url });
    document(emoji.into_iter().map(shown).collect())
}

pub(super) async fn upload(State(owncast): State<Owncast>, call: Call) -> Answer {
    let picture: Picture = call.json()?;
    let name = picture.stem()?;
    let data = DataUrl::parse(&picture.data);
    let data = data.ok_or_else(|| Fault::no("unable to find image data"))?;
    let channel = owncast.channel().await?;
    let upload = (&call.actor(), name, data.bytes);
    owncast.doors().chat.add_emoji(&channel, upload).await?;
    done(&format!("Emoji \"{name}\" has been uploaded"))
}

pub(super) async fn remove(State(owncast): State<Owncast>, call: Call) -> Answer {
    let picture: Picture = call.json()?;
    let name = picture.stem()?;
    let (channel, actor) = (owncast.channel().await?, call.actor());
    match owncast.doors().chat.remove_emoji(&channel, (&actor, name)).await? {
        true => done(&format!("Emoji \"{name}\" has been deleted")),
        false => Err(Fault::No(format!("Emoji \"{name}\" doesn't exist"))),
    }
}
