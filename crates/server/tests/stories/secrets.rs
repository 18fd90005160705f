//! What a server keeps to itself, and what it refuses to start with.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::harness::{
    Database, Encoder, Link, Server, Setup, Site, Source, on_both_databases, rivulet,
};

on_both_databases!(
    a_stream_key_is_nowhere_but_where_its_owner_looks,
    what_is_private_is_its_owners_alone,
    a_newer_database_gets_refused,
    the_doctor_finds_a_healthy_server_healthy_and_a_damaged_one_damaged,
);

/// Everything in a folder, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|it| (it.file_name().into_string().unwrap(), fs::read(it.path()).unwrap())).collect()
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

async fn a_stream_key_is_nowhere_but_where_its_owner_looks(database: Database) {
    let given = "a-key-that-the-owner-chose-in-the-configuration";
    let setup = Setup { log: "trace", database, ..Setup::with(&["--stream-key", given]) };
    let server = Server::start_with(setup).await;
    let keys = server.admin(&["stream-keys"]);
    assert!(keys.lines().any(|key| key == given), "{keys}");
    let made = server.create_channel("other");

    let encoder = server.encode(Source::testcard()).await;
    let other = Encoder::connect(&server, &made, Source::testcard()).await.unwrap();
    let wrong = "a-wrong-key-that-belongs-into-no-log";
    Link::publish(server.rtmp, "live", wrong).await.err().unwrap();
    server.becomes("live").await;
    encoder.finish().await;
    other.finish().await;

    let mut secrets: Vec<&str> = keys.lines().collect();
    secrets.extend([made.as_str(), wrong]);
    for (name, content) in files(server.data()).iter().filter(|(name, _)| name != "first-run.txt") {
        for secret in &secrets {
            assert!(!contains(content, secret), "{name} holds a stream key");
        }
    }
    for path in ["/", "/api/v1/channels/primary", "/api/v1/channels/other", "/hls/stream.m3u8"] {
        let text = server.client().get(path).await.text();
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{path} tells a stream key");
    }
}

async fn what_is_private_is_its_owners_alone(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let first_run = server.data().join("first-run.txt");
    let text = fs::read_to_string(&first_run).unwrap();
    let lines: Vec<_> = text.lines().filter_map(|line| line.split_once(": ")).collect();
    let [key, name, (_, password), (_, link)] = lines[..] else { panic!("{text}") };
    assert_eq!(key, ("Stream key", server.key().as_str()));
    assert_eq!(name, ("Sign in as", "admin"));
    assert!(password.len() > 40 && link.starts_with("/setup?code="), "{text}");
    for file in ["first-run.txt", "secret.key", "run.json"] {
        assert_eq!(mode(&server.data().join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_folder_made_by_the_server_gets_closed_to_others() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    assert!(rivulet(&folder, &["admin", "list-channels"]).status.success());
    assert_eq!(mode(&folder), 0o700);
}

#[tokio::test]
async fn one_folder_is_one_servers() {
    let server = Server::start().await;
    let second = rivulet(server.data(), &["--http", "127.0.0.1:0", "--rtmp", "off"]);
    assert_eq!(second.status.code(), Some(1));
    let reason = String::from_utf8(second.stderr).unwrap();
    assert!(reason.contains("another Rivulet runs on the data folder"), "{reason}");
    assert!(reason.contains("--data-dir"), "{reason}");
}

#[tokio::test]
async fn a_taken_address_is_said_with_its_remedy() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let http = server.http.to_string();
    let second = rivulet(folder.path(), &["--http", &http, "--rtmp", "off"]);
    assert_eq!(second.status.code(), Some(1));
    let reason = String::from_utf8(second.stderr).unwrap();
    assert!(reason.contains(&http) && reason.contains("--http"), "{reason}");
}

async fn a_newer_database_gets_refused(database: Database) {
    let site = Site::new(database).await;
    assert!(site.run(&["admin", "list-channels"]).status.success());
    site.sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, '', 0)",
    )
    .await;
    let refused = site.run(&["--http", "127.0.0.1:0", "--rtmp", "off"]);
    assert_eq!(refused.status.code(), Some(1));
    let reason = String::from_utf8(refused.stderr).unwrap();
    assert!(reason.contains("9999") && reason.contains("newer"), "{reason}");
}

#[tokio::test]
async fn a_wrong_word_in_the_configuration_names_the_nearest_right_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rivulet.toml");
    for (content, hint) in [
        ("htpp = '127.0.0.1:0'", "did you mean `http`?"),
        ("http = 'localhost'", "127.0.0.1:8080"),
        ("public_url = 'live.example.org'", "https://live.example.org"),
        ("trusted_proxies = ['10.0.0.0/99']", "10.0.0.0/8"),
        ("http = ", "rivulet.toml"),
    ] {
        fs::write(&file, content).unwrap();
        let refused = rivulet(folder.path(), &["--config", file.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(2), "{content}");
        let reason = String::from_utf8(refused.stderr).unwrap();
        assert!(reason.contains(hint), "{content}: {reason}");
    }
    let wrong_flag = rivulet(folder.path(), &["--no-such-flag"]);
    assert_eq!(wrong_flag.status.code(), Some(2));
}

async fn the_doctor_finds_a_healthy_server_healthy_and_a_damaged_one_damaged(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let (http, rtmp) = (server.http.to_string(), server.rtmp.to_string());
    let addresses = ["doctor", "--http", &http, "--rtmp", &rtmp];
    let healthy = server.run(&addresses);
    let report = String::from_utf8(healthy.stdout).unwrap();
    assert_eq!(healthy.status.code(), Some(0), "{report}");
    for finding in
        ["the database is sound", "the key file opens the stream keys", "the server is running"]
    {
        assert!(report.contains(finding), "{report}");
    }
    assert!(!report.contains("FAIL"), "{report}");

    assert!(server.stop().await.success());
    fs::write(server.data().join("secret.key"), b"short").unwrap();
    let damaged = server.run(&addresses);
    let report = String::from_utf8(damaged.stdout).unwrap();
    assert_eq!(damaged.status.code(), Some(1), "{report}");
    assert!(report.contains("FAIL") && report.contains("secret.key"), "{report}");
}
