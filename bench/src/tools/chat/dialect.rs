//! The two dialects, as far as a load tool speaks them.

use bytes::Bytes;
use clap::ValueEnum;
use memchr::memmem::{self, Finder};

/// What clients speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Dialect {
    Ours,
    Owncast,
}

/// A message of ours that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Came {
    /// When it was sent, in microseconds of the measurement.
    pub(super) sent_micros: u64,
    pub(super) index: usize,
}

/// What the server answered to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted(usize),
    Refused,
}

impl Dialect {
    /// The sheet's name.
    pub(super) fn tool(self) -> &'static str {
        match self {
            Self::Ours => "chat",
            Self::Owncast => "chat-owncast",
        }
    }

    /// Where the socket is. In Owncast's dialect the token is part of it.
    pub(super) fn path(self, token: &str, only_talks: bool) -> String {
        match self {
            Self::Ours if only_talks => "/api/v1/socket?channel=bench000&chat=say".to_owned(),
            Self::Ours => "/api/v1/socket?channel=bench000&chat=1".to_owned(),
            Self::Owncast => format!("/ws?accessToken={token}"),
        }
    }

    /// Where somebody becomes somebody, and what holds the token in the answer.
    pub(super) fn register(self) -> (&'static str, &'static str) {
        match self {
            Self::Ours => ("/api/v1/guests", "token"),
            Self::Owncast => ("/api/chat/register", "accessToken"),
        }
    }

    /// Whether who only listens has to be somebody.
    pub(super) fn needs_people(self) -> bool {
        self == Self::Owncast
    }

    /// What is in the text that says that the room is entered.
    pub(super) fn entered(self) -> &'static [u8] {
        match self {
            Self::Ours => b"\"chat_welcome\"",
            Self::Owncast => b"CONNECTED_USER_INFO",
        }
    }

    /// What somebody says to be somebody, and what is in the answer.
    pub(super) fn hello(self, token: &str) -> Option<(String, &'static [u8])> {
        (self == Self::Ours)
            .then(|| (format!(r#"{{"type":"hello","guest":"{token}"}}"#), &b"\"type\":\"you\""[..]))
    }

    /// A message of chat's usual length.
    pub(super) fn say(self, sent_micros: u64, index: usize) -> String {
        let text = format!("bq{sent_micros}.{index}z that was a close one, how did he do it");
        match self {
            Self::Ours => format!(r#"{{"type":"say","key":"{index}","text":"{text}"}}"#),
            Self::Owncast => format!(r#"{{"type":"CHAT","body":"{text}"}}"#),
        }
    }

    /// What stands before a message's mark, once in each delivery.
    pub(super) fn finder(self) -> Finder<'static> {
        Finder::new(match self {
            Self::Ours => "\"text\":\"bq",
            Self::Owncast => "\"body\":\"<p>bq",
        })
    }

    /// An answer to the sender alone; Owncast has none but the message itself.
    pub(super) fn answer(self, text: &Bytes) -> Option<Answer> {
        if self == Self::Owncast {
            return None;
        }
        if memmem::find(text, b"\"type\":\"refused\"").is_some() {
            return Some(Answer::Refused);
        }
        memmem::find(text, b"\"type\":\"ack\"")?;
        let key = b"\"key\":\"";
        let at = memmem::find(text, key)? + key.len();
        number(text.get(at..)?, b'"').map(|(index, _)| Answer::Accepted(index as usize))
    }
}

/// The messages in a frame.
pub(super) fn messages<'t>(
    finder: &'t Finder<'static>,
    text: &'t [u8],
) -> impl Iterator<Item = Came> + 't {
    finder.find_iter(text).filter_map(move |at| {
        let mark = text.get(at + finder.needle().len()..)?;
        let (sent_micros, length) = number(mark, b'.')?;
        let (index, _) = number(mark.get(length + 1..)?, b'z')?;
        Some(Came { sent_micros, index: index as usize })
    })
}

/// The number before `end`, and how long it is.
fn number(text: &[u8], end: u8) -> Option<(u64, usize)> {
    let length = text.iter().take(20).position(|byte| *byte == end)?;
    let digits = text.get(..length)?;
    let number = digits.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    });
    Some((number.filter(|_| length > 0)?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_found_once_each() {
        let ours = br#"{"type":"chat","events":[{"seq":1,"html":"<p>bq7.8z x</p>","text":"bq7.8z x"},{"seq":2,"text":"bq9.10z x"},{"text":"hi"}]}"#;
        let came: Vec<_> = messages(&Dialect::Ours.finder(), ours).collect();
        let wanted = [(7, 8), (9, 10)].map(|(sent_micros, index)| Came { sent_micros, index });
        assert_eq!(came, wanted);
        let theirs = b"{\"body\":\"<p>bq7.8z x</p>\"}\n{\"body\":\"<p>bq9.10z x</p>\"}";
        assert_eq!(messages(&Dialect::Owncast.finder(), theirs).count(), 2);
        assert_eq!(messages(&Dialect::Ours.finder(), b"\"text\":\"bqx.y\"").count(), 0);
    }

    #[test]
    fn answers_are_told_from_the_rest() {
        let answer =
            |text: &'static str| Dialect::Ours.answer(&Bytes::from_static(text.as_bytes()));
        assert_eq!(answer(r#"{"type":"ack","key":"12","seq":4}"#), Some(Answer::Accepted(12)));
        assert_eq!(answer(r#"{"type":"refused","key":"12"}"#), Some(Answer::Refused));
        assert_eq!(answer(r#"{"type":"chat"}"#), None);
    }
}
