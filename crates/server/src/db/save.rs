//! The whole database as one file of SQLite, whatever its engine: the form of every backup.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Db, DbError, Engine, Pools, copy, migrations};

impl Db {
    /// Writes what the database holds at this moment into a new file, readable by its owner alone,
    /// and makes sure it reached the disk. Others go on reading and writing. What goes wrong leaves
    /// no file behind.
    pub(crate) async fn save(&self, file: &Path) -> Result<(), DbError> {
        let unwritable = |source| DbError::File { path: file.to_owned(), source };
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .map_err(unwritable)?;
        let draft = Draft(file.to_owned());
        match self.engine() {
            Engine::Sqlite => self.vacuum_into(file).await?,
            Engine::Postgres => {
                let version = self.version().await?.unwrap_or_default();
                let target = Self::draft(file, version).await?;
                let copied = copy(self, &target).await;
                target.close().await;
                copied?;
            }
        }
        let file = tokio::fs::File::open(file).await.map_err(unwritable)?;
        file.sync_all().await.map_err(unwritable)?;
        draft.keep();
        Ok(())
    }

    /// On a connection that only reads: who writes does not wait for it.
    async fn vacuum_into(&self, file: &Path) -> Result<(), DbError> {
        let unwritable = |source| DbError::File { path: file.to_owned(), source };
        let path = std::path::absolute(file).map_err(unwritable)?;
        let not_text = || unwritable(std::io::ErrorKind::InvalidFilename.into());
        let path = path.to_str().ok_or_else(not_text)?;
        self.query("VACUUM INTO $1").bind(path).execute().await?;
        Ok(())
    }

    /// A file of SQLite that is worth nothing before it is complete, with the schema of `version`:
    /// written at once, without a journal on the disk.
    async fn draft(file: &Path, version: i64) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Memory)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(1);
        let write = pool.connect_with(options).await.map_err(DbError::Open)?;
        migrations::run(&write, migrations::SQLITE, version).await?;
        Ok(Self { pools: Pools::Sqlite { read: write.clone(), write } })
    }

    /// How many bytes the database takes, about.
    pub(crate) async fn size_bytes(&self) -> Result<u64, DbError> {
        let size = match self.engine() {
            Engine::Sqlite => self.query(
                "SELECT page_count * page_size AS size \
                 FROM pragma_page_count(), pragma_page_size()",
            ),
            Engine::Postgres => self.query("SELECT pg_database_size(current_database()) AS size"),
        };
        size.one().await?.get("size")
    }

    /// Everything that SQLite can tell to be wrong with a file that came from elsewhere.
    pub(crate) async fn faults(&self) -> Result<Vec<String>, DbError> {
        let rows = self.query("PRAGMA integrity_check(10)").all().await?;
        let said: Result<Vec<String>, _> =
            rows.iter().map(|row| row.get("integrity_check")).collect();
        let mut faults: Vec<_> = said?.into_iter().filter(|line| line != "ok").collect();
        let lost = "SELECT \"table\" AS of_table FROM pragma_foreign_key_check() LIMIT 10";
        for row in self.query(lost).all().await? {
            let table: String = row.get("of_table")?;
            faults.push(format!("a row of {table} refers to one that is not there"));
        }
        Ok(faults)
    }
}

/// A file that goes unless it is kept.
struct Draft(PathBuf);

impl Draft {
    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.0);
        }
    }
}
