//! What somebody is on the site and in a channel, and what a token may be used for.

/// A choice that is stored and sent as one word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:tt),* $(,)? }) => {
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        $(#[$doc])*
        pub(crate) enum $name {
            $($(#[$about])* #[serde(rename = $word)] $variant),*
        }

        impl $name {
            /// All of them, the least first.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            /// As it is stored.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }

            /// Reads the stored form.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::db::stored_as_text!($name);
    };
}

pub(crate) use words;

words! {
    /// What a person is on the whole site; each may all that those before it may.
    SiteRole {
        /// Has an account.
        Member = "member",
        /// Keeps order on the site: every chat, every account but the admins'.
        Moderator = "moderator",
        /// May everything.
        Admin = "admin",
    }
}

words! {
    /// What a person is in one channel; each may all that those before it may.
    ChannelRole {
        /// Keeps order in its chat.
        Moderator = "moderator",
        /// Changes what it says of itself, and ends its broadcasts.
        Editor = "editor",
        /// Holds its keys and says who else has a role.
        Owner = "owner",
    }
}

words! {
    /// What an API token may be used for, within what its owner may.
    Scope {
        /// Read what the owner alone may read of the account.
        AccountRead = "account:read",
        /// Change the profile and what the account follows.
        AccountWrite = "account:write",
        /// Change channels: title, category, panels, schedule.
        ChannelWrite = "channel:write",
        /// Read and make stream keys.
        ChannelKeys = "channel:keys",
        /// See a broadcast's health, mark moments of it, and end it.
        Stream = "stream",
        /// Read and write in chat.
        Chat = "chat",
        /// Keep order in chat.
        Moderation = "moderation",
        /// What moderators and admins of the site may.
        Site = "site",
    }
}
