//! A database of every earlier version is opened by today's program, with all that is in it.

use super::*;
use crate::app;
use crate::backup::{Existing, Place, Restore};
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::db::Counted;
use crate::seal::{Keyring, Secret};

/// What a site of each version may hold: rows for the tables that came with it.
const ROWS: &[(i64, &str)] =
    &[(1, include_str!("rows/0001.sql")), (2, include_str!("rows/0002.sql"))];

/// Puts rows into every table that a database of that version has.
pub(super) async fn fill(db: &Db, version: i64) {
    for (since, rows) in ROWS.iter().filter(|(since, _)| *since <= version) {
        for statement in rows.split(";\n").filter(|it| !it.trim().is_empty()) {
            let filled = db.command(statement).execute().await;
            filled.unwrap_or_else(|error| panic!("rows/{since:04}.sql: {error:?}\n{statement}"));
        }
    }
}

#[tokio::test]
async fn every_version_comes_with_rows_for_its_tables() {
    let versions: Vec<_> = migrations::SQLITE.iter().map(|(version, ..)| *version).collect();
    let with_rows: Vec<_> = ROWS.iter().map(|(version, _)| *version).collect();
    assert_eq!(with_rows, versions, "add rows/NNNN.sql for a new migration, and name it in ROWS");
    let scratch = Scratch::new(Engine::Sqlite).await;
    let db = Db::open(&scratch.database).await.unwrap();
    fill(&db, migrations::newest()).await;
    let counts = db.counts().await.unwrap();
    let empty: Vec<_> = counts.iter().filter(|table| table.rows == 0).collect();
    assert!(empty.is_empty(), "src/db/tests/rows has nothing for {empty:?}");
    db.close().await;
}

pub(super) async fn every_version_is_brought_to_todays(engine: Engine) {
    for &(version, ..) in migrations::SQLITE {
        let scratch = Scratch::new(engine).await;
        let config = config(&scratch);
        let before = site(&config, version).await;

        let storage = app::open_storage(&config, Clock::system()).await.unwrap();
        storage.channels.check_keyring().await.unwrap();
        let after = storage.db.counts().await.unwrap();
        for counted in &before {
            assert!(after.contains(counted), "version {version}: {counted:?} became {after:?}");
        }
        assert_eq!(storage.db.version().await.unwrap(), Some(migrations::newest()));
        let fresh = Scratch::new(engine).await;
        let fresh = Db::open(&fresh.database).await.unwrap();
        let schemas = [schema::describe(&storage.db).await, schema::describe(&fresh).await];
        assert_eq!(schemas[0], schemas[1], "version {version}");
        fresh.close().await;
        storage.db.close().await;

        let copies = copies(&scratch);
        if version == migrations::newest() {
            assert_eq!(copies, Vec::<String>::new(), "nothing was migrated");
            continue;
        }
        let [name] = copies.as_slice() else { panic!("version {version}: {copies:?}") };
        assert!(name.starts_with(&format!("before-schema-{}-", migrations::newest())), "{name}");
        brings_back(&scratch, &config, name, &before).await;
    }
}

/// What was copied before the migration can be restored, by today's program.
async fn brings_back(scratch: &Scratch, config: &Config, name: &str, before: &[Counted]) {
    let db = Db::open(&scratch.database).await.unwrap();
    db.command("DELETE FROM channel").execute().await.unwrap();
    db.close().await;
    let key_file = app::key_file(&config.data_dir);
    let database = config.database.clone();
    let place = Place { data_dir: config.data_dir.clone(), key_file, database };
    let copied = scratch.folder.join("backups").join(name);
    let restore = Restore::of(&copied, &place, Clock::system().wall()).await.unwrap();
    // What is left in the database may be nothing by now.
    restore.apply(Existing::MovesAside).await.unwrap();
    let storage = app::open_storage(config, Clock::system()).await.unwrap();
    let after = storage.db.counts().await.unwrap();
    for counted in before {
        assert!(after.contains(counted), "{counted:?} became {after:?}");
    }
    storage.db.close().await;
}

pub(super) async fn what_cannot_be_copied_first_is_not_migrated(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let config = config(&scratch);
    let before = site(&config, 1).await;
    std::fs::write(scratch.folder.join("backups"), "in the way").unwrap();
    let refused = app::open_storage(&config, Clock::system()).await.err().unwrap();
    assert!(format!("{refused:#}").contains("was not migrated"), "{refused:#}");
    let db = Db::connect(&scratch.database).await.unwrap();
    assert_eq!(db.version().await.unwrap(), Some(1));
    assert_eq!(db.counts().await.unwrap(), before);
    db.close().await;

    std::fs::remove_file(scratch.folder.join("backups")).unwrap();
    app::open_storage(&config, Clock::system()).await.unwrap().db.close().await;
    assert_eq!(copies(&scratch).len(), 1);
}

fn config(scratch: &Scratch) -> Config {
    let data_dir = Some(scratch.folder.clone());
    let mut config = Config::check(Settings { data_dir, ..Settings::default() }).unwrap();
    config.database = scratch.database.clone();
    config
}

/// Makes a site of an earlier version; gives what is in it.
async fn site(config: &Config, version: i64) -> Vec<Counted> {
    let db = Db::connect(&config.database).await.unwrap();
    db.migrate_to(version).await.unwrap();
    fill(&db, version).await;
    let keyring = Keyring::open_or_create(&app::key_file(&config.data_dir)).unwrap();
    let sealed = keyring.seal("stream key", &Secret::new("hush-hush")).unwrap();
    db.command("UPDATE stream_key SET sealed = $1").bind(&sealed).execute().await.unwrap();
    let counts = db.counts().await.unwrap();
    db.close().await;
    counts
}

fn copies(scratch: &Scratch) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(scratch.folder.join("backups")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
