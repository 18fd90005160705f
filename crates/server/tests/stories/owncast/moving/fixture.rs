//! An Owncast data folder, built from what is known of its schema (version 7, Owncast 0.1.3).

use std::fs;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use super::gob::{Field, Gob};

/// The tables.
const SCHEMA: &str = r#"
CREATE TABLE config ("key" string NOT NULL PRIMARY KEY, "value" TEXT);
CREATE TABLE datastore ("key" string NOT NULL PRIMARY KEY, "value" BLOB,
    "timestamp" DATE DEFAULT CURRENT_TIMESTAMP NOT NULL);
CREATE TABLE users ("id" TEXT, "display_name" TEXT NOT NULL, "display_color" NUMBER NOT NULL,
    "created_at" TIMESTAMP DEFAULT CURRENT_TIMESTAMP, "disabled_at" TIMESTAMP,
    "previous_names" TEXT DEFAULT '', "namechanged_at" TIMESTAMP, "authenticated_at" TIMESTAMP,
    "scopes" TEXT, "type" TEXT DEFAULT 'STANDARD', "last_used" DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id));
CREATE TABLE user_access_tokens ("token" TEXT NOT NULL PRIMARY KEY, "user_id" TEXT NOT NULL,
    "timestamp" DATE DEFAULT CURRENT_TIMESTAMP NOT NULL);
CREATE TABLE auth ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" TEXT NOT NULL,
    "token" TEXT NOT NULL, "type" TEXT NOT NULL,
    "timestamp" DATE DEFAULT CURRENT_TIMESTAMP NOT NULL);
CREATE TABLE messages ("id" string NOT NULL, "user_id" TEXT, "body" TEXT, "eventType" TEXT,
    "hidden_at" DATE, "timestamp" DATE, "title" TEXT, "subtitle" TEXT, "image" TEXT, "link" TEXT,
    PRIMARY KEY (id));
CREATE TABLE ip_bans ("ip_address" TEXT NOT NULL PRIMARY KEY, "notes" TEXT,
    "created_at" TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE webhooks ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "url" string NOT NULL,
    "events" TEXT NOT NULL, "timestamp" DATETIME DEFAULT CURRENT_TIMESTAMP, "last_used" DATETIME);
CREATE TABLE notifications ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "channel" TEXT NOT NULL, "destination" TEXT NOT NULL,
    "created_at" TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE ap_followers ("iri" TEXT NOT NULL, "inbox" TEXT NOT NULL, "name" TEXT,
    "username" TEXT NOT NULL, "image" TEXT, "request" TEXT NOT NULL, "request_object" BLOB,
    "created_at" TIMESTAMP DEFAULT CURRENT_TIMESTAMP, "approved_at" TIMESTAMP,
    "disabled_at" TIMESTAMP, PRIMARY KEY (iri));
CREATE TABLE ap_outbox ("iri" TEXT NOT NULL, "value" BLOB, "type" TEXT NOT NULL,
    "created_at" TIMESTAMP DEFAULT CURRENT_TIMESTAMP, "live_notification" BOOLEAN DEFAULT FALSE,
    PRIMARY KEY (iri));
CREATE TABLE ap_accepted_activities ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "iri" TEXT NOT NULL, "actor" TEXT NOT NULL, "type" TEXT NOT NULL,
    "timestamp" TIMESTAMP NOT NULL);
INSERT INTO config VALUES ('version', '7');
"#;

/// People, what they said, and the rest.
const ROWS: &str = r#"
INSERT INTO users (id, display_name, display_color, created_at, previous_names, scopes, last_used)
    VALUES ('Ada1', 'Ada', 3, '2023-02-01 10:00:00.5+00:00', 'Ada,Countess', 'MODERATOR',
        '2024-02-01 10:00:00');
INSERT INTO users (id, display_name, display_color, disabled_at, created_at)
    VALUES ('Bob2', 'Bob', 5, '2023-03-01 10:00:00', '2023-02-02 10:00:00');
INSERT INTO users (id, display_name, display_color, scopes, type, created_at)
    VALUES ('bot3', 'Helper', 1, 'CAN_SEND_MESSAGES,HAS_ADMIN_ACCESS', 'API',
        '2023-01-01 10:00:00');
INSERT INTO user_access_tokens (token, user_id) VALUES ('ada-token-one', 'Ada1'),
    ('ada-token-two=', 'Ada1'), ('bob-token', 'Bob2'), ('helper-token', 'bot3');
INSERT INTO auth (user_id, token, type) VALUES ('Ada1', 'https://ada.example/', 'indieauth');
INSERT INTO messages (id, user_id, body, eventType, timestamp)
    VALUES ('m1', 'Ada1', '<p>hello <strong>all</strong> &amp; more</p>', 'CHAT',
        strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '-1 hour'));
INSERT INTO messages (id, user_id, body, eventType, timestamp, hidden_at)
    VALUES ('m2', 'Bob2', '<p>rude</p>', 'CHAT', datetime('now', '-1 hour'), datetime('now'));
INSERT INTO messages (id, body, eventType, timestamp, title)
    VALUES ('m3', 'followed', 'FEDIVERSE_ENGAGEMENT_FOLLOW', datetime('now'), 'c@d.example');
INSERT INTO messages (id, user_id, body, eventType, timestamp)
    VALUES ('m4', 'gone', '<p>who was I</p>', 'CHAT', datetime('now')),
    ('m5', 'Ada1', '<p>/ban <img class="emoji" alt=":anchor_up:" src="/img/emoji/a.png"></p>', 'CHAT',
        datetime('now'));
INSERT INTO ip_bans (ip_address, notes) VALUES ('203.0.113.7', 'rude'), ('2001:db8::1', NULL),
    ('nonsense', NULL);
INSERT INTO webhooks (url, events) VALUES ('https://93.184.216.34/hook', 'STREAM_STOPPED,STREAM_STARTED'),
    ('http://192.168.0.7/hook', 'CHAT');
INSERT INTO notifications (channel, destination) VALUES ('BROWSER_PUSH_NOTIFICATION', '{"x":1}');
INSERT INTO ap_followers (iri, inbox, name, username, request, request_object, approved_at)
    VALUES ('https://d.example/c', 'https://d.example/inbox', 'Cleo', 'c@d.example',
        'https://d.example/1', x'00ff', '2023-04-01 10:00:00');
INSERT INTO ap_outbox (iri, value, type) VALUES ('https://live.example.org/1', x'7b7d', 'Create');
INSERT INTO ap_accepted_activities (iri, actor, type, timestamp)
    VALUES ('https://d.example/2', 'https://d.example/c', 'Like', '2023-04-01 10:00:00');
"#;

/// What was set.
fn settings() -> Vec<(&'static str, Gob<'static>)> {
    const KEY: &[&str] = &["Key", "Comment"];
    const HANDLE: &[&str] = &["Platform", "URL", "Icon"];
    const ACTION: &[&str] = &["URL", "HTML", "Title", "OpenExternally"];
    const VARIANT: &[&str] = &[
        "Name",
        "IsVideoPassthrough",
        "VideoBitrate",
        "ScaledHeight",
        "Framerate",
        "CPUUsageLevel",
    ];
    const S3: &[&str] = &["Endpoint", "AccessKey", "Secret", "Bucket", "Region", "ACL", "Enabled"];
    const DISCORD: &[&str] = &["Enabled", "Webhook", "GoLiveMessage"];
    use Field::{Bool, Int, Text};
    vec![
        ("server_name", Gob::Text("Harbour")),
        ("server_summary", Gob::Text("Ships and gulls")),
        ("stream_title", Gob::Text("Morning tide")),
        ("extra_page_content", Gob::Text("# About\n\nShips.")),
        ("server_welcome_message", Gob::Text("welcome aboard")),
        ("server_metadata_tags", Gob::Text("ships,gulls")),
        ("server_url", Gob::Text("https://live.example.org")),
        ("http_port_number", Gob::Float(8081.0)),
        ("video_latency_level", Gob::Float(3.0)),
        ("nsfw", Gob::Bool(true)),
        ("hide_viewer_count", Gob::Bool(true)),
        ("chat_join_messages_enabled", Gob::Bool(false)),
        ("blocked_usernames", Gob::Texts(&["root", "captain"])),
        ("federation_blocked_domains", Gob::Text("bad.example,worse.example")),
        ("custom_styles", Gob::Text("h1 { color: teal }")),
        ("custom_color_variable_values", Gob::Pairs(&[("theme-color-action", "#123456")])),
        (
            "stream_keys",
            Gob::Structs(
                KEY,
                &[
                    &[Text("a-key-of-owncast"), Text("Bridge")],
                    &[Text("abc123"), Text("Default stream key")],
                ],
            ),
        ),
        (
            "social_handles",
            Gob::Structs(
                HANDLE,
                &[&[Text("mastodon"), Text("https://d.example/@harbour"), Text("")]],
            ),
        ),
        (
            "external_actions",
            Gob::Structs(
                ACTION,
                &[&[Text("https://shop.example"), Text(""), Text("Shop"), Bool(true)]],
            ),
        ),
        (
            "video_stream_output_variants",
            Gob::Structs(
                VARIANT,
                &[&[Text("High"), Bool(false), Int(2000), Int(720), Int(30), Int(2)]],
            ),
        ),
        (
            "s3_storage_config",
            Gob::Struct(
                S3,
                &[
                    Text("https://s3.example"),
                    Text("ak"),
                    Text("a secret of s3"),
                    Text("b"),
                    Text("r"),
                    Text(""),
                    Bool(true),
                ],
            ),
        ),
        (
            "discord_configuration",
            Gob::Struct(
                DISCORD,
                &[Bool(true), Text("https://discord.example/hook"), Text("on air")],
            ),
        ),
        ("admin_password_key", Gob::Text("$2a$10$abcdefghijklmnopqrstuv")),
        ("directory_registration_key", Gob::Text("known to the directory")),
        ("private_key", Gob::Text("-----BEGIN PRIVATE KEY-----")),
        ("public_key", Gob::Text("-----BEGIN PUBLIC KEY-----")),
        ("peak_viewers_overall", Gob::Float(41.0)),
        ("something_new", Gob::Text("later")),
        ("logo_path", Gob::Text("logo.svg")),
    ]
}

/// How many settings there are.
pub(super) fn count_of_settings() -> usize {
    settings().len() + 1
}

pub(super) async fn open(file: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
}

/// Changes an Owncast database.
pub(super) async fn change(folder: &Path, statements: &'static str) {
    let pool = open(&folder.join("owncast.db")).await;
    sqlx::raw_sql(statements).execute(&pool).await.unwrap();
    pool.close().await;
}

/// Makes the folder.
pub(super) async fn build(folder: &Path) {
    fs::create_dir_all(folder.join("emoji/more")).unwrap();
    fs::create_dir_all(folder.join("public")).unwrap();
    fs::write(folder.join("emoji/more/anchor up.png"), super::super::emoji::PIXEL).unwrap();
    // Of the same name where names are what can be typed.
    fs::write(folder.join("emoji/more/anchor.up.png"), super::super::emoji::PIXEL).unwrap();
    fs::write(folder.join("emoji/drawn.svg"), "<svg/>").unwrap();
    fs::write(folder.join("public/plan.txt"), "a plan").unwrap();
    fs::write(folder.join("logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let pool = open(&folder.join("owncast.db")).await;
    sqlx::raw_sql(SCHEMA).execute(&pool).await.unwrap();
    sqlx::raw_sql(ROWS).execute(&pool).await.unwrap();
    let insert = "INSERT INTO datastore (key, value) VALUES ($1, $2)";
    for (key, gob) in settings() {
        sqlx::query(insert).bind(key).bind(gob.bytes()).execute(&pool).await.unwrap();
    }
    let broken = &[0xff_u8, 0xfe, 1, 2][..];
    sqlx::query(insert).bind("custom_javascript").bind(broken).execute(&pool).await.unwrap();
    pool.close().await;
}
