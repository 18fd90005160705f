//! Owncast's dialect (Owncast 0.1.3).

use serde::Deserialize;

/// Colours of names.
pub(crate) const COLOURS: u16 = 8;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ClientEvent {
    Chat {
        body: String,
    },
    NameChange {
        name: String,
    },
    ColourChange {
        colour: u16,
    },
    /// Something that means nothing here, or nothing any more.
    Ignored,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    body: String,
    #[serde(default, rename = "newName")]
    new_name: String,
    #[serde(default, rename = "newColor")]
    new_colour: i64,
}

/// Reads what a client sent. What cannot be read is ignored, as Owncast does.
pub(crate) fn parse(text: &str) -> ClientEvent {
    let Ok(raw) = serde_json::from_str::<Raw>(text) else { return ClientEvent::Ignored };
    match raw.kind.as_str() {
        "CHAT" if !raw.body.trim().is_empty() => ClientEvent::Chat { body: raw.body },
        "NAME_CHANGE" => ClientEvent::NameChange { name: raw.new_name },
        "COLOR_CHANGE" => match u16::try_from(raw.new_colour) {
            Ok(colour) if colour < COLOURS => ClientEvent::ColourChange { colour },
            _ => ClientEvent::Ignored,
        },
        _ => ClientEvent::Ignored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_say_is_read_or_ignored() {
        assert_eq!(
            parse(r#"{"type":"CHAT","body":"hello"}"#),
            ClientEvent::Chat { body: "hello".to_owned() }
        );
        assert_eq!(
            parse(r#"{"type":"COLOR_CHANGE","newColor":7}"#),
            ClientEvent::ColourChange { colour: 7 }
        );
        for ignored in [
            "",
            "x",
            "[]",
            r#"{"type":"CHAT","body":" "}"#,
            r#"{"type":"CHAT"}"#,
            r#"{"type":"PONG"}"#,
            r#"{"type":"COLOR_CHANGE","newColor":8}"#,
            r#"{"type":"COLOR_CHANGE","newColor":-1}"#,
        ] {
            assert_eq!(parse(ignored), ClientEvent::Ignored, "{ignored}");
        }
    }
}
