//! Tokens of programs.

use serde_json::json;

use super::client::{Client, started};
use crate::harness::{Database, Setup, on_both_databases, until};

on_both_databases!(a_token_is_shown_again_and_gone_at_once);

async fn a_token_is_shown_again_and_gone_at_once(database: Database) {
    let server = started(Setup::on(database)).await;
    let admin = Client::admin(&server);
    let wished = json!({ "name": "Bot", "scopes": ["HAS_ADMIN_ACCESS", "CAN_SEND_MESSAGES"] });
    let made = admin.post("/api/admin/accesstokens/create", &wished).await.json();
    let token = made["accessToken"].as_str().unwrap().to_owned();
    assert_eq!(made["displayName"], "Bot");
    assert_eq!(made["scopes"], wished["scopes"]);
    assert_eq!(made["isBot"], true);
    assert!(made["displayColor"].as_u64().unwrap() < 8);

    let listed = admin.get("/api/admin/accesstokens").await.json();
    assert_eq!(listed[0]["accessToken"], token.as_str());
    assert_eq!(listed[0]["lastUsedAt"], json!(null));
    let bot = Client::with_token(&server, &token);
    let title = json!({ "value": "From a bot" });
    let set = bot.post("/api/integrations/streamtitle", &title).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let status = Client::guest(&server).get("/api/status").await.json();
    assert_eq!(status["streamTitle"], "From a bot");
    until("its use is noted", async || {
        let listed = admin.get("/api/admin/accesstokens").await.json();
        listed[0]["lastUsedAt"].is_string().then_some(())
    })
    .await;
    // It opens nothing of ours, and nothing of the admin's.
    assert_eq!(bot.get("/api/v1/admin/settings").await.status, 401);
    assert_eq!(bot.get("/api/admin/serverconfig").await.status, 401);

    let meant = json!({ "token": token });
    let gone = admin.post("/api/admin/accesstokens/delete", &meant).await;
    assert_eq!(gone.json()["message"], "deleted token");
    assert_eq!(bot.get("/api/integrations/status").await.status, 401);
    assert!(!server.log().contains(&token));
}
