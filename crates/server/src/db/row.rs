//! A row of either database.

use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row as _, Type, ValueRef as _};

use super::schema::Kind;
use super::{Column, DbError, Value};

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

    /// The column at that place, as it is stored.
    pub(super) fn at(&self, place: usize, kind: Kind) -> Result<Value, DbError> {
        Ok(match kind {
            Kind::Text => Value::Text(self.nth(place)?),
            Kind::Integer => Value::Integer(self.nth(place)?),
            Kind::Real => Value::Real(self.nth(place)?),
            Kind::Boolean => Value::Boolean(self.nth(place)?),
            Kind::Bytes => Value::Bytes(self.nth(place)?),
        })
    }

    fn nth<T>(&self, place: usize) -> Result<Option<T>, DbError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(place)?,
            Self::Postgres(row) => row.try_get(place)?,
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
