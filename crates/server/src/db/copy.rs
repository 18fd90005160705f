//! Copies everything from one database into another of the same schema, either engine to either.
//!
//! All of it comes from one snapshot and arrives in one transaction: what is read fits together,
//! and whatever goes wrong leaves the target as it was. Every id and key stays.

use futures_util::TryStreamExt as _;

use super::schema::{self, Table, quoted};
use super::{Db, DbError, Transaction, VERSION, Value};

/// Bytes of rows that are held in memory before they are written; one row may be larger.
const MAX_BATCH_BYTES: usize = 1024 * 1024;
/// Values bound to one statement: below the limit of either database (32,766 and 65,535).
const MAX_VALUES: usize = 2000;

/// How many rows a table has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) table: String,
    pub(crate) rows: u64,
}

/// Copies every row of `from` into `to`, whose own rows are replaced; gives what was copied, and
/// counted on the other side. Tables named `search…` stay as they are: their owners fill them anew.
pub(crate) async fn copy(from: &Db, to: &Db) -> Result<Vec<Counted>, DbError> {
    let mut source = from.snapshot().await?;
    let mut target = to.begin().await?;
    let versions = (version(&mut source).await?, version(&mut target).await?);
    if versions.0 != versions.1 {
        return Err(DbError::Versions { from: versions.0, to: versions.1 });
    }
    let tables = schema::tables(&mut source).await?;
    // Migrations may have put rows there, and a site that is replaced has its own.
    for table in tables.iter().rev() {
        target.composed(format!("DELETE FROM {}", quoted(&table.name))).execute().await?;
    }
    let mut copied = Vec::new();
    for table in &tables {
        let rows = rows(table, &mut source, &mut target).await;
        let named = |source| DbError::Copy { table: table.name.clone(), source: Box::new(source) };
        copied.push(Counted { table: table.name.clone(), rows: rows.map_err(named)? });
    }
    target.commit().await?;
    Ok(copied)
}

async fn version(transaction: &mut Transaction) -> Result<i64, DbError> {
    transaction.query(VERSION).one().await?.get("version")
}

/// Copies the rows of one table and counts them on both sides.
async fn rows(
    table: &Table,
    source: &mut Transaction,
    target: &mut Transaction,
) -> Result<u64, DbError> {
    let mut batch = Batch::of(table);
    let mut rows =
        source.composed(format!("SELECT {} FROM {}", batch.columns, batch.name)).stream();
    let mut read = 0;
    while let Some(row) = rows.try_next().await? {
        for (place, column) in table.columns.iter().enumerate() {
            batch.push(row.at(place, column.kind)?);
        }
        read += 1;
        if batch.is_full() {
            batch.write(target).await?;
        }
    }
    batch.write(target).await?;
    drop(rows);
    let arrived = count(table, target).await?;
    if arrived != read {
        return Err(DbError::Lost { table: table.name.clone(), from: read, to: arrived });
    }
    Ok(read)
}

async fn count(table: &Table, transaction: &mut Transaction) -> Result<u64, DbError> {
    let counted = format!("SELECT COUNT(*) AS count FROM {}", quoted(&table.name));
    transaction.composed(counted).one().await?.get("count")
}

/// Rows on their way.
struct Batch {
    name: String,
    /// The columns' names, as they stand in a statement.
    columns: String,
    width: usize,
    values: Vec<Value>,
    size_bytes: usize,
}

impl Batch {
    fn of(table: &Table) -> Self {
        let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        Self {
            name: quoted(&table.name),
            columns: columns.join(", "),
            width: columns.len(),
            values: Vec::new(),
            size_bytes: 0,
        }
    }

    fn push(&mut self, value: Value) {
        self.size_bytes += match &value {
            Value::Text(text) => text.as_ref().map_or(0, String::len),
            Value::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
            Value::Integer(_) | Value::Real(_) | Value::Boolean(_) => 8,
        };
        self.values.push(value);
    }

    fn is_full(&self) -> bool {
        self.size_bytes >= MAX_BATCH_BYTES || self.values.len() + self.width > MAX_VALUES
    }

    async fn write(&mut self, target: &mut Transaction) -> Result<(), DbError> {
        if self.values.is_empty() {
            return Ok(());
        }
        let places: Vec<_> = (1..=self.values.len()).map(|place| format!("${place}")).collect();
        let rows: Vec<_> =
            places.chunks(self.width).map(|row| format!("({})", row.join(", "))).collect();
        let (name, columns) = (&self.name, &self.columns);
        let insert = format!("INSERT INTO {name} ({columns}) VALUES {}", rows.join(", "));
        self.size_bytes = 0;
        let values = std::mem::take(&mut self.values);
        target.composed(insert).bind_all(values).execute().await?;
        Ok(())
    }
}

impl Db {
    /// How many rows each table has, without those that are derived.
    pub(crate) async fn counts(&self) -> Result<Vec<Counted>, DbError> {
        let mut snapshot = self.snapshot().await?;
        let mut counts = Vec::new();
        for table in schema::tables(&mut snapshot).await? {
            let rows = count(&table, &mut snapshot).await?;
            counts.push(Counted { table: table.name, rows });
        }
        Ok(counts)
    }

    /// Whether the database holds nothing of anybody's.
    pub(crate) async fn is_empty(&self) -> Result<bool, DbError> {
        let mut snapshot = self.snapshot().await?;
        for table in schema::tables(&mut snapshot).await? {
            let first = format!("SELECT 1 AS one FROM {} LIMIT 1", quoted(&table.name));
            if snapshot.composed(first).optional().await?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
