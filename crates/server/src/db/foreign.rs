//! Another program's SQLite file, which is read and never written.
//!
//! Nothing in it is believed: tables may be views that never end, columns may be computed, a cell may
//! fill memory, and none needs to hold what it should. So only what is a plain table and a plain
//! column is read, row by row, each no larger than [`MAX_ROW_BYTES`].

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Column as _, Decode, Row as _, Sqlite, TypeInfo as _, ValueRef as _};

use super::schema::quoted;
use super::{BUSY_TIMEOUT, DbError};

/// Tables of such a file.
const MAX_TABLES: u32 = 200;
/// Rows of one table. Against a file that takes a day to read.
const MAX_ROWS: u64 = 5_000_000;
/// Bytes of one row. Against a cell that fills memory.
const MAX_ROW_BYTES: i64 = 4 * 1024 * 1024;
/// Rows that are read at once.
const PAGE: u32 = 50;

/// What a cell holds, whatever its column is said to hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, by the names of its columns.
pub(crate) type Record = BTreeMap<String, Cell>;

/// The file.
pub(crate) struct Foreign {
    pool: SqlitePool,
}

/// A table of it.
#[derive(Clone, Debug)]
pub(crate) struct ForeignTable {
    pub(crate) name: String,
    pub(crate) rows: u64,
    columns: Vec<String>,
}

impl Foreign {
    /// Opens the file to read.
    ///
    /// # Errors
    /// When it cannot be read, or is no database.
    pub(crate) async fn open(file: &Path) -> Result<Self, DbError> {
        // Without a journal beside it nobody has it open, and it is as it stands there: SQLite need
        // lock nothing, nor make files of its own in a folder that is not ours.
        let is_open = ["-wal", "-journal"].iter().any(|end| {
            let mut journal = file.as_os_str().to_owned();
            journal.push(end);
            Path::new(&journal).exists()
        });
        let options = SqliteConnectOptions::new()
            .filename(file)
            .read_only(true)
            .immutable(!is_open)
            .pragma("query_only", "ON")
            .pragma("trusted_schema", "OFF")
            .pragma("cell_size_check", "ON")
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        Ok(Self { pool: pool.map_err(DbError::Open)? })
    }

    /// Its tables, with how many rows each has.
    pub(crate) async fn tables(&self) -> Result<Vec<ForeignTable>, DbError> {
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' \
            AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
            AND upper(sql) NOT LIKE 'CREATE VIRTUAL%' ORDER BY name LIMIT $1";
        let rows = sqlx::query(names).bind(MAX_TABLES + 1).fetch_all(&self.pool).await?;
        if rows.len() > MAX_TABLES as usize {
            let table = "sqlite_master".to_owned();
            return Err(DbError::Strange { table, why: "it has more than two hundred tables" });
        }
        let mut tables = Vec::with_capacity(rows.len());
        for row in rows {
            let name: String = row.try_get(0)?;
            tables.push(self.table(name).await?);
        }
        Ok(tables)
    }

    async fn table(&self, name: String) -> Result<ForeignTable, DbError> {
        // 0 is an ordinary column; others are computed or hidden.
        let columns = "SELECT name FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid";
        let rows = sqlx::query(columns).bind(&name).fetch_all(&self.pool).await?;
        let columns: Vec<String> =
            rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let sizes: Vec<_> = columns
            .iter()
            .map(|column| format!("coalesce(octet_length({}), 0)", quoted(column)))
            .collect();
        let sizes = if sizes.is_empty() { "0".to_owned() } else { sizes.join(" + ") };
        let counted = format!("SELECT count(*), coalesce(max({sizes}), 0) FROM {}", quoted(&name));
        let row = sqlx::query(AssertSqlSafe(counted)).fetch_one(&self.pool).await?;
        let (rows, largest): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let rows = u64::try_from(rows).unwrap_or_default();
        let strange = |why| DbError::Strange { table: name.clone(), why };
        if rows > MAX_ROWS {
            return Err(strange("it has more than five million rows"));
        }
        if largest > MAX_ROW_BYTES {
            return Err(strange("a row of it is larger than 4 MB"));
        }
        Ok(ForeignTable { name, rows, columns })
    }

    /// The rows after the one of that number, some of them, each with its number.
    pub(crate) async fn page(
        &self,
        table: &ForeignTable,
        after: i64,
    ) -> Result<Vec<(i64, Record)>, DbError> {
        let columns: Vec<_> = table.columns.iter().map(|column| quoted(column)).collect();
        let page = format!(
            "SELECT _rowid_ AS \"_rowid_\", {} FROM {} WHERE _rowid_ > $1 \
             ORDER BY _rowid_ LIMIT {PAGE}",
            columns.join(", "),
            quoted(&table.name)
        );
        let rows = sqlx::query(AssertSqlSafe(page)).bind(after).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, record(row)?))).collect()
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}

fn record(row: &SqliteRow) -> Result<Record, DbError> {
    let mut record = Record::new();
    for column in row.columns().iter().skip(1) {
        record.insert(column.name().to_owned(), cell(row, column.ordinal())?);
    }
    Ok(record)
}

fn cell(row: &SqliteRow, place: usize) -> Result<Cell, DbError> {
    let value = row.try_get_raw(place)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let kind = value.type_info().name().to_owned();
    let strange = |_| DbError::Corrupt { what: "a cell" };
    Ok(match kind.as_str() {
        "INTEGER" => Cell::Integer(<i64 as Decode<Sqlite>>::decode(value).map_err(strange)?),
        "REAL" => Cell::Real(<f64 as Decode<Sqlite>>::decode(value).map_err(strange)?),
        "TEXT" => {
            // It may say that it is text and be none.
            let bytes = <Vec<u8> as Decode<Sqlite>>::decode(value).map_err(strange)?;
            Cell::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => Cell::Bytes(<Vec<u8> as Decode<Sqlite>>::decode(value).map_err(strange)?),
    })
}

#[cfg(test)]
impl Foreign {
    /// Makes a file by these statements.
    pub(crate) async fn made_by(file: &Path, statements: &str) {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> std::path::PathBuf {
        let file = std::env::temp_dir().join(format!("rivulet-{name}-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&file);
        file
    }

    #[tokio::test]
    async fn plain_tables_are_read_row_by_row_whatever_is_in_them() {
        let file = file("foreign");
        let made = "CREATE TABLE plain (a TEXT, b INTEGER, c AS (hex(zeroblob(3000000))));
            INSERT INTO plain (a, b) VALUES ('one', 1), (x'ff00', 'two'), (3.5, NULL);
            INSERT INTO plain (a) VALUES (CAST(x'ff41' AS TEXT));
            CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                SELECT i FROM n;";
        Foreign::made_by(&file, made).await;
        let foreign = Foreign::open(&file).await.unwrap();
        let tables = foreign.tables().await.unwrap();
        assert_eq!(tables.len(), 1, "{tables:?}");
        assert_eq!((tables[0].name.as_str(), tables[0].rows), ("plain", 4));
        let page = foreign.page(&tables[0], 0).await.unwrap();
        let cells: Vec<_> = page.iter().map(|(_, row)| (&row["a"], &row["b"])).collect();
        assert_eq!(cells[0], (&Cell::Text("one".to_owned()), &Cell::Integer(1)));
        assert_eq!(cells[1], (&Cell::Bytes(vec![255, 0]), &Cell::Text("two".to_owned())));
        assert_eq!(cells[2], (&Cell::Text("3.5".to_owned()), &Cell::Null));
        assert_eq!(cells[3].0, &Cell::Text("\u{fffd}A".to_owned()));
        assert_eq!(foreign.page(&tables[0], page[2].0).await.unwrap().len(), 1);
        foreign.close().await;
        std::fs::remove_file(file).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_nobody_has_open_gets_no_company() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("owncast.db");
        let made = "PRAGMA journal_mode = WAL; CREATE TABLE a (b); INSERT INTO a VALUES (1);";
        Foreign::made_by(&file, made).await;
        let foreign = Foreign::open(&file).await.unwrap();
        assert_eq!(foreign.tables().await.unwrap()[0].rows, 1);
        let files: Vec<_> =
            folder.path().read_dir().unwrap().map(|it| it.unwrap().path()).collect();
        assert_eq!(files, [file]);
        foreign.close().await;
    }

    #[tokio::test]
    async fn no_table_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("many.db");
        let made: String = (0..MAX_TABLES).map(|n| format!("CREATE TABLE t{n} (a);")).collect();
        Foreign::made_by(&file, &made).await;
        let foreign = Foreign::open(&file).await.unwrap();
        assert_eq!(foreign.tables().await.unwrap().len(), MAX_TABLES as usize);
        foreign.close().await;
        Foreign::made_by(&file, "CREATE TABLE one_more (a);").await;
        let foreign = Foreign::open(&file).await.unwrap();
        let refused = foreign.tables().await.unwrap_err().to_string();
        assert!(refused.contains("two hundred tables"), "{refused}");
        foreign.close().await;
    }

    #[tokio::test]
    async fn a_cell_that_would_fill_memory_is_refused() {
        let file = file("foreign-large");
        let made = "CREATE TABLE large (a BLOB); INSERT INTO large VALUES (zeroblob(5000000));";
        Foreign::made_by(&file, made).await;
        let foreign = Foreign::open(&file).await.unwrap();
        let refused = foreign.tables().await.unwrap_err().to_string();
        assert!(refused.contains("`large`") && refused.contains("4 MB"), "{refused}");
        foreign.close().await;
        std::fs::write(&file, "this is no database at all, but a text of some length").unwrap();
        let refused = async { Foreign::open(&file).await?.tables().await };
        assert!(refused.await.is_err());
        std::fs::remove_file(file).unwrap();
    }
}
