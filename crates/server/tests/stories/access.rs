//! Every route, as everybody: who gets in, who is refused, and with which words.

use hyper::Method;
use serde_json::{Value, json};

use crate::harness::{Person, Server, Setup};

/// The scopes of API tokens.
const SCOPES: &[&str] = &[
    "account:read",
    "account:write",
    "channel:write",
    "channel:keys",
    "stream",
    "chat",
    "moderation",
    "site",
];

/// Who may on the site, and with which scope of a token: written down a second time, so that a slip
/// in the program's own table shows.
fn allowed(permission: &str) -> (&'static [&'static str], Option<&'static str>) {
    const ALL: &[&str] = &["member", "moderator", "admin"];
    const STAFF: &[&str] = &["moderator", "admin"];
    const ADMIN: &[&str] = &["admin"];
    match permission {
        "own_account_read" => (ALL, Some("account:read")),
        "own_account_write" => (ALL, Some("account:write")),
        "own_credentials" => (ALL, None),
        "create_channel" => (ALL, Some("channel:write")),
        "read_channel" | "stream_health" | "mark_stream" | "end_stream" => (STAFF, Some("stream")),
        "edit_channel" | "configure_channel" | "channel_members" => (ADMIN, Some("channel:write")),
        "channel_keys" => (ADMIN, Some("channel:keys")),
        "own_channel" => (ADMIN, None),
        "moderate_chat" => (STAFF, Some("moderation")),
        "manage_accounts" | "manage_channels" => (STAFF, Some("site")),
        "manage_roles" | "manage_categories" | "site_settings" | "read_audit" | "operate" => {
            (ADMIN, Some("site"))
        }
        other => panic!("say here who may `{other}`"),
    }
}

/// What roles in a channel are enough there; the same, a second time.
fn allowed_in_channel(permission: &str) -> &'static [&'static str] {
    match permission {
        "read_channel" | "stream_health" | "mark_stream" | "moderate_chat" => {
            &["moderator", "editor", "owner"]
        }
        "edit_channel" | "configure_channel" | "end_stream" => &["editor", "owner"],
        "channel_keys" | "channel_members" | "own_channel" => &["owner"],
        _ => &[],
    }
}

/// An operation of the description.
#[derive(Clone)]
struct Operation {
    method: Method,
    path: String,
    permission: String,
}

impl Operation {
    /// The same about another channel than the primary one, if it is about one.
    fn about(&self, channel: &str) -> Option<Self> {
        let rest = self.path.strip_prefix("/api/v1/channels/primary")?;
        Some(Self { path: format!("/api/v1/channels/{channel}{rest}"), ..self.clone() })
    }
}

async fn operations(server: &Server) -> Vec<Operation> {
    let described = server.client().get("/api/v1/openapi.json").await.json();
    let mut operations = Vec::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let permission = operation["x-access"]["permission"].as_str();
            let permission = permission.unwrap_or_else(|| panic!("{method} {path} has no gate"));
            let path = path.replace("{name}", "primary").replace(['{', '}'], "");
            // What goes on for as long as somebody listens is asked wrongly, and answers at once.
            let path = path.replace("/logs/tail", "/logs/tail?level=none");
            operations.push(Operation { method, path, permission: permission.to_owned() });
        }
    }
    assert!(operations.len() > 40, "{}", operations.len());
    operations
}

/// What the gate says to somebody; `None` where it lets them through to the route.
async fn refusal(person: &mut Person, operation: &Operation) -> Option<(u16, String)> {
    let Operation { method, path, .. } = operation;
    let body = (*method != Method::GET).then(|| json!({}));
    let answer = person.ask(method.clone(), path, body).await;
    assert!(answer.status < 500, "{method} {path}: {}", answer.text());
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    let is_of_the_gate = ["sign_in_needed", "role_needed", "scope_needed"].contains(&&*code);
    is_of_the_gate.then_some((answer.status, code))
}

/// Routes that have a way of their own for those whom the gate would refuse: a stream key, or the
/// machine itself, from which the stories ask.
fn has_another_way(operation: &Operation) -> bool {
    operation.path.ends_with("/health")
        || ["/api/v1/transcoding", "/metrics"].contains(&operation.path.as_str())
}

async fn token(server: &Server, name: &str, password: &str) -> String {
    let asked = json!({ "name": name, "password": password });
    let answer = Person::guest(server).post("/api/v1/tokens", asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_route_lets_in_whom_it_says() {
    let server = Server::start().await;
    let operations = operations(&server).await;
    let refused = |status: u16, code: &str| Some((status, code.to_owned()));

    let mut guest = Person::guest(&server);
    for operation in operations.iter().filter(|it| !has_another_way(it)) {
        let expected = match operation.permission.as_str() {
            "anyone" => None,
            _ => refused(401, "sign_in_needed"),
        };
        let seen = refusal(&mut guest, operation).await;
        assert_eq!(seen, expected, "a guest, {} {}", operation.method, operation.path);
    }

    for role in ["member", "moderator", "admin"] {
        let name = format!("some-{role}");
        let password = server.admin(&["create-user", &name, "--role", role]);
        let mut person = Person::with_token(&server, &token(&server, &name, &password).await);
        for operation in operations.iter().filter(|it| !has_another_way(it)) {
            let is_in = operation.permission == "anyone"
                || allowed(&operation.permission).0.contains(&role);
            let expected = if is_in { None } else { refused(403, "role_needed") };
            let seen = refusal(&mut person, operation).await;
            assert_eq!(seen, expected, "{role}, {} {}", operation.method, operation.path);
            if operation.method == Method::DELETE {
                // It may have signed out.
                person.bearer = Some(token(&server, &name, &password).await);
            }
        }
    }
}

#[tokio::test]
async fn a_role_in_a_channel_is_one_in_no_other() {
    let server = Server::start().await;
    let mut operations = operations(&server).await;
    // What removes the channel comes last.
    operations.sort_by_key(|it| it.permission == "own_channel" && it.method == Method::DELETE);
    let password = server.admin(&["create-user", "root", "--role", "admin"]);
    let mut root = Person::with_token(&server, &token(&server, "root", &password).await);
    for role in ["moderator", "editor", "owner"] {
        let (name, own, other) =
            (format!("some-{role}"), format!("of-{role}"), format!("no-{role}"));
        let password = server.admin(&["create-user", &name]);
        for channel in [&own, &other] {
            let made = root.post("/api/v1/channels", json!({ "slug": channel })).await;
            assert_eq!(made.status, 201, "{}", made.text());
        }
        let path = format!("/api/v1/channels/{own}/members/{name}");
        let member = root.ask(Method::PUT, &path, Some(json!({ "role": role }))).await;
        assert_eq!(member.status, 200, "{}", member.text());
        let mut person = Person::with_token(&server, &token(&server, &name, &password).await);
        let mut asked = 0;
        for operation in operations.iter().filter(|it| !has_another_way(it)) {
            for channel in [&other, &own] {
                let Some(operation) = operation.about(channel) else { continue };
                let Operation { method, path, permission } = &operation;
                let is_in = permission == "anyone"
                    || allowed(permission).0.contains(&"member")
                    || (*channel == own && allowed_in_channel(permission).contains(&role));
                let expected = (!is_in).then(|| (403, "role_needed".to_owned()));
                let seen = refusal(&mut person, &operation).await;
                assert_eq!(seen, expected, "{role}, {method} {path}");
                asked += 1;
            }
        }
        assert!(asked > 60, "{asked}");
        // The channel of others is as it was; what owners may, they did.
        let left = root.get(&format!("/api/v1/channels/{other}")).await.status;
        assert_eq!(left, 200, "{role}");
        let own = root.get(&format!("/api/v1/channels/{own}")).await.status;
        assert_eq!(own, if role == "owner" { 404 } else { 200 }, "{role}");
    }
    // Health has a way of its own: by a role in the channel as well.
    let password = server.admin(&["create-user", "medic"]);
    let mut medic = Person::with_token(&server, &token(&server, "medic", &password).await);
    let health = "/api/v1/channels/no-owner/health";
    assert_eq!(medic.get(health).await.status, 401);
    let moderator = Some(json!({ "role": "moderator" }));
    let path = "/api/v1/channels/no-owner/members/medic";
    assert_eq!(root.ask(Method::PUT, path, moderator).await.status, 200);
    assert_eq!(medic.get(health).await.status, 200);
    assert_eq!(medic.get("/api/v1/channels/no-moderator/health").await.status, 401);
}

#[tokio::test]
async fn pages_of_the_directory_are_for_everybody() {
    let server = Server::start().await;
    let password = server.admin(&["create-user", "ada-l"]);
    let mut ada = Person::signed_in(&server, "ada-l", &password).await;
    let follow = ada.ask(Method::PUT, "/api/v1/channels/primary/follow", None).await;
    assert!(follow.status < 300, "{}", follow.text());
    let password = server.admin(&["create-user", "root", "--role", "admin"]);
    let admin = Person::signed_in(&server, "root", &password).await;
    let stranger =
        Person { cookie: Some("rivulet_session=made-up".to_owned()), ..Person::guest(&server) };
    let framed = Person {
        origin: Some("https://evil.example"),
        cookie: ada.cookie.clone(),
        ..Person::guest(&server)
    };
    for (who, mut person) in [
        ("a guest", Person::guest(&server)),
        ("a member", ada),
        ("an admin", admin),
        ("somebody with a cookie of nobody's", stranger),
        ("a page of another site", framed),
    ] {
        for (path, status) in [
            ("/search", 200),
            ("/search?q=rivulet", 200),
            ("/following", 200),
            ("/browse", 200),
            ("/category/none", 404),
        ] {
            let answer = person.get(path).await;
            assert_eq!(answer.status, status, "{who}, {path}");
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{who}, {path}");
        }
        // What somebody follows, nobody else is shown.
        let shows = person.get("/following").await.text().contains("href=\"/@rivulet\"");
        assert_eq!(shows, who == "a member", "{who}");
    }
}

#[tokio::test]
async fn an_api_token_may_what_it_was_made_for() {
    // One person asks for everything, many times.
    let limits = ["--api-limits", "read=100000,change=100000,create=100000"];
    let server = Server::start_with(Setup::with(&limits)).await;
    let operations = operations(&server).await;
    let password = server.admin(&["create-user", "root", "--role", "admin"]);
    let mut root = Person::signed_in(&server, "root", &password).await;
    for scope in SCOPES {
        let asked = json!({ "label": scope, "scopes": [scope] });
        let made = root.post("/api/v1/account/api-tokens", asked).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let secret = made.json()["secret"].as_str().unwrap().to_owned();
        let mut program = Person::with_token(&server, &secret);
        assert_eq!(program.name().await.as_deref(), Some("root"));
        for operation in operations.iter().filter(|it| !has_another_way(it)) {
            let is_in = operation.permission == "anyone"
                || allowed(&operation.permission).1 == Some(*scope);
            let expected = (!is_in).then(|| (403, "scope_needed".to_owned()));
            let seen = refusal(&mut program, operation).await;
            assert_eq!(seen, expected, "{scope}, {} {}", operation.method, operation.path);
        }
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let removed =
            root.ask(Method::DELETE, &format!("/api/v1/account/api-tokens/{id}"), None).await;
        assert_eq!(removed.status, 204, "{}", removed.text());
        let over = program.get("/api/v1/session").await;
        assert_eq!((over.status, &over.json()["code"]), (401, &json!("token_invalid")));
    }
}

#[tokio::test]
async fn who_works_on_a_site_sees_a_streams_health_without_a_key() {
    let server = Server::start().await;
    let health = "/api/v1/channels/primary/health";
    for (role, status) in [("member", 401), ("moderator", 200)] {
        let password = server.admin(&["create-user", role, "--role", role]);
        let mut person = Person::signed_in(&server, role, &password).await;
        assert_eq!(person.get(health).await.status, status, "{role}");
    }
    let mut encoder = Person::with_token(&server, &server.key());
    assert_eq!(encoder.get(health).await.status, 200);
    let wrong = Person::with_token(&server, "no-key-of-this-channel").get(health).await;
    assert_eq!((wrong.status, &wrong.json()["code"]), (401, &json!("key_needed")));
}

#[tokio::test]
async fn changes_come_from_our_pages_or_with_a_token() {
    let server = Server::start().await;
    let password = server.admin(&["create-user", "ada-l"]);
    let mut ada = Person::signed_in(&server, "ada-l", &password).await;
    let patch = || Some(json!({ "bio": "hello" }));
    for origin in
        [None, Some("https://evil.example"), Some("http://stories.evil.example"), Some("null")]
    {
        ada.origin = origin;
        let refused = ada.ask(Method::PATCH, "/api/v1/account", patch()).await;
        let seen = (refused.status, refused.json()["code"].clone());
        assert_eq!(seen, (403, json!("wrong_origin")), "{origin:?}");
    }
    // Nor does the cookie count when another site's page reads.
    ada.origin = Some("https://evil.example");
    assert_eq!(ada.name().await, None);
    assert_eq!(ada.get("/api/v1/account").await.status, 403);
    // Nor does another site's page sign anybody in.
    let refused = Person { origin: Some("https://evil.example"), ..Person::guest(&server) }
        .sign_in("ada-l", &password)
        .await;
    assert_eq!(refused.status, 403);
    ada.origin = Some("http://stories");
    assert_eq!(ada.ask(Method::PATCH, "/api/v1/account", patch()).await.status, 200);
    let mut program = Person::with_token(&server, &token(&server, "ada-l", &password).await);
    assert_eq!(program.ask(Method::PATCH, "/api/v1/account", patch()).await.status, 200);
    let no = program.ask(Method::PUT, "/api/v1/session", None).await;
    assert_eq!((no.status, no.header("allow")), (405, "POST,GET,HEAD,DELETE"));
}
