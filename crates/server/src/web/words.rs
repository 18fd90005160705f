//! What the server itself says on pages, which is what readers without JavaScript read: from
//! catalogues that are translated beside those of the application.
//!
//! `web/src/app/reader/words.ts` has the English texts; `npm run messages` holds every language to
//! them, and a test here holds [`Word`] to them.

use std::collections::HashMap;

use super::reader::PageLanguage;
use crate::sanitise::escape;

macro_rules! words {
    ($($(#[$about:meta])* $name:ident = $id:literal,)*) => {
        /// A text that the server says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word {
            $($(#[$about])* $name,)*
        }

        impl Word {
            /// What the catalogues call it.
            fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

words! {
    Admin = "reader.admin",
    Browse = "reader.browse",
    BrowseChannels = "reader.browse-channels",
    Broadcasts = "reader.broadcasts",
    Calendar = "reader.calendar",
    Cancelled = "reader.cancelled",
    Categories = "reader.categories",
    /// With `channels` and `live`.
    CategoryCounts = "reader.category-counts",
    ComingStreams = "reader.coming-streams",
    Directory = "reader.directory",
    Empty = "reader.empty",
    Following = "reader.following",
    FollowsNobody = "reader.follows-nobody",
    ForgottenPassword = "reader.forgotten-password",
    GrownUps = "reader.grown-ups",
    Live = "reader.live",
    MailAddress = "reader.mail-address",
    More = "reader.more",
    Moved = "reader.moved",
    NewPassword = "reader.new-password",
    /// With `stream`.
    NextStream = "reader.next-stream",
    NoCategory = "reader.no-category",
    NotFound = "reader.not-found",
    NothingFound = "reader.nothing-found",
    NothingHere = "reader.nothing-here",
    NothingPlanned = "reader.nothing-planned",
    /// With `link`, which is [`Word::TheStream`].
    OpenStream = "reader.open-stream",
    Register = "reader.register",
    /// With `name`.
    Schedule = "reader.schedule",
    ScriptOnly = "reader.script-only",
    Search = "reader.search",
    Settings = "reader.settings",
    SignIn = "reader.sign-in",
    SignInToFollow = "reader.sign-in-to-follow",
    Studio = "reader.studio",
    TheStream = "reader.the-stream",
    ToStart = "reader.to-start",
    /// With `viewers`.
    Watching = "reader.watching",
    Welcome = "reader.welcome",
}

/// The texts in one language.
pub(crate) struct Reading {
    by_id: HashMap<String, String>,
}

impl Reading {
    /// As plain text.
    pub(crate) fn text(&self, word: Word) -> &str {
        // A test holds every language to have every word.
        self.by_id.get(word.id()).map_or("", String::as_str)
    }

    /// As HTML.
    pub(crate) fn say(&self, word: Word) -> String {
        escape(self.text(word))
    }

    /// As HTML, with values that are HTML in the places of their names.
    pub(crate) fn fill(&self, word: Word, values: &[(&str, &str)]) -> String {
        let text = self.say(word);
        let (mut filled, mut rest) = (String::with_capacity(text.len()), text.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, next)) = after.split_once('}') else { break };
            filled.push_str(before);
            let value = values.iter().find(|(known, _)| *known == name);
            filled.push_str(value.map_or("", |(_, html)| html));
            rest = next;
        }
        filled.push_str(rest);
        filled
    }
}

/// The texts in every language.
pub(super) struct Readings {
    arabic: Reading,
    german: Reading,
    english: Reading,
    spanish: Reading,
    french: Reading,
    japanese: Reading,
}

impl Readings {
    pub(super) fn load() -> Self {
        Self {
            arabic: parse(include_str!("../../../../web/src/locales/reader/ar.po")),
            german: parse(include_str!("../../../../web/src/locales/reader/de.po")),
            english: parse(include_str!("../../../../web/src/locales/reader/en.po")),
            spanish: parse(include_str!("../../../../web/src/locales/reader/es.po")),
            french: parse(include_str!("../../../../web/src/locales/reader/fr.po")),
            japanese: parse(include_str!("../../../../web/src/locales/reader/ja.po")),
        }
    }

    pub(super) fn of(&self, language: PageLanguage) -> &Reading {
        match language {
            PageLanguage::Arabic => &self.arabic,
            PageLanguage::German => &self.german,
            PageLanguage::English => &self.english,
            PageLanguage::Spanish => &self.spanish,
            PageLanguage::French => &self.french,
            PageLanguage::Japanese => &self.japanese,
        }
    }
}

/// Reads a catalogue as our tools write them: a message has one line for its name and one for its
/// text (<https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html>).
fn parse(catalogue: &str) -> Reading {
    let quoted = |line: &str, keyword: &str| {
        let text = line.strip_prefix(keyword)?.trim().strip_prefix('"')?.strip_suffix('"')?;
        Some(unescaped(text))
    };
    let mut by_id = HashMap::new();
    let mut id = None;
    for line in catalogue.lines() {
        if let Some(name) = quoted(line, "msgid ") {
            id = Some(name);
        } else if let Some(text) = quoted(line, "msgstr ")
            && let Some(id) = id.take()
            && !id.is_empty()
        {
            by_id.insert(id, text);
        }
    }
    Reading { by_id }
}

fn unescaped(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [PageLanguage; 6] = [
        PageLanguage::Arabic,
        PageLanguage::German,
        PageLanguage::English,
        PageLanguage::Spanish,
        PageLanguage::French,
        PageLanguage::Japanese,
    ];

    #[test]
    fn every_language_has_every_word_and_no_other() {
        let readings = Readings::load();
        for language in LANGUAGES {
            let reading = readings.of(language);
            for word in Word::ALL {
                assert!(!reading.text(*word).is_empty(), "{language:?} lacks {}", word.id());
            }
            assert_eq!(reading.by_id.len(), Word::ALL.len(), "{language:?}");
        }
    }

    #[test]
    fn values_go_where_their_names_stand_and_bring_no_names() {
        let reading = parse(
            "msgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n\nmsgid \"reader.schedule\"\n\
                             msgstr \"<{name}> \\\"&\\\" {other} {name} {\"\n",
        );
        let filled = reading.fill(Word::Schedule, &[("name", "<b>{name}</b>"), ("more", "x")]);
        assert_eq!(filled, "&lt;<b>{name}</b>&gt; &quot;&amp;&quot;  <b>{name}</b> {");
    }
}
