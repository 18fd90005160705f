//! Letters as people get them, and on their way. What a mail server makes of them is a story.

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use super::*;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::tasks::Tasks;

on_both_databases!(
    a_letter_waits_sealed,
    without_mail_nothing_is_promised,
    what_a_mail_server_says_decides_whether_a_letter_is_tried_again,
);

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

/// A mail server that answers every recipient of one connection with `answer`; gives its address.
async fn mail_server(tasks: &Tasks, answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tasks.spawn("a mail server", async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = socket.split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 ready\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match line.as_str() {
                line if line.starts_with("RCPT") => answer,
                "DATA" => "354 go on",
                _ if line == "." || line.len() == 4 || line.contains(' ') => "250 fine",
                _ => continue,
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
    });
    address
}

async fn what_a_mail_server_says_decides_whether_a_letter_is_tried_again(engine: Engine) {
    for (answer, waiting, parked) in [
        ("550 5.1.1 there is no such mailbox", 0, 1),
        ("451 4.3.0 come back later", 1, 0),
        ("530 5.7.0 sign in first", 1, 0),
    ] {
        let scratch = Scratch::new(engine).await;
        let (servers, workers) = (Tasks::on(Handle::current()), Tasks::on(Handle::current()));
        let address = mail_server(&servers, answer).await;
        let server = Server::parse(&format!("smtp://{address}")).unwrap();
        let (db, jobs, mail) = mail(&scratch, Some(&Settings { server, ..settings() })).await;
        let mut transaction = db.begin().await.unwrap();
        let _wake = mail.send(&mut transaction, &letter()).await.unwrap();
        transaction.commit().await.unwrap();
        jobs.work(mail.handle(Handlers::default()), &workers).await.unwrap();
        assert!(servers.shut_down(Duration::from_secs(20)).await, "the letter was handed in");
        assert!(workers.shut_down(Duration::from_secs(20)).await);
        let figures = jobs.figures().await.unwrap().remove(0);
        assert_eq!((figures.waiting, figures.parked), (waiting, parked), "{answer}");
        for parked in jobs.parked().await.unwrap() {
            assert!(parked.reason.contains("no such mailbox"), "{parked:?}");
        }
    }
}
