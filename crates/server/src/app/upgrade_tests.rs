//! A database of every earlier version is opened by today's program, with all that is in it.

use crate::app;
use crate::backup::{Existing, Place, Restore};
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::db::scratch::{Scratch, describe, filled, on_both_databases, versions};
use crate::db::{Counted, Db, Engine, Location};
use crate::seal::{Keyring, Secret};

on_both_databases!(every_version_is_brought_to_todays, what_cannot_be_copied_first_is_not_migrated,);

async fn every_version_is_brought_to_todays(engine: Engine) {
    let newest = versions().max().unwrap();
    for version in versions() {
        let scratch = Scratch::new(engine).await;
        let config = config(&scratch);
        let before = site(&config, version).await;

        let storage = app::open_storage(&config, Clock::system()).await.unwrap();
        storage.channels.check_keyring().await.unwrap();
        let after = storage.db.counts().await.unwrap();
        for counted in &before {
            assert!(after.contains(counted), "version {version}: {counted:?} became {after:?}");
        }
        assert_eq!(storage.db.version().await.unwrap(), Some(newest));
        let fresh = Scratch::new(engine).await;
        let fresh = Db::open(&fresh.database).await.unwrap();
        let schemas = [describe(&storage.db).await, describe(&fresh).await];
        assert_eq!(schemas[0], schemas[1], "version {version}");
        fresh.close().await;
        storage.db.close().await;

        let copies = copies(&scratch);
        if version == newest {
            assert_eq!(copies, Vec::<String>::new(), "nothing was migrated");
            continue;
        }
        let [name] = copies.as_slice() else { panic!("version {version}: {copies:?}") };
        assert!(name.starts_with(&format!("before-schema-{}-", newest)), "{name}");
        let copy = Location::File(scratch.folder.join("backups").join(name));
        let copy = Db::open_read_only(&copy).await.unwrap();
        assert_eq!(copy.version().await.unwrap(), Some(version), "as it was");
        copy.close().await;
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

async fn what_cannot_be_copied_first_is_not_migrated(engine: Engine) {
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
    let db = filled(&config.database, version).await;
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
