//! Backups that are made and restored, and a site that moves to another database.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::harness::{Database, Server, Setup, Source, new_postgres, on_both_databases, until};

on_both_databases!(
    an_archive_made_while_the_server_runs_brings_the_site_back,
    a_running_server_copies_its_database,
);

/// What it printed.
fn done(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Why it did nothing.
fn refused(output: Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

async fn an_archive_made_while_the_server_runs_brings_the_site_back(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let (key, made) = (server.key(), server.create_channel("second"));
    let encoder = server.encode(Source::testcard()).await;
    let broadcast = server.becomes("live").await["broadcast_id"].clone();
    let file = server.data().join("backup.tar");
    let file = file.to_str().unwrap();
    let said = done(server.run(&["backup", file]));
    assert!(said.contains("It holds the key file"), "{said}");
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = refused(server.run(&["backup", file]));
    assert!(again.contains("--force"), "{again}");
    done(server.run(&["backup", file, "--force"]));
    assert_eq!(server.becomes("live").await["broadcast_id"], broadcast);
    encoder.finish().await;

    // It can be looked at while the server runs, and replaces nothing then.
    let report = done(server.run(&["restore", file, "--dry-run"]));
    for said in ["channel: 2", "stream_key: 2", "broadcast: 1", "Nothing was changed"] {
        assert!(report.contains(said), "{report}");
    }
    let running = refused(server.run(&["restore", file, "--force"]));
    assert!(running.contains("another Rivulet runs"), "{running}");
    server.create_channel("third");
    assert!(server.stop().await.success());
    let occupied = refused(server.run(&["restore", file]));
    assert!(occupied.contains("--force"), "{occupied}");
    assert!(server.admin(&["list-channels"]).contains("third"));

    fs::remove_file(server.data().join("secret.key")).unwrap();
    let restored = done(server.run(&["restore", file, "--force"]));
    assert!(restored.contains("What was there is in"), "{restored}");
    server.start_again().await;
    assert!(!server.admin(&["list-channels"]).contains("third"));
    assert_eq!((server.key(), server.admin(&["stream-keys", "second"])), (key, made));
    // The archive was made while it was on air.
    assert_eq!(server.becomes("interrupted").await["broadcast_id"], broadcast);
}

/// The copies that a server has made by itself.
fn copies(data: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(data.join("backups")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|it| it == "db")).collect()
}

async fn a_running_server_copies_its_database(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let copy = until("there is a copy", async || copies(server.data()).pop()).await;
    let report = done(server.run(&["restore", copy.to_str().unwrap(), "--dry-run"]));
    assert!(report.contains("A copy of the database"), "{report}");
    let healthy = done(server.run(&["doctor", "--http", "127.0.0.1:0", "--rtmp", "off"]));
    let engine = if database == Database::Sqlite { "SQLite" } else { "PostgreSQL" };
    for said in [&format!("the database is {engine} at"), "copy of the database is 0 minutes old"] {
        assert!(healthy.contains(said), "{healthy}");
    }

    // The next start knows that there is one; and it can be switched off.
    assert!(server.stop().await.success());
    let mut setup = Setup::on(database);
    setup.arguments = vec!["--backup-every".to_owned(), "0".to_owned()];
    fs::remove_file(&copy).unwrap();
    server.set_up(setup);
    server.start_again().await;
    server.client().get("/").await.ok();
    assert!(server.stop().await.success());
    assert_eq!(copies(server.data()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_site_moves_to_postgresql_with_its_ids_and_keys() {
    let mut server = Server::start().await;
    let (key, made) = (server.key(), server.create_channel("second"));
    let encoder = server.encode(Source::testcard()).await;
    let broadcast = server.becomes("live").await["broadcast_id"].clone();
    let url = new_postgres().await;
    let running = refused(server.run(&["move-database", &url]));
    assert!(running.contains("another Rivulet runs"), "{running}");
    server.kill().await;
    drop(encoder);
    let said = done(server.run(&["move-database", &url]));
    for part in ["channel: 2", "broadcast: 1", &format!("database = \"{url}\"")] {
        assert!(said.contains(part), "{said}");
    }
    let twice = refused(server.run(&["move-database", &url]));
    assert!(twice.contains("is not empty"), "{twice}");

    server.site.move_to(url);
    server.start_again().await;
    assert_eq!((server.key(), server.admin(&["stream-keys", "second"])), (key, made));
    assert_eq!(server.becomes("interrupted").await["broadcast_id"], broadcast);
    let _encoder = server.encode(Source::testcard()).await;
    assert_eq!(server.becomes("live").await["broadcast_id"], broadcast);
}
