//! Emotes: pictures that stand for a word, of the site and of one channel.

pub(super) mod pack;
pub(super) mod picture;

use std::collections::HashMap;

use super::text::{EmoteRef, Emotes};
use crate::ids::EmoteId;
use crate::names;

/// Emotes of the site, and of one channel. Against uploads without end.
pub(super) const MAX_OF_ONE_PLACE: usize = 1000;
/// Longest name, in characters.
const MAX_NAME: usize = 32;

/// Whether an emote can be called this.
pub(super) fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a name means something already: it says who is called, not what is shown.
pub(super) fn is_reserved(name: &str) -> bool {
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
