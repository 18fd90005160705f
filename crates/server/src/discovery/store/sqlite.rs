//! The search index on SQLite: FTS5 (<https://www.sqlite.org/fts5.html>). Its table keeps the
//! index alone; what was indexed stands in `search_entry`.

use crate::db::{Db, DbError, Row, Transaction};
use crate::discovery::search::{Entry, Key, MAX_HITS, Question, Within, is_prefix};

pub(super) async fn make(db: &Db) -> Result<(), DbError> {
    let statements = [
        "DROP TABLE IF EXISTS search_about",
        "DROP TABLE IF EXISTS search_entry",
        "DROP TABLE IF EXISTS search_words",
        // Of an older form.
        "DROP TABLE IF EXISTS search_names",
        "CREATE TABLE search_entry (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, \
         subject TEXT NOT NULL, name TEXT NOT NULL, digest BIGINT NOT NULL, UNIQUE (kind, subject))",
        "CREATE VIRTUAL TABLE search_words USING fts5 (kind, name, about, text, content = '', \
         contentless_delete = 1, prefix = '2 3', \
         tokenize = 'unicode61 remove_diacritics 2')",
        "CREATE TABLE search_about (form BIGINT NOT NULL)",
    ];
    let mut transaction = db.begin().await?;
    for statement in statements {
        transaction.query(statement).execute().await?;
    }
    transaction.commit().await
}

pub(super) async fn put(transaction: &mut Transaction, entry: &Entry) -> Result<(), DbError> {
    let number: i64 = transaction
        .query(
            "INSERT INTO search_entry (kind, subject, name, digest) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (kind, subject) DO UPDATE SET name = excluded.name, \
             digest = excluded.digest RETURNING number",
        )
        .bind(entry.key.kind)
        .bind(&entry.key.subject)
        .bind(&entry.name)
        .bind(entry.digest())
        .one()
        .await?
        .get("number")?;
    transaction
        .query(
            "INSERT OR REPLACE INTO search_words (rowid, kind, name, about, text) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(number)
        .bind(entry.key.kind)
        .bind(&entry.name)
        .bind(&entry.about)
        .bind(&entry.text)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn remove(transaction: &mut Transaction, key: &Key) -> Result<(), DbError> {
    transaction
        .query(
            "DELETE FROM search_words WHERE rowid IN \
             (SELECT number FROM search_entry WHERE kind = $1 AND subject = $2)",
        )
        .bind(key.kind)
        .bind(&key.subject)
        .execute()
        .await?;
    super::search::remove(transaction, key).await
}

pub(super) async fn exact(db: &Db, question: &Question) -> Result<Vec<Row>, DbError> {
    db.query(
        "SELECT e.kind, e.subject, e.name FROM (SELECT rowid AS number, \
         bm25(search_words, 0.0, 8.0, 3.0, 1.0) AS score FROM search_words \
         WHERE search_words MATCH $1 ORDER BY score LIMIT $2) w \
         JOIN search_entry e ON e.number = w.number ORDER BY w.score, e.number",
    )
    .bind(words(question))
    .bind(MAX_HITS)
    .all()
    .await
}

/// All the words, of that kind. They are letters and digits only, so quotes hold them.
fn words(question: &Question) -> String {
    let terms: Vec<String> = question
        .query
        .words()
        .iter()
        .map(|word| if is_prefix(word) { format!("\"{word}\"*") } else { format!("\"{word}\"") })
        .collect();
    let columns = match question.within {
        Within::Everything => "{name about text}",
        Within::Names => "{name}",
    };
    let kind = question.kind.map(|kind| format!("{{kind}} : \"{kind}\" AND ")).unwrap_or_default();
    format!("{kind}({columns} : ({}))", terms.join(" AND "))
}
