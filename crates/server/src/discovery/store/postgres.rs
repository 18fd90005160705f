//! The search index on PostgreSQL: text search vectors and queries
//! (<https://www.postgresql.org/docs/current/datatype-textsearch.html>) under a GIN index, made of
//! our own words as the configuration `simple` would.

use std::collections::BTreeMap;

use crate::db::{Db, DbError, Row, Transaction};
use crate::discovery::search::{Entry, MAX_HITS, MAX_WEIGHED, Question, Within, is_prefix};

/// Times that one word of a text counts; PostgreSQL keeps no more than 255.
const MAX_POSITIONS: usize = 8;

pub(super) async fn make(db: &Db) -> Result<(), DbError> {
    let statements = [
        "DROP TABLE IF EXISTS search_about, search_entry",
        "CREATE TABLE search_entry (kind TEXT NOT NULL, subject TEXT NOT NULL, \
         name TEXT NOT NULL, digest BIGINT NOT NULL, words TSVECTOR NOT NULL, \
         PRIMARY KEY (kind, subject))",
        "CREATE INDEX search_entry_words ON search_entry USING gin (words)",
        "CREATE TABLE search_about (form BIGINT NOT NULL)",
    ];
    let mut transaction = db.begin().await?;
    for statement in statements {
        transaction.query(statement).execute().await?;
    }
    transaction.commit().await
}

pub(super) async fn put(transaction: &mut Transaction, entry: &Entry) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO search_entry (kind, subject, name, digest, words) \
             VALUES ($1, $2, $3, $4, $5::tsvector) ON CONFLICT (kind, subject) DO UPDATE \
             SET name = excluded.name, digest = excluded.digest, words = excluded.words",
        )
        .bind(entry.key.kind)
        .bind(&entry.key.subject)
        .bind(&entry.name)
        .bind(entry.digest())
        .bind(vector(entry))
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn exact(db: &Db, question: &Question) -> Result<Vec<Row>, DbError> {
    db.query(
        "SELECT kind, subject, name FROM (SELECT kind, subject, name, words FROM search_entry \
         WHERE words @@ $1::tsquery AND ($2 = '' OR kind = $2) LIMIT $3) w \
         ORDER BY ts_rank(words, $1::tsquery) DESC, subject LIMIT $4",
    )
    .bind(words(question))
    .bind(question.kind.map_or("", |kind| kind.as_str()))
    .bind(MAX_WEIGHED)
    .bind(MAX_HITS)
    .all()
    .await
}

/// An entry as a vector: each word with its places, which say where it stands. The words are letters
/// and digits only, so quotes hold them.
fn vector(entry: &Entry) -> String {
    let weighted = [(&entry.name, 'A'), (&entry.about, 'B'), (&entry.text, 'D')];
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let all = weighted.iter().flat_map(|(text, weight)| {
        text.split(' ').filter(|word| !word.is_empty()).map(move |word| (word, *weight))
    });
    for (position, (word, weight)) in all.enumerate() {
        let known = places.entry(word).or_default();
        if known.len() < MAX_POSITIONS {
            known.push(format!("{}{weight}", position + 1));
        }
    }
    let lexemes: Vec<String> =
        places.iter().map(|(word, places)| format!("'{word}':{}", places.join(","))).collect();
    lexemes.join(" ")
}

/// All the words. They are letters and digits only, so quotes hold them.
fn words(question: &Question) -> String {
    let only = match question.within {
        Within::Everything => "",
        Within::Names => "A",
    };
    let terms: Vec<String> = question
        .query
        .words()
        .iter()
        .map(|word| match (is_prefix(word), only) {
            (true, only) => format!("'{word}':*{only}"),
            (false, "") => format!("'{word}'"),
            (false, only) => format!("'{word}':{only}"),
        })
        .collect();
    terms.join(" & ")
}
