//! Rows, read.

use std::collections::BTreeMap;

use crate::db::{DbError, Row};
use crate::schedule::model::{Exception, Move, Stream};
use crate::schedule::recurrence::Series;

/// A stream without its exceptions.
pub(super) fn stream(row: &Row) -> Result<Stream, DbError> {
    let (first, zone) = (row.get("starts_at")?, row.get("time_zone")?);
    Ok(Stream {
        id: row.get("id")?,
        channel: row.get("channel_id")?,
        title: row.get("title")?,
        description: row.get("description")?,
        category: row.get("category_id")?,
        series: Series::kept(first, zone, row.get("rrule")?),
        duration: row.get("duration_ms")?,
        state: row.get("state")?,
        revision: row.get("revision")?,
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
        exceptions: BTreeMap::new(),
    })
}

pub(super) fn exception(row: &Row) -> Result<Exception, DbError> {
    match row.get::<String>("kind")?.as_str() {
        "cancelled" => Ok(Exception::Cancelled),
        "moved" => Ok(Exception::Moved(Move {
            to: row.get("moved_to")?,
            duration: row.get("duration_ms")?,
            title: row.get("title")?,
        })),
        _ => Err(DbError::Corrupt { what: "kind" }),
    }
}
