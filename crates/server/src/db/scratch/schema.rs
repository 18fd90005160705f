//! A database's schema in words that do not depend on its engine.

use crate::db::{Db, Engine};

/// Columns, indexes and references of every table that both engines have, sorted.
pub(crate) async fn describe(db: &Db) -> Vec<String> {
    let [columns, indexes, references] = match db.engine() {
        Engine::Sqlite => [SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_REFERENCES],
        Engine::Postgres => [POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_REFERENCES],
    };
    let mut lines = Vec::new();
    for sql in [columns, indexes, references] {
        let rows = db.query(sql).all().await.unwrap();
        lines.extend(rows.iter().map(|row| row.get::<String>("line").unwrap()));
    }
    lines.sort();
    lines
}

const SQLITE_COLUMNS: &str = "
    SELECT t.name || '.' || c.name || ' ' || replace(lower(c.type), 'blob', 'bytea') ||
        CASE WHEN c.\"notnull\" THEN ' required' ELSE '' END AS line
    FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx%'
        AND t.name NOT LIKE 'search%'";

const POSTGRES_COLUMNS: &str = "
    SELECT (table_name || '.' || column_name || ' ' || data_type ||
        CASE WHEN is_nullable = 'NO' THEN ' required' ELSE '' END)::text AS line
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'
        AND table_name NOT LIKE 'search%'";

const SQLITE_INDEXES: &str = "
    SELECT 'index ' || CASE WHEN i.origin = 'c' THEN i.name ELSE '' END || ' on ' || t.name ||
        ' (' || (SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c) || ')' ||
        CASE WHEN i.\"unique\" THEN ' unique' ELSE '' END ||
        CASE WHEN i.partial THEN ' where' ELSE '' END AS line
    FROM sqlite_master t, pragma_index_list(t.name) i
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx%'
        AND t.name NOT LIKE 'search%'";

const POSTGRES_INDEXES: &str = "
    SELECT 'index ' || CASE WHEN k.oid IS NULL THEN n.relname ELSE '' END || ' on ' || t.relname ||
        ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY p.place)
            FROM unnest(i.indkey) WITH ORDINALITY AS p (number, place)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.number) || ')' ||
        CASE WHEN i.indisunique THEN ' unique' ELSE '' END ||
        CASE WHEN i.indpred IS NOT NULL THEN ' where' ELSE '' END AS line
    FROM pg_index i
    JOIN pg_class n ON n.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_sqlx%'
        AND t.relname NOT LIKE 'search%'";

const SQLITE_REFERENCES: &str = "
    SELECT t.name || '.' || f.\"from\" || ' refers to ' || f.\"table\" || '.' || f.\"to\" ||
        ' on delete ' || lower(f.on_delete) AS line
    FROM sqlite_master t, pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table'";

const POSTGRES_REFERENCES: &str = "
    SELECT t.relname || '.' || a.attname || ' refers to ' || r.relname || '.' || b.attname ||
        ' on delete ' || CASE k.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
            WHEN 'r' THEN 'restrict' WHEN 'd' THEN 'set default' ELSE 'no action' END AS line
    FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_class r ON r.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
    JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.confkey[1]
    WHERE k.contype = 'f'";
