//! Webhooks, and a receiver that is not always well.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::client::{Client, started};
use crate::harness::{Database, Program, Setup, Source, on_both_databases, until};

on_both_databases!(a_webhook_is_told_signed_and_again_until_it_hears);

/// What arrived: fields and body.
pub(super) type Heard = (Vec<String>, String);

/// Somebody who is told things.
pub(super) struct Receiver {
    pub(super) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    /// What it answers next, the last one from then on.
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn start(answers: &[u16]) -> Self {
        Self::start_with(answers, "").await
    }

    /// One that is well, and says this.
    pub(super) async fn start_saying(says: &'static str) -> Self {
        Self::start_with(&[200], says).await
    }

    async fn start_with(answers: &[u16], says: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self {
            url,
            heard: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().rev().copied().collect())),
        };
        let (heard, answers) = (Arc::clone(&receiver.heard), Arc::clone(&receiver.answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let status = {
                    let mut answers = answers.lock().unwrap();
                    if answers.len() > 1 { answers.pop().unwrap() } else { answers[0] }
                };
                let said = answer(stream, (status, says)).await;
                heard.lock().unwrap().push(said);
            }
        });
        receiver
    }

    pub(super) async fn hears(&self, count: usize) -> Vec<Heard> {
        until(&format!("{count} deliveries arrived"), async || {
            let heard = self.heard.lock().unwrap();
            (heard.len() >= count).then(|| heard.clone())
        })
        .await
    }
}

async fn answer(mut stream: TcpStream, (status, says): (u16, &str)) -> Heard {
    let mut read = Vec::new();
    let (head, length) = loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.unwrap();
        read.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let fields: Vec<_> = head.lines().map(str::to_owned).collect();
            let length = fields.iter().find_map(|it| it.strip_prefix("content-length: "));
            let length: usize = length.unwrap().parse().unwrap();
            break (fields, head.len() + 4 + length);
        }
    };
    while read.len() < length {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.unwrap();
        read.extend_from_slice(&piece[..count]);
    }
    let length = says.len();
    let text = format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{says}"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let body = String::from_utf8(read).unwrap().split_once("\r\n\r\n").unwrap().1.to_owned();
    (head, body)
}

/// Whether a delivery is signed with the secret, as a receiver checks it.
fn is_signed((head, body): &Heard, secret: &str) -> bool {
    let field = head.iter().find_map(|it| it.strip_prefix("owncast-signature: ")).unwrap();
    let (time, hex) = field.strip_prefix("t=").unwrap().split_once(".s=").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{time}.{body}").as_bytes());
    let expected: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    hex == expected
}

async fn a_webhook_is_told_signed_and_again_until_it_hears(database: Database) {
    let server = started(Setup::on(database)).await;
    let admin = Client::admin(&server);
    let receiver = Receiver::start(&[500, 200]).await;
    let wished = json!({ "url": receiver.url, "secret": "hush hush hush",
        "events": ["STREAM_STARTED", "STREAM_STOPPED", "STREAM_TITLE_UPDATED", "CHAT"] });
    let made = admin.post("/api/admin/webhooks/create", &wished).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["id"], &made["events"]), (&json!(1), &wished["events"]));
    assert_eq!(made["secret"], "hush hush hush");

    assert_eq!(admin.set("streamtitle", &json!("Birds")).await.status, 200);
    // The first attempt fails, and the second comes by itself.
    let heard = receiver.hears(2).await;
    assert!(heard.iter().all(|it| is_signed(it, "hush hush hush")), "{heard:?}");
    assert_eq!(heard[0].1, heard[1].1);
    let told: Value = serde_json::from_str(&heard[1].1).unwrap();
    assert_eq!(told["type"], "STREAM_TITLE_UPDATED");
    assert_eq!(told["eventData"]["streamTitle"], "Birds");
    assert_eq!(told["eventData"]["status"]["online"], false);

    let encoder = server.encode(Source::testcard()).await;
    let heard = receiver.hears(3).await;
    let told: Value = serde_json::from_str(&heard[2].1).unwrap();
    assert_eq!(
        (&told["type"], &told["eventData"]["status"]["online"]),
        (&json!("STREAM_STARTED"), &json!(true))
    );
    encoder.finish().await;

    let bot = json!({ "name": "Bot", "scopes": ["CAN_SEND_MESSAGES"] });
    let token = admin.post("/api/admin/accesstokens/create", &bot).await.json();
    let bot = Client::with_token(&server, token["accessToken"].as_str().unwrap());
    let said = bot.post("/api/integrations/chat/send", &json!({ "body": "**hi**" })).await;
    assert_eq!(said.json()["message"], "sent", "{}", said.text());
    let heard = receiver.hears(4).await;
    let told: Value = serde_json::from_str(&heard[3].1).unwrap();
    assert_eq!((&told["type"], &told["eventData"]["rawBody"]), (&json!("CHAT"), &json!("**hi**")));
    assert_eq!(told["eventData"]["body"], "<p><strong>hi</strong></p>");
    assert_eq!(told["eventData"]["user"]["displayName"], "Bot");

    let keeper = Program::of_new(&server, "root-of-all", "admin").await;
    let log = until("the log says so", async || {
        let log = keeper.get("/api/v1/webhooks/1/deliveries").await.json();
        let is_done = log.as_array()?.iter().filter(|it| it["is_done"] == true).count();
        (is_done >= 2).then_some(log)
    })
    .await;
    let log = log.as_array().unwrap();
    let first = log.last().unwrap();
    assert_eq!((&first["attempts"], &first["status"]), (&json!(2), &json!(200)), "{first}");
    let before = receiver.heard.lock().unwrap().len();
    let again =
        format!("/api/v1/webhooks/1/deliveries/{}/redeliver", first["id"].as_str().unwrap());
    assert_eq!(keeper.post(&again, &json!({})).await.status, 202);
    let heard = receiver.hears(before + 1).await;
    assert!(heard.iter().filter(|it| it.1 == heard[0].1).count() >= 3);
    let nobodys = Program::of_new(&server, "ada", "member").await;
    assert_eq!(nobodys.post(&again, &json!({})).await.status, 403);

    let gone = admin.post("/api/admin/webhooks/delete", &json!({ "id": 1 })).await;
    assert_eq!(gone.json()["message"], "deleted webhook");
    assert_eq!(admin.get("/api/admin/webhooks").await.json(), json!([]));
    assert!(!server.log().contains("hush hush"));
}

#[tokio::test]
async fn an_alert_reaches_a_webhook_when_it_stands_and_when_it_is_over() {
    let server = started(Setup::default()).await;
    let admin = Client::admin(&server);
    let (told, others) = (Receiver::start(&[200]).await, Receiver::start(&[200]).await);
    for (receiver, events) in [(&told, ["ALERT"]), (&others, ["STREAM_TITLE_UPDATED"])] {
        let wished = json!({ "url": receiver.url, "secret": "hush hush hush", "events": events });
        let made = admin.post("/api/admin/webhooks/create", &wished).await;
        assert_eq!(made.status, 200, "{}", made.text());
    }
    let keeper = Program::of_new(&server, "root-of-all", "admin").await;
    let limit = async |percent: u32| {
        let patch = json!({ "alerts": { "disk_percent": percent } });
        let set = keeper.patch("/api/v1/admin/settings", &patch).await;
        assert_eq!(set.status, 200, "{}", set.text());
    };
    // Every disk is fuller than this.
    limit(1).await;
    let heard = told.hears(1).await;
    assert!(is_signed(&heard[0], "hush hush hush"));
    let raised: Value = serde_json::from_str(&heard[0].1).unwrap();
    let about = &raised["eventData"];
    assert_eq!((&raised["type"], &about["kind"]), (&json!("ALERT"), &json!("disk")), "{raised}");
    assert!(about["sentence"].as_str().unwrap().contains("make room"), "{raised}");
    assert_eq!((&about["clearedAt"], &about["channel"]), (&Value::Null, &Value::Null), "{raised}");
    // Nothing is watched any more.
    limit(0).await;
    let heard = told.hears(2).await;
    let over: Value = serde_json::from_str(&heard[1].1).unwrap();
    assert_eq!(over["eventData"]["alert"], about["alert"], "{over}");
    assert!(over["eventData"]["clearedAt"].is_string(), "{over}");
    assert_eq!(others.hears(0).await.len(), 0);
}

#[tokio::test]
async fn a_webhook_leads_to_no_private_place_that_is_not_named() {
    let server = started(Setup::default()).await;
    let admin = Client::admin(&server);
    for (url, says) in [
        ("http://192.168.1.1/hook", "private"),
        ("http://[::1]/hook", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("http://93.184.216.34/hook", "not encrypted"),
        ("ftp://example.org", "no address"),
        ("https://a:b@example.org", "no address"),
    ] {
        let wished = json!({ "url": url, "events": ["STREAM_STARTED"] });
        let refused = admin.post("/api/admin/webhooks/create", &wished).await;
        assert_eq!(refused.status, 400, "{url}: {}", refused.text());
        assert!(refused.text().contains(says), "{url}: {}", refused.text());
    }
}
