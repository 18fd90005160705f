//! A statement, what is bound to it, and where it runs.

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use sqlx::postgres::{PgConnection, PgPool, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqlitePool};
use sqlx::{Database, SqlStr};

use super::{Bind, DbError, Row, Value};

/// A statement on its way to the database; `$1`, `$2`, … stand for what is bound, in order.
#[must_use = "nothing happens before it is executed"]
pub(crate) struct Statement<'a> {
    sql: SqlStr,
    values: Vec<Value>,
    target: Target<'a>,
}

pub(super) enum Target<'a> {
    SqlitePool(&'a SqlitePool),
    SqliteConnection(&'a mut SqliteConnection),
    PgPool(&'a PgPool),
    PgConnection(&'a mut PgConnection),
}

/// Runs the statement where it belongs, and brings each database's answer to one form.
macro_rules! run {
    ($statement:expr, $method:ident, $into:expr) => {{
        let Statement { sql, values, target } = $statement;
        match target {
            Target::SqlitePool(pool) => sqlite(sql, values).$method(pool).await.map($into),
            Target::SqliteConnection(one) => sqlite(sql, values).$method(one).await.map($into),
            Target::PgPool(pool) => postgres(sql, values).$method(pool).await.map($into),
            Target::PgConnection(one) => postgres(sql, values).$method(one).await.map($into),
        }
        .map_err(DbError::from)
    }};
}

impl<'a> Statement<'a> {
    pub(super) fn new(sql: SqlStr, target: Target<'a>) -> Self {
        Self { sql, values: Vec::new(), target }
    }

    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.stored());
        self
    }

    /// Runs it; how many rows it changed.
    pub(crate) async fn execute(self) -> Result<u64, DbError> {
        run!(self, execute, |done| done.rows_affected())
    }

    /// The first row, if any.
    pub(crate) async fn optional(self) -> Result<Option<Row>, DbError> {
        run!(self, fetch_optional, |row| row.map(Row::from))
    }

    /// The only row of a statement that always answers with one.
    pub(crate) async fn one(self) -> Result<Row, DbError> {
        run!(self, fetch_one, Row::from)
    }

    /// Every row, one after the other: never all of them in memory.
    pub(super) fn stream(self) -> BoxStream<'a, Result<Row, DbError>> {
        let Self { sql, values, target } = self;
        match target {
            Target::SqlitePool(pool) => rows(sqlite(sql, values).fetch(pool)),
            Target::SqliteConnection(one) => rows(sqlite(sql, values).fetch(one)),
            Target::PgPool(pool) => rows(postgres(sql, values).fetch(pool)),
            Target::PgConnection(one) => rows(postgres(sql, values).fetch(one)),
        }
    }

    /// Binds what is stored already.
    pub(super) fn bind_all(mut self, values: Vec<Value>) -> Self {
        self.values.extend(values);
        self
    }

    /// Every row. The statement itself bounds how many.
    pub(crate) async fn all(self) -> Result<Vec<Row>, DbError> {
        run!(self, fetch_all, |rows| rows.into_iter().map(Row::from).collect())
    }
}

fn rows<'a, R>(stream: BoxStream<'a, Result<R, sqlx::Error>>) -> BoxStream<'a, Result<Row, DbError>>
where
    Row: From<R>,
    R: 'a,
{
    stream.map(|row| row.map(Row::from).map_err(DbError::from)).boxed()
}

macro_rules! bound {
    ($sql:expr, $values:expr) => {
        $values.into_iter().fold(sqlx::query($sql), |query, value| match value {
            Value::Text(value) => query.bind(value),
            Value::Integer(value) => query.bind(value),
            Value::Real(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    };
}

type Bound<DB> = Query<'static, DB, <DB as Database>::Arguments>;

fn sqlite(sql: SqlStr, values: Vec<Value>) -> Bound<Sqlite> {
    bound!(sql, values)
}

fn postgres(sql: SqlStr, values: Vec<Value>) -> Bound<Postgres> {
    bound!(sql, values)
}
