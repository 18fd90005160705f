//! A site that encrypts by itself: watched, talked on, and given a new certificate while it runs.

use std::fs;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::trust::shown;
use crate::harness::{
    Authority, Browser, Http, Person, Raw, Server, Setup, Socket, Source, Viewer, http, until,
};

const PASSWORD: &str = "correct horse battery";
const CHAT: &str = "/api/v1/channels/primary/chat";

fn setup(authority: &Authority, further: &[&str]) -> Setup {
    let mut setup = Setup::encrypted_by(authority);
    setup.arguments.extend(further.iter().map(|it| (*it).to_owned()));
    setup
}

async fn signed_in(server: &Server) -> Person {
    let mut admin = Person::signed_in(server, "admin", PASSWORD).await;
    let open = Some(json!({ "open": "always" }));
    let answer = admin.ask(hyper::Method::PATCH, &format!("{CHAT}/settings"), open).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    admin
}

/// A socket of somebody who is signed in, ready to say something.
async fn sit(server: &Server, person: &Person) -> Socket {
    let cookie = person.cookie.clone().unwrap();
    let headers = [("cookie", &*cookie), ("origin", "https://stories"), ("host", "stories")];
    let mut socket = Socket::connect(server, "/api/v1/socket?chat=1", &headers).await.unwrap();
    socket.hear_of(|it| it["type"] == "chat_welcome").await;
    socket
}

async fn says(talker: &mut Socket, text: &str) {
    talker.say(&json!({ "type": "say", "key": text, "text": text })).await;
    let ack = talker.hear_of(|it| it["key"] == text).await;
    assert_eq!(ack["type"], "ack", "{ack}");
}

async fn hears(socket: &mut Socket, text: &str) {
    let said = |message: &Value| message["type"] == "chat" && message.to_string().contains(text);
    socket.hear_of(said).await;
}

#[tokio::test]
async fn an_encrypted_site_is_watched_and_talked_on() {
    let authority = Authority::new();
    let key = authority.renew(&["stories", "127.0.0.1"]);
    let flags = ["--admin-password", PASSWORD, "--public-url", "https://stories"];
    let server = Server::start_with(setup(&authority, &flags)).await;
    let admin = signed_in(&server).await;
    let cookie = admin.cookie.clone().unwrap();
    assert!(cookie.starts_with("__Host-rivulet_session="), "{cookie}");
    let page = server.client().get("/").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=15552000");
    assert!(page.header("set-cookie").contains("Secure"), "{}", page.header("set-cookie"));
    let elsewhere = Person { origin: Some("http://stories"), ..Person::guest(&server) };
    let mut elsewhere = Person { cookie: Some(cookie), ..elsewhere };
    assert_eq!(elsewhere.post("/api/v1/guests", json!({})).await.status, 403);

    let _encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(2).await;
    let mut socket = Socket::open(&server, "?chat=1").await;
    let mut talker = sit(&server, &admin).await;
    says(&mut talker, "through the cipher").await;
    hears(&mut socket, "through the cipher").await;

    let stream = authority.trust_for(b"h2").connect(server.http).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    for answer in http::get_all_through(stream, &["/", "/hls/stream.m3u8", "/healthz"]).await {
        assert_eq!(answer.status, 200);
    }

    // What a browser does of itself: HTTP/2, and sockets within it (RFC 8441).
    let browser = Browser::launch_trusting(&key).await;
    let page = browser.open(&server.url("/")).await;
    page.player_is("state", "playing").await;
    says(&mut talker, "and on the page").await;
    page.shows("what is said", "document.body.innerText.includes('and on the page')").await;
    let spoken = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert_eq!(page.evaluate(spoken).await, "h2");
}

#[tokio::test]
async fn a_new_certificate_is_taken_and_drops_nobody() {
    let authority = Authority::new();
    authority.renew(&["stories"]);
    let server = Server::start_with(setup(&authority, &["--admin-password", PASSWORD])).await;
    let admin = signed_in(&server).await;
    let mut socket = Socket::open(&server, "?chat=1").await;
    let mut talker = sit(&server, &admin).await;
    let trust = authority.trust();
    let before = shown(&trust.connect(server.http).await.unwrap());
    // A server that was given no name keeps quiet of others on its host.
    assert_eq!(server.client().get("/").await.header("strict-transport-security"), "");

    fs::write(authority.key(), "hush").unwrap();
    server.signal(Signal::HUP);
    let told = "the old one stays";
    until("the log says it", async || server.log().contains(told).then_some(())).await;
    assert!(!server.log().contains("hush"));
    assert_eq!(shown(&trust.connect(server.http).await.unwrap()), before);

    authority.renew(&["stories", "more.example"]);
    server.signal(Signal::HUP);
    until("there is a new certificate", async || {
        (shown(&trust.connect(server.http).await.unwrap()) != before).then_some(())
    })
    .await;
    says(&mut talker, "still here").await;
    hears(&mut socket, "still here").await;
}

#[tokio::test]
async fn who_does_not_encrypt_is_told_where_to_go() {
    let authority = Authority::new();
    authority.renew(&["stories"]);
    let server = Server::start_with(setup(&authority, &[])).await;
    let plain = Http::new(server.http);
    let answer = plain.get("/@primary?a=b").await;
    assert_eq!((answer.status, answer.header("location")), (307, "https://stories/@primary?a=b"));
    let answer = Http::new(server.http).post("/api/v1/session", "{}").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("https://stories/api/v1/session"), "{}", answer.text());
    for opening in [&b"\x16\x03\x01\x00\x02hi"[..], b"\x03", b"\x80\x2e\x01\x00\x02"] {
        let mut raw = Raw::connect(server.http).await;
        raw.send(opening).await;
        raw.gets_closed().await;
    }
    assert_eq!(server.client().get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_said_before_anything_is_stored() {
    let authority = Authority::new();
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let run = |arguments: &[String]| {
        let rest = ["--http", "127.0.0.1:0", "--rtmp", "off"];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(rest).collect();
        let output = crate::harness::rivulet(&folder, &arguments);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&authority.flags());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot read") && said.contains("certificate.pem"), "{said}");
    authority.renew(&["stories"]);
    let other = Authority::new();
    other.renew(&["stories"]);
    fs::copy(other.key(), authority.key()).unwrap();
    let (code, said) = run(&authority.flags());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is not that of the certificate"), "{said}");
    let (code, said) = run(&authority.flags()[..2]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("one is missing"), "{said}");
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[tokio::test]
async fn the_doctor_looks_at_the_certificate_and_the_name() {
    let authority = Authority::new();
    authority.renew(&["stories"]);
    let data = tempfile::tempdir().unwrap();
    let flags = authority.flags();
    let doctor = |url: &str| {
        let rest = ["doctor", "--http", "127.0.0.1:0", "--rtmp", "off", "--public-url", url];
        let arguments: Vec<&str> = flags.iter().map(String::as_str).chain(rest).collect();
        String::from_utf8(crate::harness::rivulet(data.path(), &arguments).stdout).unwrap()
    };
    let said = doctor("https://localhost");
    for line in [
        "ok    the certificate for stories holds for ",
        "warn  the certificate is not for localhost",
        "ok    localhost is at ",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    fs::remove_file(authority.key()).unwrap();
    let said = doctor("https://stories");
    assert!(said.contains("FAIL  cannot read ") && said.contains("key.pem"), "{said}");
    assert!(!said.contains("is not for"), "{said}");
}
