//! The table `audit_entry`.

use serde_json::Value;

use super::model::{Filter, Line, Subject};
use crate::db::{Db, DbError, Row, Transaction};

/// Lines that are kept, the newest. Against a log that fills the disk: some 100 MB at most.
pub(super) const MAX_ENTRIES: u32 = 100_000;

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

pub(super) async fn insert(transaction: &mut Transaction, line: &Line) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO audit_entry (id, at, actor_id, actor_name, action, subject_kind, \
             subject_id, subject_name, was, became) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(line.id)
        .bind(line.at)
        .bind(line.actor)
        .bind(&line.actor_name)
        .bind(&line.action)
        .bind(line.subject.kind)
        .bind(&line.subject.id)
        .bind(&line.subject.name)
        .bind(line.was.as_ref().map(Value::to_string))
        .bind(line.became.as_ref().map(Value::to_string))
        .execute()
        .await?;
    Ok(())
}

/// Removes what is too old.
pub(super) async fn sweep(transaction: &mut Transaction) -> Result<(), DbError> {
    transaction
        .query(
            "DELETE FROM audit_entry WHERE id <= \
             (SELECT id FROM audit_entry ORDER BY id DESC LIMIT 1 OFFSET $1)",
        )
        .bind(MAX_ENTRIES)
        .execute()
        .await?;
    Ok(())
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    pub(super) async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<Line>, DbError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM audit_entry WHERE ($1 IS NULL OR id < $1) \
                 AND ($2 IS NULL OR actor_id = $2) AND ($3 IS NULL OR action = $3) \
                 AND ($4 IS NULL OR subject_kind = $4) AND ($5 IS NULL OR subject_id = $5) \
                 ORDER BY id DESC LIMIT $6",
            )
            .bind(filter.before)
            .bind(filter.actor)
            .bind(filter.action)
            .bind(filter.kind)
            .bind(filter.subject.as_deref())
            .bind(limit)
            .all()
            .await?;
        rows.iter().map(line).collect()
    }
}

fn line(row: &Row) -> Result<Line, DbError> {
    let subject = Subject {
        kind: row.get("subject_kind")?,
        id: row.get("subject_id")?,
        name: row.get("subject_name")?,
    };
    Ok(Line {
        id: row.get("id")?,
        at: row.get("at")?,
        actor: row.get("actor_id")?,
        actor_name: row.get("actor_name")?,
        action: row.get("action")?,
        subject,
        was: json(row, "was")?,
        became: json(row, "became")?,
    })
}

fn json(row: &Row, name: &'static str) -> Result<Option<Value>, DbError> {
    let text: Option<String> = row.get(name)?;
    let value = text.map(|text| serde_json::from_str(&text)).transpose();
    value.map_err(|_| DbError::Corrupt { what: name })
}
