//! Both engines take the same statements and give the same answers.

mod copy;

use rivulet_media::time::WallClock;

use self::copy::{
    a_saved_database_is_a_private_file_of_sqlite, a_snapshot_does_not_see_what_comes_later,
    what_cannot_be_copied_leaves_the_target_as_it_was,
};
use super::scratch::{Scratch, describe, on_both_databases};
use super::*;
use crate::ids::ChannelId;

on_both_databases!(
    a_new_database_is_created_and_opens_again,
    a_newer_database_is_refused_with_both_versions,
    who_only_looks_neither_makes_nor_writes_a_database,
    values_come_back_as_they_went,
    what_is_not_committed_never_happened,
    what_is_taken_is_told_from_what_is_broken,
    what_cannot_be_copied_leaves_the_target_as_it_was,
    a_snapshot_does_not_see_what_comes_later,
    a_saved_database_is_a_private_file_of_sqlite,
);

async fn a_new_database_is_created_and_opens_again(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    for _ in 0..2 {
        let db = Db::open(&scratch.database).await.unwrap();
        assert_eq!(db.engine(), engine);
        assert!(db.check().await.unwrap());
        db.close().await;
    }
}

async fn a_newer_database_is_refused_with_both_versions(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    db.command(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, $1, 0)",
    )
    .bind(&[0_u8][..])
    .execute()
    .await
    .unwrap();
    db.close().await;
    let refused = Db::open(&scratch.database).await.err().unwrap();
    assert!(matches!(refused, DbError::Newer { found: 9999, .. }), "{refused}");
}

async fn who_only_looks_neither_makes_nor_writes_a_database(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let missing = Db::open_read_only(&scratch.database).await.err().unwrap();
    assert!(matches!(missing, DbError::Missing { .. }), "{missing}");
    Db::open(&scratch.database).await.unwrap().close().await;
    let db = Db::open_read_only(&scratch.database).await.unwrap();
    assert!(db.check().await.unwrap());
    assert!(db.command("DELETE FROM channel").execute().await.is_err());
    db.close().await;
}

async fn values_come_back_as_they_went(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let id = ChannelId::generate();
    let at = WallClock::from_unix_millis(1_795_303_588_120);
    let types = "CREATE TABLE odd (id TEXT, words TEXT, flag BOOLEAN, count BIGINT, at BIGINT, \
                 share DOUBLE PRECISION, bytes BYTEA, absent TEXT, none BIGINT)";
    db.command(types).execute().await.unwrap();
    db.command("INSERT INTO odd VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(id)
        .bind("q'uo\"te \u{1f600}")
        .bind(true)
        .bind(u64::MAX)
        .bind(at)
        .bind(0.25)
        .bind(&[0_u8, 255][..])
        .bind(None::<&str>)
        .bind(None::<u32>)
        .execute()
        .await
        .unwrap();
    let row = db.query("SELECT * FROM odd").one().await.unwrap();
    assert_eq!(row.get::<ChannelId>("id").unwrap(), id);
    assert_eq!(row.get::<String>("words").unwrap(), "q'uo\"te \u{1f600}");
    assert!(row.get::<bool>("flag").unwrap());
    assert_eq!(row.get::<i64>("count").unwrap(), i64::MAX);
    assert_eq!(row.get::<WallClock>("at").unwrap(), at);
    assert_eq!(row.get::<Option<f64>>("share").unwrap(), Some(0.25));
    assert_eq!(row.get::<Vec<u8>>("bytes").unwrap(), [0, 255]);
    assert_eq!(row.get::<Option<ChannelId>>("absent").unwrap(), None);
    assert_eq!(row.get::<Option<u32>>("none").unwrap(), None);
    let corrupt = row.get::<ChannelId>("words").err().unwrap();
    assert!(matches!(corrupt, DbError::Corrupt { what: "words" }), "{corrupt}");
    assert!(matches!(row.get::<u8>("count"), Err(DbError::Corrupt { .. })));
    db.close().await;
}

async fn what_is_not_committed_never_happened(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    db.command("CREATE TABLE tally (n BIGINT)").execute().await.unwrap();
    for commit in [false, true] {
        let mut transaction = db.begin().await.unwrap();
        transaction.alone("tally").await.unwrap();
        let changed = transaction.query("INSERT INTO tally VALUES (1), (2)").execute().await;
        assert_eq!(changed.unwrap(), 2);
        if commit {
            transaction.commit().await.unwrap();
        } else {
            drop(transaction);
        }
        let count = db.query("SELECT COUNT(*) AS count FROM tally").one().await.unwrap();
        assert_eq!(count.get::<u32>("count").unwrap(), if commit { 2 } else { 0 });
    }
    db.close().await;
}

async fn what_is_taken_is_told_from_what_is_broken(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    db.command("CREATE TABLE one (n BIGINT PRIMARY KEY)").execute().await.unwrap();
    let insert = || db.command("INSERT INTO one VALUES (1)").execute();
    insert().await.unwrap();
    assert!(insert().await.unwrap_err().is_taken());
    let broken = db.command("INSERT INTO none VALUES (1)").execute().await;
    assert!(!broken.unwrap_err().is_taken());
    db.close().await;
}

/// A schema as `table.column type null`, with unique indexes and references, in one wording.
#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let mut schemas = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let scratch = Scratch::new(engine).await;
        let db = Db::open(&scratch.database).await.unwrap();
        schemas.push(describe(&db).await);
        db.close().await;
    }
    assert!(schemas[0].len() > 20, "{:#?}", schemas[0]);
    assert_eq!(schemas[0], schemas[1]);
}
