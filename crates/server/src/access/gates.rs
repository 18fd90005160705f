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
    GET "/api/v1/channels/{name}" Anyone;
    GET "/api/v1/channels/{name}/thumbnail.jpg" Anyone;
    GET "/api/v1/channels/{name}/preview.gif" Anyone;
    GET "/api/v1/channels/{name}/preview.webp" Anyone;
    GET "/api/v1/channels/{name}/picture.jpg" Anyone;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails" Anyone;
    GET "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails/{file}" Anyone;
};
