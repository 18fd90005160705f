//! A site that has its certificate from an authority: got, kept, renewed while people are there, and
//! kept when the authority refuses.

use rustix::process::Signal;
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};

use crate::harness::acme::{Directory, Life};
use crate::harness::trust::{NAME, shown};
use crate::harness::{Authority, Http, Server, Setup, Socket, Trust, until};

/// An authority, a server that asks it and nobody knows yet where it is, and who trusts them.
async fn asking(gives: Life) -> (Directory, Server, Trust) {
    let authority = Authority::new();
    let trust = authority.trust();
    let directory = Directory::start(authority).await;
    directory.gives(gives);
    let arguments = directory.flags(NAME);
    let setup = Setup { arguments, trust: Some(trust.clone()), ..Setup::default() };
    let server = Server::start_with(setup).await;
    (directory, server, trust)
}

/// The certificate that whoever trusts the authority is shown, as soon as there is one.
async fn arrives(server: &Server, trust: &Trust) -> CertificateDer<'static> {
    until("there is a certificate", async || {
        trust.connect(server.http).await.ok().map(|stream| shown(&stream))
    })
    .await
}

async fn says(server: &Server, words: &str) {
    until(&format!("the log says `{words}`"), async || server.log().contains(words).then_some(()))
        .await;
}

/// What the server writes down of how it went, as soon as it is as wanted.
async fn notes(server: &Server, wanted: impl Fn(&Value) -> bool) -> Value {
    let file = server.data().join("acme/journal.json");
    until("it is written down", async || {
        let journal = serde_json::from_str(&std::fs::read_to_string(&file).ok()?).ok()?;
        wanted(&journal).then_some(journal)
    })
    .await
}

fn doctor(server: &Server, directory: &Directory) -> String {
    let flags = directory.flags(NAME);
    let rest = ["doctor", "--http", "127.0.0.1:0", "--rtmp", "off"];
    let arguments: Vec<&str> = flags.iter().map(String::as_str).chain(rest).collect();
    String::from_utf8(server.run(&arguments).stdout).unwrap()
}

#[tokio::test]
async fn a_certificate_is_ordered_proven_and_kept() {
    let (directory, mut server, trust) = asking(Life::Fresh).await;
    says(&server, "pages wait for their first certificate").await;
    // Until it is there nobody is asked to trust anything, and nobody is answered in the clear.
    assert!(trust.connect(server.http).await.is_err());
    assert_eq!(Http::new(server.http).get("/").await.status, 307);
    let said = doctor(&server, &directory);
    assert!(said.contains("there is no certificate for stories yet"), "{said}");

    directory.looks_at(server.http);
    let first = arrives(&server, &trust).await;
    assert_eq!(server.client().get("/healthz").await.status, 200);
    assert_eq!(directory.accounts()[0].contact[0], "mailto:ada@example.org");
    notes(&server, |it| it["certificate"].is_object()).await;
    let said = doctor(&server, &directory);
    assert!(said.contains("the certificate for stories holds for 89 days more"), "{said}");
    assert!(!said.contains("in vain"), "{said}");

    // It is kept, where only this server reads it, and asked for no second time.
    assert!(server.stop().await.success());
    for file in ["account.sealed", "certificate.sealed"] {
        let bytes = std::fs::read(server.data().join("acme").join(file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("PRIVATE KEY") && !text.contains("key_pkcs8"), "{file}");
    }
    server.start_again().await;
    assert_eq!(shown(&trust.connect(server.http).await.unwrap()), first);
    server.signal(Signal::HUP);
    assert_eq!(server.client().get("/healthz").await.status, 200);
    assert_eq!((directory.orders(), directory.accounts().len()), (1, 1));
}

#[tokio::test]
async fn a_certificate_is_renewed_while_people_are_there() {
    let (directory, server, trust) = asking(Life::Old).await;
    directory.looks_at(server.http);
    let old = arrives(&server, &trust).await;
    let mut socket = Socket::open(&server, "?chat=1").await;

    // Refused: the old one stays, and everybody who should know does.
    directory.refuses_once(403, "rejectedIdentifier", None);
    server.signal(Signal::HUP);
    says(&server, "the old one stays").await;
    says(&server, "rejectedIdentifier").await;
    assert_eq!(shown(&trust.connect(server.http).await.unwrap()), old);
    notes(&server, |it| it["trouble"].is_object()).await;
    let said = doctor(&server, &directory);
    assert!(said.contains("in vain") && said.contains("rejectedIdentifier"), "{said}");
    assert!(said.contains("holds for 19 days"), "{said}");

    directory.gives(Life::Fresh);
    server.signal(Signal::HUP);
    until("there is a new certificate", async || {
        (shown(&trust.connect(server.http).await.unwrap()) != old).then_some(())
    })
    .await;
    socket.say(&json!({ "type": "say", "key": "still here", "text": "still here" })).await;
    socket.hear_of(|it| it["key"] == "still here").await;
    assert_eq!((directory.orders(), directory.accounts().len()), (2, 1));
    notes(&server, |it| it["trouble"].is_null()).await;
}

#[tokio::test]
async fn an_authority_that_has_enough_is_left_alone() {
    let authority = Authority::new();
    let trust = authority.trust();
    let directory = Directory::start(authority).await;
    directory.refuses_once(429, "rateLimited", Some("7200"));
    let arguments = directory.flags(NAME);
    let setup = Setup { arguments, trust: Some(trust.clone()), ..Setup::default() };
    let server = Server::start_with(setup).await;
    directory.looks_at(server.http);
    says(&server, "rateLimited").await;
    let journal = notes(&server, |it| it["trouble"].is_object()).await;
    let at = |name: &str| journal["trouble"][name].as_i64().unwrap();
    let pause = at("next_ms") - at("at_ms");
    assert!((7_200_000..=7_920_000).contains(&pause), "{pause}");
    assert_eq!(directory.orders(), 0);

    // Somebody who knows better says so.
    server.signal(Signal::HUP);
    arrives(&server, &trust).await;
}

#[tokio::test]
async fn who_cannot_prove_it_is_told_what_the_authority_saw() {
    let (directory, server, trust) = asking(Life::Fresh).await;
    // Port 443 of the host leads to somebody else.
    let other = Server::start().await;
    directory.looks_at(other.http);
    says(&server, "the authority did not find this server behind stories").await;
    assert!(trust.connect(server.http).await.is_err());
    directory.looks_at(server.http);
    server.signal(Signal::HUP);
    arrives(&server, &trust).await;
}
