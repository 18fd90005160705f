//! The database: SQLite by default, PostgreSQL where several nodes share one.
//!
//! Rooms' stores write each statement once, in the words that both understand, and bind and read
//! values through [`Statement`] and [`Row`]. Where the two must differ – full-text search alone –
//! the store asks [`Db::engine`].
//!
//! On SQLite one connection writes, so that writers queue here instead of failing with "database
//! is locked"; readers see the last committed state without waiting for it.

mod copy;
mod foreign;
mod location;
mod migrations;
mod row;
mod save;
mod schema;
mod statement;
mod transaction;
mod value;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use sqlx::SqlStr;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub(crate) use copy::{Counted, copy};
pub(crate) use foreign::{Cell, Foreign, ForeignTable, Record};
pub(crate) use location::{Location, LocationError};
pub(crate) use row::Row;
pub(crate) use statement::Statement;
pub(crate) use transaction::Transaction;
pub(crate) use value::{Bind, Column, Value, stored_as_text};

use statement::Target;

/// Connections that read SQLite's file at the same time.
pub(crate) const READERS: u8 = 4;
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 16;
/// How long a statement waits for a free connection to PostgreSQL.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a statement waits for another process that holds the file, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The newest step that a database has seen.
const VERSION: &str = "SELECT MAX(version) AS version FROM _sqlx_migrations";

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    #[error("the database cannot be opened; check the folder, its owner and free space")]
    Open(#[source] sqlx::Error),
    #[error(
        "PostgreSQL at {place} cannot be reached; check that it runs, its address and its user"
    )]
    Connect {
        place: String,
        #[source]
        source: sqlx::Error,
    },
    #[error(
        "the database was written by a newer Rivulet (schema {found}, this program knows up to \
         {known}): install the newer version, or restore a backup made before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    #[error("there is no database at {place} yet: the first start makes it")]
    Missing { place: String },
    #[error("the database could not be brought to this version's schema")]
    Migrate(#[source] MigrateError),
    #[error("the database refused a statement")]
    Statement(#[from] sqlx::Error),
    #[error("the table `{table}` could not be copied")]
    Copy {
        table: String,
        #[source]
        source: Box<DbError>,
    },
    #[error("the tables {tables} refer to each other in a circle: they cannot be copied in order")]
    Circle { tables: String },
    #[error("`{column}` is of the type {kind}, which is none of those that can be copied")]
    Kind { column: String, kind: String },
    #[error("one database has schema {from}, the other {to}: they cannot be copied as they are")]
    Versions { from: i64, to: i64 },
    #[error("of {from} rows of `{table}` only {to} arrived: nothing was kept, try again")]
    Lost { table: String, from: u64, to: u64 },
    #[error("cannot write {path}: check its folder and the free space")]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the table `{table}` cannot be read: {why}")]
    Strange { table: String, why: &'static str },
    #[error("the database holds something in `{what}` that this program cannot read")]
    Corrupt { what: &'static str },
}

impl DbError {
    /// Whether a value that must be unique is taken already.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Statement(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// The database handle that rooms' stores are given.
#[derive(Clone)]
pub(crate) struct Db {
    pools: Pools,
}

#[derive(Clone)]
enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

impl Db {
    /// Opens the database, making SQLite's file where there is none, and migrates it.
    pub(crate) async fn open(location: &Location) -> Result<Self, DbError> {
        let db = Self::connect(location).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens the database as it is, making SQLite's file where there is none.
    pub(crate) async fn connect(location: &Location) -> Result<Self, DbError> {
        let pools = match location {
            Location::File(file) => {
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
                let read = SqlitePoolOptions::new()
                    .max_connections(u32::from(READERS))
                    .min_connections(0)
                    .connect_lazy_with(options.read_only(true));
                Pools::Sqlite { write, read }
            }
            Location::Postgres(server) => {
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(CONNECT_TIMEOUT)
                    .connect_with(server.options())
                    .await
                    .map_err(|source| DbError::Connect { place: location.to_string(), source })?;
                Pools::Postgres(pool)
            }
        };
        Ok(Self { pools })
    }

    /// Brings the database to this program's schema.
    pub(crate) async fn migrate(&self) -> Result<(), DbError> {
        self.migrate_to(migrations::newest()).await
    }

    /// Brings the database to the schema that it had at `version`.
    async fn migrate_to(&self, version: i64) -> Result<(), DbError> {
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                migrations::run(write, migrations::SQLITE, version).await
            }
            Pools::Postgres(pool) => migrations::run(pool, migrations::POSTGRES, version).await,
        }
    }

    /// Opens an existing database to look at it: nothing is created, migrated or written.
    pub(crate) async fn open_read_only(location: &Location) -> Result<Self, DbError> {
        let missing = || DbError::Missing { place: location.to_string() };
        let db = match location {
            Location::File(file) if !file.exists() => return Err(missing()),
            Location::File(file) => {
                let options = SqliteConnectOptions::new()
                    .filename(file)
                    .read_only(true)
                    .busy_timeout(BUSY_TIMEOUT);
                let pool = SqlitePoolOptions::new().max_connections(1);
                let read = pool.connect_with(options).await.map_err(DbError::Open)?;
                Self { pools: Pools::Sqlite { write: read.clone(), read } }
            }
            Location::Postgres(server) => {
                let options = server.options().options([("default_transaction_read_only", "on")]);
                let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNECT_TIMEOUT);
                let pool = pool
                    .connect_with(options)
                    .await
                    .map_err(|source| DbError::Connect { place: location.to_string(), source })?;
                Self { pools: Pools::Postgres(pool) }
            }
        };
        migrations::refuse_newer(db.version().await?.ok_or_else(missing)?)?;
        Ok(db)
    }

    /// The version of the database's schema; `None` when nobody has used it yet.
    pub(crate) async fn version(&self) -> Result<Option<i64>, DbError> {
        match self.query(VERSION).one().await {
            Ok(row) => Ok(Some(row.get::<Option<i64>>("version")?.unwrap_or_default())),
            // A database that nobody has used yet has no tables at all.
            Err(DbError::Statement(sqlx::Error::Database(_))) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The version to which [`Db::migrate`] would bring the database; `None` when it is there.
    ///
    /// # Errors
    /// When a newer program wrote it.
    pub(crate) async fn waits_for(&self) -> Result<Option<i64>, DbError> {
        let (version, newest) = (self.version().await?.unwrap_or_default(), migrations::newest());
        migrations::refuse_newer(version)?;
        Ok((version < newest).then_some(newest))
    }

    /// Which of the two it is.
    pub(crate) fn engine(&self) -> Engine {
        match &self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// A statement that only reads.
    pub(crate) fn query(&self, sql: &'static str) -> Statement<'_> {
        let target = match &self.pools {
            Pools::Sqlite { read, .. } => Target::SqlitePool(read),
            Pools::Postgres(pool) => Target::PgPool(pool),
        };
        Statement::new(SqlStr::from_static(sql), target)
    }

    /// A statement that changes something.
    pub(crate) fn command(&self, sql: &'static str) -> Statement<'_> {
        let target = match &self.pools {
            Pools::Sqlite { write, .. } => Target::SqlitePool(write),
            Pools::Postgres(pool) => Target::PgPool(pool),
        };
        Statement::new(SqlStr::from_static(sql), target)
    }

    /// Several statements that happen together or not at all.
    pub(crate) async fn begin(&self) -> Result<Transaction, DbError> {
        Ok(match &self.pools {
            // Who means to write says so at once: a reader that turns writer may be refused.
            Pools::Sqlite { write, .. } => {
                Transaction::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            Pools::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// What the database holds at this moment and goes on holding for whoever looks at it through
    /// this, whatever others write meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<Transaction, DbError> {
        Ok(match &self.pools {
            Pools::Sqlite { read, .. } => Transaction::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                Transaction::Postgres(pool.begin_with(begin).await?)
            }
        })
    }

    /// Refreshes what the planner knows of the tables: nothing, after they were filled at once.
    pub(crate) async fn analyze(&self) -> Result<(), DbError> {
        self.command("ANALYZE").execute().await.map(drop)
    }

    /// Whether the database is sound, as far as it can tell by itself.
    pub(crate) async fn check(&self) -> Result<bool, DbError> {
        let verdict = match self.engine() {
            Engine::Sqlite => self.query("PRAGMA quick_check(1)"),
            Engine::Postgres => self.query("SELECT 'ok' AS quick_check"),
        };
        Ok(verdict.one().await?.get::<String>("quick_check")? == "ok")
    }

    /// Finishes what is being written and closes the database.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

#[cfg(test)]
pub(crate) mod scratch;
#[cfg(test)]
mod tests;
