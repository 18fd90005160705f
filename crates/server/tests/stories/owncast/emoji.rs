//! Emoji, sockets by number, and people who keep order by the token they have in chat.

use serde_json::{Value, json};

use super::client::{Client, base64, started};
use crate::harness::{Database, Server, Setup, Socket, on_both_databases, until};

on_both_databases!(
    emoji_come_and_go,
    one_socket_is_told_something_alone,
    whoever_has_a_moderators_token_keeps_order,
    somebody_is_forgotten,
);

/// The smallest PNG there is: one pixel.
pub(super) const PIXEL: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0,
    0, 0, 31, 21, 196, 137, 0, 0, 0, 13, 73, 68, 65, 84, 120, 156, 99, 248, 207, 192, 240, 31, 0,
    5, 0, 1, 255, 137, 153, 61, 29, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// Somebody new in chat: their id and token.
async fn registered(guest: &Client, name: &str) -> (String, String) {
    let made = guest.post("/api/chat/register", &json!({ "displayName": name })).await.json();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (text("id"), text("accessToken"))
}

/// The next event of this kind. Owncast's clients take several in one frame.
async fn hears(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let lines = socket.lines().await.expect("the socket is open");
        if let Some(found) = lines.into_iter().find(|it| it["type"] == kind) {
            return found;
        }
    }
}

async fn sit(server: &Server, token: &str) -> Socket {
    let mut socket =
        Socket::connect(server, &format!("/ws?accessToken={token}"), &[]).await.unwrap();
    hears(&mut socket, "CONNECTED_USER_INFO").await;
    socket
}

async fn token(admin: &Client, scopes: &[&str]) -> String {
    let wished = json!({ "name": "Helper", "scopes": scopes });
    let made = admin.post("/api/admin/accesstokens/create", &wished).await.json();
    made["accessToken"].as_str().unwrap().to_owned()
}

async fn emoji_come_and_go(database: Database) {
    let server = started(Setup::on(database)).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    assert_eq!(guest.get("/api/emoji").await.json(), json!([]));
    let data = format!("data:image/png;base64,{}", base64(PIXEL));
    let upload = json!({ "name": "cat.png", "data": data });
    let done = admin.post("/api/admin/emoji/upload", &upload).await;
    assert_eq!(done.json()["message"], "Emoji \"cat\" has been uploaded", "{}", done.text());
    let again = admin.post("/api/admin/emoji/upload", &upload).await;
    assert_eq!((again.status, &again.json()["success"]), (400, &json!(false)));
    let listed = guest.get("/api/emoji").await.json();
    assert_eq!(listed[0]["name"], "cat", "{listed}");
    let picture = guest.get(listed[0]["url"].as_str().unwrap()).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));

    let bot = Client::with_token(&server, &token(&admin, &["CAN_SEND_MESSAGES"]).await);
    let said = bot.post("/api/integrations/chat/send", &json!({ "body": "a :cat:" })).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let shown = admin.get("/api/admin/chat/messages").await.json()[0]["body"].clone();
    assert!(shown.as_str().unwrap().contains("src=\"/img/emoji/"), "{shown}");

    for (name, says) in
        [("../cat.png", "path"), ("a/b.png", "path"), ("", "path"), ("dog.png", "doesn't exist")]
    {
        let answer = admin.post("/api/admin/emoji/delete", &json!({ "name": name })).await;
        assert_eq!(answer.status, 400, "{name}");
        assert!(answer.json()["message"].as_str().unwrap().contains(says), "{}", answer.text());
    }
    for data in ["data:image/svg+xml;base64,PHN2Zy8+", "data:image/png;base64,AAAA", "x"] {
        let upload = json!({ "name": "bad.png", "data": data });
        assert_eq!(admin.post("/api/admin/emoji/upload", &upload).await.status, 400, "{data}");
    }
    let gone = admin.post("/api/admin/emoji/delete", &json!({ "name": "cat.png" })).await;
    assert_eq!(gone.json()["message"], "Emoji \"cat\" has been deleted");
    assert_eq!(guest.get("/api/emoji").await.json(), json!([]));
}

async fn one_socket_is_told_something_alone(database: Database) {
    let server = started(Setup::on(database)).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    let site = Client::with_token(&server, &token(&admin, &["CAN_SEND_SYSTEM_MESSAGES"]).await);
    let (ada, secret) = registered(&guest, "Ada").await;
    let (_, other) = registered(&guest, "Bob").await;
    let (mut first, mut second) = (sit(&server, &secret).await, sit(&server, &other).await);

    let clients = until("both are there", async || {
        let clients = admin.get("/api/admin/chat/clients").await.json();
        (clients.as_array().unwrap().len() == 2).then_some(clients)
    })
    .await;
    let clients = clients.as_array().unwrap();
    let hers = clients.iter().find(|it| it["user"]["id"] == *ada).unwrap();
    assert_eq!((&hers["messageCount"], &hers["geo"]), (&json!(0), &Value::Null));
    let path = format!("/api/integrations/chat/system/client/{}", hers["id"]);
    let told = site.post(&path, &json!({ "body": "psst **you**" })).await;
    assert_eq!(told.json()["message"], "sent", "{}", told.text());
    let heard = hears(&mut first, "SYSTEM").await;
    assert_eq!(heard["body"], "<p>psst <strong>you</strong></p>");
    // Everybody is told after it, so whoever heard that first was not told alone.
    let all = json!({ "body": "everybody" });
    assert_eq!(site.post("/api/integrations/chat/system", &all).await.status, 200);
    let heard = hears(&mut second, "SYSTEM").await;
    assert_eq!(heard["body"], "<p>everybody</p>");
    let nobody = site.post("/api/integrations/chat/system/client/99999", &all).await;
    assert_eq!(nobody.status, 400);
    assert!(nobody.json()["error"].is_string(), "{}", nobody.text());
}

async fn whoever_has_a_moderators_token_keeps_order(database: Database) {
    let server = started(Setup::on(database)).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    let bot = Client::with_token(&server, &token(&admin, &["CAN_SEND_MESSAGES"]).await);
    bot.post("/api/integrations/chat/send", &json!({ "body": "hello" })).await;
    let message = admin.get("/api/admin/chat/messages").await.json()[0]["id"].clone();
    let (ada, secret) = registered(&guest, "Ada").await;
    let (bob, _) = registered(&guest, "Bob").await;
    let mut socket = sit(&server, &secret).await;
    let hide = json!({ "idArray": [message], "visible": false });
    let path = format!("/api/chat/messagevisibility?accessToken={secret}");
    assert_eq!(guest.post(&path, &hide).await.status, 401);

    let grant = json!({ "userId": ada, "isModerator": true });
    let done = admin.post("/api/admin/chat/users/setmoderator", &grant).await;
    assert_eq!(done.json()["message"], format!("{ada} is moderator: true"), "{}", done.text());
    let info = hears(&mut socket, "CONNECTED_USER_INFO").await;
    assert_eq!(info["user"]["scopes"], json!(["MODERATOR"]));
    let listed = admin.get("/api/admin/chat/users/moderators").await.json();
    assert!(listed.as_array().unwrap().iter().any(|it| it["id"] == *ada), "{listed}");
    let done = guest.post(&path, &hide).await;
    assert_eq!(done.json()["message"], "changed", "{}", done.text());
    assert_eq!(admin.get("/api/admin/chat/messages").await.json(), json!([]));
    // What she took away she shows again; what the admin took away stays.
    let show = json!({ "idArray": [message], "visible": true });
    assert_eq!(guest.post(&path, &show).await.status, 200);
    let by_admin = admin.post("/api/admin/chat/messagevisibility", &hide).await;
    assert_eq!(by_admin.status, 200, "{}", by_admin.text());
    let refused = guest.post(&path, &show).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(admin.get("/api/admin/chat/messages").await.json(), json!([]));
    let many = json!({ "idArray": vec![message.clone(); 101], "visible": true });
    let refused = admin.post("/api/admin/chat/messagevisibility", &many).await;
    assert!(refused.text().contains("1 to 100"), "{}", refused.text());
    let history = guest.get(&format!("/api/chat?accessToken={secret}")).await;
    assert_eq!(history.header("cache-control"), "no-store");
    let about = format!("/api/moderation/chat/user/{ada}?accessToken={secret}");
    let about = guest.get(&about).await.json();
    assert_eq!(about["connectedClients"].as_array().unwrap().len(), 1, "{about}");
    let off = |who: &str| json!({ "userId": who, "enabled": false });
    let path = format!("/api/chat/users/setenabled?accessToken={secret}");
    // Nobody acts against their like.
    assert_eq!(guest.post(&path, &off(&ada)).await.status, 400);
    assert_eq!(guest.post(&path, &off(&bob)).await.status, 200);
    // His address, which is hers too here, is banned with him.
    let unban = json!({ "value": "127.0.0.1" });
    assert_eq!(admin.post("/api/admin/chat/users/ipbans/remove", &unban).await.status, 200);

    let revoke = json!({ "userId": ada, "isModerator": false });
    assert_eq!(admin.post("/api/admin/chat/users/setmoderator", &revoke).await.status, 200);
    assert_eq!(guest.post(&path, &off(&bob)).await.status, 401);
    let nobody = json!({ "userId": "nobody", "isModerator": true });
    assert_eq!(admin.post("/api/admin/chat/users/setmoderator", &nobody).await.status, 400);
}

async fn somebody_is_forgotten(database: Database) {
    let server = started(Setup::on(database)).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    let open = json!({ "open": "always" });
    let program = crate::harness::Program::sign_in(&server, "admin", super::client::PASSWORD).await;
    let rules = program.patch("/api/v1/channels/primary/chat/settings", &open).await;
    assert_eq!(rules.status, 200, "{}", rules.text());
    let (ada, secret) = registered(&guest, "Ada").await;
    let mut socket = sit(&server, &secret).await;
    socket.say(&json!({ "type": "CHAT", "body": "forget me" })).await;
    hears(&mut socket, "CHAT").await;
    let found = admin.get("/api/admin/users?search=ada").await.json();
    assert_eq!(found["results"][0]["id"], *ada, "{found}");

    let done = admin.post("/api/admin/users/delete", &json!({ "userId": ada })).await;
    assert_eq!(done.json()["success"], true, "{}", done.text());
    while let Some(lines) = socket.lines().await {
        drop(lines);
    }
    assert_eq!(guest.get(&format!("/api/chat?accessToken={secret}")).await.status, 401);
    assert_eq!(admin.get("/api/admin/chat/messages").await.json(), json!([]));
    assert_eq!(admin.get("/api/admin/users?search=ada").await.json()["total"], 0);
    for nobody in [ada.as_str(), "", "x"] {
        let again = admin.post("/api/admin/users/delete", &json!({ "userId": nobody })).await;
        assert_eq!(again.status, 400, "{nobody}");
    }
}
