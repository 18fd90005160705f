//! Which permission each route of the API asks for.

use axum::http::Method;

use super::rules::Permission;

/// What stands before a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gate {
    pub(crate) method: &'static str,
    /// As the router knows it.
    pub(crate) path: &'static str,
    pub(crate) permission: Permission,
    pub(crate) also: Also,
}

/// Who gets in besides those whom the permission lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Also {
    /// Nobody.
    Nobody,
    /// Whoever shows a stream key of the channel, or sits at the machine; the route asks them.
    StreamKey,
    /// Whoever sits at the machine; the route asks them.
    ThisMachine,
    /// Pages of other sites: players stand there too.
    OtherSites,
}

/// What a permission is asked for about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The site, or the caller's own account.
    Site,
    /// The channel that the path names as `{name}`.
    Channel,
}

impl Gate {
    /// Every path that is about one channel names it `{name}`, right after `/channels/`.
    pub(crate) fn subject(&self) -> Subject {
        if self.path.contains("/channels/{name}") { Subject::Channel } else { Subject::Site }
    }

    /// Whether somebody who does not have the permission may try to convince the route.
    pub(crate) fn has_another_way(&self) -> bool {
        matches!(self.also, Also::StreamKey | Also::ThisMachine)
    }
}

/// The gate of a route; `None` where nobody may.
pub(crate) fn gate(method: &Method, path: &str) -> Option<&'static Gate> {
    let method = match *method {
        Method::HEAD => "GET",
        // How a socket is opened on HTTP/2 (RFC 8441).
        Method::CONNECT => "GET",
        _ => method.as_str(),
    };
    GATES.iter().find(|gate| gate.method == method && gate.path == path)
}

/// Whether a path has a gate, for another method perhaps.
pub(crate) fn is_known(path: &str) -> bool {
    GATES.iter().any(|gate| gate.path == path)
}

macro_rules! gates {
    ($($method:ident $path:literal $permission:ident $(or $also:ident)?;)*) => {
        &[$(Gate {
            method: stringify!($method),
            path: $path,
            permission: Permission::$permission,
            also: also!($($also)?),
        }),*]
    };
}

macro_rules! also {
    () => {
        Also::Nobody
    };
    ($also:ident) => {
        Also::$also
    };
}

/// All of them; whatever is not here is closed.
pub(crate) const GATES: &[Gate] = gates! {
    GET "/api/v1/openapi.json" Anyone;
    GET "/api/v1/socket" Anyone;
    GET "/api/v1/instance" Anyone;
    GET "/ws" Anyone or OtherSites;
    GET "/api/chat" Anyone or OtherSites;
    POST "/api/chat/register" Anyone or OtherSites;
    OPTIONS "/api/chat/register" Anyone or OtherSites;

    POST "/api/v1/session" Anyone;
    GET "/api/v1/session" Anyone;
    DELETE "/api/v1/session" Anyone;
    POST "/api/v1/session/passkey/options" Anyone;
    POST "/api/v1/session/passkey" Anyone;
    POST "/api/v1/setup" Anyone;
    POST "/api/v1/tokens" Anyone;
    POST "/api/v1/tokens/refresh" Anyone;
    POST "/api/v1/tokens/revoke" Anyone;
    GET "/api/v1/accounts/policy" Anyone;
    POST "/api/v1/accounts" Anyone;
    GET "/api/v1/people/{username}" Anyone;
    GET "/api/v1/people/{username}/avatar.jpg" Anyone;
    POST "/api/v1/guests" Anyone;
    POST "/api/v1/password-resets" Anyone;
    POST "/api/v1/password-resets/complete" Anyone;
    POST "/api/v1/account/email/confirm" Anyone;

    GET "/api/v1/account" OwnAccountRead;
    PATCH "/api/v1/account" OwnAccountWrite;
    GET "/api/v1/account/export" OwnCredentials;
    POST "/api/v1/account/delete" OwnCredentials;
    POST "/api/v1/account/password" OwnCredentials;
    PUT "/api/v1/account/email" OwnCredentials;
    POST "/api/v1/account/totp" OwnCredentials;
    POST "/api/v1/account/totp/confirm" OwnCredentials;
    POST "/api/v1/account/totp/disable" OwnCredentials;
    POST "/api/v1/account/recovery-codes" OwnCredentials;
    GET "/api/v1/account/passkeys" OwnCredentials;
    POST "/api/v1/account/passkeys" OwnCredentials;
    POST "/api/v1/account/passkeys/options" OwnCredentials;
    PATCH "/api/v1/account/passkeys/{id}" OwnCredentials;
    DELETE "/api/v1/account/passkeys/{id}" OwnCredentials;
    PUT "/api/v1/account/avatar.jpg" OwnAccountWrite;
    DELETE "/api/v1/account/avatar.jpg" OwnAccountWrite;
    GET "/api/v1/account/logins" OwnCredentials;
    DELETE "/api/v1/account/logins" OwnCredentials;
    DELETE "/api/v1/account/logins/{id}" OwnCredentials;
    GET "/api/v1/account/api-tokens" OwnCredentials;
    POST "/api/v1/account/api-tokens" OwnCredentials;
    DELETE "/api/v1/account/api-tokens/{id}" OwnCredentials;

    GET "/api/v1/site" Anyone;
    POST "/api/v1/markdown" OwnAccountRead;
    GET "/api/v1/admin/settings" SiteSettings;
    PATCH "/api/v1/admin/settings" SiteSettings;
    GET "/api/v1/admin/audit" ReadAudit;
    GET "/search" Anyone;
    GET "/following" Anyone;
    GET "/api/v1/directory" Anyone;
    GET "/api/v1/tags" Anyone;
    GET "/api/v1/search" Anyone;
    GET "/api/v1/search/suggest" Anyone;
    GET "/api/v1/channels/{name}/follow" OwnAccountRead;
    PUT "/api/v1/channels/{name}/follow" OwnAccountWrite;
    DELETE "/api/v1/channels/{name}/follow" OwnAccountWrite;
    GET "/api/v1/channels/{name}/followers" ReadChannel;
    GET "/api/v1/channels/{name}/followers/shown" Anyone;
    GET "/api/v1/account/follows/listed" OwnAccountRead;
    PUT "/api/v1/account/follows/listed" OwnAccountWrite;
    GET "/api/v1/account/follows" OwnAccountRead;

    GET "/api/v1/categories" Anyone;
    GET "/api/v1/categories/{slug}" Anyone;
    POST "/api/v1/admin/categories" ManageCategories;
    PATCH "/api/v1/admin/categories/{id}" ManageCategories;
    DELETE "/api/v1/admin/categories/{id}" ManageCategories;
    PUT "/api/v1/admin/channel-creators/{username}" ManageChannels;
    DELETE "/api/v1/admin/channel-creators/{username}" ManageChannels;
    GET "/api/v1/admin/channels" ManageChannels;
    GET "/api/v1/me/channels" OwnAccountRead;
    POST "/api/v1/channels" CreateChannel;
    GET "/api/v1/admin/accounts" ManageAccounts;
    DELETE "/api/v1/admin/accounts/{id}" ManageAccounts;
    POST "/api/v1/admin/accounts/{id}/activate" ManageAccounts;
    POST "/api/v1/admin/accounts/{id}/suspend" ManageAccounts;
    PUT "/api/v1/admin/accounts/{id}/role" ManageRoles;
    GET "/api/v1/admin/invitations" ManageAccounts;
    POST "/api/v1/admin/invitations" ManageAccounts;
    DELETE "/api/v1/admin/invitations/{id}" ManageAccounts;

    GET "/api/v1/channels/{name}" Anyone;
    PATCH "/api/v1/channels/{name}" EditChannel;
    DELETE "/api/v1/channels/{name}" OwnChannel;
    GET "/api/v1/channels/{name}/profile" ReadChannel;
    GET "/api/v1/channels/{name}/settings" ReadChannel;
    PATCH "/api/v1/channels/{name}/settings" ConfigureChannel;
    PUT "/api/v1/channels/{name}/slug" OwnChannel;
    GET "/api/v1/channels/{name}/panels" ReadChannel;
    PUT "/api/v1/channels/{name}/panels" EditChannel;
    PUT "/api/v1/channels/{name}/visibility" ManageChannels;
    GET "/api/v1/channels/{name}/members" ReadChannel;
    PUT "/api/v1/channels/{name}/members/{username}" ChannelMembers;
    DELETE "/api/v1/channels/{name}/members/{username}" ChannelMembers;
    GET "/api/v1/channels/{name}/chat/messages" Anyone;
    GET "/api/v1/channels/{name}/chat/search" ModerateChat;
    GET "/api/v1/channels/{name}/chat/settings" ModerateChat;
    PATCH "/api/v1/channels/{name}/chat/settings" ModerateChat;
    GET "/api/v1/channels/{name}/chat/actions" ModerateChat;
    POST "/api/v1/channels/{name}/chat/actions" ModerateChat;
    DELETE "/api/v1/channels/{name}/chat/actions/{id}" ModerateChat;
    GET "/api/v1/channels/{name}/chat/terms" ModerateChat;
    POST "/api/v1/channels/{name}/chat/terms" ModerateChat;
    DELETE "/api/v1/channels/{name}/chat/terms/{id}" ModerateChat;
    POST "/api/v1/channels/{name}/chat/preview" ModerateChat;
    GET "/api/v1/channels/{name}/chat/queue" ModerateChat;
    POST "/api/v1/channels/{name}/chat/held/{id}" ModerateChat;
    POST "/api/v1/channels/{name}/chat/cases/{id}" ModerateChat;
    POST "/api/v1/channels/{name}/chat/reports" Anyone;
    POST "/api/v1/channels/{name}/chat/appeals" Anyone;
    GET "/api/v1/channels/{name}/chat/appeals" Anyone;
    GET "/api/v1/channels/{name}/chat/people/{id}" ModerateChat;
    POST "/api/v1/channels/{name}/chat/people/{id}/notes" ModerateChat;
    PUT "/api/v1/channels/{name}/chat/poll" ModerateChat;
    DELETE "/api/v1/channels/{name}/chat/poll" ModerateChat;
    GET "/api/v1/channels/{name}/chat/export" ModerateChat;
    GET "/api/v1/channels/{name}/chat/emotes" Anyone;
    POST "/api/v1/channels/{name}/chat/emotes" EditChannel;
    PUT "/api/v1/channels/{name}/chat/emotes/{emote}" EditChannel;
    DELETE "/api/v1/channels/{name}/chat/emotes/{emote}" EditChannel;
    POST "/api/v1/admin/chat/emotes" SiteSettings;
    PUT "/api/v1/admin/chat/emotes/{emote}" SiteSettings;
    DELETE "/api/v1/admin/chat/emotes/{emote}" SiteSettings;
    POST "/api/v1/admin/chat/terms" ManageChannels;
    DELETE "/api/v1/admin/chat/terms/{id}" ManageChannels;
    GET "/api/v1/channels/{name}/keys" ChannelKeys;
    POST "/api/v1/channels/{name}/keys" ChannelKeys;
    PATCH "/api/v1/channels/{name}/keys/{id}" ChannelKeys;
    DELETE "/api/v1/channels/{name}/keys/{id}" ChannelKeys;
    POST "/api/v1/channels/{name}/keys/{id}/rotate" ChannelKeys;
    POST "/api/v1/channels/{name}/keys/{id}/reveal" ChannelKeys;
    POST "/api/v1/channels/{name}/stream/end" EndStream;
    DELETE "/api/v1/channels/{name}/stream/lock" EndStream;
    POST "/api/v1/channels/{name}/stream/test" ChannelKeys;
    DELETE "/api/v1/channels/{name}/stream/test" ChannelKeys;
    POST "/api/v1/channels/{name}/announcement" EndStream;
    GET "/api/v1/channels/{name}/thumbnail.jpg" Anyone;
    GET "/api/v1/channels/{name}/preview.gif" Anyone;
    GET "/api/v1/channels/{name}/preview.webp" Anyone;
    GET "/api/v1/channels/{name}/picture.jpg" Anyone;
    PUT "/api/v1/channels/{name}/picture.jpg" EditChannel;
    DELETE "/api/v1/channels/{name}/picture.jpg" EditChannel;
    GET "/api/v1/channels/{name}/avatar.jpg" Anyone;
    PUT "/api/v1/channels/{name}/avatar.jpg" EditChannel;
    DELETE "/api/v1/channels/{name}/avatar.jpg" EditChannel;
    GET "/api/v1/channels/{name}/banner.jpg" Anyone;
    PUT "/api/v1/channels/{name}/banner.jpg" EditChannel;
    DELETE "/api/v1/channels/{name}/banner.jpg" EditChannel;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails" Anyone;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails/{file}" Anyone;
    GET "/api/v1/channels/{name}/broadcasts" Anyone;
    GET "/api/v1/channels/{name}/markers" MarkStream;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/markers" MarkStream;
    POST "/api/v1/channels/{name}/broadcasts/{broadcast}/markers" MarkStream;
    PATCH "/api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}" MarkStream;
    DELETE "/api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}" MarkStream;
    GET "/api/v1/channels/{name}/schedule" Anyone;
    POST "/api/v1/channels/{name}/schedule" EditChannel;
    GET "/api/v1/channels/{name}/schedule/{stream}" Anyone;
    PATCH "/api/v1/channels/{name}/schedule/{stream}" EditChannel;
    DELETE "/api/v1/channels/{name}/schedule/{stream}" EditChannel;
    PUT "/api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}" EditChannel;
    DELETE "/api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}" EditChannel;
    GET "/api/v1/schedule" Anyone;
    GET "/api/v1/channels/{name}/health" StreamHealth or StreamKey;
    POST "/api/v1/channels/{name}/playback" Anyone or OtherSites;

    GET "/api/v1/cmcd" Anyone or OtherSites;
    POST "/api/v1/cmcd" Anyone or OtherSites;
    OPTIONS "/api/v1/cmcd" Anyone or OtherSites;
    GET "/api/v1/channels/{name}/figures" StreamHealth;
    GET "/api/v1/admin/figures" Operate;
    GET "/api/v1/admin/alerts" Operate;
    GET "/api/v1/admin/logs" Operate;
    GET "/api/v1/admin/logs/tail" Operate;
    GET "/metrics" Operate or ThisMachine;
    GET "/api/v1/transcoding" Operate or ThisMachine;
    GET "/api/v1/webhooks" SiteSettings;
    POST "/api/v1/webhooks" SiteSettings;
    DELETE "/api/v1/webhooks/{number}" SiteSettings;
    GET "/api/v1/webhooks/{number}/deliveries" SiteSettings;
    POST "/api/v1/webhooks/{number}/deliveries/{id}/redeliver" SiteSettings;
    GET "/api/v1/admin/programs" SiteSettings;
    POST "/api/v1/admin/programs" SiteSettings;
    DELETE "/api/v1/admin/programs/{id}" SiteSettings;
    GET "/api/v1/admin/extras" SiteSettings;
    PATCH "/api/v1/admin/extras" SiteSettings;
    GET "/api/v1/admin/backups" Operate;
    POST "/api/v1/admin/backups" Operate;
    GET "/api/v1/jobs" Operate;
    GET "/api/v1/jobs/parked" Operate;
    POST "/api/v1/jobs/parked/{id}/retry" Operate;
    DELETE "/api/v1/jobs/parked/{id}" Operate;
};
