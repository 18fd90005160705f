//! Moving in from Owncast: a data folder of its, taken over whole.

mod fixture;
mod gob;

use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{Client, PASSWORD};
use crate::harness::{Database, Server, Setup, Site, on_both_databases, rivulet};

on_both_databases!(an_owncast_installation_is_taken_over_whole_and_once);

/// An Owncast data folder.
struct Folder(TempDir);

impl Folder {
    async fn with_owncast() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fixture::build(folder.path()).await;
        Self(folder)
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    async fn change(&self, statements: &'static str) {
        fixture::change(self.0.path(), statements).await;
    }
}

fn done(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(output: Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// The figures of a line of the report: there, taken, before, kept.
fn figures(report: &str, part: &str) -> [u64; 4] {
    let is_its = |line: &&str| line.starts_with(part) && line.split_whitespace().count() >= 5;
    let line = report.lines().find(is_its).unwrap_or_else(|| panic!("{part}: {report}"));
    let numbers: Vec<_> = line.split_whitespace().rev().take(4).collect();
    let numbers: Vec<u64> = numbers.iter().rev().map(|it| it.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

async fn an_owncast_installation_is_taken_over_whole_and_once(database: Database) {
    let owncast = Folder::with_owncast().await;
    let site = Site::new(database).await;
    let report = done(site.run(&["import-owncast", owncast.path()]));
    let settings = u64::try_from(fixture::count_of_settings()).unwrap();
    for (part, expected) in [
        ("datastore", [settings, settings - 6, 0, 6]),
        ("users", [3, 3, 0, 0]),
        ("user_access_tokens", [4, 4, 0, 0]),
        ("messages", [5, 3, 0, 2]),
        ("ip_bans", [3, 2, 0, 1]),
        ("webhooks", [2, 1, 0, 1]),
        ("auth", [1, 0, 0, 1]),
        ("notifications", [1, 0, 0, 1]),
        ("ap_followers", [1, 0, 0, 1]),
        ("ap_outbox", [1, 0, 0, 1]),
        ("ap_accepted_activities", [1, 0, 0, 1]),
        ("emoji (files)", [3, 1, 0, 2]),
        ("public (files)", [1, 0, 0, 1]),
    ] {
        assert_eq!(figures(&report, part), expected, "{part}: {report}");
    }
    for said in ["custom_javascript", "hashed", "stream keys", "webhook", "nonsense", "anchor_up"] {
        assert!(report.contains(said), "{said}: {report}");
    }
    for secret in ["ada-token", "helper-token", "a-key-of-owncast", "a secret of s3", "PRIVATE"] {
        assert!(!report.contains(secret), "{secret}: {report}");
    }

    // Again, with something new: nothing is there twice.
    owncast
        .change(
            "INSERT INTO users (id, display_name, display_color) \
        VALUES ('new4', 'Newcomer', 2)",
        )
        .await;
    let again = done(site.run(&["import-owncast", owncast.path()]));
    assert_eq!(figures(&again, "users"), [4, 1, 3, 0], "{again}");
    assert_eq!(figures(&again, "messages"), [5, 0, 5, 0], "{again}");
    assert_eq!(figures(&again, "webhooks"), [2, 0, 2, 0], "{again}");
    assert_eq!(figures(&again, "datastore"), [settings, 0, settings, 0], "{again}");
    assert_eq!(figures(&again, "emoji (files)"), [3, 0, 1, 2], "{again}");

    let setup = Setup { database, ..Setup::with(&["--admin-password", PASSWORD]) };
    let mut server = Server::start_on(site, setup).await;
    everything_is_there(&server).await;

    // Ada was forgotten there: nothing of hers is kept, and what comes after it is taken over.
    assert!(server.stop().await.success());
    owncast
        .change(
            "INSERT INTO user_access_tokens (token, user_id) VALUES ('ada-token-new', 'Ada1');
             INSERT INTO messages (id, user_id, body, eventType, timestamp)
                 VALUES ('m6', 'Ada1', '<p>still here?</p>', 'CHAT', datetime('now'));
             INSERT INTO ip_bans (ip_address) VALUES ('198.51.100.1')",
        )
        .await;
    let after = done(server.run(&["import-owncast", owncast.path()]));
    assert_eq!(figures(&after, "user_access_tokens"), [5, 1, 4, 0], "{after}");
    assert_eq!(figures(&after, "messages"), [6, 1, 5, 0], "{after}");
    assert_eq!(figures(&after, "ip_bans"), [4, 1, 3, 0], "{after}");
    server.start_again().await;
    let history = Client::admin(&server).get("/api/admin/chat/messages").await.text();
    assert!(!history.contains("still here"), "{history}");
}

async fn everything_is_there(server: &Server) {
    let (admin, guest) = (Client::admin(server), Client::guest(server));
    let config = admin.get("/api/admin/serverconfig").await.json();
    for (place, expected) in [
        ("/instanceDetails/name", json!("Harbour")),
        ("/instanceDetails/summary", json!("Ships and gulls")),
        ("/instanceDetails/streamTitle", json!("Morning tide")),
        ("/instanceDetails/extraPageContent", json!("# About\n\nShips.")),
        ("/instanceDetails/welcomeMessage", json!("welcome aboard")),
        ("/instanceDetails/tags", json!(["ships", "gulls"])),
        ("/instanceDetails/nsfw", json!(true)),
        ("/instanceDetails/customStyles", json!("h1 { color: teal }")),
        ("/instanceDetails/appearanceVariables/theme-color-action", json!("#123456")),
        ("/instanceDetails/socialHandles/0/url", json!("https://d.example/@harbour")),
        ("/webServerPort", json!(8081)),
        ("/videoSettings/latencyLevel", json!(3)),
        ("/videoSettings/videoQualityVariants/0/videoBitrate", json!(2000)),
        ("/videoSettings/videoQualityVariants/0/scaledHeight", json!(720)),
        ("/hideViewerCount", json!(true)),
        ("/chatJoinMessagesEnabled", json!(false)),
        ("/forbiddenUsernames", json!(["root", "captain"])),
        ("/federation/blockedDomains", json!(["bad.example", "worse.example"])),
        ("/streamKeys", json!([{ "key": "a-key-of-owncast", "comment": "Bridge" }])),
        ("/externalActions/0/title", json!("Shop")),
        ("/s3/secret", json!("a secret of s3")),
        ("/notifications/discord/webhook", json!("https://discord.example/hook")),
    ] {
        assert_eq!(config.pointer(place), Some(&expected), "{place}: {config}");
    }
    assert_eq!(guest.get("/logo").await.header("content-type"), "image/svg+xml");
    assert_eq!(guest.get("/api/emoji").await.json()[0]["name"], "anchor_up");

    // People show what they showed there, and are who they were.
    let history = guest.get("/api/chat?accessToken=ada-token-two%3D").await;
    assert_eq!(history.status, 200, "{}", history.text());
    let said = &history.json()[0];
    assert_eq!(said["body"], "<p>hello <strong>all</strong> &amp; more</p>", "{said}");
    assert_eq!(
        (&said["user"]["displayName"], &said["user"]["displayColor"]),
        (&json!("Ada"), &json!(3))
    );
    assert_eq!(history.json().as_array().unwrap().len(), 2, "what was hidden is seen");
    // What was no command there is none here, and shows the emoji that it names.
    let body = history.json()[1]["body"].as_str().unwrap().to_owned();
    assert!(body.starts_with("<p>/ban <img") && body.contains("anchor_up"), "{body}");
    assert_eq!(guest.get("/api/chat?accessToken=bob-token").await.status, 401);
    let ada = said["user"]["id"].as_str().unwrap();
    let about = format!("/api/moderation/chat/user/{ada}?accessToken=ada-token-one");
    assert_eq!(guest.get(&about).await.json()["user"]["displayName"], "Ada");
    let disabled = admin.get("/api/admin/chat/users/disabled").await.json();
    assert_eq!(disabled[0]["displayName"], "Bob", "{disabled}");
    let bans = admin.get("/api/admin/chat/users/ipbans").await.json();
    let addresses: Vec<_> = bans.as_array().unwrap().iter().map(|it| &it["ipAddress"]).collect();
    assert!(addresses.contains(&&json!("203.0.113.7")), "{bans}");

    let gone = admin.post("/api/admin/users/delete", &json!({ "userId": ada })).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(guest.get("/api/chat?accessToken=ada-token-one").await.status, 401);

    // Programs show what they showed there.
    let helper = Client::with_token(server, "helper-token");
    assert_eq!(helper.get("/api/integrations/clients").await.status, 200);
    let sent = helper.post("/api/integrations/chat/send", &json!({ "body": "back" })).await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    let site = helper.post("/api/integrations/chat/system", &json!({ "body": "no" })).await;
    assert_eq!(site.status, 401, "a scope that it never had");
    let webhooks = admin.get("/api/admin/webhooks").await.json();
    assert_eq!(webhooks.as_array().unwrap().len(), 1);
    assert_eq!(webhooks[0]["events"], json!(["STREAM_STOPPED", "STREAM_STARTED"]));
    let tokens: Vec<Value> =
        admin.get("/api/admin/accesstokens").await.json().as_array().unwrap().clone();
    assert_eq!(tokens.len(), 1, "{tokens:?}");
}

#[tokio::test]
async fn a_dry_run_says_what_would_become_of_it_and_changes_nothing() {
    let owncast = Folder::with_owncast().await;
    let site = Site::new(Database::Sqlite).await;
    let report = done(site.run(&["import-owncast", owncast.path(), "--dry-run"]));
    assert_eq!(figures(&report, "users"), [3, 3, 0, 0], "{report}");
    assert!(report.contains("Nothing was changed"), "{report}");
    let left: Vec<_> = site.data().read_dir().into_iter().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    // It is all there to be taken over.
    let report = done(site.run(&["import-owncast", owncast.path()]));
    assert_eq!(figures(&report, "users"), [3, 3, 0, 0], "{report}");
}

#[tokio::test]
async fn what_is_no_owncast_database_of_a_known_version_is_refused_in_words() {
    let site = Site::new(Database::Sqlite).await;
    let none = refused(rivulet(site.data(), &["import-owncast", "/nowhere/at/all"]));
    assert!(none.contains("there is no Owncast database"), "{none}");
    for (name, change, says) in [
        ("newer", "UPDATE config SET value = '10'", "install a newer Rivulet"),
        (
            "steps",
            "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER); \
             INSERT INTO goose_db_version (version_id) VALUES (0), (13)",
            "install a newer Rivulet",
        ),
        ("older", "UPDATE config SET value = '4'", "start Owncast 0.1.3 or later"),
        ("silent", "DELETE FROM config", "does not say of which version"),
        ("other", "DROP TABLE datastore", "no Owncast database"),
        (
            "view",
            "DROP TABLE users; CREATE VIEW users AS WITH RECURSIVE n(i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n",
            "no Owncast database",
        ),
        (
            "large",
            "UPDATE datastore SET value = zeroblob(5000000) WHERE key = 'server_name'",
            "larger than 4 MB",
        ),
    ] {
        let owncast = Folder::with_owncast().await;
        owncast.change(change).await;
        let said = refused(site.run(&["import-owncast", owncast.path()]));
        assert!(said.contains(says), "{name}: {said}");
    }
    let file = Folder::with_owncast().await;
    let database = file.0.path().join("owncast.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[100..middle].fill(0xa5);
    std::fs::write(&database, bytes).unwrap();
    refused(site.run(&["import-owncast", file.path()]));
}

#[tokio::test]
async fn whatever_stands_in_the_wrong_place_is_kept_and_breaks_nothing() {
    let owncast = Folder::with_owncast().await;
    owncast.change("
        UPDATE datastore SET value = 5 WHERE key = 'server_name';
        UPDATE datastore SET value = x'0cff83020102ff840001ff840000' WHERE key = 'stream_title';
        UPDATE datastore SET value = NULL WHERE key = 'nsfw';
        INSERT INTO datastore (key, value) VALUES (x'00ff00', x'00');
        UPDATE datastore SET key = 'logo_path', value = CAST(x'1d0c001a' || '../../../../etc/hostname/x' AS BLOB)
            WHERE key = 'logo_path';
        INSERT INTO users (id, display_name, display_color, created_at)
            VALUES (NULL, 'x', 1, 1), ('long', printf('%.*c', 100000, 'x'), 'many', 'yesterday'),
            ('blank', '', -7, x'ff'), ('admin', 'Admin', 9e99, 1e300);
        INSERT INTO users (id, display_name, display_color, type, scopes)
            VALUES ('bot9', 'Nobody', 1, 'API', 'ALL,NONE');
        INSERT INTO user_access_tokens (token, user_id) VALUES ('', 'Ada1'), ('t9', 'bot9'),
            (printf('%.*c', 5000, 't'), 'Ada1'), ('t8', 'nobody');
        INSERT INTO messages (id, user_id, body, eventType, timestamp)
            VALUES ('e1', 'Ada1', '', 'CHAT', 7), ('e2', 'Ada1', printf('%.*c', 50000, 'x'), 'CHAT', 7),
            ('e3', 'Ada1', '<img src=x onerror=alert(1)><script>alert(1)</script>', 'CHAT', 7);
        INSERT INTO webhooks (url, events) VALUES ('javascript:alert(1)', 'CHAT'), ('', ''),
            ('https://93.184.216.34/x', 'NEVER_HEARD_OF');
        CREATE TABLE \"of a plugin\" (\"a \"\"name\"\"\" TEXT);
        INSERT INTO \"of a plugin\" VALUES ('kept');
    ").await;
    let site = Site::new(Database::Sqlite).await;
    let report = done(site.run(&["import-owncast", owncast.path()]));
    assert_eq!(figures(&report, "of a plugin"), [1, 0, 0, 1], "{report}");
    assert!(!report.contains('\u{0}') && !report.contains("changed while"), "{report}");
    let [there, taken, before, kept] = figures(&report, "messages");
    assert_eq!((there, taken + before + kept), (8, 8), "{report}");
    let server = Server::start_on(site, Setup::with(&["--admin-password", PASSWORD])).await;
    let history = Client::guest(&server).get("/api/chat?accessToken=ada-token-one").await;
    assert!(!history.text().contains("onerror=") && !history.text().contains("<script"));
    let people = Client::admin(&server).get("/api/admin/users?limit=100").await.text();
    assert!(!people.contains("\"Admin\""), "{people}");
}
