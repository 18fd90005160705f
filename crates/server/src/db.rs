//! The database: SQLite in WAL mode, one writer and a few readers.
//!
//! One connection writes, so that writers queue here instead of failing with "database is locked";
//! readers see the last committed state without waiting for it.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

/// Connections that read at the same time.
const READERS: u32 = 4;

/// How long a statement waits for another process that holds the database, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The migrations, oldest first: version, name, statements.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "channels and broadcasts", include_str!("../migrations/sqlite/0001_channels.sql")),
    (2, "stills", include_str!("../migrations/sqlite/0002_stills.sql")),
];

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    #[error("the database cannot be opened; check the folder, its owner and free space")]
    Open(#[source] sqlx::Error),
    #[error(
        "the database was written by a newer Rivulet (schema {found}, this program knows up to \
         {known}): install the newer version, or restore a backup made before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    #[error("the database could not be brought to this version's schema")]
    Migrate(#[source] MigrateError),
    #[error("the database refused a statement")]
    Statement(#[from] sqlx::Error),
    #[error("the database holds {what}, which this program cannot read")]
    Corrupt { what: &'static str },
}

/// The database handle that rooms' stores are given.
#[derive(Clone)]
pub(crate) struct Db {
    write: SqlitePool,
    read: SqlitePool,
}

impl Db {
    /// Opens the database file, creating it where there is none, and migrates it.
    pub(crate) async fn open(file: &Path) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged write must survive the machine as well as the process.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(DbError::Open)?;
        migrate(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            .connect_lazy_with(options.read_only(true));
        Ok(Self { write, read })
    }

    /// Opens an existing database to look at it: nothing is created, migrated or written.
    pub(crate) async fn open_read_only(file: &Path) -> Result<Self, DbError> {
        let options =
            SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let read = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(DbError::Open)?;
        let found: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&read)
            .await?;
        refuse_newer(found.unwrap_or(0))?;
        Ok(Self { write: read.clone(), read })
    }

    /// For statements that change something.
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.write
    }

    /// For statements that only read.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.read
    }

    /// Whether the file is sound, as SQLite's own quick check sees it.
    pub(crate) async fn check(&self) -> Result<bool, DbError> {
        let verdict: String =
            sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.read).await?;
        Ok(verdict == "ok")
    }

    /// Finishes what is being written and closes the file.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

async fn migrate(pool: &SqlitePool) -> Result<(), DbError> {
    let migrations = MIGRATIONS
        .iter()
        .map(|&(version, name, statements)| {
            let sql = sqlx::SqlStr::from_static(statements);
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        })
        .collect::<Vec<_>>();
    refuse_newer(applied(pool).await?)?;
    Migrator::with_migrations(migrations).run(pool).await.map_err(DbError::Migrate)
}

/// The newest migration that the database has seen; 0 when there was none.
async fn applied(pool: &SqlitePool) -> Result<i64, DbError> {
    let mut connection = pool.acquire().await?;
    connection.ensure_migrations_table("_sqlx_migrations").await.map_err(DbError::Migrate)?;
    let applied =
        connection.list_applied_migrations("_sqlx_migrations").await.map_err(DbError::Migrate)?;
    Ok(applied.iter().map(|migration| migration.version).max().unwrap_or(0))
}

/// A newer program may have changed the meaning of what is stored, so guessing could destroy it.
fn refuse_newer(found: i64) -> Result<(), DbError> {
    let known = MIGRATIONS.iter().map(|&(version, ..)| version).max().unwrap_or(0);
    if found > known { Err(DbError::Newer { found, known }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("rivulet-db-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[tokio::test]
    async fn a_new_database_is_created_and_opens_again() {
        let folder = scratch("new");
        let file = folder.join("rivulet.db");
        for _ in 0..2 {
            let db = Db::open(&file).await.unwrap();
            assert!(db.check().await.unwrap());
            db.close().await;
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn who_only_looks_neither_makes_nor_writes_a_database() {
        let folder = scratch("look");
        let file = folder.join("rivulet.db");
        assert!(Db::open_read_only(&file).await.is_err());
        assert!(!file.exists());
        Db::open(&file).await.unwrap().close().await;
        let db = Db::open_read_only(&file).await.unwrap();
        assert!(db.check().await.unwrap());
        assert!(sqlx::query("DELETE FROM channel").execute(db.writer()).await.is_err());
        db.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_newer_database_is_refused_with_both_versions() {
        let folder = scratch("newer");
        let file = folder.join("rivulet.db");
        let db = Db::open(&file).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', TRUE, x'00', 0)",
        )
        .execute(db.writer())
        .await
        .unwrap();
        db.close().await;
        let refused = Db::open(&file).await.err().unwrap();
        assert!(matches!(refused, DbError::Newer { found: 9999, .. }), "{refused}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
