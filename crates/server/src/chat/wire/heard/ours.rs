//! Our own dialect, as the API describes it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest name that a client may give a request, in bytes.
const MAX_KEY: usize = 64;

/// What a client says of chat on the socket.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ChatClientMessage)]
pub(crate) enum ClientMessage {
    /// Who sits there, for guests; those with an account are known by their cookie or token.
    Hello {
        /// What `POST /api/v1/guests` answered.
        guest: String,
    },
    /// To say something.
    Say {
        /// What the client calls the request, at most 64 characters: the same of the same person
        /// within ten minutes is acknowledged again and not said twice.
        key: String,
        /// The text.
        text: String,
        /// The message that it answers.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// To give what one said within 15 minutes another text.
    Edit {
        /// What the client calls the request.
        key: String,
        /// Which message.
        id: String,
        /// The text.
        text: String,
    },
    /// To take back what one said.
    Delete {
        /// What the client calls the request.
        key: String,
        /// Which message.
        id: String,
    },
    /// To be called something else.
    Rename {
        /// What the client calls the request.
        key: String,
        /// The name.
        name: String,
    },
    /// To have a name of another colour.
    Colour {
        /// What the client calls the request.
        key: String,
        /// The colour, as an angle of 0 to 359 degrees.
        hue: u16,
    },
    /// To answer a poll.
    Vote {
        /// What the client calls the request.
        key: String,
        /// Which poll.
        poll: String,
        /// Which answer, from 0.
        choice: usize,
    },
}

impl ClientMessage {
    /// What the client calls the request.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Hello { .. } => "",
            Self::Say { key, .. }
            | Self::Edit { key, .. }
            | Self::Delete { key, .. }
            | Self::Rename { key, .. }
            | Self::Colour { key, .. }
            | Self::Vote { key, .. } => key,
        }
    }
}

/// Reads what a client sent.
///
/// # Errors
/// What to do instead.
pub(crate) fn parse(text: &str) -> Result<ClientMessage, &'static str> {
    let message: ClientMessage = serde_json::from_str(text)
        .map_err(|_| "send one of the messages that the API description has")?;
    let key = message.key();
    if key.chars().any(char::is_control) {
        return Err("`key` has no control characters");
    }
    if key.len() > MAX_KEY || (key.is_empty() && !matches!(message, ClientMessage::Hello { .. })) {
        return Err("`key` has 1 to 64 characters");
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_say_is_read_or_refused() {
        let said = parse(r#"{"type":"say","key":"1","text":"hi"}"#).unwrap();
        let say = ClientMessage::Say { key: "1".to_owned(), text: "hi".to_owned(), reply_to: None };
        assert_eq!(said, say);
        assert_eq!(
            parse(r#"{"type":"hello","guest":"x"}"#).unwrap(),
            ClientMessage::Hello { guest: "x".to_owned() }
        );
        let long = format!(r#"{{"type":"say","key":"{}","text":"hi"}}"#, "k".repeat(65));
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"type":"shout","key":"1","text":"hi"}"#,
            r#"{"type":"say","key":"","text":"hi"}"#,
            r#"{"type":"say","key":"1","text":7}"#,
            r#"{"type":"say","key":"1","text":"hi","as":"root"}"#,
            &long,
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
