//! Archives that are whole come back; those that are damaged or forged replace nothing.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::*;
use crate::channels::{Channels, NewChannel};
use crate::clock::Clock;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Engine, Location};
use crate::seal::Keyring;

on_both_databases!(
    what_was_archived_comes_back,
    a_site_that_is_there_stays_unless_it_may_move,
    copies_are_made_and_kept_by_rule,
);

/// A site with a channel, a key and a picture, in a folder of its own.
struct Site {
    scratch: Scratch,
    place: Place,
}

impl Site {
    async fn empty(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let data_dir = scratch.folder.clone();
        let key_file = data_dir.join("secret.key");
        let place = Place { data_dir, key_file, database: scratch.database.clone() };
        Self { scratch, place }
    }

    async fn filled(engine: Engine) -> Self {
        let site = Self::empty(engine).await;
        let db = Db::open(&site.place.database).await.unwrap();
        let keyring = Arc::new(Keyring::open_or_create(&site.place.key_file).unwrap());
        let channels = Channels::new(db.clone(), keyring, Clock::system());
        let channel = channels
            .create(&crate::audit::Actor::System, NewChannel::primary(), None)
            .await
            .unwrap();
        channels.add_key(&crate::audit::Actor::System, &channel, "First key").await.unwrap();
        db.close().await;
        fs::create_dir_all(site.file("stills/0199")).unwrap();
        fs::write(site.file("stills/0199/60.jpg"), "picture").unwrap();
        fs::write(site.file("lock"), "").unwrap();
        site
    }

    fn file(&self, name: &str) -> PathBuf {
        self.scratch.folder.join(name)
    }

    async fn archive(&self) -> PathBuf {
        let file = self.file("backup.tar");
        make(&self.place, &file, Clock::system()).await.unwrap();
        file
    }

    async fn restore(&self, file: &Path) -> Result<Restore<'_>, BackupError> {
        Restore::of(file, &self.place, Clock::system().wall()).await
    }

    async fn channels(&self) -> u64 {
        let db = Db::open_read_only(&self.place.database).await.unwrap();
        let counts = db.counts().await.unwrap();
        db.close().await;
        counts.iter().find(|it| it.table == "channel").unwrap().rows
    }

    /// Whether the key file opens what is sealed.
    async fn opens(&self) -> bool {
        let db = Db::open_read_only(&self.place.database).await.unwrap();
        let keyring = Arc::new(Keyring::open(&self.place.key_file).unwrap());
        let opens = Channels::new(db.clone(), keyring, Clock::system()).check_keyring().await;
        db.close().await;
        opens.is_ok()
    }

    /// What is there, without what SQLite leaves beside a database that somebody only read.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.scratch.folder).unwrap();
        let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> =
            names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect();
        names.sort();
        names
    }
}

async fn what_was_archived_comes_back(engine: Engine) {
    let site = Site::filled(engine).await;
    let file = site.archive().await;
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!site.names().iter().any(|name| name.contains("draft")), "{:?}", site.names());
    let members = members(&file);
    let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["manifest.json", "rivulet.db", "secret.key", "stills/0199/60.jpg"]);
    let manifest: Value = serde_json::from_slice(&members[0].bytes).unwrap();
    assert_eq!(manifest["format"], 1);
    assert_eq!(manifest["engine"], if engine == Engine::Sqlite { "sqlite" } else { "postgresql" });
    assert_eq!(manifest["files"][2]["size_bytes"], 7);

    for target in [Engine::Sqlite, Engine::Postgres] {
        let other = Site::empty(target).await;
        let restore = other.restore(&file).await.unwrap();
        let report = restore.report();
        for said in ["channel: 1", "stream_key: 1", "stills: 1 files, 7 bytes", "Nothing is there"]
        {
            assert!(report.contains(said), "{report}");
        }
        assert_eq!(restore.apply(Existing::Stays).await.unwrap(), None);
        assert!(other.opens().await);
        assert_eq!(other.channels().await, 1);
        assert_eq!(fs::read(other.file("stills/0199/60.jpg")).unwrap(), b"picture");
        let expected: &[&str] = if target == Engine::Sqlite {
            &["rivulet.db", "secret.key", "stills"]
        } else {
            &["secret.key", "stills"]
        };
        assert_eq!(other.names(), expected);
    }
}

async fn a_site_that_is_there_stays_unless_it_may_move(engine: Engine) {
    let (old, new) = (Site::filled(Engine::Sqlite).await, Site::filled(engine).await);
    let file = old.archive().await;
    let (key, before) = (fs::read(&new.place.key_file).unwrap(), new.names());
    let restore = new.restore(&file).await.unwrap();
    let report = restore.report();
    assert!(report.contains("There now, to be moved to") && report.contains("stills"), "{report}");
    let refused = restore.apply(Existing::Stays).await.unwrap_err();
    assert!(refused.to_string().contains("--force"), "{refused}");
    assert_eq!((fs::read(&new.place.key_file).unwrap(), new.names()), (key.clone(), before));
    assert!(new.opens().await);

    fs::write(new.file("stills/new.jpg"), "new").unwrap();
    let restore = new.restore(&file).await.unwrap();
    let aside = restore.apply(Existing::MovesAside).await.unwrap().unwrap();
    assert!(new.opens().await && !new.file("stills/new.jpg").exists());
    assert_eq!(fs::read(&new.place.key_file).unwrap(), fs::read(&old.place.key_file).unwrap());
    assert_eq!(fs::metadata(&aside).unwrap().permissions().mode() & 0o777, 0o700);
    // What was there is a site of its own.
    assert_eq!(fs::read(aside.join("stills/new.jpg")).unwrap(), b"new");
    let database = Location::File(aside.join("rivulet.db"));
    let place = Place { key_file: aside.join("secret.key"), data_dir: aside, database };
    assert_eq!(fs::read(&place.key_file).unwrap(), key);
    let aside = Site { scratch: Scratch::new(Engine::Sqlite).await, place };
    assert!(aside.opens().await);
    assert_eq!(aside.channels().await, 1);
    refuse_unfinished(&new.place.data_dir).unwrap();
}

async fn copies_are_made_and_kept_by_rule(engine: Engine) {
    let site = Site::filled(engine).await;
    let db = Db::open(&site.place.database).await.unwrap();
    let folder = Folder::of(&site.place.data_dir);
    assert_eq!(newest(&site.place.data_dir).await.unwrap(), None);
    let at = |minutes: i64| WallClock::from_unix_millis(1_795_392_000_000 + minutes * 60_000);
    for minutes in [0, 20, 59, 61] {
        folder.save(&db, names::regular(at(minutes))).await.unwrap();
    }
    fs::write(folder.path("rivulet-20261122T064000Z.db.draft"), "half").unwrap();
    fs::write(folder.path("notes.txt"), "mine").unwrap();
    let file = folder.save(&db, names::regular(at(62))).await.unwrap();
    folder.prune().await.unwrap();
    db.close().await;
    assert_eq!(newest(&site.place.data_dir).await.unwrap(), Some((file.clone(), at(62))));
    let mut times = folder.times().await.unwrap();
    times.sort();
    assert_eq!(times, [at(59), at(62)], "the newest of each hour");
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 3, "others' files stay");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));

    // A copy restores the database alone, to the key and the files that are there.
    let restore = site.restore(&file).await.unwrap();
    assert!(restore.report().contains("A copy of the database"), "{}", restore.report());
    restore.apply(Existing::MovesAside).await.unwrap();
    assert!(site.opens().await && site.file("stills/0199/60.jpg").exists());
    fs::remove_file(&site.place.key_file).unwrap();
    assert!(matches!(site.restore(&file).await, Err(BackupError::Seal(_))));
}

/// A file of an archive, for forging.
struct Member {
    name: String,
    bytes: Vec<u8>,
    kind: tar::EntryType,
}

fn members(file: &Path) -> Vec<Member> {
    let mut archive = tar::Archive::new(fs::File::open(file).unwrap());
    let entries = archive.entries().unwrap().map(Result::unwrap);
    entries
        .map(|mut entry| {
            let name = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            Member { name, bytes, kind: entry.header().entry_type() }
        })
        .collect()
}

/// Writes an archive whose names may be anything.
fn forge(file: &Path, members: &[Member]) {
    let mut tar = tar::Builder::new(fs::File::create(file).unwrap());
    for member in members {
        let mut header = tar::Header::new_ustar();
        let name = member.name.as_bytes();
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.set_entry_type(member.kind);
        header.set_size(member.bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, member.bytes.as_slice()).unwrap();
    }
    tar.finish().unwrap();
}

/// Changes the manifest of an archive.
fn rewrite(members: &mut [Member], change: impl FnOnce(&mut Value)) {
    let mut manifest: Value = serde_json::from_slice(&members[0].bytes).unwrap();
    change(&mut manifest);
    members[0].bytes = serde_json::to_vec(&manifest).unwrap();
}

/// Adds a file that the manifest lists as it is.
fn add(members: &mut Vec<Member>, name: &str, bytes: &[u8]) {
    let sha256: String =
        digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let entry = json!({ "path": name, "size_bytes": bytes.len(), "sha256": sha256 });
    rewrite(members, |manifest| manifest["files"].as_array_mut().unwrap().push(entry));
    let (name, kind) = (name.to_owned(), tar::EntryType::Regular);
    members.push(Member { name, bytes: bytes.to_vec(), kind });
}

#[tokio::test]
async fn forged_and_damaged_archives_are_refused_before_anything_is_replaced() {
    type Forgery = fn(&mut Vec<Member>);
    let cases: &[(&str, Forgery, &str)] = &[
        ("nothing", |it| it.clear(), "it is empty"),
        ("no manifest", |it| drop(it.remove(0)), "does not begin with a manifest"),
        ("no list", |it| it[0].bytes = b"{}".to_vec(), "missing field"),
        ("newer form", |it| rewrite(it, |m| m["format"] = json!(2)), "format 2"),
        ("other schema", |it| rewrite(it, |m| m["schema"] = json!(1)), "its list says schema 1"),
        ("out of the folder", |it| add(it, "../evil", b"x"), "does not belong"),
        ("from the root", |it| add(it, "/tmp/evil", b"x"), "does not belong"),
        ("out and in", |it| add(it, "stills/../../evil", b"x"), "does not belong"),
        ("settings", |it| add(it, "rivulet.toml", b"x"), "does not belong"),
        ("twice in the list", |it| add(it, "secret.key", b"x"), "lists secret.key twice"),
        ("a large key", |it| add_large_key(it), "1024 are allowed"),
        ("a link", |it| it[3].kind = tar::EntryType::Symlink, "no plain file"),
        ("a device", |it| it[3].kind = tar::EntryType::Char, "no plain file"),
        ("a long name", |it| it[3].kind = tar::EntryType::GNULongName, "no plain file"),
        ("another file", |it| it[3].name = "stills/other".to_owned(), "not in its list"),
        ("a file less", |it| drop(it.pop()), "stills/0199/60.jpg is missing"),
        ("a byte more", |it| it[3].bytes.push(0), "another size"),
        ("another byte", |it| it[3].bytes[0] ^= 1, "not what was archived"),
        ("another key", |it| replace(it, 2, &[7; 32]), "do not fit"),
        ("half a key", |it| replace(it, 2, &[7; 31]), "damaged"),
        ("no database", |it| replace(it, 1, b"not a database, though it is as long"), "database"),
    ];
    let site = Site::filled(Engine::Sqlite).await;
    let (file, forged) = (site.archive().await, site.file("forged.tar"));
    fs::write(&forged, "").unwrap();
    let (before, key) = (site.names(), fs::read(&site.place.key_file).unwrap());
    for (case, change, reason) in cases {
        let mut members = members(&file);
        change(&mut members);
        forge(&forged, &members);
        let refused = site.restore(&forged).await.err().expect(case);
        let chain = crate::telemetry::chain(&refused);
        assert!(chain.contains(reason), "{case}: {chain}");
        assert_eq!(site.names(), before, "{case}");
    }
    // Cut short anywhere.
    let whole = fs::read(&file).unwrap();
    for length in [1, 511, 512, 700, 2000, whole.len() / 2] {
        fs::write(&forged, &whole[..length]).unwrap();
        assert!(site.restore(&forged).await.is_err(), "{length} bytes");
        assert_eq!(site.names(), before, "{length} bytes");
    }
    assert_eq!(fs::read(&site.place.key_file).unwrap(), key);
    site.restore(&file).await.unwrap();
}

fn add_large_key(members: &mut Vec<Member>) {
    members.remove(2);
    rewrite(members, |manifest| drop(manifest["files"].as_array_mut().unwrap().remove(1)));
    add(members, "secret.key", &[7; 2000]);
}

/// Puts other bytes into a member, and the right digest into the list.
fn replace(members: &mut Vec<Member>, index: usize, bytes: &[u8]) {
    let name = members.remove(index).name;
    rewrite(members, |manifest| {
        manifest["files"].as_array_mut().unwrap().retain(|entry| entry["path"] != name.as_str());
    });
    add(members, &name, bytes);
}

#[tokio::test]
async fn a_newer_database_and_a_broken_one_are_not_restored() {
    let site = Site::filled(Engine::Sqlite).await;
    let file = site.archive().await;
    let database = site.file("copy.db");
    fs::write(&database, &members(&file)[1].bytes).unwrap();
    let db = Db::connect(&Location::File(database.clone())).await.unwrap();
    db.command("PRAGMA foreign_keys = OFF").execute().await.unwrap();
    db.command("UPDATE stream_key SET channel_id = 'nobody'").execute().await.unwrap();
    db.close().await;
    let refused = site.restore(&database).await.err().unwrap();
    assert!(refused.to_string().contains("a row of stream_key refers"), "{refused}");

    let db = Db::connect(&Location::File(database.clone())).await.unwrap();
    db.command(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, '', 0)",
    )
    .execute()
    .await
    .unwrap();
    db.close().await;
    let refused = site.restore(&database).await.err().unwrap();
    assert!(refused.to_string().contains("newer Rivulet"), "{refused}");
}

#[tokio::test]
async fn a_database_without_its_key_is_no_backup() {
    let site = Site::filled(Engine::Sqlite).await;
    fs::remove_file(&site.place.key_file).unwrap();
    let before = site.names();
    let refused = make(&site.place, &site.file("backup.tar"), Clock::system()).await.err().unwrap();
    assert!(matches!(refused, BackupError::Seal(_)), "{refused}");
    assert_eq!(site.names(), before);
}

#[tokio::test]
async fn an_interrupted_restore_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let marker = place::Marker::put(folder.path(), "half").unwrap();
    let refused = refuse_unfinished(folder.path()).unwrap_err();
    assert!(refused.to_string().contains("restore-unfinished.txt"), "{refused}");
    marker.remove().unwrap();
    refuse_unfinished(folder.path()).unwrap();
}
