//! People: how they come in, what they show, and how it ends.

use std::fs;

use aws_lc_rs::hmac;
use hyper::Method;
use serde_json::{Value, json};

use crate::harness::{
    Answer, Database, MailServer, Person, Server, Setup, on_both_databases, until,
};

on_both_databases!(
    a_first_run_makes_an_admin_whose_password_is_changed,
    refresh_tokens_are_good_once_and_a_copy_ends_the_sign_in,
    signing_out_ends_a_session_at_once,
    who_may_register_is_the_sites_decision,
    a_suspended_account_loses_everything_at_once,
    a_second_factor_is_asked_for_and_recovered,
    a_forgotten_password_is_replaced_by_mail,
    a_guest_becomes_an_account_and_keeps_the_name,
    an_account_is_exported_and_deleted,
);

const PASSWORD: &str = "correct horse battery";

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A line of what a first run left.
fn first_run(server: &Server, name: &str) -> Option<String> {
    let text = fs::read_to_string(server.data().join("first-run.txt")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.map(str::to_owned)
}

async fn a_first_run_makes_an_admin_whose_password_is_changed(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let password = first_run(&server, "Password").unwrap();
    let link = first_run(&server, "Set up at").unwrap();
    let setup_code = link.strip_prefix("/setup?code=").unwrap();
    let mut admin = Person::guest(&server);
    let signed_in = admin.sign_in("Admin", &password).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("rivulet_session="), "{cookie}");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    let session = admin.get("/api/v1/session").await.json();
    assert_eq!(session["account"]["role"], "admin");
    assert!(session["permissions"].as_array().unwrap().contains(&json!("site_settings")));

    let wrong = Person::guest(&server)
        .post("/api/v1/setup", json!({ "code": "nonsense", "password": PASSWORD }))
        .await;
    assert_eq!(code(&wrong), (403, "code_invalid".to_owned()));
    let mut other = Person::guest(&server);
    let weak = json!({ "code": setup_code, "password": "password1" });
    assert_eq!(code(&other.post("/api/v1/setup", weak).await), (422, "password_weak".to_owned()));
    let good = json!({ "code": setup_code, "password": PASSWORD });
    assert_eq!(other.post("/api/v1/setup", good.clone()).await.status, 200);
    assert_eq!(other.name().await.as_deref(), Some("admin"));
    // Whoever was in is out, the link is used up, and the file keeps what still works.
    assert_eq!(admin.name().await, None);
    assert_eq!(other.post("/api/v1/setup", good).await.status, 403);
    assert_eq!(first_run(&server, "Password"), None);
    assert_eq!(first_run(&server, "Stream key"), Some(server.key()));

    // A configured password wins from the next start on, and is no reason to be signed out again.
    assert!(server.stop().await.success());
    let configured = "a configured passphrase";
    server.set_up(Setup { database, ..Setup::with(&["--admin-password", configured]) });
    server.start_again().await;
    assert_eq!(Person::guest(&server).sign_in("admin", PASSWORD).await.status, 401);
    let mut admin = Person::signed_in(&server, "admin", configured).await;
    assert!(server.stop().await.success());
    server.start_again().await;
    let mut again = Person { cookie: admin.cookie.take(), ..Person::guest(&server) };
    assert_eq!(again.name().await.as_deref(), Some("admin"));
    let new = server.admin(&["reset-password", "admin"]);
    assert_eq!(again.name().await, None);
    Person::signed_in(&server, "admin", &new).await;
}

async fn tokens(server: &Server, name: &str, password: &str) -> (String, String) {
    let asked = json!({ "name": name, "password": password });
    let answer = Person::guest(server).post("/api/v1/tokens", asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("set-cookie"), "");
    (text(&answer.json()["access_token"]), text(&answer.json()["refresh_token"]))
}

async fn refresh_tokens_are_good_once_and_a_copy_ends_the_sign_in(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "ada-l"]);
    let (access, first) = tokens(&server, "ada-l", &password).await;
    let (elsewhere, revoked) = tokens(&server, "ada-l", &password).await;
    let name = async |token: &str| Person::with_token(&server, token).name().await;
    assert_eq!(name(&access).await.as_deref(), Some("ada-l"));

    let refresh = async |token: &str| {
        let body = json!({ "refresh_token": token });
        Person::guest(&server).post("/api/v1/tokens/refresh", body).await
    };
    let second = refresh(&first).await.json();
    let (access_2, second) = (text(&second["access_token"]), text(&second["refresh_token"]));
    assert_eq!(name(&access_2).await.as_deref(), Some("ada-l"));
    // Somebody else shows the first one: nobody knows which of the two is the thief.
    assert_eq!(code(&refresh(&first).await), (401, "token_invalid".to_owned()));
    assert_eq!(refresh(&second).await.status, 401);
    assert_eq!((name(&access).await, name(&access_2).await), (None, None));
    // The other sign-in goes on, until it is ended.
    assert_eq!(name(&elsewhere).await.as_deref(), Some("ada-l"));
    let body = json!({ "refresh_token": revoked });
    let ended = Person::guest(&server).post("/api/v1/tokens/revoke", body).await;
    assert_eq!(ended.status, 204);
    assert_eq!(name(&elsewhere).await, None);
    assert_eq!(refresh("nonsense").await.status, 401);
    let altered = format!("{}A", &elsewhere[..elsewhere.len() - 1]);
    let refused = Person::with_token(&server, &altered).get("/api/v1/session").await;
    assert_eq!(code(&refused), (401, "token_invalid".to_owned()));
}

async fn signing_out_ends_a_session_at_once(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "ada-l"]);
    let mut here = Person::signed_in(&server, "ada-l", &password).await;
    let mut there = Person::signed_in(&server, "ada-l", &password).await;
    let (program, _) = tokens(&server, "ada-l", &password).await;
    let mut program = Person::with_token(&server, &program);

    let logins = here.get("/api/v1/account/logins").await.json();
    let logins = logins["logins"].as_array().unwrap().clone();
    assert_eq!(logins.len(), 3, "{logins:?}");
    assert_eq!(logins.iter().filter(|it| it["current"] == true).count(), 1);
    assert!(
        logins.iter().all(|it| it["user_agent"] == "stories/1.0" && it["address"] == "127.0.0.1")
    );
    let client = logins.iter().find(|it| it["kind"] == "client").unwrap();
    let path = format!("/api/v1/account/logins/{}", client["id"].as_str().unwrap());
    // Nobody ends somebody else's.
    let other = server.admin(&["create-user", "bob-k"]);
    let mut bob = Person::signed_in(&server, "bob-k", &other).await;
    assert_eq!(bob.ask(Method::DELETE, &path, None).await.status, 404);
    assert_eq!(here.ask(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(program.name().await, None);

    let kept = here.cookie.clone();
    assert_eq!(here.ask(Method::DELETE, "/api/v1/session", None).await.status, 204);
    assert_eq!(here.cookie, None);
    here.cookie = kept;
    assert_eq!(here.name().await, None);
    assert_eq!(there.name().await.as_deref(), Some("ada-l"));
    let mut here = Person::signed_in(&server, "ada-l", &password).await;
    assert_eq!(here.ask(Method::DELETE, "/api/v1/account/logins", None).await.status, 204);
    assert_eq!((here.name().await, there.name().await), (None, None));
    assert_eq!(bob.name().await.as_deref(), Some("bob-k"));
}

async fn register(server: &Server, body: Value) -> (Person, Answer) {
    let mut person = Person::guest(server);
    let answer = person.post("/api/v1/accounts", body).await;
    (person, answer)
}

/// Starts the server again with another policy.
async fn registers(server: &mut Server, database: Database, policy: &str) {
    assert!(server.stop().await.success());
    server.set_up(Setup { database, ..Setup::with(&["--registration", policy]) });
    server.start_again().await;
    let said = server.client().get("/api/v1/accounts/policy").await.json();
    assert_eq!(said["registration"], policy);
}

async fn who_may_register_is_the_sites_decision(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let asks = |name: &str| json!({ "username": name, "password": PASSWORD });
    let (_, refused) = register(&server, asks("ada-l")).await;
    assert_eq!(code(&refused), (403, "registration_closed".to_owned()));

    registers(&mut server, database, "open").await;
    let (mut ada, made) = register(&server, asks("ada-l")).await;
    assert_eq!((made.status, &made.json()["state"]), (201, &json!("active")), "{}", made.text());
    assert_eq!(ada.name().await.as_deref(), Some("ada-l"));
    for (body, expected) in [
        (asks("ADA-1"), (409, "name_taken")),
        (asks("administrator"), (422, "name_invalid")),
        (asks("a b"), (422, "name_invalid")),
        (json!({ "username": "bob-k", "password": "short" }), (422, "password_weak")),
        (json!({ "username": "bob-k", "password": PASSWORD, "email": "x" }), (422, "mail_invalid")),
        (json!({ "username": "bob-k" }), (400, "bad_request")),
    ] {
        let (_, refused) = register(&server, body.clone()).await;
        assert_eq!(code(&refused), (expected.0, expected.1.to_owned()), "{body}");
    }

    registers(&mut server, database, "invitation").await;
    let (_, refused) = register(&server, asks("carol")).await;
    assert_eq!(code(&refused), (403, "invitation_needed".to_owned()));
    let invitation = server.admin(&["invite", "--uses", "1"]);
    let invited = |name: &str, code: &str| json!({ "username": name, "password": PASSWORD, "invitation": code });
    let (_, refused) = register(&server, invited("carol", "nonsense")).await;
    assert_eq!(code(&refused), (403, "invitation_invalid".to_owned()));
    // A name that is taken costs no use.
    assert_eq!(register(&server, invited("ada-l", &invitation)).await.1.status, 409);
    assert_eq!(register(&server, invited("carol", &invitation)).await.1.status, 201);
    let (_, refused) = register(&server, invited("dave", &invitation)).await;
    assert_eq!(code(&refused), (403, "invitation_invalid".to_owned()));

    registers(&mut server, database, "approval").await;
    let mut asks = asks("erin-m");
    asks["reason"] = json!("I want to stream");
    let (mut erin, made) = register(&server, asks).await;
    assert_eq!((made.status, &made.json()["state"]), (201, &json!("pending")), "{}", made.text());
    assert_eq!(erin.name().await, None);
    let waits = erin.sign_in("erin-m", PASSWORD).await;
    assert_eq!(code(&waits), (403, "account_pending".to_owned()));
    let password = server.admin(&["create-user", "keeper", "--role", "moderator"]);
    let mut keeper = Person::signed_in(&server, "keeper", &password).await;
    let listed = keeper.get("/api/v1/admin/accounts?state=pending").await.json();
    let listed = listed["accounts"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["state_reason"]), (1, &json!("I want to stream")));
    let path = format!("/api/v1/admin/accounts/{}/activate", listed[0]["id"].as_str().unwrap());
    assert_eq!(keeper.post(&path, json!({})).await.status, 200);
    assert_eq!(erin.sign_in("erin-m", PASSWORD).await.status, 200);
}

async fn a_suspended_account_loses_everything_at_once(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "ada-l"]);
    let mut browser = Person::signed_in(&server, "ada-l", &password).await;
    let (access, refresh) = tokens(&server, "ada-l", &password).await;
    let asked = json!({ "label": "bot", "scopes": ["chat"] });
    let made = browser.post("/api/v1/account/api-tokens", asked).await.json();
    let mut program = Person::with_token(&server, &access);
    let mut bot = Person::with_token(&server, made["secret"].as_str().unwrap());
    assert_eq!(bot.name().await.as_deref(), Some("ada-l"));
    assert_eq!(server.client().get("/api/v1/people/ada-l").await.status, 200);

    let keeper = server.admin(&["create-user", "keeper", "--role", "moderator"]);
    let mut keeper = Person::signed_in(&server, "keeper", &keeper).await;
    let listed = keeper.get("/api/v1/admin/accounts?q=ADA").await.json();
    let path = format!("/api/v1/admin/accounts/{}", listed["accounts"][0]["id"].as_str().unwrap());
    let closed = keeper.post(&format!("{path}/suspend"), json!({ "reason": "spam" })).await;
    assert_eq!((closed.status, &closed.json()["state"]), (200, &json!("suspended")));
    assert_eq!((browser.name().await, program.name().await, bot.name().await), (None, None, None));
    let body = json!({ "refresh_token": refresh });
    assert_eq!(Person::guest(&server).post("/api/v1/tokens/refresh", body).await.status, 401);
    let refused = browser.sign_in("ada-l", &password).await;
    assert_eq!(code(&refused), (403, "account_suspended".to_owned()));
    assert!(refused.json()["detail"].as_str().unwrap().contains("spam"));
    // Who does not know the password does not learn it.
    let wrong = browser.sign_in("ada-l", "wrong").await;
    assert_eq!(code(&wrong), (401, "wrong_credentials".to_owned()));
    assert_eq!(server.client().get("/api/v1/people/ada-l").await.status, 404);

    // Moderators leave the site's staff alone, and nobody takes the last admin away.
    let admins = keeper.get("/api/v1/admin/accounts?role=admin").await.json();
    let admin = format!("/api/v1/admin/accounts/{}", admins["accounts"][0]["id"].as_str().unwrap());
    let refused = keeper.post(&format!("{admin}/suspend"), json!({})).await;
    assert_eq!(code(&refused), (403, "role_needed".to_owned()));
    let root = server.admin(&["reset-password", "admin"]);
    let mut root = Person::signed_in(&server, "admin", &root).await;
    let refused = root.post(&format!("{admin}/suspend"), json!({})).await;
    assert_eq!(code(&refused), (409, "last_admin".to_owned()));
    let member = Some(json!({ "role": "member" }));
    let refused = root.ask(Method::PUT, &format!("{admin}/role"), member).await;
    assert_eq!(code(&refused), (409, "last_admin".to_owned()));

    server.admin(&["unsuspend", "ada-l"]);
    assert_eq!(browser.sign_in("ada-l", &password).await.status, 200);
    // A token that a program has goes on; sessions do not.
    assert_eq!(bot.name().await.as_deref(), Some("ada-l"));
    assert_eq!(program.name().await, None);
}

/// The code of an authenticator (RFC 6238) at a step away from now.
fn totp(secret: &str, steps: i64) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret
        .bytes()
        .map(|it| format!("{:05b}", alphabet.iter().position(|letter| *letter == it).unwrap()))
        .collect();
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let step = i64::try_from(now.as_secs() / 30).unwrap() + steps;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

async fn a_second_factor_is_asked_for_and_recovered(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "ada-l"]);
    let mut ada = Person::signed_in(&server, "ada-l", &password).await;
    let wrong = ada.post("/api/v1/account/totp", json!({ "password": "wrong" })).await;
    assert_eq!(code(&wrong), (401, "wrong_credentials".to_owned()));
    let begun = ada.post("/api/v1/account/totp", json!({ "password": password })).await.json();
    let secret = text(&begun["secret"]);
    let uri = text(&begun["uri"]);
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(&secret), "{uri}");
    // Until it is confirmed, it is not asked for.
    Person::signed_in(&server, "ada-l", &password).await;
    let wrong = ada.post("/api/v1/account/totp/confirm", json!({ "code": "000" })).await;
    assert_eq!(code(&wrong), (401, "code_wrong".to_owned()));
    let first = totp(&secret, -1);
    let confirmed = ada.post("/api/v1/account/totp/confirm", json!({ "code": first })).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    let recovery = confirmed.json()["recovery_codes"].as_array().unwrap().clone();
    assert_eq!(recovery.len(), 10);

    let sign_in = async |code: Option<&str>| {
        let body = json!({ "name": "ada-l", "password": password, "code": code });
        Person::guest(&server).post("/api/v1/session", body).await
    };
    assert_eq!(code(&sign_in(None).await), (401, "code_needed".to_owned()));
    assert_eq!(code(&sign_in(Some(&first)).await), (401, "code_wrong".to_owned()), "used before");
    let now = totp(&secret, 1);
    assert_eq!(sign_in(Some(&now)).await.status, 200);
    assert_eq!(sign_in(Some(&now)).await.status, 401);
    let spare = text(&recovery[0]);
    assert_eq!(sign_in(Some(&spare.to_lowercase())).await.status, 200);
    assert_eq!(sign_in(Some(&spare)).await.status, 401);
    assert_eq!(ada.get("/api/v1/account").await.json()["recovery_codes_left"], 9);
    let body = json!({ "password": password });
    assert_eq!(ada.post("/api/v1/account/recovery-codes", body.clone()).await.status, 200);
    assert_eq!(sign_in(Some(&text(&recovery[1]))).await.status, 401);
    assert_eq!(ada.post("/api/v1/account/totp/disable", body).await.status, 204);
    assert_eq!(sign_in(None).await.status, 200);
}

/// The code in the link of a letter.
fn link(letter: &str, page: &str) -> String {
    let start = format!("https://stories/{page}?code=");
    let rest = letter.split_once(&start).unwrap_or_else(|| panic!("no link: {letter}")).1;
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

async fn a_forgotten_password_is_replaced_by_mail(database: Database) {
    let mails = MailServer::start().await;
    let arguments = [
        ("--smtp", mails.url("rivulet:secret@")),
        ("--mail-from", "rivulet@stories.example".to_owned()),
        ("--public-url", "https://stories".to_owned()),
    ];
    let arguments: Vec<_> = arguments.iter().flat_map(|(name, value)| [*name, value]).collect();
    let server = Server::start_with(Setup { database, ..Setup::with(&arguments) }).await;
    let password = server.admin(&["create-user", "ada-l", "--mail", "ada@stories.example"]);
    let mut ada = Person { origin: Some("https://stories"), ..Person::guest(&server) };
    let signed_in = ada.sign_in("Ada@stories.example", &password).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("__Host-rivulet_session=") && cookie.ends_with("; Secure"));

    let ask = async |name: &str| {
        let mut person = Person { origin: Some("https://stories"), ..Person::guest(&server) };
        person.post("/api/v1/password-resets", json!({ "name": name })).await
    };
    let (somebody, nobody) = (ask("ada-l").await, ask("nobody").await);
    assert_eq!((somebody.status, nobody.status), (202, 202));
    assert_eq!(somebody.body, nobody.body);
    let letter = mails.gets_mail_for("ada@stories.example").await;
    assert_eq!(mails.received().len(), 1);
    let reset = link(&letter.text, "reset-password");
    assert!(!server.log().contains(&reset));
    let mut other = Person { origin: Some("https://stories"), ..Person::guest(&server) };
    let body = json!({ "code": reset, "password": PASSWORD });
    assert_eq!(other.post("/api/v1/password-resets/complete", body.clone()).await.status, 200);
    assert_eq!(other.name().await.as_deref(), Some("ada-l"));
    assert_eq!(ada.name().await, None);
    let again = other.post("/api/v1/password-resets/complete", body).await;
    assert_eq!(code(&again), (403, "code_invalid".to_owned()));

    // Another address counts once somebody who reads its mail says so.
    let body = json!({ "email": "new@stories.example", "password": PASSWORD });
    let changed = other.ask(Method::PUT, "/api/v1/account/email", Some(body)).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    let letter = mails.gets_mail_for("new@stories.example").await;
    assert_eq!(other.sign_in("new@stories.example", PASSWORD).await.status, 401);
    let body = json!({ "code": link(&letter.text, "confirm-mail") });
    assert_eq!(other.post("/api/v1/account/email/confirm", body).await.status, 204);
    assert_eq!(other.sign_in("new@stories.example", PASSWORD).await.status, 200);
    // Nobody's mailbox is filled from here.
    let refused = until("there are enough", async || {
        let answer = ask("ada-l").await;
        (answer.status == 429).then_some(answer)
    })
    .await;
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 60);
}

async fn a_guest_becomes_an_account_and_keeps_the_name(database: Database) {
    let setup = Setup { database, ..Setup::with(&["--registration", "open"]) };
    let server = Server::start_with(setup).await;
    let guest = Person::guest(&server).post("/api/v1/guests", json!({})).await;
    assert_eq!(guest.status, 201, "{}", guest.text());
    let guest = guest.json();
    let body =
        |name: &str| json!({ "username": name, "password": PASSWORD, "guest": guest["token"] });
    let (mut ada, made) = register(&server, body("ada-l")).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let account = ada.get("/api/v1/account").await.json();
    assert_eq!((&account["display_name"], &account["colour"]), (&guest["name"], &guest["colour"]));
    assert_eq!(register(&server, body("bob-k")).await.1.status, 404, "a guest is one person");
}

async fn an_account_is_exported_and_deleted(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "ada-l", "--mail", "ada@stories.example"]);
    let mut ada = Person::signed_in(&server, "ada-l", &password).await;
    let patch = json!({
        "display_name": "Ada \u{1f4bb}", "bio": "one\ntwo", "colour": 42,
        "links": [{ "label": "Home", "url": "https://ada.example/" }],
    });
    let changed = ada.ask(Method::PATCH, "/api/v1/account", Some(patch)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    for bad in [
        json!({ "bio": "a\u{0}b" }),
        json!({ "colour": 400 }),
        json!({ "links": [{ "label": "x", "url": "javascript:alert(1)" }] }),
    ] {
        let refused = ada.ask(Method::PATCH, "/api/v1/account", Some(bad.clone())).await;
        assert_eq!(code(&refused), (422, "invalid".to_owned()), "{bad}");
    }
    let public = server.client().get("/api/v1/people/Ada-L").await.json();
    assert_eq!((&public["display_name"], &public["colour"]), (&json!("Ada \u{1f4bb}"), &json!(42)));
    assert!(!public.to_string().contains("stories.example"), "{public}");
    let export = ada.get("/api/v1/account/export").await.json();
    assert_eq!(export["account"]["email"], "ada@stories.example");
    assert_eq!(export["links"], public["links"]);
    assert!(!export.to_string().contains("argon2"), "{export}");

    let wrong = ada.post("/api/v1/account/delete", json!({ "password": "wrong" })).await;
    assert_eq!(wrong.status, 401);
    let gone = ada.post("/api/v1/account/delete", json!({ "password": password })).await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert_eq!(ada.name().await, None);
    assert_eq!(ada.sign_in("ada-l", &password).await.status, 401);
    assert_eq!(server.client().get("/api/v1/people/ada-l").await.status, 404);
    let listed = server.admin(&["list-users"]);
    assert!(listed.contains("ada-l  member  deleted  -"), "{listed}");
}

#[tokio::test]
async fn guessing_is_slowed_down_and_tells_nothing() {
    let server = Server::start().await;
    let password = server.admin(&["create-user", "ada-l"]);
    let mut answers = Vec::new();
    for name in ["ada-l", "nobody"] {
        let mut guesser = Person::guest(&server);
        let mut of_name = Vec::new();
        for _ in 0..11 {
            let answer = guesser.sign_in(name, "a wrong guess").await;
            of_name.push((
                answer.status,
                answer.json()["title"].clone(),
                answer.header("set-cookie").to_owned(),
            ));
        }
        let last = guesser.sign_in(name, "a wrong guess").await;
        assert!(last.header("retry-after").parse::<u64>().unwrap() <= 45);
        answers.push(of_name);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].iter().filter(|it| it.0 == 401).count(), 10);
    assert_eq!(answers[0].last().unwrap().0, 429);
    // The right password waits as well: a guesser must not learn by it.
    let mut ada = Person::guest(&server);
    assert_eq!(code(&ada.sign_in("ada-l", &password).await), (429, "too_often".to_owned()));
    // By address: whatever names are tried, there is an end.
    let refused = until("the address has tried enough", async || {
        let answer = ada.sign_in("some other name", "a wrong guess").await;
        let name = format!("name-{}", answer.status);
        let answer = ada.sign_in(&name, "a wrong guess").await;
        (answer.status == 429).then_some(answer)
    })
    .await;
    assert!(!refused.header("retry-after").is_empty());
    assert!(!server.log().contains("wrong guess") && !server.log().contains(&password));
}
