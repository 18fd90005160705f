//! What players ask for: delivery directives (RFC 8216bis §6.2.5) and file names.

use std::fmt;

/// Longer broadcast ids than this are nobody's, and would be echoed in logs.
const MAX_ID_LENGTH: usize = 32;

/// Whether a playlist may leave out what the player already has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delta {
    /// Everything.
    #[default]
    Full,
    /// `_HLS_skip`: older segments are replaced by an `EXT-X-SKIP`.
    Skip,
}

/// A blocking reload: answer when this is in the playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reload {
    /// `_HLS_msn`: media sequence number.
    pub sequence: u64,
    /// `_HLS_part`: index of a part; without it, the whole segment is meant.
    pub part: Option<u64>,
}

/// A request for a media playlist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Request {
    /// What to wait for, when anything.
    pub reload: Option<Reload>,
    /// Which form is wanted.
    pub delta: Delta,
}

/// Why a query string is refused; the text is meant for whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// `_HLS_msn` is not a decimal integer below 2^64.
    #[error("_HLS_msn must be a whole number from 0 to 18446744073709551615")]
    Sequence,
    /// `_HLS_part` is not a decimal integer below 2^64.
    #[error("_HLS_part must be a whole number from 0 to 18446744073709551615")]
    Part,
    /// §6.2.5.2 demands the segment with the part.
    #[error("_HLS_part needs _HLS_msn")]
    PartWithoutSequence,
    /// `_HLS_skip` is neither `YES` nor `v2`.
    #[error("_HLS_skip must be YES or v2")]
    Skip,
    /// A directive that can only have one value has two.
    #[error("a delivery directive is given twice")]
    Repeated,
}

impl Request {
    /// Reads the query string of a playlist request, without its question mark. Parameters that
    /// are not delivery directives are somebody else's.
    ///
    /// # Errors
    /// When a directive cannot be meant.
    pub fn parse(query: &str) -> Result<Self, Refused> {
        let (mut sequence, mut part, mut skip) = (None, None, None);
        for (name, value) in query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        {
            let previous = match name {
                "_HLS_msn" => sequence.replace(integer(value).ok_or(Refused::Sequence)?).is_some(),
                "_HLS_part" => part.replace(integer(value).ok_or(Refused::Part)?).is_some(),
                "_HLS_skip" => skip.replace(delta(value)?).is_some(),
                _ => false,
            };
            if previous {
                return Err(Refused::Repeated);
            }
        }
        let reload = match (sequence, part) {
            (Some(sequence), part) => Some(Reload { sequence, part }),
            (None, None) => None,
            (None, Some(_)) => return Err(Refused::PartWithoutSequence),
        };
        Ok(Self { reload, delta: skip.unwrap_or_default() })
    }
}

/// The name of a media file, as playlists list it and players ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaName<'a> {
    /// `init-<id>-<number>.mp4`
    Init {
        /// The broadcast.
        id: &'a str,
        /// Media sequence number of the first segment it applies to.
        number: u64,
    },
    /// `stream-<id>-<sequence>.m4s`
    Segment {
        /// The broadcast.
        id: &'a str,
        /// Media sequence number.
        sequence: u64,
    },
    /// `stream-<id>-<sequence>.<part>.m4s`
    Part {
        /// The broadcast.
        id: &'a str,
        /// Media sequence number.
        sequence: u64,
        /// Its number within the segment, from 0.
        index: u32,
    },
}

impl<'a> MediaName<'a> {
    /// Reads a file name; `None` unless it is written exactly as [`fmt::Display`] writes it.
    #[must_use]
    pub fn parse(name: &'a str) -> Option<Self> {
        if let Some(stem) = name.strip_prefix("init-") {
            let (id, number) = split_id(stem.strip_suffix(".mp4")?)?;
            return Some(Self::Init { id, number: integer(number)? });
        }
        let (id, numbers) = split_id(name.strip_prefix("stream-")?.strip_suffix(".m4s")?)?;
        match numbers.split_once('.') {
            None => Some(Self::Segment { id, sequence: integer(numbers)? }),
            Some((sequence, index)) => Some(Self::Part {
                id,
                sequence: integer(sequence)?,
                index: u32::try_from(integer(index)?).ok()?,
            }),
        }
    }
}

impl fmt::Display for MediaName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init { id, number } => write!(f, "init-{id}-{number}.mp4"),
            Self::Segment { id, sequence } => write!(f, "stream-{id}-{sequence}.m4s"),
            Self::Part { id, sequence, index } => write!(f, "stream-{id}-{sequence}.{index}.m4s"),
        }
    }
}

/// Whether this can be a broadcast's id in file names.
#[must_use]
pub fn is_id(id: &str) -> bool {
    (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The broadcast's id, and what follows it.
fn split_id(stem: &str) -> Option<(&str, &str)> {
    stem.split_once('-').filter(|(id, _)| is_id(id))
}

fn delta(value: &str) -> Result<Delta, Refused> {
    // `v2` differs only where there are date ranges, and there are none.
    matches!(value, "YES" | "v2").then_some(Delta::Skip).ok_or(Refused::Skip)
}

/// A decimal integer as RFC 8216bis §4.2 writes it, without superfluous zeros so that every
/// resource has one name.
fn integer(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text.len() == 1 || !text.starts_with('0');
    if digits && canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reload(sequence: u64, part: Option<u64>) -> Option<Reload> {
        Some(Reload { sequence, part })
    }

    #[test]
    fn directives_are_read_among_other_parameters() {
        let table = [
            ("", None, Delta::Full),
            ("token=a%20b&x", None, Delta::Full),
            ("_HLS_msn=7", reload(7, None), Delta::Full),
            ("_HLS_msn=7&_HLS_part=0", reload(7, Some(0)), Delta::Full),
            ("_HLS_part=3&a=b&_HLS_skip=YES&_HLS_msn=7", reload(7, Some(3)), Delta::Skip),
            ("_HLS_skip=v2", None, Delta::Skip),
            ("_HLS_unheard=of", None, Delta::Full),
            ("_HLS_msn=18446744073709551615", reload(u64::MAX, None), Delta::Full),
        ];
        for (query, reload, delta) in table {
            assert_eq!(Request::parse(query), Ok(Request { reload, delta }), "{query}");
        }
    }

    #[test]
    fn directives_that_cannot_be_meant_are_refused() {
        let table = [
            ("_HLS_msn=", Refused::Sequence),
            ("_HLS_msn", Refused::Sequence),
            ("_HLS_msn=-1", Refused::Sequence),
            ("_HLS_msn=+1", Refused::Sequence),
            ("_HLS_msn=9e18", Refused::Sequence),
            ("_HLS_msn=1.0", Refused::Sequence),
            ("_HLS_msn=18446744073709551616", Refused::Sequence),
            ("_HLS_msn=1&_HLS_part=-1", Refused::Part),
            ("_HLS_part=1", Refused::PartWithoutSequence),
            ("_HLS_skip=NO", Refused::Skip),
            ("_HLS_msn=1&_HLS_msn=2", Refused::Repeated),
        ];
        for (query, reason) in table {
            assert_eq!(Request::parse(query), Err(reason), "{query}");
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["init-aB3-0.mp4", "stream-aB3-12.m4s", "stream-x-12.0.m4s"] {
            assert_eq!(MediaName::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn other_names_are_nobodys() {
        let names = [
            "",
            "init-.mp4",
            "init-x.mp4",
            "init-7.mp4",
            "init-x-.mp4",
            "init-x-01.mp4",
            "init-x--1.mp4",
            "init--1.mp4",
            "init-x-1.mp4/",
            "init-x-1.MP4",
            "stream--1.m4s",
            "stream-x.m4s",
            "stream-x-.m4s",
            "stream-x-1.m4s.",
            "stream-x-1..m4s",
            "stream-x-1.2.3.m4s",
            "stream-../-1.m4s",
            "stream-%2e-1.m4s",
            "../stream-x-1.m4s",
            "stream-x-1.4294967296.m4s",
            "stream-x-18446744073709551616.m4s",
            "stream-é-1.m4s",
            "stream-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1.m4s",
            "stream-x-1\0.m4s",
        ];
        for name in names {
            assert_eq!(MediaName::parse(name), None, "{name:?}");
        }
    }
}
