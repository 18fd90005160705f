//! Fills a database past the server: a million rows through its API would take an hour.

use std::path::Path;

use anyhow::{Context, Result};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection,
};

/// Rows of one statement with values.
const ROWS: usize = 500;
/// Channels that each account follows.
const EACH: usize = 10;
const CATEGORIES: usize = 20;
/// The renditions of a channel as the server stores them: the source alone.
const VIDEO: &str =
    r#"{"audio_only":false,"variants":[{"audio":"passthrough","video":"passthrough"}]}"#;
const FIRST: [&str; 16] = [
    "amber", "brave", "calm", "daring", "eager", "fancy", "gentle", "happy", "icy", "jolly",
    "kind", "lively", "mighty", "noble", "orange", "proud",
];
const SECOND: [&str; 20] = [
    "badger",
    "castle",
    "dragon",
    "eagle",
    "forest",
    "garden",
    "harbour",
    "island",
    "jungle",
    "kitchen",
    "lantern",
    "mountain",
    "network",
    "orchestra",
    "painter",
    "quartet",
    "river",
    "speedrun",
    "theatre",
    "violin",
];

/// The name of a channel.
pub(super) fn name(number: usize) -> String {
    let first = FIRST.get(number % FIRST.len()).unwrap_or(&"a");
    let second = SECOND.get(number / 3 % SECOND.len()).unwrap_or(&"b");
    format!("{first} {second} {}", number % 977)
}

/// A tag of some channels.
pub(super) fn tag(number: usize) -> String {
    format!("tag{}", number % 200)
}

/// The name of a category in addresses.
pub(super) fn category(number: usize) -> String {
    format!("category-{}", number % CATEGORIES)
}

/// The same with two letters of its second word swapped.
pub(super) fn typo(name: &str) -> String {
    let (first, rest) = name.split_once("%20").unwrap_or((name, ""));
    let mut letters: Vec<char> = rest.chars().collect();
    if letters.len() > 3 {
        letters.swap(2, 3);
    }
    format!("{first}%20{}", letters.into_iter().collect::<String>())
}

/// The URL of a new database on a PostgreSQL server.
pub(super) async fn new_postgres(server: &str) -> Result<String> {
    let server = server.trim_end_matches('/');
    let name = format!("rivulet_bench_{}", std::process::id());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
    let create = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}");
    for statement in create.split("; ") {
        connection.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await?;
    }
    Ok(format!("{server}/{name}"))
}

/// A database that a server has made its tables in.
pub(super) enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    pub(super) async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") {
            return Ok(Self::Postgres(PgConnection::connect(url).await?));
        }
        let file = Path::new(url.strip_prefix("sqlite:").context("neither of the two databases")?);
        Ok(Self::Sqlite(SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?))
    }

    pub(super) async fn fill(&mut self, channels: usize, follows: usize) -> Result<()> {
        self.run("BEGIN").await?;
        self.categories().await?;
        for from in (0..channels).step_by(ROWS) {
            self.channels(from, (from + ROWS).min(channels)).await?;
        }
        self.accounts(follows.div_ceil(EACH)).await?;
        self.run("COMMIT").await?;
        let trigger = self.trigger().await?;
        self.run("BEGIN").await?;
        self.follows(channels, follows).await?;
        self.run("COMMIT").await?;
        self.run(&trigger).await?;
        self.run("ANALYZE").await
    }

    async fn categories(&mut self) -> Result<()> {
        let rows: Vec<_> = (0..CATEGORIES)
            .map(|n| format!("('{}', '{}', 'Category {n}', '', 0)", id(n), category(n)))
            .collect();
        let into = "INSERT INTO category (id, slug, name, description, created_at) VALUES";
        self.run(&format!("{into} {}", rows.join(", "))).await
    }

    async fn channels(&mut self, from: usize, to: usize) -> Result<()> {
        let rows: Vec<_> = (from..to)
            .map(|n| {
                format!(
                    "('{}', 'bench-{n:05}', '{}', 'Title {n}', 'Channel {n} of many', FALSE, 2, \
                     20000, '{VIDEO}', FALSE, {n}, '{}', 'pt-BR')",
                    id(n),
                    name(n),
                    id(n % CATEGORIES)
                )
            })
            .collect();
        let into = "INSERT INTO channel (id, slug, name, title, description, is_primary, \
                    latency_level, reconnect_grace_ms, video, thumbnail_history, created_at, \
                    category_id, language) VALUES";
        self.run(&format!("{into} {}", rows.join(", "))).await?;
        let tags = |n: usize| {
            let id = id(n);
            format!("('{id}', '{}', 0), ('{id}', 'second{}', 1)", tag(n), n % 50)
        };
        let rows: Vec<_> = (from..to).map(tags).collect();
        let into = "INSERT INTO channel_tag (channel_id, tag, position) VALUES";
        self.run(&format!("{into} {}", rows.join(", "))).await
    }

    async fn accounts(&mut self, count: usize) -> Result<()> {
        let numbers = numbers(count);
        self.run(&format!(
            "{numbers} INSERT INTO account (id, username, username_skeleton, display_name, role, \
             state, state_reason, bio, colour, totp_step, created_at) SELECT {}, 'bench' || n, \
             'bench' || n, 'bench' || n, 'member', 'active', '', '', 0, 0, 0 FROM numbers",
            id_of("n")
        ))
        .await
    }

    /// Stops counting; what counts again is returned.
    async fn trigger(&mut self) -> Result<String> {
        match self {
            Self::Sqlite(connection) => {
                let select = "SELECT sql FROM sqlite_master WHERE name = 'follow_begins'";
                let sql: String = connection.fetch_one(select).await?.try_get("sql")?;
                connection.execute("DROP TRIGGER follow_begins").await?;
                Ok(sql)
            }
            Self::Postgres(_) => {
                self.run("ALTER TABLE follow DISABLE TRIGGER follow_begins").await?;
                Ok("ALTER TABLE follow ENABLE TRIGGER follow_begins".to_owned())
            }
        }
    }

    async fn follows(&mut self, channels: usize, count: usize) -> Result<()> {
        let numbers = numbers(count);
        // Different for each of the channels that one account follows.
        let channel = format!("((n / {EACH}) * 13 + (n % {EACH}) * 997) % {channels}");
        self.run(&format!(
            "{numbers} INSERT INTO follow (account_id, channel_id, followed_at, notify) \
             SELECT {}, {}, n, FALSE FROM numbers",
            id_of(&format!("(n / {EACH})")),
            id_of(&format!("({channel})"))
        ))
        .await?;
        let counts = "INSERT INTO follow_count (channel_id, followers) \
                      SELECT channel_id, COUNT(*) FROM follow GROUP BY channel_id";
        self.run(counts).await
    }

    async fn run(&mut self, sql: &str) -> Result<()> {
        let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => connection.execute(statement).await.map(drop)?,
            Self::Postgres(connection) => connection.execute(statement).await.map(drop)?,
        }
        Ok(())
    }
}

/// As many numbers, from 0.
fn numbers(count: usize) -> String {
    format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers \
         WHERE n + 1 < {count})"
    )
}

fn id(number: usize) -> String {
    format!("01900000-0000-7000-8000-{number:012}")
}

/// The same as an expression of a number.
fn id_of(number: &str) -> String {
    format!("'01900000-0000-7000-8000-' || SUBSTR(CAST({number} + 1000000000000 AS TEXT), 2)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_one_swap_in_the_second_word() {
        assert_eq!(typo("amber%20badger%207"), "amber%20bagder%207");
        assert_eq!(typo("x"), "x%20");
    }
}
