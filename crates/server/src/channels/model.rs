//! What a channel is, and the rules its values obey.

use std::fmt;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::ChannelsError;
use crate::db::stored_as_text;
use crate::ids::{AccountId, CategoryId, ChannelId, StreamKeyId};
use crate::site::{Accent, Language, Link};
use crate::transcode::Wishes;

/// Longest slug, in characters.
const MAX_SLUG_LEN: usize = 40;
/// Bounds of a stream key, in characters: long enough not to be guessed by hand, short enough for
/// every encoder's input field.
const KEY_LEN: std::ops::RangeInclusive<usize> = 8..=256;
/// Longest name and title, in characters.
const MAX_LINE_LEN: usize = 140;
/// Longest description, in characters.
const MAX_DESCRIPTION_LEN: usize = 10_000;
/// The longest a broadcast waits for its encoder to come back.
const MAX_RECONNECT_GRACE: Duration = Duration::from_secs(300);
/// How long it waits unless the channel says otherwise.
pub(super) const DEFAULT_RECONNECT_GRACE: Duration = Duration::from_secs(20);
/// Owncast's latency level unless the channel says otherwise.
pub(super) const DEFAULT_LATENCY_LEVEL: u8 = 2;
/// Names that mean something else where a slug may stand.
const RESERVED: &[&str] = &["live", "stream", "primary"];

/// The name of a channel in addresses: `/@slug`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slug(String);

impl Slug {
    /// Checks a slug that somebody typed or asked for.
    pub(crate) fn parse(text: &str) -> Result<Self, ChannelsError> {
        let valid_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        let valid = (1..=MAX_SLUG_LEN).contains(&text.len())
            && text.chars().all(valid_char)
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !RESERVED.contains(&text);
        if valid { Ok(Self(text.to_owned())) } else { Err(ChannelsError::BadSlug(text.to_owned())) }
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_text!(Slug, |text| Slug::parse(text).ok());

/// A channel and its settings.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    /// Its identity, which never changes.
    pub(crate) id: ChannelId,
    /// Its name in addresses.
    pub(crate) slug: Slug,
    /// Its name on pages.
    pub(crate) name: String,
    /// What the streamer says is on now; may be empty.
    pub(crate) title: String,
    /// About the channel; may be empty.
    pub(crate) description: String,
    /// Whether it is the one `/` shows.
    pub(crate) is_primary: bool,
    /// Owncast's latency level, 0 (lowest) to 4.
    pub(crate) latency_level: u8,
    /// How long a broadcast waits for its encoder to come back.
    pub(crate) reconnect_grace: Duration,
    /// Which renditions its owner wishes for.
    pub(crate) video: Wishes,
    /// Whether a storyboard is kept of every broadcast.
    pub(crate) thumbnail_history: bool,
    /// What it has in common with others.
    pub(crate) category: Option<CategoryId>,
    /// The language that is spoken.
    pub(crate) language: Option<Language>,
    /// Whether it is for grown-ups.
    pub(crate) mature: bool,
    /// Where else to find the streamer.
    pub(crate) links: Vec<Link>,
    /// Its colour.
    pub(crate) accent: Option<Accent>,
    /// Whether everybody may see who follows it.
    pub(crate) shows_followers: bool,
    /// Whether moderators of the site took it out of lists.
    pub(crate) hidden: bool,
    /// While it stands, nobody may publish.
    pub(crate) lock: Option<Lock>,
    /// When it was made.
    pub(crate) created_at: WallClock,
}

/// That a channel's stream was ended and is not to begin anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) at: WallClock,
    /// Who said so, by the name of then.
    pub(crate) by: String,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ended the stream of this channel, and nobody may publish until it is released on \
             the channel's pages.",
            self.by
        )
    }
}

/// Whose a new channel is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub(crate) account: AccountId,
    /// How many the account may own, where that is limited.
    pub(crate) limit: Option<u32>,
}

/// What somebody decides when making a channel.
pub(crate) struct NewChannel {
    slug: Slug,
    name: String,
    is_primary: bool,
}

impl NewChannel {
    /// One more channel.
    pub(crate) fn named(slug: Slug) -> Self {
        Self { name: slug.to_string(), slug, is_primary: false }
    }

    /// With a name for pages.
    pub(crate) fn called(self, name: String) -> Result<Self, ChannelsError> {
        let name = name.trim().to_owned();
        if (1..=MAX_LINE_LEN).contains(&name.chars().count()) {
            return Ok(Self { name, ..self });
        }
        Err(ChannelsError::OutOfRange { field: "name", range: "1 to 140 characters" })
    }

    /// The channel of a first run.
    pub(crate) fn primary() -> Self {
        let slug = Slug("rivulet".to_owned());
        Self { slug, name: "Rivulet".to_owned(), is_primary: true }
    }

    /// What a new channel is, before anything is decided.
    pub(super) fn into_channel(self, id: ChannelId, created_at: WallClock) -> Channel {
        Channel {
            id,
            slug: self.slug,
            name: self.name,
            title: String::new(),
            description: String::new(),
            is_primary: self.is_primary,
            latency_level: DEFAULT_LATENCY_LEVEL,
            reconnect_grace: DEFAULT_RECONNECT_GRACE,
            video: Wishes::default(),
            thumbnail_history: false,
            category: None,
            language: None,
            mature: false,
            links: Vec::new(),
            accent: None,
            shows_followers: false,
            hidden: false,
            lock: None,
            created_at,
        }
    }
}

/// A change to some of a channel's settings; `None` leaves one as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patch {
    /// New name on pages.
    pub(crate) name: Option<String>,
    /// New title.
    pub(crate) title: Option<String>,
    /// New description.
    pub(crate) description: Option<String>,
    /// New latency level, from the next broadcast on.
    pub(crate) latency_level: Option<u8>,
    /// New grace, from the next interruption on.
    pub(crate) reconnect_grace: Option<Duration>,
    /// New renditions, from the next broadcast on.
    pub(crate) video: Option<Wishes>,
    /// Whether to keep storyboards, from now on.
    pub(crate) thumbnail_history: Option<bool>,
}

impl Patch {
    pub(super) fn apply(self, channel: Channel) -> Result<Channel, ChannelsError> {
        let changed = Channel {
            name: self.name.unwrap_or(channel.name),
            title: self.title.unwrap_or(channel.title),
            description: self.description.unwrap_or(channel.description),
            latency_level: self.latency_level.unwrap_or(channel.latency_level),
            reconnect_grace: self.reconnect_grace.unwrap_or(channel.reconnect_grace),
            video: self.video.unwrap_or(channel.video),
            thumbnail_history: self.thumbnail_history.unwrap_or(channel.thumbnail_history),
            ..channel
        };
        check(&changed)?;
        Ok(changed)
    }
}

pub(super) fn check(channel: &Channel) -> Result<(), ChannelsError> {
    let refuse = |field, range| Err(ChannelsError::OutOfRange { field, range });
    let name_len = channel.name.chars().count();
    if !(1..=MAX_LINE_LEN).contains(&name_len) {
        return refuse("name", "1 to 140 characters");
    }
    if channel.title.chars().count() > MAX_LINE_LEN {
        return refuse("title", "at most 140 characters");
    }
    if channel.description.chars().count() > MAX_DESCRIPTION_LEN {
        return refuse("description", "at most 10,000 characters");
    }
    if channel.latency_level > 4 {
        return refuse("latency level", "0 to 4");
    }
    if channel.reconnect_grace > MAX_RECONNECT_GRACE {
        return refuse("reconnect grace", "0 to 300 seconds");
    }
    Ok(())
}

/// A key that a publisher showed, recognised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PublisherKey {
    /// The key.
    pub(crate) id: StreamKeyId,
    /// The channel it publishes to.
    pub(crate) channel: ChannelId,
    /// Whether its owner does not want it used.
    pub(crate) is_disabled: bool,
}

/// Whether a configured key can be used in every encoder and URL.
pub(super) fn check_key(key: &str) -> Result<(), ChannelsError> {
    let usable = |c: char| c.is_ascii_graphic() && !"/?&#".contains(c);
    if KEY_LEN.contains(&key.len()) && key.chars().all(usable) {
        Ok(())
    } else {
        Err(ChannelsError::BadKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_and_never_reserved() {
        for good in ["a", "rivulet", "my-channel_2", "9lives"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(41);
        for bad in ["", "-a", "A", "a b", "ü", "a/b", "..", "live", "primary", &long] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let channel =
            NewChannel::primary().into_channel(ChannelId::generate(), WallClock::default());
        let patch = Patch { latency_level: Some(5), ..Patch::default() };
        let refused = patch.apply(channel.clone()).unwrap_err();
        assert_eq!(refused.to_string(), "latency level must be 0 to 4");
        let patch = Patch { reconnect_grace: Some(Duration::from_secs(301)), ..Patch::default() };
        assert!(patch.apply(channel.clone()).is_err());
        let patch = Patch { name: Some(String::new()), ..Patch::default() };
        assert!(patch.apply(channel).is_err());
    }

    #[test]
    fn configured_keys_must_fit_every_encoder() {
        assert!(check_key("correct-horse").is_ok());
        for bad in ["short", "has space in it", "has/slash/in", "has?query=1", "ünïcödé-key"] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }
}
