//! The steps from an empty database to this version's schema, for each engine.
//!
//! A step is never changed once it is released: a database remembers what it was made by.

use std::ops::Deref;

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::{Acquire, SqlStr};

use super::DbError;

/// Where a database notes which steps it has seen.
const TABLE: &str = "_sqlx_migrations";

/// A step: version, name, statements.
pub(super) type Step = (i64, &'static str, &'static str);

macro_rules! steps {
    ($engine:literal, $(($version:literal, $name:literal, $file:literal)),* $(,)?) => {
        &[$((
            $version,
            $name,
            include_str!(concat!("../../migrations/", $engine, "/", $file)),
        )),*]
    };
}

/// SQLite's, oldest first.
pub(super) const SQLITE: &[Step] = steps!(
    "sqlite",
    (1, "channels and broadcasts", "0001_channels.sql"),
    (2, "stills", "0002_stills.sql"),
    (3, "people", "0003_people.sql"),
    (4, "jobs", "0004_jobs.sql"),
    (5, "idempotency", "0005_idempotency.sql"),
    (6, "channels of people", "0006_channels_of_people.sql"),
    (7, "site", "0007_site.sql"),
    (8, "schedule", "0008_schedule.sql"),
    (9, "discovery", "0009_discovery.sql"),
    (10, "chat", "0010_chat.sql"),
    (11, "people, more", "0011_people_more.sql"),
    (12, "owncast", "0012_owncast.sql"),
    (13, "planned titles", "0013_planned_titles.sql"),
    (14, "chat, right", "0014_chat_right.sql"),
    (15, "moving", "0015_moving.sql"),
    (16, "insights", "0016_insights.sql"),
    (17, "followers", "0017_followers.sql"),
    (18, "markers", "0018_markers.sql"),
);

/// PostgreSQL's: the same versions with the same effect.
pub(super) const POSTGRES: &[Step] = steps!(
    "postgres",
    (1, "channels and broadcasts", "0001_channels.sql"),
    (2, "stills", "0002_stills.sql"),
    (3, "people", "0003_people.sql"),
    (4, "jobs", "0004_jobs.sql"),
    (5, "idempotency", "0005_idempotency.sql"),
    (6, "channels of people", "0006_channels_of_people.sql"),
    (7, "site", "0007_site.sql"),
    (8, "schedule", "0008_schedule.sql"),
    (9, "discovery", "0009_discovery.sql"),
    (10, "chat", "0010_chat.sql"),
    (11, "people, more", "0011_people_more.sql"),
    (12, "owncast", "0012_owncast.sql"),
    (13, "planned titles", "0013_planned_titles.sql"),
    (14, "chat, right", "0014_chat_right.sql"),
    (15, "moving", "0015_moving.sql"),
    (16, "insights", "0016_insights.sql"),
    (17, "followers", "0017_followers.sql"),
    (18, "markers", "0018_markers.sql"),
);

/// Takes the steps up to `version` that the database has not seen.
pub(super) async fn run<'a, A>(database: A, steps: &[Step], version: i64) -> Result<(), DbError>
where
    A: Acquire<'a> + Copy,
    <A::Connection as Deref>::Target: Migrate,
{
    refuse_newer(applied(database).await?)?;
    let steps = steps.iter().filter(|step| step.0 <= version);
    let migrations = steps.map(|&(version, name, statements)| {
        let sql = SqlStr::from_static(statements);
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect()).run(database).await.map_err(DbError::Migrate)
}

/// A newer program may have changed the meaning of what is stored, so guessing could destroy it.
pub(super) fn refuse_newer(found: i64) -> Result<(), DbError> {
    let known = newest();
    if found > known { Err(DbError::Newer { found, known }) } else { Ok(()) }
}

/// This program's version of the schema.
pub(super) fn newest() -> i64 {
    SQLITE.iter().map(|&(version, ..)| version).max().unwrap_or_default()
}

/// The newest step that the database has seen; 0 when there was none.
async fn applied<'a, A>(database: A) -> Result<i64, DbError>
where
    A: Acquire<'a>,
    <A::Connection as Deref>::Target: Migrate,
{
    let mut connection = database.acquire().await?;
    connection.ensure_migrations_table(TABLE).await.map_err(DbError::Migrate)?;
    let applied = connection.list_applied_migrations(TABLE).await.map_err(DbError::Migrate)?;
    Ok(applied.iter().map(|migration| migration.version).max().unwrap_or_default())
}
