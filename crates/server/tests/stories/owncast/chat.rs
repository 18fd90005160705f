//! Chat, as Owncast's admins and programs know it.

use serde_json::{Value, json};

use super::client::{Client, started};
use crate::harness::{Database, Setup, on_both_databases};

on_both_databases!(programs_speak_and_admins_keep_order);

async fn token(admin: &Client, scope: &str) -> String {
    let wished = json!({ "name": "Helper", "scopes": [scope] });
    let made = admin.post("/api/admin/accesstokens/create", &wished).await.json();
    made["accessToken"].as_str().unwrap().to_owned()
}

/// What everybody sees, as text.
async fn seen(admin: &Client) -> Vec<Value> {
    admin.get("/api/admin/chat/messages").await.json().as_array().unwrap().clone()
}

async fn programs_speak_and_admins_keep_order(database: Database) {
    let server = started(Setup::on(database)).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    let bot = Client::with_token(&server, &token(&admin, "CAN_SEND_MESSAGES").await);
    let site = Client::with_token(&server, &token(&admin, "CAN_SEND_SYSTEM_MESSAGES").await);
    let keeper = Client::with_token(&server, &token(&admin, "HAS_ADMIN_ACCESS").await);

    // Programs speak whether anything is on or not.
    let text = json!({ "body": "hello <script>alert(1)</script>" });
    let said = bot.post("/api/integrations/chat/send", &text).await;
    assert_eq!(said.json()["message"], "sent", "{}", said.text());
    let text = json!({ "body": "**welcome**" });
    assert_eq!(site.post("/api/integrations/chat/system", &text).await.status, 200);
    assert_eq!(site.post("/api/integrations/chat/action", &text).await.status, 200);
    let messages = seen(&admin).await;
    let kinds: Vec<_> = messages.iter().map(|it| it["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["SYSTEM", "CHAT"], "{messages:?}");
    assert_eq!(messages[0]["body"], "<p><strong>welcome</strong></p>");
    assert!(!messages[1]["body"].as_str().unwrap().contains("script"), "{messages:?}");
    let user = &messages[1]["user"];
    assert_eq!((&user["displayName"], &user["isBot"]), (&json!("Helper"), &json!(true)));

    // A message goes, and comes back.
    let id = messages[1]["id"].clone();
    let hide = json!({ "idArray": [id], "visible": false });
    let hidden = keeper.post("/api/integrations/chat/messagevisibility", &hide).await;
    assert_eq!(hidden.json()["message"], "changed", "{}", hidden.text());
    assert!(seen(&admin).await.iter().all(|it| it["id"] != id));
    let show = json!({ "idArray": [id], "visible": true });
    let shown = admin.post("/api/admin/chat/messagevisibility", &show).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert!(seen(&admin).await.iter().any(|it| it["id"] == id));

    // Somebody is sent away, and may come again.
    let name = json!({ "displayName": "Ada" });
    let registered = guest.post("/api/chat/register", &name).await.json();
    let (ada, secret) = (&registered["id"], registered["accessToken"].as_str().unwrap());
    let history = format!("/api/chat?accessToken={secret}");
    assert_eq!(guest.get(&history).await.status, 200);
    let register = format!("/api/notifications/register?accessToken={secret}");
    let answer = guest.post(&register, &json!({ "channel": "BROWSER_PUSH_NOTIFICATION" })).await;
    assert_eq!((answer.status, &answer.json()["success"]), (400, &json!(false)));
    let known = format!("/api/integrations/moderation/chat/user/{}", ada.as_str().unwrap());
    assert_eq!(keeper.get(&known).await.json()["user"]["displayName"], "Ada");
    let off = json!({ "userId": ada, "enabled": false });
    let did = admin.post("/api/admin/chat/users/setenabled", &off).await;
    assert_eq!(did.status, 200, "{}", did.text());
    let disabled = admin.get("/api/admin/chat/users/disabled").await.json();
    assert_eq!(disabled[0]["displayName"], "Ada", "{disabled}");
    assert_eq!(guest.get(&history).await.status, 401);
    assert_eq!(guest.post(&register, &json!({})).await.status, 401);
    let bans = admin.get("/api/admin/chat/users/ipbans").await.json();
    assert_eq!(bans[0]["ipAddress"], "127.0.0.1", "{bans}");
    let unban = json!({ "value": "127.0.0.1" });
    assert_eq!(admin.post("/api/admin/chat/users/ipbans/remove", &unban).await.status, 200);
    let on = json!({ "userId": ada, "enabled": true });
    assert_eq!(admin.post("/api/admin/chat/users/setenabled", &on).await.status, 200);
    assert_eq!(guest.get(&history).await.status, 200);
    assert_eq!(admin.get("/api/admin/chat/users/disabled").await.json(), json!([]));

    // Where there is no chat, programs have none either.
    assert_eq!(admin.set("chat/disable", &json!(true)).await.status, 200);
    let said = bot.post("/api/integrations/chat/send", &json!({ "body": "hi" })).await;
    assert_eq!(said.status, 400, "{}", said.text());
    assert_eq!(guest.get("/api/config").await.json()["chatDisabled"], true);
}
