//! Identifiers, each kind its own type, so that one cannot stand in for another.

use std::fmt;

use uuid::Uuid;

/// A time-ordered UUID (version 7), kept as text in the database.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(Uuid);

        impl $name {
            /// A new one, unlike any other.
            pub(crate) fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// Reads the database's text form; `None` when it is not one.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A channel.
    ChannelId
}
id! {
    /// A stream key, not the secret itself.
    StreamKeyId
}
id! {
    /// One on-air period of a channel.
    BroadcastId
}
/// One publisher connection. It is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionId(Uuid);

impl SessionId {
    /// A new one, unlike any other.
    pub(crate) fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl BroadcastId {
    /// The form that media file names carry: eight random hexadecimal digits.
    pub(crate) fn short(self) -> String {
        let text = self.0.simple().to_string();
        text.get(24..).unwrap_or(&text).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_reads_back_and_short_form_is_eight_digits() {
        let id = BroadcastId::generate();
        assert_eq!(BroadcastId::parse(&id.to_string()), Some(id));
        assert_eq!(id.short().len(), 8);
        assert_eq!(BroadcastId::parse("not an id"), None);
    }
}
