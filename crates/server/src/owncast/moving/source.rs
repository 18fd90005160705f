//! An Owncast database, opened and recognised; its rows, of which nothing is believed.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rivulet_media::time::WallClock;
use serde_json::{Map, Value, json};

use crate::db::{Cell, DbError, Foreign, ForeignTable, Record};
use crate::owncast::OwncastError;

/// What Owncast calls its database.
const FILE: &str = "owncast.db";
/// Versions of its schema that are known: the ones it counted itself (0.1.0 to 0.2.5), and those of
/// the tool that it has counted with since.
const KNOWN: std::ops::RangeInclusive<i64> = 5..=9;
const NEWEST_STEP: i64 = 12;
/// Times outside of these are none: 2010 to 2100.
const SANE: std::ops::Range<i64> = 1_262_304_000_000..4_102_444_800_000;

/// The database, and the folder of files around it.
pub(super) struct Source {
    pub(super) folder: PathBuf,
    pub(super) tables: Vec<ForeignTable>,
    foreign: Foreign,
}

impl Source {
    /// Opens a data folder, the folder around it, or the database itself.
    ///
    /// # Errors
    /// When there is none, or not one of a version that is known.
    pub(super) async fn open(path: &Path) -> Result<Self, OwncastError> {
        let places = [path.to_owned(), path.join(FILE), path.join("data").join(FILE)];
        let file = places.into_iter().find(|it| it.is_file()).ok_or_else(|| {
            let path = path.display();
            OwncastError::No(format!(
                "there is no Owncast database at {path}: name its data folder, where {FILE} is"
            ))
        })?;
        let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
        let foreign = Foreign::open(&file).await?;
        let tables = foreign.tables().await?;
        let source = Self { folder, tables, foreign };
        source.check_version().await?;
        Ok(source)
    }

    /// The rows of a table after the one of that number, some of them.
    pub(super) async fn page(
        &self,
        table: &ForeignTable,
        after: i64,
    ) -> Result<Vec<(i64, Row)>, DbError> {
        let page = self.foreign.page(table, after).await?;
        Ok(page.into_iter().map(|(number, record)| (number, Row(record))).collect())
    }

    pub(super) fn table(&self, name: &str) -> Option<&ForeignTable> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub(super) async fn close(self) {
        self.foreign.close().await;
    }

    async fn check_version(&self) -> Result<(), OwncastError> {
        if self.table("datastore").is_none() || self.table("users").is_none() {
            return Err(OwncastError::no(
                "this is no Owncast database, or one of a version before 0.1: start Owncast 0.1.3 \
                 or later on it once, which brings it up to date",
            ));
        }
        let counted = self.largest("config", |row| {
            row.text("value").filter(|_| row.text("key").as_deref() == Some("version"))
        });
        let stepped = self.largest("goose_db_version", |row| row.text("version_id"));
        let (counted, stepped) = (counted.await?, stepped.await?);
        match (counted, stepped) {
            (None, None) => {
                Err(OwncastError::no("the database does not say of which version it is"))
            }
            (_, Some(step)) if step > NEWEST_STEP => Err(newer(step, NEWEST_STEP)),
            (Some(version), _) if version > *KNOWN.end() => Err(newer(version, *KNOWN.end())),
            (Some(version), None) if version < *KNOWN.start() => Err(OwncastError::No(format!(
                "the database has Owncast's schema {version}: start Owncast 0.1.3 or later on it \
                 once, which brings it up to date"
            ))),
            _ => Ok(()),
        }
    }

    /// The largest number among those in a small table.
    async fn largest(
        &self,
        table: &str,
        number: impl Fn(&Row) -> Option<String>,
    ) -> Result<Option<i64>, OwncastError> {
        let Some(table) = self.table(table) else { return Ok(None) };
        let rows = self.page(table, 0).await?;
        Ok(rows.iter().filter_map(|(_, row)| number(row)?.trim().parse().ok()).max())
    }
}

fn newer(found: i64, known: i64) -> OwncastError {
    OwncastError::No(format!(
        "the database has Owncast's schema {found}, and this program knows it up to {known}: \
         install a newer Rivulet, which may know it"
    ))
}

/// A row.
pub(super) struct Row(Record);

impl Row {
    /// A cell as text; `None` when it is empty or nothing that can be text.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        match self.0.get(column)? {
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(number) => Some(number.to_string()),
            Cell::Real(number) => Some(number.to_string()),
            Cell::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
            Cell::Null => None,
        }
        .filter(|text| !text.is_empty())
    }

    pub(super) fn bytes(&self, column: &str) -> Option<Vec<u8>> {
        match self.0.get(column)? {
            Cell::Bytes(bytes) => Some(bytes.clone()),
            Cell::Text(text) => Some(text.clone().into_bytes()),
            _ => None,
        }
    }

    pub(super) fn time(&self, column: &str) -> Option<WallClock> {
        let millis = match self.0.get(column)? {
            Cell::Integer(seconds) => seconds.checked_mul(1000)?,
            Cell::Text(text) => read_time(text)?,
            _ => return None,
        };
        SANE.contains(&millis).then(|| WallClock::from_unix_millis(millis))
    }

    /// Since when something is so; `now` where what stands there is no time, for it is so all the same.
    pub(super) fn since(&self, column: &str, now: WallClock) -> Option<WallClock> {
        self.time(column).or_else(|| self.text(column).map(|_| now))
    }

    /// All of it.
    pub(super) fn document(&self) -> Value {
        let cell = |cell: &Cell| match cell {
            Cell::Null => Value::Null,
            Cell::Integer(number) => json!(number),
            Cell::Real(number) => json!(number),
            Cell::Text(text) => json!(text),
            Cell::Bytes(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
        };
        Value::Object(
            self.0.iter().map(|(name, it)| (name.clone(), cell(it))).collect::<Map<_, _>>(),
        )
    }
}

/// A time as Go's driver or SQLite itself writes it, in milliseconds.
fn read_time(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let time = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(time.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_go_and_sqlite_write_them() {
        for (text, millis) in [
            ("2024-03-01 12:30:00", Some(1_709_296_200_000)),
            ("2024-03-01 12:30:00.5+00:00", Some(1_709_296_200_500)),
            ("2024-03-01 13:30:00.123456789+01:00", Some(1_709_296_200_123)),
            ("2024-03-01T12:30:00Z", Some(1_709_296_200_000)),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(read_time(text), millis, "{text}");
        }
        let row = Row([("t".to_owned(), Cell::Integer(i64::MAX))].into());
        assert_eq!(row.time("t"), None);
        let now = WallClock::from_unix_millis(1_709_296_200_000);
        assert_eq!((row.since("t", now), row.since("u", now)), (Some(now), None));
    }
}
