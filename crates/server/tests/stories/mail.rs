//! Mail leaves the house, and the doctor knows whether it can.

use std::process::Output;

use crate::harness::{Database, MailServer, Site};

const PASSWORD: &str = "p%40ss-that-nobody-sees";

/// Runs the doctor, and gives what it says of mail.
fn doctor(site: &Site, smtp: Option<&str>, arguments: &[&str]) -> (Output, String) {
    let mut command = site.command();
    command.arg("doctor").args(arguments);
    if let Some(smtp) = smtp {
        command.env("RIVULET_SMTP", smtp).env("RIVULET_MAIL_FROM", "rivulet@stories.example");
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    let line = said.lines().find(|line| line.contains("mail")).unwrap_or_default().to_owned();
    (output, line)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_sends_a_test_mail() {
    let (server, site) = (MailServer::start().await, Site::new(Database::Sqlite).await);
    let smtp = server.url(&format!("rivulet:{PASSWORD}@"));
    let (_, line) = doctor(&site, Some(&smtp), &[]);
    assert!(line.starts_with("ok    mail goes through 127.0.0.1:"), "{line}");
    assert!(server.received().is_empty());

    let (output, line) = doctor(&site, Some(&smtp), &["--mail-to", "Ada@Example.org"]);
    assert!(line.starts_with("ok  ") && line.contains("took a test mail"), "{line}");
    let mail = server.gets_mail_for("Ada@example.org").await;
    assert_eq!(mail.from, "rivulet@stories.example");
    // The account and its password, each behind a zero byte (RFC 4616).
    assert_eq!(mail.login.as_deref(), Some("AHJpdnVsZXQAcEBzcy10aGF0LW5vYm9keS1zZWVz"));
    for expected in [
        "Subject: Mail from Rivulet works",
        "From: Rivulet <rivulet@stories.example>",
        "To: Ada@example.org",
        "Auto-Submitted: auto-generated",
        "@stories.example>",
        "text/plain",
        "text/html",
        "<p>Hello,</p>",
    ] {
        assert!(mail.text.contains(expected), "{expected}:\n{}", mail.text);
    }
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8(told).unwrap();
    assert!(!told.contains("nobody-sees"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_why_mail_does_not_leave() {
    let (server, site) = (MailServer::start().await, Site::new(Database::Sqlite).await);
    let (_, line) = doctor(&site, None, &[]);
    assert!(line.starts_with("warn  mail is not configured"), "{line}");
    let (output, line) = doctor(&site, None, &["--mail-to", "ada@example.org"]);
    assert!(line.starts_with("FAIL  mail is not configured"), "{line}");
    assert!(!output.status.success());

    server.refuses_once("550 there is no such mailbox");
    let smtp = server.url("");
    let (output, line) = doctor(&site, Some(&smtp), &["--mail-to", "ada@example.org"]);
    assert!(line.starts_with("FAIL  ") && line.contains("no such mailbox"), "{line}");
    assert!(!output.status.success());
    assert!(server.received().is_empty());

    let (output, _) = doctor(&site, Some(&smtp), &["--mail-to", "ada@example.org\r\nBcc: eve"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("not a mail address"), "{told}");
}
