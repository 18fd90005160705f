//! Every route of Owncast's API: where, who may ask, and the shape of the answer. The tests below are
//! generated from the table alone.

use hyper::Method;
use serde_json::{Value, json};

use super::client::{Client, started};
use crate::harness::{Answer, Server, Setup};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Anyone,
    /// And pages of every site.
    Everywhere,
    /// A chat user by a token in the query.
    Chatter,
    Admin,
    /// A program with this scope.
    Program(&'static str),
}

/// What comes back.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// An object with these fields.
    Object(&'static [&'static str]),
    /// An array.
    List,
    /// `{total, results}`.
    Page,
    /// `{success: true, message}` with this message; any where it is empty.
    Done(&'static str),
    /// `{success: false, message}` and 400.
    No,
    /// `{error}` and 400.
    Error,
    /// This status, whatever the body.
    Status(u16),
    /// This type of media.
    Media(&'static str),
}

use Shape::{Done, Error, List, Media, No, Object, Page, Status};
use Who::{Admin, Anyone, Chatter, Everywhere, Program};

const ADMIN_ACCESS: Who = Program("HAS_ADMIN_ACCESS");
const SYSTEM: Who = Program("CAN_SEND_SYSTEM_MESSAGES");
const MESSAGES: Who = Program("CAN_SEND_MESSAGES");

/// Method, path, who, body, shape. Those who share a path stand together.
const TABLE: &[(&str, &str, Who, &str, Shape)] = &[
    // §1.2
    ("GET", "/api/status", Everywhere, "", Object(STATUS)),
    ("GET", "/api/config", Everywhere, "", Object(CONFIG)),
    ("GET", "/api/emoji", Everywhere, "", List),
    ("GET", "/api/yp", Everywhere, "", Status(404)),
    ("GET", "/api/socialplatforms", Everywhere, "", Object(&["github", "mastodon", "youtube"])),
    ("GET", "/api/video/variants", Everywhere, "", List),
    ("GET", "/api/ping", Everywhere, "", Status(200)),
    ("POST", "/api/chat/messagevisibility", Chatter, "{}", No),
    ("POST", "/api/chat/users/setenabled", Chatter, "{}", No),
    ("GET", "/api/moderation/chat/user/x", Chatter, "", Status(404)),
    ("GET", "/api/chat", Chatter, "", List),
    ("POST", "/api/chat/register", Everywhere, "{}", Object(&["id", "accessToken", "displayName"])),
    ("POST", "/api/remotefollow", Anyone, r#"{"account":"a@b.example"}"#, No),
    ("GET", "/api/followers", Anyone, "", Page),
    ("GET", "/api/followers?offset=x", Anyone, "", Status(400)),
    ("POST", "/api/metrics/playback", Everywhere, PLAYBACK, Status(200)),
    ("POST", "/api/metrics/cmcd", Everywhere, r#"{"sid":"abc","mtp":2500}"#, Status(204)),
    ("GET", "/api/metrics/cmcd?CMCD=sid%3D%22abc%22%2Cmtp%3D2500", Everywhere, "", Status(204)),
    ("POST", "/api/metrics/cmcd", Everywhere, "nonsense=", Status(400)),
    ("OPTIONS", "/api/metrics/cmcd", Everywhere, "", Status(204)),
    ("POST", "/api/notifications/register", Chatter, "{}", No),
    ("GET", "/api/federation/servers", Anyone, "", List),
    ("GET", "/api/schedule", Everywhere, "", List),
    ("GET", "/api/schedule?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", Everywhere, "", No),
    ("GET", "/api/schedule.ics", Everywhere, "", Status(307)),
    ("POST", "/api/auth/indieauth", Chatter, "{}", No),
    ("GET", "/api/auth/indieauth/callback?state=x&code=y", Anyone, "", Status(400)),
    ("GET", "/api/auth/provider/indieauth", Admin, "", No),
    ("POST", "/api/auth/provider/indieauth", Anyone, "", Error),
    ("POST", "/api/auth/fediverse", Chatter, "{}", No),
    ("POST", "/api/auth/fediverse/verify", Chatter, "{}", No),
    ("GET", "/api/v1/instance", Anyone, "", Status(405)),
    ("GET", "/api/plugins/actions", Anyone, "", List),
    ("GET", "/api/plugins/x/icon", Anyone, "", Status(404)),
    // §1.3
    ("GET", "/logo", Everywhere, "", Media("image/jpeg")),
    ("GET", "/logo/external", Everywhere, "", Media("image/jpeg")),
    ("GET", "/favicon.ico", Anyone, "", Status(307)),
    ("GET", "/customjavascript", Anyone, "", Media("text/javascript; charset=utf-8")),
    ("GET", "/img/platformlogos/github.svg", Anyone, "", Media("image/svg+xml")),
    ("GET", "/thumbnail.jpg", Everywhere, "", Media("image/jpeg")),
    ("GET", "/preview.gif", Everywhere, "", Status(404)),
    ("GET", "/img/emoji/x.png", Anyone, "", Status(404)),
    ("GET", "/public/x.txt", Anyone, "", Status(404)),
    ("GET", "/robots.txt", Anyone, "", Media("text/plain; charset=utf-8")),
    ("GET", "/embed/video", Anyone, "", Media("text/html; charset=utf-8")),
    ("GET", "/embed/chat", Anyone, "", Status(307)),
    ("GET", "/embed/chat/", Anyone, "", Status(307)),
    ("GET", "/embed/chat/readonly", Anyone, "", Media("text/html; charset=utf-8")),
    ("GET", "/embed/chat/readwrite", Anyone, "", Media("text/html; charset=utf-8")),
    ("GET", "/admin", Anyone, "", Status(401)),
    ("GET", "/admin/", Anyone, "", Status(307)),
    ("GET", "/admin/config/general/", Anyone, "", Status(307)),
    ("GET", "/hls/stream.m3u8", Everywhere, "", Status(200)),
    ("GET", "/.well-known/webfinger?resource=acct:a@b", Anyone, "", Status(405)),
    ("GET", "/.well-known/host-meta", Anyone, "", Status(405)),
    ("GET", "/.well-known/nodeinfo", Anyone, "", Status(405)),
    ("GET", "/.well-known/x-nodeinfo2", Anyone, "", Status(405)),
    ("GET", "/nodeinfo/2.0", Anyone, "", Status(405)),
    ("GET", "/federation/user/streamer", Anyone, "", Status(405)),
    ("POST", "/federation/user/streamer/inbox", Anyone, "{}", Status(405)),
    ("GET", "/plugins/x/y", Anyone, "", Status(404)),
    // §1.4
    ("GET", "/api/admin/status", Admin, "", Object(ADMIN_STATUS)),
    ("GET", "/api/admin/serverconfig", Admin, "", Object(SERVER_CONFIG)),
    ("GET", "/api/admin/viewersOverTime?windowStart=0", Admin, "", List),
    ("GET", "/api/admin/viewers", Admin, "", List),
    ("GET", "/api/admin/viewers/playback", Admin, "", List),
    ("GET", "/api/admin/hardwarestats", Admin, "", Object(&["cpu", "memory", "disk"])),
    ("GET", "/api/admin/chat/clients", Admin, "", List),
    ("GET", "/api/admin/chat/messages", Admin, "", List),
    ("GET", "/api/admin/chat/users/disabled", Admin, "", List),
    ("GET", "/api/admin/chat/users/moderators", Admin, "", List),
    ("GET", "/api/admin/chat/users/ipbans", Admin, "", List),
    ("GET", "/api/admin/users", Admin, "", Page),
    ("GET", "/api/admin/users?status=banned&limit=5", Admin, "", Page),
    ("GET", "/api/admin/logs", Admin, "", List),
    ("GET", "/api/admin/logs/warnings", Admin, "", List),
    ("GET", "/api/admin/followers", Admin, "", Page),
    ("GET", "/api/admin/followers/pending", Admin, "", List),
    ("GET", "/api/admin/followers/blocked", Admin, "", List),
    ("GET", "/api/admin/followers/directory", Admin, "", List),
    ("GET", "/api/admin/federation/actions", Admin, "", Page),
    ("GET", "/api/admin/federation/servers", Admin, "", List),
    ("POST", "/api/admin/federation/servers", Admin, r#"{"url":"https://a.example"}"#, No),
    ("DELETE", "/api/admin/federation/servers/1", Admin, "", No),
    ("GET", "/api/admin/federation/feature-requests", Admin, "", List),
    ("GET", "/api/admin/webhooks", Admin, "", List),
    ("GET", "/api/admin/accesstokens", Admin, "", List),
    ("GET", "/api/admin/metrics/video", Admin, "", Object(METRICS)),
    ("GET", "/api/admin/prometheus", Admin, "", Media(PROMETHEUS)),
    ("POST", "/api/admin/prometheus", Admin, "", Media(PROMETHEUS)),
    ("GET", "/api/admin/schedule", Admin, "", Object(&["series", "events"])),
    ("GET", "/api/admin/disconnect", Admin, "", No),
    ("POST", "/api/admin/disconnect", Admin, "", No),
    ("GET", "/api/admin/yp/reset", Admin, "", Done("reset")),
    ("POST", "/api/admin/yp/reset", Admin, "", Done("reset")),
    ("GET", "/api/admin/update/options", Admin, "", Object(&["supportsUpdate", "canRestart"])),
    ("GET", "/api/admin/update/start", Admin, "", Error),
    ("GET", "/api/admin/update/forcequit", Admin, "", Error),
    ("GET", "/api/admin/plugins", Admin, "", List),
    ("POST", "/api/admin/plugins/x/enable", Admin, "", Status(404)),
    ("GET", "/api/admin/plugin-registry/list", Admin, "", Status(404)),
    (
        "POST",
        "/api/admin/chat/messagevisibility",
        Admin,
        r#"{"idArray":["x"],"visible":false}"#,
        No,
    ),
    ("POST", "/api/admin/chat/users/setenabled", Admin, r#"{"userId":"","enabled":true}"#, No),
    ("POST", "/api/admin/chat/users/setmoderator", Admin, MODERATOR, No),
    ("POST", "/api/admin/chat/users/ipbans/create", Admin, BAN, Done("IP address banned")),
    ("GET", "/api/admin/chat/users/ipbans", Admin, "", List),
    ("POST", "/api/admin/chat/users/ipbans/remove", Admin, BAN, Done("IP address unbanned")),
    ("POST", "/api/admin/users/delete", Admin, r#"{"userId":"x"}"#, No),
    ("POST", "/api/admin/emoji/upload", Admin, r#"{"name":"x.png","data":"x"}"#, No),
    ("POST", "/api/admin/emoji/delete", Admin, r#"{"name":"x.png"}"#, No),
    ("POST", "/api/admin/followers/approve", Admin, r#"{"actorIRI":"x","approved":true}"#, No),
    ("POST", "/api/admin/followers/remove", Admin, r#"{"actorIRI":"x"}"#, No),
    ("POST", "/api/admin/webhooks/create", Admin, r#"{"url":"x","events":["NO"]}"#, Error),
    ("POST", "/api/admin/webhooks/delete", Admin, r#"{"id":99}"#, Error),
    ("POST", "/api/admin/accesstokens/create", Admin, r#"{"name":"x","scopes":["NO"]}"#, Error),
    ("POST", "/api/admin/accesstokens/delete", Admin, r#"{"token":"x"}"#, Error),
    ("POST", "/api/admin/federation/send", Admin, r#"{"value":"hi"}"#, No),
    ("POST", "/api/admin/schedule/event", Admin, r#"{"name":"x"}"#, No),
    ("POST", "/api/admin/schedule/event/delete", Admin, r#"{"id":"x"}"#, No),
    ("POST", "/api/admin/schedule/preview", Admin, r#"{"recurrence":"x"}"#, No),
    // §1.5: what fits is in `settings.rs`.
    ("GET", "/api/admin/config/name", Admin, "", No),
    ("POST", "/api/admin/config/name", Admin, "nonsense", No),
    ("POST", "/api/admin/config/name", Admin, "{}", No),
    ("POST", "/api/admin/config/nothing", Admin, r#"{"value":1}"#, Status(404)),
    ("POST", "/api/admin/config/favicon", Admin, r#"{"value":"x"}"#, No),
    ("DELETE", "/api/admin/config/favicon", Admin, "", Done("favicon reset to default")),
    // §1.6
    ("POST", "/api/integrations/chat/system", SYSTEM, r#"{"body":"hi"}"#, Done("sent")),
    ("POST", "/api/integrations/chat/system/client/1", SYSTEM, r#"{"body":"hi"}"#, Error),
    ("POST", "/api/integrations/chat/action", SYSTEM, r#"{"body":"hi"}"#, Done("sent")),
    ("POST", "/api/integrations/chat/send", MESSAGES, r#"{"body":"hi"}"#, Done("sent")),
    ("POST", "/api/integrations/chat/send", MESSAGES, r#"{"body":" "}"#, No),
    ("POST", "/api/integrations/chat/messagevisibility", ADMIN_ACCESS, VISIBILITY, No),
    ("GET", "/api/integrations/moderation/chat/user/x", ADMIN_ACCESS, "", Status(404)),
    ("POST", "/api/integrations/chat/user", MESSAGES, "{}", Error),
    ("POST", "/api/integrations/streamtitle", ADMIN_ACCESS, r#"{"value":"x"}"#, Done("")),
    ("GET", "/api/integrations/chat", ADMIN_ACCESS, "", List),
    ("GET", "/api/integrations/clients", ADMIN_ACCESS, "", List),
    ("GET", "/api/integrations/status", ADMIN_ACCESS, "", Object(ADMIN_STATUS)),
];

const VISIBILITY: &str = r#"{"idArray":["x"],"visible":true}"#;
const MODERATOR: &str = r#"{"userId":"x","isModerator":true}"#;
const BAN: &str = r#"{"value":"203.0.113.9"}"#;

const STATUS: &[&str] = &[
    "serverTime",
    "lastConnectTime",
    "lastDisconnectTime",
    "versionNumber",
    "streamTitle",
    "viewerCount",
    "online",
];
const CONFIG: &[&str] = &[
    "appearanceVariables",
    "name",
    "customStyles",
    "offlineMessage",
    "logo",
    "version",
    "extraPageContent",
    "summary",
    "tags",
    "socialHandles",
    "externalActions",
    "notifications",
    "federation",
    "maxSocketPayloadSize",
    "hideViewerCount",
    "chatDisabled",
    "nsfw",
    "authentication",
    "chatSpamProtectionEnabled",
    "chatRequireAuthentication",
];
const ADMIN_STATUS: &[&str] = &[
    "broadcaster",
    "currentBroadcast",
    "health",
    "streamTitle",
    "versionNumber",
    "viewerCount",
    "overallPeakViewerCount",
    "sessionPeakViewerCount",
    "online",
];
const SERVER_CONFIG: &[&str] = &[
    "instanceDetails",
    "notifications",
    "yp",
    "ffmpegPath",
    "adminPassword",
    "socketHostOverride",
    "webServerIP",
    "videoCodec",
    "videoServingEndpoint",
    "s3",
    "federation",
    "supportedCodecs",
    "externalActions",
    "forbiddenUsernames",
    "suggestedUsernames",
    "streamKeys",
    "videoSettings",
    "rtmpServerPort",
    "webServerPort",
    "chatDisabled",
    "chatJoinMessagesEnabled",
    "chatEstablishedUserMode",
    "disableSearchIndexing",
    "streamKeyOverridden",
    "hideViewerCount",
    "chatSpamProtectionEnabled",
    "chatSlurFilterEnabled",
    "chatRequireAuthentication",
];
const METRICS: &[&str] = &[
    "errors",
    "qualityVariantChanges",
    "highestLatency",
    "medianLatency",
    "lowestLatency",
    "medianSegmentDownloadDuration",
    "maximumSegmentDownloadDuration",
    "minimumSegmentDownloadDuration",
    "minPlayerBitrate",
    "medianPlayerBitrate",
    "maxPlayerBitrate",
    "availableBitrates",
    "segmentLength",
    "representation",
];
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
const PLAYBACK: &str = r#"{"bandwidth":5000000,"latency":4.2,"errors":0,"downloadDuration":0.3,
    "qualityVariantChanges":1}"#;

/// One of each who may ask something.
struct People {
    guest: Client,
    admin: Client,
    /// A program with each scope, by its name.
    programs: Vec<(&'static str, Client)>,
}

impl People {
    async fn of(server: &Server) -> Self {
        let admin = Client::admin(server);
        let mut programs = Vec::new();
        for scope in ["CAN_SEND_SYSTEM_MESSAGES", "CAN_SEND_MESSAGES", "HAS_ADMIN_ACCESS"] {
            let wished = json!({ "name": scope, "scopes": [scope] });
            let made = admin.post("/api/admin/accesstokens/create", &wished).await;
            let token = made.json()["accessToken"].as_str().unwrap().to_owned();
            programs.push((scope, Client::with_token(server, &token)));
        }
        Self { guest: Client::guest(server), admin, programs }
    }

    /// Those who may, and those who may not and are told so.
    fn sides(&self, who: Who) -> (Option<&Client>, Vec<&Client>) {
        let programs = || self.programs.iter().map(|(_, client)| client);
        match who {
            Anyone | Everywhere => (Some(&self.guest), Vec::new()),
            Chatter => (None, [&self.guest, &self.admin].into_iter().chain(programs()).collect()),
            Admin => (Some(&self.admin), std::iter::once(&self.guest).chain(programs()).collect()),
            Program(scope) => {
                let others = self.programs.iter().filter(|(name, _)| *name != scope);
                let mine = self.programs.iter().find(|(name, _)| *name == scope);
                let others = others.map(|(_, client)| client);
                let refused = others.chain([&self.guest, &self.admin]).collect();
                (mine.map(|(_, client)| client), refused)
            }
        }
    }
}

#[tokio::test]
async fn every_route_answers_in_its_shape_those_whom_it_is_for_and_nobody_else() {
    let server = started(Setup::default()).await;
    let people = People::of(&server).await;
    for (method, path, who, body, shape) in TABLE {
        let method: Method = method.parse().unwrap();
        let (asker, refused) = people.sides(*who);
        for other in refused {
            let answer = other.ask(method.clone(), path, body, &[]).await;
            let is_read_only = method == Method::GET && *path == "/api/admin/config/name";
            let expected = if is_read_only { 400 } else { 401 };
            assert_eq!(answer.status, expected, "{method} {path}: {}", answer.text());
            let realm = answer.header("www-authenticate");
            let asks = "Basic realm=\"Owncast Authenticated Request\"";
            let wants = if *who == Admin && expected == 401 { asks } else { "" };
            assert_eq!(realm, wants, "{method} {path}");
        }
        if let Some(asker) = asker {
            let answer = asker.ask(method.clone(), path, body, &[]).await;
            has_shape(&answer, *shape, &format!("{method} {path}"));
            let origins = answer.header("access-control-allow-origin");
            let is_open = matches!(who, Everywhere | Program(_));
            assert_eq!(origins == "*", is_open, "{method} {path}: {origins}");
        }
    }
}

fn has_shape(answer: &Answer, shape: Shape, what: &str) {
    let what = format!("{what}: {} {}", answer.status, answer.text());
    let status = match shape {
        Status(status) => status,
        No | Error => 400,
        Object(_) | List | Page | Done(_) | Media(_) => 200,
    };
    assert_eq!(answer.status, status, "{what}");
    match shape {
        Object(fields) => {
            let document = answer.json();
            for field in fields {
                assert!(document.get(field).is_some(), "`{field}` is missing in {what}");
            }
        }
        List => assert!(answer.json().is_array(), "{what}"),
        Page => {
            let document = answer.json();
            assert!(document["total"].is_u64() && document["results"].is_array(), "{what}");
        }
        Done(message) => {
            let document = answer.json();
            assert_eq!(document["success"], true, "{what}");
            assert!(message.is_empty() || document["message"] == message, "{what}");
        }
        No => {
            let document = answer.json();
            assert_eq!(document["success"], Value::Bool(false), "{what}");
            assert!(document["message"].is_string(), "{what}");
        }
        Error => assert!(answer.json()["error"].is_string(), "{what}"),
        Media(kind) => assert_eq!(answer.header("content-type"), kind, "{what}"),
        Status(_) => {}
    }
}

#[tokio::test]
async fn every_route_answers_before_it_is_asked_and_refuses_other_methods() {
    let server = started(Setup::default()).await;
    let guest = Client::guest(&server);
    // These are rooms of their own, whose routes take GET alone.
    let others = [
        "/thumbnail.jpg",
        "/preview.gif",
        "/embed/video",
        "/embed/chat",
        "/embed/chat/",
        "/embed/chat/readonly",
        "/embed/chat/readwrite",
        "/admin",
        "/admin/",
        "/admin/config/general/",
        "/img/emoji/x.png",
        "/hls/stream.m3u8",
        "/api/chat",
        "/api/chat/register",
    ];
    let own = TABLE.iter().filter(|(_, path, ..)| !others.contains(path));
    for (method, path, who, _, _) in own {
        let takes_any = |prefix: &str| path.starts_with(prefix);
        if ["/.well-known", "/nodeinfo", "/federation", "/plugins", "/api/v1"]
            .iter()
            .any(|it| takes_any(it))
        {
            continue;
        }
        let answer = guest.ask(Method::OPTIONS, path, "", &[]).await;
        let is_own = path.contains("/cmcd") || path.contains("prometheus");
        let looks_itself = ["indieauth", "plugin", "federation/servers", "config/favicon"];
        if !is_own
            && !looks_itself.iter().any(|it| path.contains(it))
            && !path.contains("chat/user")
        {
            assert_eq!(answer.status, 204, "OPTIONS {path}: {}", answer.text());
            let origin = answer.header("access-control-allow-origin");
            let is_open = matches!(who, Everywhere | Program(_));
            assert_eq!(origin == "*", is_open, "OPTIONS {path}: {origin}");
        }
        if *method == "POST" && path.starts_with("/api/integrations/streamtitle") {
            let answer = guest.ask(Method::GET, path, "", &[]).await;
            assert_eq!(answer.status, 400);
            assert_eq!(answer.json()["message"], "GET not supported");
        }
    }
}
