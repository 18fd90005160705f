//! The search index on SQLite: FTS5 (<https://www.sqlite.org/fts5.html>). Its table keeps the
//! index alone; what was indexed stands in `search_entry`.

use crate::db::{Db, DbError, Row, Transaction};
use crate::discovery::search::{Entry, Key, MAX_HITS, MAX_WEIGHED, Question, Within, is_prefix};

/// Each entry is looked up by its number, and not joined: a planner that took its statistics from a
/// smaller table would read all of it for each.
const EXACT: &str = "SELECT (SELECT kind FROM search_entry WHERE number = w.number) AS kind, \
    (SELECT subject FROM search_entry WHERE number = w.number) AS subject, \
    (SELECT name FROM search_entry WHERE number = w.number) AS name \
    FROM (SELECT number, score FROM (SELECT rowid AS number, \
    bm25(search_words, 0.0, 8.0, 3.0, 1.0) AS score FROM search_words \
    WHERE search_words MATCH $1 LIMIT $2) ORDER BY score, number LIMIT $3) w \
    WHERE kind IS NOT NULL ORDER BY w.score, w.number";

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
    db.query(EXACT).bind(words(question)).bind(MAX_WEIGHED).bind(MAX_HITS).all().await
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Engine;
    use crate::db::scratch::Scratch;
    use crate::discovery::search::Kind;
    use crate::discovery::store::search::{SearchStore, Write};

    #[tokio::test]
    async fn no_search_reads_every_entry_whatever_the_planner_knows() {
        let scratch = Scratch::new(Engine::Sqlite).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let search = SearchStore::open(db.clone()).await.unwrap();
        let only = Entry::new(Key::new(Kind::Channel, "only"), "Only", "", "");
        search.write(&[Write::Put(only)]).await.unwrap();
        // From here on the planner takes it for a table of one row.
        db.analyze().await.unwrap();
        db.close().await;
        let db = Db::open(&scratch.database).await.unwrap();
        let explain: &'static str = format!("EXPLAIN QUERY PLAN {EXACT}").leak();
        let plan =
            db.query(explain).bind("only").bind(MAX_WEIGHED).bind(MAX_HITS).all().await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail").unwrap()).collect();
        assert!(steps.iter().any(|step| step.contains("SEARCH search_entry")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("SCAN search_entry")), "{steps:?}");
        db.close().await;
    }
}
