//! Databases for tests: a new one for each, of either engine.

mod rows;
mod schema;

use std::path::PathBuf;

use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use super::{Engine, Location};
pub(crate) use rows::{filled, versions};
pub(crate) use schema::describe;

/// Names the server that the tests' databases are made on; `scripts/test.sh` starts one.
const SERVER: &str = "RIVULET_TEST_POSTGRES";

/// A place for one test's files and database. The folder goes with it; databases of PostgreSQL go
/// with the server that the tests were given.
pub(crate) struct Scratch {
    pub(crate) folder: PathBuf,
    pub(crate) database: Location,
}

impl Scratch {
    /// An empty folder and an empty database.
    pub(crate) async fn new(engine: Engine) -> Self {
        let name = format!("rivulet_test_{}", Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let database = match engine {
            Engine::Sqlite => Location::File(folder.join("rivulet.db")),
            Engine::Postgres => postgres(&name).await,
        };
        Self { folder, database }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn postgres(name: &str) -> Location {
    let server = std::env::var(SERVER)
        .unwrap_or_else(|_| panic!("{SERVER} is not set: run the tests with `make test`"));
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(sqlx::raw_sql(create)).await.unwrap();
    connection.close().await.unwrap();
    Location::parse(&format!("{server}/{name}")).unwrap()
}

/// Runs each of these functions as a test, once for each engine.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::db::Engine::Sqlite).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::db::Engine::Postgres).await;
            })*
        }
    };
}

pub(crate) use on_both_databases;
