//! Rows for tests of what happens to all of them: every table has some.

use std::collections::BTreeMap;

use super::{Location, schema};
use crate::db::schema::{Kind, Table, quoted, tables};
use crate::db::{Db, DbError, Value, migrations};

/// What a site of each version may hold, where it matters what; other tables get rows of nothing
/// in particular. Statements end at the end of a line.
const ROWS: &[(i64, &str)] =
    &[(1, include_str!("rows/0001.sql")), (2, include_str!("rows/0002.sql"))];

/// Every version of the schema, oldest first.
pub(crate) fn versions() -> impl Iterator<Item = i64> {
    migrations::SQLITE.iter().map(|(version, ..)| *version)
}

/// A database as a program of that version would have left it, with rows in every table: those of
/// earlier versions were there before later steps were taken.
pub(crate) async fn filled(location: &Location, version: i64) -> Db {
    let db = Db::connect(location).await.unwrap();
    for step in versions().filter(|step| *step <= version) {
        db.migrate_to(step).await.unwrap();
        for (_, rows) in ROWS.iter().filter(|(since, _)| *since == step) {
            for statement in rows.split(";\n").filter(|it| !it.trim().is_empty()) {
                let done = db.command(statement).execute().await;
                done.unwrap_or_else(|error| panic!("rows/{step:04}.sql: {error:?}\n{statement}"));
            }
        }
        fill_the_empty(&db).await;
    }
    db
}

async fn fill_the_empty(db: &Db) {
    let references = references(db).await;
    let mut snapshot = db.snapshot().await.unwrap();
    let tables = tables(&mut snapshot).await.unwrap();
    drop(snapshot);
    let counts = db.counts().await.unwrap();
    for table in tables {
        if counts.iter().any(|count| count.table == table.name && count.rows == 0) {
            let done = add_row(db, &table, &references).await;
            done.unwrap_or_else(|error| {
                panic!("give `{}` a row in db/scratch/rows/NNNN.sql: {error:?}", table.name)
            });
        }
    }
}

/// Which columns refer to which: both as `table.column`.
async fn references(db: &Db) -> BTreeMap<String, String> {
    let lines = schema::describe(db).await;
    let references = lines.iter().filter_map(|line| line.split_once(" refers to "));
    let target = |to: &str| to.split(' ').next().unwrap().to_owned();
    references.map(|(from, to)| (from.to_owned(), target(to))).collect()
}

/// Adds one row: something of the right type in every column, and what it refers to where it must.
async fn add_row(
    db: &Db,
    table: &Table,
    references: &BTreeMap<String, String>,
) -> Result<u64, DbError> {
    let (mut values, mut places) = (Vec::new(), Vec::new());
    for column in &table.columns {
        let name = format!("{}.{}", table.name, column.name);
        if let Some((table, column)) = references.get(&name).and_then(|to| to.split_once('.')) {
            places.push(format!("(SELECT {} FROM {} LIMIT 1)", quoted(column), quoted(table)));
            continue;
        }
        values.push(match column.kind {
            Kind::Text => Value::Text(Some(name)),
            Kind::Integer => Value::Integer(Some(1)),
            Kind::Real => Value::Real(Some(0.5)),
            Kind::Boolean => Value::Boolean(Some(false)),
            Kind::Bytes => Value::Bytes(Some(vec![0, 255])),
        });
        places.push(format!("${}", values.len()));
    }
    let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let (name, columns, places) = (quoted(&table.name), columns.join(", "), places.join(", "));
    let insert = format!("INSERT INTO {name} ({columns}) VALUES ({places})");
    let mut transaction = db.begin().await?;
    let added = transaction.composed(insert).bind_all(values).execute().await?;
    transaction.commit().await?;
    Ok(added)
}
