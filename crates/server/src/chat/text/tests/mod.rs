//! Texts as people write them, and as they write them who mean harm.

mod conduct;
mod corpus;
mod harmless;
mod names;
mod render;
mod terms;

use super::{EmoteRef, Emotes};

/// Two emotes, and whatever name is asked for when it begins with `any`.
pub(super) struct Shelf;

impl Emotes for Shelf {
    fn find(&self, name: &str) -> Option<EmoteRef> {
        let name = name.to_lowercase();
        let (url, animated) = match name.as_str() {
            "wave" => ("/img/emoji/wave.png", false),
            "cat_jam" => ("/img/emoji/cat_jam.gif", true),
            _ => return None,
        };
        let width = animated.then_some(56);
        Some(EmoteRef { name, url: url.to_owned(), width, animated })
    }
}
