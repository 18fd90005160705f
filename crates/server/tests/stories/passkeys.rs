//! Passkeys, with a real browser and a device that it pretends to have.

use serde_json::{Value, json};

use crate::harness::{Answer, Browser, Database, Page, Person, Server, Setup, on_both_databases};

on_both_databases!(a_passkey_signs_in_and_is_asked_for_once, a_site_without_a_name_has_none);

/// What pages do with the routes.
const SCRIPT: &str = "
    window.ask = async (method, path, body) => {
        const headers = body === undefined ? {} : { 'content-type': 'application/json' };
        const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
        const text = await answer.text();
        return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
    };
    window.make = async (password, name) => {
        const options = await ask('POST', '/api/v1/account/passkeys/options', { password });
        if (options.status !== 200) return options;
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.body.public_key);
        try {
            window.made = (await navigator.credentials.create({ publicKey })).toJSON();
        } catch (error) {
            return { status: 0, body: error.name };
        }
        return ask('POST', '/api/v1/account/passkeys', { name, credential: made });
    };
    window.show = async () => {
        const options = await ask('POST', '/api/v1/session/passkey/options');
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.body.public_key);
        window.shown = (await navigator.credentials.get({ publicKey })).toJSON();
    };
    window.signIn = async () => {
        await show();
        return ask('POST', '/api/v1/session/passkey', { credential: shown });
    };
    undefined";

/// A page of the site, in a browser with a device of its own.
async fn page(server: &Server, browser: &Browser) -> Page {
    let url = format!("http://localhost:{}/", server.http.port());
    let page = browser.open(&url).await;
    page.evaluate(SCRIPT).await;
    page
}

async fn call(page: &Page, script: &str) -> (u64, Value) {
    let mut answer = page.evaluate(script).await;
    (answer["status"].as_u64().unwrap(), answer["body"].take())
}

/// As [`call`], for what must be refused with this code.
async fn refused(page: &Page, script: &str) -> (u64, String) {
    let (status, body) = call(page, script).await;
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

async fn a_passkey_signs_in_and_is_asked_for_once(database: Database) {
    let setup = Setup { database, ..Setup::with(&["--public-url", "http://localhost"]) };
    let server = Server::start_with(setup).await;
    let policy = server.client().get("/api/v1/accounts/policy").await.json();
    assert_eq!(policy["passkeys"], true);
    let password = server.admin(&["create-user", "ada-l"]);
    let browser = Browser::launch().await;
    let ada = page(&server, &browser).await;
    ada.has_a_device_with_keys().await;
    let sign_in = format!(
        "ask('POST', '/api/v1/session', {})",
        json!({ "name": "ada-l", "password": password })
    );
    assert_eq!(call(&ada, &sign_in).await.0, 200);

    let wrong = refused(&ada, "make('wrong', 'Phone')").await;
    assert_eq!(wrong, (401, "wrong_credentials".to_owned()));
    let unnamed = refused(&ada, &format!("make('{password}', ' ')")).await;
    assert_eq!(unnamed, (422, "invalid".to_owned()));
    // The device has it already, and the site does not: its owner removes one there and begins anew.
    ada.forgets_its_keys().await;
    let make = format!("make('{password}', 'Phone')");
    let (status, made) = call(&ada, &make).await;
    assert_eq!((status, &made["name"]), (201, &json!("Phone")), "{made}");
    assert_eq!(made["last_used_at"], Value::Null);
    // A device makes one for an account, and what it made is kept once.
    assert_eq!(call(&ada, &make).await, (0, json!("InvalidStateError")));
    let again = "ask('POST', '/api/v1/account/passkeys', { name: 'Copy', credential: made })";
    assert_eq!(refused(&ada, again).await, (403, "passkey_refused".to_owned()));

    // Whoever has the device is in, whatever second factor the account has.
    assert_eq!(call(&ada, "ask('DELETE', '/api/v1/session')").await.0, 204);
    let (status, session) = call(&ada, "signIn()").await;
    assert_eq!((status, &session["account"]["username"]), (200, &json!("ada-l")), "{session}");
    assert_eq!(call(&ada, "ask('GET', '/api/v1/account')").await.0, 200);
    let (_, listed) = call(&ada, "ask('GET', '/api/v1/account/passkeys')").await;
    assert!(listed["passkeys"][0]["last_used_at"].is_string(), "{listed}");

    // What was shown once proves nothing more, and what was altered nothing at all.
    let again = "ask('POST', '/api/v1/session/passkey', { credential: shown })";
    assert_eq!(refused(&ada, again).await, (403, "passkey_refused".to_owned()));
    for alter in [
        "shown.response.signature = made.rawId",
        "shown.response.authenticatorData = made.response.authenticatorData",
        "shown.response.clientDataJSON = made.response.clientDataJSON",
        "shown.response.userHandle = 'YWJj'",
        "shown.rawId = 'YWJj'",
        "shown.rawId = '!'",
    ] {
        let altered = format!("show().then(() => {{ {alter}; return {again}; }})");
        let seen = refused(&ada, &altered).await;
        assert_eq!(seen, (403, "passkey_refused".to_owned()), "{alter}");
    }

    // It has the name that its owner gives it, until they remove it.
    let of = format!("/api/v1/account/passkeys/{}", made["id"].as_str().unwrap());
    let (status, renamed) =
        call(&ada, &format!("ask('PATCH', '{of}', {{ name: 'Old phone' }})")).await;
    assert_eq!((status, &renamed["name"]), (200, &json!("Old phone")));
    let export = call(&ada, "ask('GET', '/api/v1/account/export')").await.1;
    assert_eq!(export["passkeys"][0]["name"], "Old phone");
    let other = server.admin(&["create-user", "bob-k"]);
    let mut bob = Person { origin: Some("http://localhost"), ..Person::guest(&server) };
    assert_eq!(bob.sign_in("bob-k", &other).await.status, 200);
    assert_eq!(bob.ask(hyper::Method::DELETE, &of, None).await.status, 404);

    // Who is closed stays out.
    server.admin(&["suspend", "ada-l", "--reason", "spam"]);
    assert_eq!(refused(&ada, "signIn()").await, (403, "account_suspended".to_owned()));
    server.admin(&["unsuspend", "ada-l"]);
    assert_eq!(call(&ada, "signIn()").await.0, 200);
    assert_eq!(call(&ada, &format!("ask('DELETE', '{of}')")).await.0, 204);
    assert_eq!(call(&ada, &format!("ask('DELETE', '{of}')")).await.0, 404);
    assert_eq!(refused(&ada, "signIn()").await, (403, "passkey_refused".to_owned()));
    assert!(!server.log().contains("Old phone"));
}

async fn a_site_without_a_name_has_none(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let policy = server.client().get("/api/v1/accounts/policy").await.json();
    assert_eq!(policy["passkeys"], false);
    let code = |answer: Answer| (answer.status, answer.json()["code"].clone());
    let expected = || (409, json!("passkeys_unavailable"));
    let asked = Person::guest(&server).post("/api/v1/session/passkey/options", json!({})).await;
    assert_eq!(code(asked), expected());
    let password = server.admin(&["create-user", "ada-l"]);
    let mut ada = Person::signed_in(&server, "ada-l", &password).await;
    let body = json!({ "password": password });
    let asked = ada.post("/api/v1/account/passkeys/options", body).await;
    assert_eq!(code(asked), expected());
    let listed = ada.get("/api/v1/account/passkeys").await.json();
    assert_eq!(listed, json!({ "passkeys": [] }));
}
