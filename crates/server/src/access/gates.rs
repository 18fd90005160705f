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
}

/// The gate of a route; `None` where nobody may.
pub(crate) fn gate(method: &Method, path: &str) -> Option<&'static Gate> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    GATES.iter().find(|gate| gate.method == method && gate.path == path)
}

macro_rules! gates {
    ($($method:ident $path:literal $permission:ident;)*) => {
        &[$(Gate {
            method: stringify!($method),
            path: $path,
            permission: Permission::$permission,
        }),*]
    };
}

/// All of them; whatever is not here is closed.
const GATES: &[Gate] = gates! {
    GET "/api/v1/openapi.json" Anyone;
    GET "/api/v1/site" Anyone;
    GET "/api/v1/admin/settings" SiteSettings;
    PATCH "/api/v1/admin/settings" SiteSettings;
    GET "/api/v1/admin/audit" ReadAudit;
    GET "/api/v1/categories" Anyone;
    POST "/api/v1/admin/categories" ManageCategories;
    PATCH "/api/v1/admin/categories/{id}" ManageCategories;
    DELETE "/api/v1/admin/categories/{id}" ManageCategories;
    PUT "/api/v1/admin/channel-creators/{username}" ManageChannels;
    DELETE "/api/v1/admin/channel-creators/{username}" ManageChannels;
    GET "/api/v1/me/channels" OwnAccountRead;
    POST "/api/v1/channels" CreateChannel;
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
    GET "/api/v1/channels/{name}/keys" ChannelKeys;
    POST "/api/v1/channels/{name}/keys" ChannelKeys;
    PATCH "/api/v1/channels/{name}/keys/{id}" ChannelKeys;
    DELETE "/api/v1/channels/{name}/keys/{id}" ChannelKeys;
    POST "/api/v1/channels/{name}/keys/{id}/rotate" ChannelKeys;
    POST "/api/v1/channels/{name}/keys/{id}/reveal" ChannelKeys;
    POST "/api/v1/channels/{name}/stream/end" EndStream;
    DELETE "/api/v1/channels/{name}/stream/lock" EndStream;
    GET "/api/v1/channels/{name}/thumbnail.jpg" Anyone;
    GET "/api/v1/channels/{name}/preview.gif" Anyone;
    GET "/api/v1/channels/{name}/preview.webp" Anyone;
    GET "/api/v1/channels/{name}/picture.jpg" Anyone;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails" Anyone;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails/{file}" Anyone;
};
