//! Everything arrives on the other side, whichever engines the two have.

use super::*;
use crate::db::scratch::filled;

const TYPES: &str = "CREATE TABLE odd (id TEXT PRIMARY KEY, above TEXT REFERENCES channel (id), \
                     flag BOOLEAN, count BIGINT, share DOUBLE PRECISION, bytes BYTEA)";

/// SQLite has a name of its own for bytes.
async fn make_odd(db: &Db) {
    let types = match db.engine() {
        Engine::Sqlite => TYPES.replace("BYTEA", "BLOB"),
        Engine::Postgres => TYPES.to_owned(),
    };
    let mut transaction = db.begin().await.unwrap();
    transaction.composed(types).execute().await.unwrap();
    transaction.commit().await.unwrap();
}

async fn add_odd(db: &Db, id: &str, bytes: Vec<u8>) {
    db.command("INSERT INTO odd VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind("01996a00-0000-7000-8000-000000000001")
        .bind(id.len().is_multiple_of(2))
        .bind(i64::MIN)
        .bind(-0.5)
        .bind(bytes)
        .execute()
        .await
        .unwrap();
}

async fn with_odd(scratch: &Scratch) -> Db {
    let db = filled(&scratch.database, migrations::newest()).await;
    make_odd(&db).await;
    db
}

/// Rows as text, in an order that both engines have.
async fn rows(db: &Db) -> Vec<String> {
    let rows = db.query("SELECT * FROM odd").all().await.unwrap();
    let mut rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let bytes: Option<Vec<u8>> = row.get("bytes").unwrap();
            let columns: (String, Option<String>, Option<bool>, Option<i64>, Option<f64>) = (
                row.get("id").unwrap(),
                row.get("above").unwrap(),
                row.get("flag").unwrap(),
                row.get("count").unwrap(),
                row.get("share").unwrap(),
            );
            format!("{columns:?} {:?}", bytes.map(|bytes| (bytes.len(), bytes.first().copied())))
        })
        .collect();
    rows.sort();
    rows
}

async fn everything_arrives(from: Engine, to: Engine) {
    let (source, target) = (Scratch::new(from).await, Scratch::new(to).await);
    let (from, to) = (with_odd(&source).await, Db::open(&target.database).await.unwrap());
    make_odd(&to).await;
    // More than one batch, by their size and by their number; nothing at all in some columns.
    for number in 0..3_u8 {
        add_odd(&from, &format!("large {number}"), vec![number; 700_000]).await;
    }
    for number in 0..700 {
        add_odd(&from, &format!("q'uo\"te \u{1f600} {number}"), vec![0, 255]).await;
    }
    from.command("INSERT INTO odd (id) VALUES ('nothing')").execute().await.unwrap();

    let copied = copy(&from, &to).await.unwrap();
    assert_eq!(copied.iter().find(|it| it.table == "odd").unwrap().rows, 704);
    let (mut before, mut after) = (from.counts().await.unwrap(), to.counts().await.unwrap());
    before.sort_by(|a, b| a.table.cmp(&b.table));
    after.sort_by(|a, b| a.table.cmp(&b.table));
    assert_eq!(before, after);
    assert!(after.iter().all(|table| table.rows > 0), "{after:?}");
    assert_eq!(rows(&from).await, rows(&to).await);

    // Once more replaces, and does not add.
    from.command("DELETE FROM odd WHERE id <> 'nothing'").execute().await.unwrap();
    copy(&from, &to).await.unwrap();
    assert_eq!(rows(&to).await.len(), 1);
    from.close().await;
    to.close().await;
}

#[tokio::test]
async fn everything_arrives_whichever_engines_there_are() {
    for from in [Engine::Sqlite, Engine::Postgres] {
        for to in [Engine::Sqlite, Engine::Postgres] {
            everything_arrives(from, to).await;
        }
    }
}

pub(super) async fn what_cannot_be_copied_leaves_the_target_as_it_was(engine: Engine) {
    let (source, target) = (Scratch::new(Engine::Sqlite).await, Scratch::new(engine).await);
    let from = with_odd(&source).await;
    let to = filled(&target.database, migrations::newest()).await;
    let before = to.counts().await.unwrap();
    // The other side does not have this table, and it is the last one.
    from.command("CREATE TABLE zebra (id TEXT)").execute().await.unwrap();
    let refused = copy(&from, &to).await.unwrap_err();
    assert!(matches!(refused, DbError::Statement(_) | DbError::Copy { .. }), "{refused}");
    assert_eq!(to.counts().await.unwrap(), before);

    from.command("DROP TABLE zebra").execute().await.unwrap();
    from.command("DROP TABLE odd").execute().await.unwrap();
    from.command("CREATE TABLE zebra (at DATE)").execute().await.unwrap();
    let refused = copy(&from, &to).await.unwrap_err();
    assert!(refused.to_string().contains("`zebra.at` is of the type date"), "{refused}");
    from.command("DROP TABLE zebra").execute().await.unwrap();
    from.command(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, '', 0)",
    )
    .execute()
    .await
    .unwrap();
    let refused = copy(&from, &to).await.unwrap_err();
    assert!(matches!(refused, DbError::Versions { from: 9999, .. }), "{refused}");
    assert_eq!(to.counts().await.unwrap(), before);
    from.close().await;
    to.close().await;
}

pub(super) async fn a_snapshot_does_not_see_what_comes_later(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = with_odd(&scratch).await;
    let mut snapshot = db.snapshot().await.unwrap();
    let count = async |snapshot: &mut Transaction| -> u32 {
        let row = snapshot.query("SELECT COUNT(*) AS count FROM odd").one().await.unwrap();
        row.get("count").unwrap()
    };
    assert_eq!(count(&mut snapshot).await, 0);
    add_odd(&db, "later", vec![]).await;
    assert_eq!(count(&mut snapshot).await, 0);
    assert!(snapshot.query("DELETE FROM odd").execute().await.is_err());
    drop(snapshot);
    db.close().await;
}

pub(super) async fn a_saved_database_is_a_private_file_of_sqlite(engine: Engine) {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new(engine).await;
    let db = filled(&scratch.database, migrations::newest()).await;
    let file = scratch.folder.join("saved.db");
    db.save(&file).await.unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(db.save(&file).await, Err(DbError::File { .. })), "it is there already");

    let saved = Db::open_read_only(&Location::File(file.clone())).await.unwrap();
    assert_eq!(saved.version().await.unwrap(), db.version().await.unwrap());
    assert_eq!(saved.counts().await.unwrap(), db.counts().await.unwrap());
    assert_eq!(saved.faults().await.unwrap(), Vec::<String>::new());
    assert!(db.size_bytes().await.unwrap() > 4096);
    saved.close().await;
    db.close().await;
    let left = std::fs::read_dir(&scratch.folder).unwrap();
    let left: Vec<_> = left.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|name| name.ends_with(".db")), "{left:?}");
}

#[tokio::test]
async fn no_table_counts_its_own_rows() {
    // A copy would have to set the counter as well.
    let scratch = Scratch::new(Engine::Postgres).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let sequences = "SELECT relname::text AS name FROM pg_class WHERE relkind = 'S'";
    let sequences = db.query(sequences).all().await.unwrap();
    let names: Vec<String> = sequences.iter().map(|row| row.get("name").unwrap()).collect();
    assert_eq!(names, Vec::<String>::new());
    db.close().await;
}
