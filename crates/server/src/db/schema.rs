//! What tables a database has, as the database itself tells: for copying all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{DbError, Engine, Transaction};

/// A table whose rows are somebody's, and not derived from others'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<ColumnOf>,
    /// The tables whose rows it refers to.
    refers_to: BTreeSet<String>,
}

/// A column and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnOf {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What columns hold: the types that both databases have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Real,
    Boolean,
    Bytes,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "bigint" => Self::Integer,
            "double precision" => Self::Real,
            "boolean" => Self::Boolean,
            "blob" | "bytea" => Self::Bytes,
            _ => return None,
        })
    }
}

/// Every table but those that are derived, each after the tables it refers to.
pub(super) async fn tables(transaction: &mut Transaction) -> Result<Vec<Table>, DbError> {
    let [columns, references] = match transaction.engine() {
        Engine::Sqlite => [SQLITE_COLUMNS, SQLITE_REFERENCES],
        Engine::Postgres => [POSTGRES_COLUMNS, POSTGRES_REFERENCES],
    };
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for row in transaction.query(columns).all().await? {
        let (table, column): (String, String) = (row.get("of_table")?, row.get("name")?);
        let kind: String = row.get("kind")?;
        let Some(kind) = Kind::named(&kind) else {
            return Err(DbError::Kind { column: format!("{table}.{column}"), kind });
        };
        let entry = tables.entry(table.clone());
        let new = || Table { name: table, columns: Vec::new(), refers_to: BTreeSet::new() };
        entry.or_insert_with(new).columns.push(ColumnOf { name: column, kind });
    }
    for row in transaction.query(references).all().await? {
        let (from, to): (String, String) = (row.get("of_table")?, row.get("refers_to")?);
        if let Some(table) = tables.get_mut(&from) {
            table.refers_to.insert(to);
        }
    }
    in_order(tables.into_values().collect())
}

/// Each table after those it refers to, otherwise by name.
fn in_order(mut waiting: Vec<Table>) -> Result<Vec<Table>, DbError> {
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let known: BTreeSet<&str> = ordered.iter().map(|table| table.name.as_str()).collect();
        let is_ready =
            |table: &Table| table.refers_to.iter().all(|name| known.contains(name.as_str()));
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
        if ready.is_empty() {
            let tables: Vec<_> = rest.into_iter().map(|table| table.name).collect();
            return Err(DbError::Circle { tables: tables.join(", ") });
        }
        ordered.extend(ready);
        waiting = rest;
    }
    Ok(ordered)
}

/// The name as part of a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

// Tables named `search…` are indexes for searching: their owners fill them from the others.

const SQLITE_COLUMNS: &str = "
    SELECT t.name AS of_table, c.name AS name, lower(c.type) AS kind
    FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND t.name NOT LIKE 'search%'
    ORDER BY t.name, c.cid";

const POSTGRES_COLUMNS: &str = "
    SELECT c.table_name::text AS of_table, c.column_name::text AS name, c.data_type::text AS kind
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema
        AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
    WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE '\\_sqlx%'
        AND c.table_name NOT LIKE 'search%'
    ORDER BY c.table_name, c.ordinal_position";

const SQLITE_REFERENCES: &str = "
    SELECT t.name AS of_table, f.\"table\" AS refers_to
    FROM sqlite_master t, pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table'";

const POSTGRES_REFERENCES: &str = "
    SELECT t.relname::text AS of_table, r.relname::text AS refers_to
    FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_class r ON r.oid = k.confrelid
    WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace";

#[cfg(test)]
mod tests {
    use super::*;

    fn order(references: &[(&str, &[&str])]) -> Result<Vec<String>, String> {
        let tables = references.iter().map(|(name, refers_to)| Table {
            name: (*name).to_owned(),
            columns: Vec::new(),
            refers_to: refers_to.iter().map(|name| (*name).to_owned()).collect(),
        });
        let ordered = in_order(tables.collect()).map_err(|error| error.to_string())?;
        Ok(ordered.into_iter().map(|table| table.name).collect())
    }

    #[test]
    fn a_table_comes_after_those_it_refers_to() {
        let ordered = order(&[("a", &["c"]), ("b", &[]), ("c", &["b"]), ("d", &["a", "b"])]);
        assert_eq!(ordered.unwrap(), ["b", "c", "a", "d"]);
    }

    #[test]
    fn circles_are_refused_by_name() {
        let itself = order(&[("a", &[]), ("tree", &["tree", "a"])]).unwrap_err();
        assert!(itself.contains("tables tree refer"), "{itself}");
        let each_other = order(&[("a", &["b"]), ("b", &["a"]), ("c", &[])]).unwrap_err();
        assert!(each_other.contains("tables a, b refer"), "{each_other}");
    }
}
