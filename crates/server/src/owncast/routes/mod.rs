//! The table of Owncast's routes: where, how, who may, and what answers.
//!
//! One table is both the router and what the gate looks at, so that no route is open by accident.
//! Where releases of Owncast differ in a method, both work.

mod admin;
mod answer;
mod call;
mod chat;
mod emoji;
mod files;
mod gate;
mod hooks;
mod integrations;
mod off;
mod open;
mod own;
mod pages;
mod setting;
mod tokens;

pub(crate) use own::{described, own_routes};
pub(crate) use pages::before_admin_pages;

use axum::http::Method;
use axum::routing::any;
use axum::{Router, middleware};

use super::Owncast;
use super::tokens::Scope;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// As the router knows it.
    pub(super) path: &'static str,
    ways: Ways,
    who: Asked,
}

/// Which methods work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ways {
    Get,
    Post,
    /// Releases differ.
    Either,
    /// The handler looks.
    Any,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Anyone,
    /// And pages of any site.
    Everywhere,
    /// Somebody in chat, by the token in the query.
    Chatter,
    /// Somebody in chat who keeps order there.
    Moderator,
    /// The admin, by the password.
    Admin,
    /// A program whose token has this scope.
    Program(Scope),
}

/// Who may ask, by the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    By(Who),
    /// The admin for what is read, and anyone for what is posted.
    AdminReads,
}

impl Asked {
    fn of(self, method: &Method) -> Who {
        match self {
            Self::By(who) => who,
            Self::AdminReads if *method == Method::POST => Who::Anyone,
            Self::AdminReads => Who::Admin,
        }
    }
}

impl Who {
    /// Whether pages of every site may read the answer.
    fn is_for_every_site(self) -> bool {
        matches!(self, Self::Everywhere | Self::Program(_))
    }
}

/// What the words of the table mean.
macro_rules! who {
    (Anyone) => {
        Asked::By(Who::Anyone)
    };
    (Everywhere) => {
        Asked::By(Who::Everywhere)
    };
    (Chatter) => {
        Asked::By(Who::Chatter)
    };
    (Moderator) => {
        Asked::By(Who::Moderator)
    };
    (Admin) => {
        Asked::By(Who::Admin)
    };
    (AdminReads) => {
        Asked::AdminReads
    };
    ($scope:ident) => {
        Asked::By(Who::Program(Scope::$scope))
    };
}

macro_rules! routes {
    ($($ways:ident $path:literal $who:ident => $handler:path;)*) => {
        /// All of them.
        pub(super) const ROUTES: &[Row] =
            &[$(Row { path: $path, ways: Ways::$ways, who: who!($who) }),*];

        fn table() -> Router<Owncast> {
            Router::new()$(.route($path, any($handler)))*
        }
    };
}

routes! {
    Get "/api/status" Everywhere => open::status;
    Get "/api/config" Everywhere => open::config;
    Get "/api/emoji" Everywhere => emoji::list;
    Get "/api/yp" Everywhere => open::directory_entry;
    Get "/api/socialplatforms" Everywhere => open::platforms;
    Get "/api/video/variants" Everywhere => open::variants;
    Get "/api/ping" Everywhere => open::ping;
    Post "/api/metrics/playback" Everywhere => open::playback;
    Any "/api/metrics/cmcd" Everywhere => open::cmcd;
    Get "/api/schedule" Everywhere => open::schedule;
    Get "/api/schedule.ics" Everywhere => open::calendar;

    Get "/api/followers" Anyone => off::empty_page;
    Post "/api/remotefollow" Anyone => off::federation;
    Get "/api/federation/servers" Anyone => off::empty_list;
    Get "/api/plugins/actions" Anyone => off::empty_list;
    Get "/api/plugins/{slug}/icon" Anyone => off::missing;
    Post "/api/chat/messagevisibility" Moderator => chat::set_visibility;
    Post "/api/chat/users/setenabled" Moderator => chat::set_enabled;
    Get "/api/moderation/chat/user/{userId}" Moderator => chat::somebody;
    Post "/api/notifications/register" Chatter => off::notifications;
    Post "/api/auth/indieauth" Chatter => off::identity;
    Get "/api/auth/indieauth/callback" Anyone => off::identity_callback;
    Any "/api/auth/provider/indieauth" AdminReads => off::provider;
    Post "/api/auth/fediverse" Chatter => off::identity;
    Post "/api/auth/fediverse/verify" Chatter => off::identity;
    Any "/.well-known/webfinger" Anyone => off::not_federated;
    Any "/.well-known/host-meta" Anyone => off::not_federated;
    Any "/.well-known/nodeinfo" Anyone => off::not_federated;
    Any "/.well-known/x-nodeinfo2" Anyone => off::not_federated;
    Any "/nodeinfo/2.0" Anyone => off::not_federated;
    Get "/api/v1/instance" Anyone => off::not_federated;
    Any "/federation/{*path}" Anyone => off::not_federated;
    Any "/plugins/{slug}/{*path}" Anyone => off::missing;

    Get "/logo" Everywhere => files::logo;
    Get "/logo/external" Everywhere => files::plain_logo;
    Get "/favicon.ico" Anyone => files::favicon;
    Get "/customjavascript" Anyone => files::script;
    Get "/img/platformlogos/{file}" Anyone => files::platform;
    Get "/public/{*path}" Anyone => off::missing;
    Get "/robots.txt" Anyone => files::robots;

    Get "/api/admin/status" Admin => admin::status;
    Get "/api/admin/serverconfig" Admin => admin::server_config;
    Get "/api/admin/viewersOverTime" Admin => admin::viewers_over_time;
    Get "/api/admin/viewers" Admin => admin::viewers;
    Get "/api/admin/viewers/playback" Admin => admin::playing;
    Get "/api/admin/hardwarestats" Admin => admin::hardware;
    Get "/api/admin/logs" Admin => admin::logs;
    Get "/api/admin/logs/warnings" Admin => admin::warnings;
    Get "/api/admin/metrics/video" Admin => admin::playback;
    Any "/api/admin/prometheus" Admin => admin::prometheus;
    Either "/api/admin/disconnect" Admin => admin::disconnect;
    Either "/api/admin/yp/reset" Admin => admin::reset_directory;
    Get "/api/admin/update/options" Admin => admin::update_options;
    Either "/api/admin/update/start" Admin => admin::no_update;
    Either "/api/admin/update/forcequit" Admin => admin::no_update;
    Get "/api/admin/schedule" Admin => admin::schedule;
    Post "/api/admin/schedule/event" Admin => off::schedule;
    Post "/api/admin/schedule/event/delete" Admin => off::schedule;
    Post "/api/admin/schedule/preview" Admin => off::schedule;

    Get "/api/admin/followers" Admin => off::empty_page;
    Get "/api/admin/followers/pending" Admin => off::empty_list;
    Get "/api/admin/followers/blocked" Admin => off::empty_list;
    Get "/api/admin/followers/directory" Admin => off::empty_list;
    Post "/api/admin/followers/approve" Admin => off::federation;
    Post "/api/admin/followers/remove" Admin => off::federation;
    Get "/api/admin/federation/actions" Admin => off::empty_page;
    Post "/api/admin/federation/send" Admin => off::federation;
    Any "/api/admin/federation/servers" Admin => off::featured;
    Any "/api/admin/federation/servers/{id}" Admin => off::federation;
    Get "/api/admin/federation/feature-requests" Admin => off::empty_list;
    Get "/api/admin/plugins" Admin => off::empty_list;
    Any "/api/admin/plugins/{*path}" Admin => off::missing;
    Any "/api/admin/plugin-registry/{*path}" Admin => off::missing;

    Get "/api/admin/chat/clients" Admin => chat::clients;
    Get "/api/admin/chat/messages" Admin => chat::latest;
    Post "/api/admin/chat/messagevisibility" Admin => chat::set_visibility;
    Get "/api/admin/chat/users/disabled" Admin => chat::disabled;
    Get "/api/admin/chat/users/moderators" Admin => chat::moderators;
    Post "/api/admin/chat/users/setenabled" Admin => chat::set_enabled;
    Post "/api/admin/chat/users/setmoderator" Admin => chat::set_moderator;
    Get "/api/admin/chat/users/ipbans" Admin => chat::bans;
    Post "/api/admin/chat/users/ipbans/create" Admin => chat::ban;
    Post "/api/admin/chat/users/ipbans/remove" Admin => chat::unban;
    Get "/api/admin/users" Admin => chat::users;
    Post "/api/admin/users/delete" Admin => chat::forget;
    Post "/api/admin/emoji/upload" Admin => emoji::upload;
    Post "/api/admin/emoji/delete" Admin => emoji::remove;

    Get "/api/admin/webhooks" Admin => hooks::list;
    Post "/api/admin/webhooks/create" Admin => hooks::create;
    Post "/api/admin/webhooks/delete" Admin => hooks::remove;
    Get "/api/admin/accesstokens" Admin => tokens::list;
    Post "/api/admin/accesstokens/create" Admin => tokens::create;
    Post "/api/admin/accesstokens/delete" Admin => tokens::remove;

    Any "/api/admin/config/favicon" Admin => setting::favicon;
    Post "/api/admin/config/{*key}" Admin => setting::set;

    Post "/api/integrations/streamtitle" AdminAccess => integrations::title;
    Get "/api/integrations/clients" AdminAccess => chat::clients;
    Get "/api/integrations/chat" AdminAccess => chat::history;
    Post "/api/integrations/chat/system" SystemMessages => chat::say_as_site;
    Post "/api/integrations/chat/system/client/{clientId}" SystemMessages => chat::say_to_one;
    Post "/api/integrations/chat/action" SystemMessages => chat::notice;
    Post "/api/integrations/chat/send" Messages => chat::say;
    Post "/api/integrations/chat/messagevisibility" AdminAccess => chat::set_visibility;
    Get "/api/integrations/moderation/chat/user/{userId}" AdminAccess => chat::somebody;
    Get "/api/integrations/status" AdminAccess => admin::status;
    Any "/api/integrations/chat/user" Messages => integrations::retired;
}

/// This room's routes.
pub(crate) fn routes(owncast: Owncast) -> Router {
    table()
        .route_layer(middleware::from_fn_with_state(owncast.clone(), gate::stand))
        .with_state(owncast)
}
