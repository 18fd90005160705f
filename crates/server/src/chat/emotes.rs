//! Emotes: pictures that stand for a word, of the site and of one channel.

pub(super) mod pack;
pub(super) mod picture;

use std::collections::HashMap;

use bytes::Bytes;

use super::rooms::MAX_EMOTES;
use super::store::NewEmote;
use super::text::{EmoteRef, Emotes};
use super::{Chat, ChatError};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::ids::EmoteId;
use crate::names;

/// Emotes of the site, and of one channel. Against uploads without end.
const MAX_OF_ONE_PLACE: usize = 1000;
/// Longest name, in characters.
const MAX_NAME: usize = 32;

/// Whether an emote can be called this.
fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a name means something already: it says who is called, not what is shown.
fn is_reserved(name: &str) -> bool {
    names::is_reserved(&names::fold(name))
}

/// The emotes that a room knows: its channel's before the site's.
#[derive(Debug, Default)]
pub(super) struct EmoteSet {
    by_name: HashMap<String, Emote>,
    /// Changes whenever they do.
    pub(super) version: u64,
}

/// An emote, without its picture.
#[derive(Clone, Debug)]
pub(super) struct Emote {
    pub(super) id: EmoteId,
    pub(super) name: String,
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) animated: bool,
    pub(super) media_type: String,
    /// Whether it is one of the site's.
    pub(super) is_of_site: bool,
}

impl EmoteSet {
    /// A set of emotes, the site's first.
    pub(super) fn new(emotes: Vec<Emote>, version: u64) -> Self {
        let by_name = emotes.into_iter().map(|emote| (emote.name.to_lowercase(), emote)).collect();
        Self { by_name, version }
    }

    /// All of them, by name.
    pub(super) fn all(&self) -> Vec<&Emote> {
        let mut all: Vec<_> = self.by_name.values().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }
}

impl Emote {
    /// Where its picture is.
    pub(super) fn url(&self) -> String {
        let extension = self.media_type.strip_prefix("image/").unwrap_or("png");
        format!("/img/emoji/{}.{extension}", self.id)
    }
}

impl Chat {
    /// The emotes of a channel's chat, the site's among them: names and addresses.
    pub(crate) async fn emoji(
        &self,
        channel: &Channel,
    ) -> Result<Vec<(String, String)>, ChatError> {
        let emotes = self.shared.emotes(channel.id).await?;
        Ok(emotes.all().into_iter().map(|it| (it.name.clone(), it.url())).collect())
    }

    /// Adds an emote to a channel.
    pub(crate) async fn add_emoji(
        &self,
        channel: &Channel,
        (actor, name, bytes): (&Actor, &str, Vec<u8>),
    ) -> Result<(), ChatError> {
        self.add_emote(Some(channel), (name, bytes.into()), actor).await?;
        self.use_emotes(Some(channel.id)).await
    }

    /// Removes the emote of this name from a channel, or else from the site. `false` when there is
    /// none.
    pub(crate) async fn remove_emoji(
        &self,
        channel: &Channel,
        (actor, name): (&Actor, &str),
    ) -> Result<bool, ChatError> {
        let emotes = self.shared.emotes(channel.id).await?;
        let Some(emote) = emotes.by_name.get(&name.to_lowercase()) else { return Ok(false) };
        let place = (!emote.is_of_site).then_some(channel);
        let removed = self.shared.store.remove_emote(emote.id, place, actor).await?;
        self.use_emotes(place.map(|channel| channel.id)).await?;
        Ok(removed)
    }

    /// Adds an emote to a channel, or to the whole site. Rooms know it once they are told.
    pub(super) async fn add_emote(
        &self,
        channel: Option<&Channel>,
        (name, bytes): (&str, Bytes),
        actor: &Actor,
    ) -> Result<Emote, ChatError> {
        if !is_name(name) {
            let wrong = "an emote's name has 1 to 32 letters, digits, `_` or `-`";
            return Err(ChatError::Invalid(wrong.to_owned()));
        }
        if is_reserved(name) {
            let wrong = "this name is kept for the program itself: choose another";
            return Err(ChatError::Invalid(wrong.to_owned()));
        }
        let of_place = channel.map(|channel| channel.id);
        let known = self.shared.store.emotes(of_place, MAX_EMOTES).await?;
        if known.iter().filter(|it| it.is_of_site == channel.is_none()).count() >= MAX_OF_ONE_PLACE
        {
            return Err(ChatError::Full("there are as many emotes as there may be: remove some"));
        }
        let read = tokio::task::spawn_blocking(move || picture::picture(&bytes)).await;
        let picture = read?.map_err(|error| ChatError::Invalid(error.to_string()))?;
        let emote = Emote {
            id: EmoteId::generate(),
            name: name.to_owned(),
            width: picture.width,
            height: picture.height,
            animated: picture.animated,
            media_type: picture.media_type.to_owned(),
            is_of_site: channel.is_none(),
        };
        let (at, picture) = (self.now(), &*picture.bytes);
        let new = NewEmote { emote: emote.clone(), channel, picture, by: actor, at };
        self.shared.store.add_emote(&new).await?;
        Ok(emote)
    }
}

impl Emotes for EmoteSet {
    fn find(&self, name: &str) -> Option<EmoteRef> {
        let emote = self.by_name.get(&name.to_lowercase())?;
        Some(EmoteRef {
            name: emote.name.clone(),
            url: emote.url(),
            width: (emote.width != emote.height).then_some(emote.width),
            animated: emote.animated,
        })
    }
}
