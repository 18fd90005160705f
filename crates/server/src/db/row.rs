//! A row of either database.

use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row as _, Type, ValueRef as _};

use super::{Column, DbError};

/// One row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The column of that name.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub(crate) fn get<T: Column>(&self, name: &'static str) -> Result<T, DbError> {
        T::read(self, name)
    }

    pub(super) fn plain<T>(&self, name: &'static str) -> Result<T, DbError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(name)?,
            Self::Postgres(row) => row.try_get(name)?,
        })
    }

    pub(super) fn is_null(&self, name: &'static str) -> Result<bool, DbError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(name)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(name)?.is_null(),
        })
    }
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}
