//! Where a list goes on. Clients hand back what they were given; whatever else they send is refused.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rivulet_media::time::WallClock;

use super::model::Place;
use super::store::Before;
use crate::ids::{AccountId, ChannelId};

/// Longest cursor that is read, in bytes.
const MAX_CURSOR_LEN: usize = 400;

/// Something that a cursor stands for.
pub(super) trait Cursor: Sized {
    /// Its fields; only the last may hold a space.
    fn write(&self) -> String;
    /// Reads them back.
    fn read(text: &str) -> Option<Self>;

    fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.write())
    }

    fn parse(text: &str) -> Option<Self> {
        let is_short = text.len() <= MAX_CURSOR_LEN;
        let bytes = is_short.then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
        Self::read(std::str::from_utf8(&bytes).ok()?)
    }
}

impl Cursor for Place {
    fn write(&self) -> String {
        match self {
            Self::OnAir(Reverse(measure), id) => format!("l {id} {measure}"),
            Self::ByName(name, id) => format!("n {id} {name}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let (kind, id, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let id = ChannelId::parse(id)?;
        match kind {
            "l" => Some(Self::OnAir(Reverse(rest.parse().ok()?), id)),
            "n" => Some(Self::ByName(rest.to_owned(), id)),
            _ => None,
        }
    }
}

/// How many came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset(pub(super) usize);

impl Cursor for Offset {
    fn write(&self) -> String {
        format!("o {}", self.0)
    }

    fn read(text: &str) -> Option<Self> {
        text.strip_prefix("o ")?.parse().ok().map(Self)
    }
}

impl Cursor for Before {
    fn write(&self) -> String {
        format!("f {} {}", self.followed_at.as_unix_millis(), self.account)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, account) = text.strip_prefix("f ")?.split_once(' ')?;
        let followed_at = WallClock::from_unix_millis(at.parse().ok()?);
        Some(Self { followed_at, account: AccountId::parse(account)?.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_others_do_not() {
        let id = ChannelId::generate();
        for place in [Place::OnAir(Reverse(7), id), Place::ByName("a b  ü".to_owned(), id)] {
            assert_eq!(Place::parse(&place.to_text()), Some(place));
        }
        assert_eq!(Offset::parse(&Offset(40).to_text()), Some(Offset(40)));
        let before = Before {
            followed_at: WallClock::from_unix_millis(12),
            account: AccountId::generate().to_string(),
        };
        assert_eq!(Before::parse(&before.to_text()), Some(before.clone()));
        assert_eq!(Place::parse(&Offset(1).to_text()), None);
        assert_eq!(Offset::parse(&before.to_text()), None);
        for text in ["", "x", "%00", "bCA", "=", &"A".repeat(500)] {
            assert_eq!(Place::parse(text), None, "{text}");
            assert_eq!(Offset::parse(text), None, "{text}");
        }
    }
}
