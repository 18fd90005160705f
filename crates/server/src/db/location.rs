//! Where the database is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// A file of SQLite, or a PostgreSQL server. It prints without the password.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    File(PathBuf),
    Postgres(Server),
}

/// A PostgreSQL server and who we are to it.
#[derive(Clone)]
pub(crate) struct Server {
    options: Box<PgConnectOptions>,
}

/// Why a text names no database.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("write it as postgres://user:password@host/database, or sqlite:path/to/file")]
pub(crate) struct LocationError;

impl Location {
    /// Reads `postgres://…` or `sqlite:…`. The text may hold a password, so the error repeats
    /// nothing of it.
    pub(crate) fn parse(text: &str) -> Result<Self, LocationError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(text).map_err(|_| LocationError)?;
            let named = options.get_database().is_some_and(|name| !name.is_empty());
            let options = Box::new(options.application_name("rivulet"));
            return if named { Ok(Self::Postgres(Server { options })) } else { Err(LocationError) };
        }
        let file = text.strip_prefix("sqlite:").ok_or(LocationError)?;
        let file = file.strip_prefix("//").unwrap_or(file);
        if file.is_empty() { Err(LocationError) } else { Ok(Self::File(PathBuf::from(file))) }
    }
}

impl Server {
    pub(super) fn options(&self) -> PgConnectOptions {
        (*self.options).clone()
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Postgres(Server { options }) => {
                let database = options.get_database().unwrap_or_default();
                write!(f, "{}:{}/{database}", options.get_host(), options.get_port())
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.options.get_host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_named_by_url_and_print_without_the_password() {
        let server = Location::parse("postgres://ada:s3cret@db.example:5433/site").unwrap();
        assert_eq!(server.to_string(), "db.example:5433/site");
        assert!(!format!("{server:?}").contains("s3cret"));
        for file in ["sqlite:some/where.db", "sqlite://some/where.db"] {
            assert_eq!(Location::parse(file).unwrap().to_string(), "some/where.db");
        }
        for wrong in ["", "mysql://host/db", "some/where.db", "postgres://host", "sqlite:"] {
            assert!(Location::parse(wrong).is_err(), "{wrong}");
        }
    }
}
