//! What is kept of a server: a data folder and a database of its own, SQLite's or PostgreSQL's.

use std::path::Path;
use std::process::{Command, Output};

use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// Names the PostgreSQL server that the stories' databases are made on; `scripts/test.sh` starts
/// one.
const POSTGRES: &str = "RIVULET_TEST_POSTGRES";

/// Which database a server has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Database {
    #[default]
    Sqlite,
    Postgres,
}

/// A new data folder and a new database. The folder goes with it; databases of PostgreSQL go with
/// the server that the tests were given.
pub(crate) struct Site {
    data: TempDir,
    database: String,
}

impl Site {
    pub(crate) async fn new(database: Database) -> Self {
        let data = tempfile::tempdir().unwrap();
        let database = match database {
            Database::Sqlite => format!("sqlite:{}", data.path().join("rivulet.db").display()),
            Database::Postgres => new_postgres().await,
        };
        Self { data, database }
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// From now on its database is this one.
    pub(crate) fn move_to(&mut self, database: String) {
        self.database = database;
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// The program on it, not yet run.
    pub(crate) fn command(&self) -> Command {
        let mut command = command(self.data());
        // Not as an argument: that is what the documentation advises against.
        command.env("RIVULET_DATABASE", &self.database);
        command
    }

    /// Does something to the database that the program would not do.
    pub(crate) async fn sql(&self, statements: &'static str) {
        let statements = sqlx::raw_sql(statements);
        if self.database.starts_with("postgres:") {
            let mut connection = PgConnection::connect(&self.database).await.unwrap();
            connection.execute(statements).await.unwrap();
            connection.close().await.unwrap();
        } else {
            let mut connection = SqliteConnection::connect(&self.database).await.unwrap();
            connection.execute(statements).await.unwrap();
            connection.close().await.unwrap();
        }
    }
}

/// The program on a data folder, without variables and settings of whoever runs the tests.
pub(super) fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rivulet"));
    command.current_dir("/").env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.arg("--data-dir").arg(data);
    command
}

/// The URL of a new and empty database.
pub(crate) async fn new_postgres() -> String {
    let server = std::env::var(POSTGRES)
        .unwrap_or_else(|_| panic!("{POSTGRES} is not set: run the tests with `make test`"));
    let name = format!("rivulet_story_{}", Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(sqlx::raw_sql(create)).await.unwrap();
    connection.close().await.unwrap();
    format!("{server}/{name}")
}

/// Makes each of these stories, `async fn(Database)`, a test on either database: `sqlite::name`
/// and `postgres::name`.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::harness::Database::Sqlite).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::harness::Database::Postgres).await;
            })*
        }
    };
}

pub(crate) use on_both_databases;
