//! The search index on PostgreSQL: text search vectors and queries
//! (<https://www.postgresql.org/docs/current/datatype-textsearch.html>) under a GIN index, made of
//! our own words as the configuration `simple` would; and pg_trgm for names where the database has it
//! or lets us create it.

use super::search::Forgiving;
use crate::db::{Db, DbError, Row, Transaction};
use crate::discovery::search::{Entry, MAX_HITS, Question, Within, is_prefix};
use crate::telemetry;

/// Names that are compared with a query more closely.
const MAX_ALIKE: usize = 100;
/// Times that one word of a text counts; PostgreSQL keeps no more than 255.
const MAX_POSITIONS: usize = 8;

pub(super) async fn prepare(db: &Db, fresh: bool) -> Result<Forgiving, DbError> {
    if fresh {
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
        transaction.commit().await?;
    }
    match trigrams(db).await {
        Ok(()) => Ok(Forgiving::Trigrams),
        Err(error) => {
            let error = telemetry::chain(&error);
            tracing::warn!(
                error,
                "PostgreSQL's extension pg_trgm is missing, so search forgives fewer typing errors; \
                 create it as an administrator of the database: CREATE EXTENSION pg_trgm"
            );
            Ok(Forgiving::Halves)
        }
    }
}

async fn trigrams(db: &Db) -> Result<(), DbError> {
    db.command("CREATE EXTENSION IF NOT EXISTS pg_trgm").execute().await?;
    db.command(
        "CREATE INDEX IF NOT EXISTS search_entry_name ON search_entry USING gin (name gin_trgm_ops)",
    )
    .execute()
    .await?;
    Ok(())
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
        "SELECT kind, subject, name FROM search_entry WHERE words @@ $1::tsquery \
         AND ($2 = '' OR kind = $2) ORDER BY ts_rank(words, $1::tsquery) DESC, subject LIMIT $3",
    )
    .bind(words(question))
    .bind(question.kind.map_or("", |kind| kind.as_str()))
    .bind(MAX_HITS)
    .all()
    .await
}

pub(super) async fn alike(db: &Db, question: &Question) -> Result<Vec<Row>, DbError> {
    // The operator's threshold is a setting: it is ours for this transaction.
    let mut transaction = db.begin().await?;
    let setting = "SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', TRUE)";
    transaction.query(setting).execute().await?;
    transaction
        .query(
            "SELECT kind, subject, name FROM search_entry WHERE $1 <% name \
             AND ($2 = '' OR kind = $2) ORDER BY word_similarity($1, name) DESC, subject LIMIT $3",
        )
        .bind(question.query.words().join(" "))
        .bind(question.kind.map_or("", |kind| kind.as_str()))
        .bind(MAX_ALIKE)
        .all()
        .await
}

pub(super) async fn by_halves(db: &Db, question: &Question) -> Result<Vec<Row>, DbError> {
    let [first, second] = halves(question);
    db.query(
        "SELECT kind, subject, name FROM search_entry WHERE (name LIKE $1 OR name LIKE $2) \
         AND ($3 = '' OR kind = $3) ORDER BY subject LIMIT $4",
    )
    .bind(first)
    .bind(second)
    .bind(question.kind.map_or("", |kind| kind.as_str()))
    .bind(MAX_HITS)
    .all()
    .await
}

/// Patterns of the two halves of the longest word: letters and digits only.
fn halves(question: &Question) -> [String; 2] {
    let words = question.query.words().iter();
    let longest = words.max_by_key(|word| word.chars().count()).map_or("", String::as_str);
    let letters: Vec<char> = longest.chars().collect();
    let (first, second) = letters.split_at(letters.len() / 2);
    [first, second].map(|half| {
        // Half of a single letter is nothing, which would be like everything.
        let half = if half.is_empty() { &letters } else { half };
        format!("%{}%", half.iter().collect::<String>())
    })
}

/// An entry as a vector: each word with its places, which say where it stands. The words are letters
/// and digits only, so quotes hold them.
fn vector(entry: &Entry) -> String {
    let weighted = [(&entry.name, 'A'), (&entry.about, 'B'), (&entry.text, 'D')];
    let mut places: std::collections::BTreeMap<&str, Vec<String>> =
        std::collections::BTreeMap::new();
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
