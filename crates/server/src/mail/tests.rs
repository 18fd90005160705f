//! Letters as people get them, and on their way. What a mail server makes of them is a story.

use super::*;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};

on_both_databases!(a_letter_waits_sealed, without_mail_nothing_is_promised);

fn link() -> Secret {
    Secret::new("https://live.example.org/reset?code=abc&x='y'")
}

fn messages() -> [(&'static str, Message); 5] {
    let name = || "Ada <b>Lovelace</b>".to_owned();
    [
        ("reset_password", Message::ResetPassword { name: name(), link: link() }),
        ("confirm_address", Message::ConfirmAddress { name: name(), link: link() }),
        ("invitation", Message::Invitation { link: link() }),
        ("recovery_used", Message::RecoveryUsed { name: name(), codes_left: 9 }),
        ("test", Message::Test),
    ]
}

#[test]
fn letters_say_what_happened_and_what_to_do() {
    for (name, message) in messages() {
        let rendered = message.render("Ada & Friends");
        let both = format!("{}\n\n{}\n{}", rendered.subject, rendered.text, rendered.html);
        insta::assert_snapshot!(name, both);
    }
}

#[test]
fn nobodys_name_makes_a_header_or_a_paragraph() {
    let evil = "Eve\r\nBcc: everybody@example.org\r\n\r\nDear customer,\u{2028}pay here";
    let link = Secret::new("https://x/\r\nBcc:a@b.c");
    let message = Message::ResetPassword { name: evil.to_owned(), link };
    let rendered = message.render(evil);
    assert!(!rendered.subject.contains(char::is_control), "{:?}", rendered.subject);
    for line in rendered.text.lines().chain(rendered.html.lines()) {
        assert!(!line.starts_with("Bcc") && !line.starts_with("Dear"), "{line}");
    }
    let long = Message::Test.render(&"x".repeat(100_000));
    assert!(long.subject.len() <= 100);
}

fn settings() -> Settings {
    let server = Server::parse("smtp://127.0.0.1:9").unwrap();
    Settings { server, from: Address::new("rivulet@example.org").unwrap() }
}

fn letter() -> Letter {
    let message = Message::ResetPassword { name: "Ada".to_owned(), link: link() };
    let to = Address::new("ada@example.org").unwrap();
    Letter { to, site: "Ada's site".to_owned(), message }
}

async fn mail(scratch: &Scratch, settings: Option<&Settings>) -> (Db, Jobs, Mail) {
    let db = Db::open(&scratch.database).await.unwrap();
    let jobs = Jobs::new(db.clone(), Clock::system());
    let keyring = Arc::new(Keyring::open_or_create(&scratch.folder.join("secret.key")).unwrap());
    let doors = Doors { jobs: jobs.clone(), keyring };
    let mail = Mail::new(settings, doors, Clock::system()).unwrap();
    (db, jobs, mail)
}

async fn a_letter_waits_sealed(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let (db, jobs, mail) = mail(&scratch, Some(&settings())).await;
    assert!(mail.is_configured());
    let mut transaction = db.begin().await.unwrap();
    let wake = mail.send(&mut transaction, &letter()).await.unwrap();
    transaction.commit().await.unwrap();
    wake.ring();
    assert_eq!(jobs.figures().await.unwrap()[0].waiting, 1);

    let row = db.query("SELECT payload FROM job").one().await.unwrap();
    let payload: String = row.get("payload").unwrap();
    assert!(!payload.contains("ada") && !payload.contains("reset"), "{payload}");
    let opened = opened(&mail.keyring, payload.trim_matches('"')).unwrap();
    assert_eq!(format!("{:?}", opened.message), r#"ResetPassword { name: "Ada", link: *** }"#);
    assert_eq!(opened.message.render("x"), letter().message.render("x"));
}

async fn without_mail_nothing_is_promised(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let (db, jobs, mail) = mail(&scratch, None).await;
    assert!(!mail.is_configured());
    let mut transaction = db.begin().await.unwrap();
    let refused = mail.send(&mut transaction, &letter()).await.err();
    assert!(matches!(refused, Some(MailError::NotConfigured)), "{refused:?}");
    transaction.commit().await.unwrap();
    assert!(jobs.figures().await.unwrap().is_empty());
}
