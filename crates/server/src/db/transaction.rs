//! Several statements that happen together or not at all.

use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr as _, SqlStr, Sqlite};

use super::statement::Target;
use super::{DbError, Engine, Statement};

/// An open transaction; dropped without [`Transaction::commit`] it never happened.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    /// A statement inside the transaction.
    pub(crate) fn query(&mut self, sql: &'static str) -> Statement<'_> {
        self.statement(SqlStr::from_static(sql))
    }

    /// A statement that is put together from names the database itself told.
    pub(super) fn composed(&mut self, sql: String) -> Statement<'_> {
        self.statement(AssertSqlSafe(sql).into_sql_str())
    }

    fn statement(&mut self, sql: SqlStr) -> Statement<'_> {
        let target = match self {
            Self::Sqlite(transaction) => Target::SqliteConnection(transaction),
            Self::Postgres(transaction) => Target::PgConnection(transaction),
        };
        Statement::new(sql, target)
    }

    /// Which database it is in.
    pub(super) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Waits until no other transaction is alone by this name, for decisions that no constraint of
    /// the schema guards. SQLite has one writer anyway.
    pub(crate) async fn alone(&mut self, name: &'static str) -> Result<(), DbError> {
        if let Self::Postgres(_) = self {
            self.query("SELECT pg_advisory_xact_lock(hashtext($1))").bind(name).execute().await?;
        }
        Ok(())
    }

    /// Makes it so; what it wrote survives from here on.
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}
