//! The tables `scheduled_stream`, `scheduled_exception`, `scheduled_broadcast` and
//! `schedule_change`.

use std::collections::BTreeMap;
use std::ops::Range;

use rivulet_media::time::WallClock;

use super::ScheduleError;
use super::model::{Exception, Link, MAX_STREAMS, Move, Stream};
use super::recurrence::Series;
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::{BroadcastId, ChannelId, ScheduledStreamId};

/// What reads streams together with their exceptions: one row for each of these.
macro_rules! streams {
    ($where:literal) => {
        concat!(
            "SELECT s.*, e.occurrence, e.kind, e.moved_to, e.duration_ms AS moved_duration_ms, \
             e.title AS moved_title FROM (SELECT * FROM scheduled_stream WHERE ",
            $where,
            ") s LEFT JOIN scheduled_exception e ON e.stream_id = s.id ORDER BY s.id"
        )
    };
}

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// What a broadcast was planned as.
pub(super) struct Planned {
    pub(super) broadcast: BroadcastId,
    pub(super) stream: ScheduledStreamId,
    pub(super) title: String,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// The streams of a channel of which something may begin within `window`; the newest of them
    /// where there are more than `limit`.
    pub(super) async fn of_channel(
        &self,
        channel: ChannelId,
        window: &Range<WallClock>,
        limit: usize,
    ) -> Result<Vec<Stream>, ScheduleError> {
        let rows = self
            .db
            .query(streams!(
                "channel_id = $1 AND first_at < $2 AND (last_at IS NULL OR last_at >= $3) \
                 ORDER BY first_at DESC, id LIMIT $4"
            ))
            .bind(channel)
            .bind(window.end)
            .bind(window.start)
            .bind(limit)
            .all()
            .await?;
        Ok(assemble(&rows)?)
    }

    /// The same of every channel.
    pub(super) async fn of_site(
        &self,
        window: &Range<WallClock>,
        limit: usize,
    ) -> Result<Vec<Stream>, ScheduleError> {
        let rows = self
            .db
            .query(streams!(
                "first_at < $1 AND (last_at IS NULL OR last_at >= $2) \
                 ORDER BY first_at DESC, id LIMIT $3"
            ))
            .bind(window.end)
            .bind(window.start)
            .bind(limit)
            .all()
            .await?;
        Ok(assemble(&rows)?)
    }

    pub(super) async fn stream(
        &self,
        channel: ChannelId,
        id: ScheduledStreamId,
    ) -> Result<Option<Stream>, ScheduleError> {
        let rows = self
            .db
            .query(streams!("channel_id = $1 AND id = $2"))
            .bind(channel)
            .bind(id)
            .all()
            .await?;
        Ok(assemble(&rows)?.pop())
    }

    pub(super) async fn insert(&self, stream: &Stream) -> Result<(), ScheduleError> {
        let mut transaction = self.db.begin().await?;
        // Two who plan at once must not get past the maximum together.
        transaction.alone("schedule").await?;
        let planned = transaction
            .query(
                "SELECT COUNT(*) AS planned FROM scheduled_stream WHERE channel_id = $1 \
                 AND (last_at IS NULL OR last_at >= $2)",
            )
            .bind(stream.channel)
            .bind(stream.created_at)
            .one()
            .await?;
        if planned.get::<usize>("planned")? >= MAX_STREAMS {
            return Err(ScheduleError::TooManyStreams);
        }
        let (first_at, last_at) = stream.span();
        transaction
            .query(
                "INSERT INTO scheduled_stream (id, channel_id, title, description, category_id, \
                 starts_at, time_zone, duration_ms, rrule, state, revision, first_at, last_at, \
                 created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
                 $12, $13, $14, $15)",
            )
            .bind(stream.id)
            .bind(stream.channel)
            .bind(&stream.title)
            .bind(&stream.description)
            .bind(stream.category.clone())
            .bind(stream.series.first())
            .bind(stream.series.zone().clone())
            .bind(stream.duration)
            .bind(stream.series.rule().cloned())
            .bind(stream.state)
            .bind(stream.revision)
            .bind(first_at)
            .bind(last_at)
            .bind(stream.created_at)
            .bind(stream.changed_at)
            .execute()
            .await?;
        touch(&mut transaction, stream.channel, stream.changed_at).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes a stream that was read at the revision before its own.
    pub(super) async fn update(&self, stream: &Stream) -> Result<(), ScheduleError> {
        let (first_at, last_at) = stream.span();
        let mut transaction = self.db.begin().await?;
        let changed = transaction
            .query(
                "UPDATE scheduled_stream SET title = $3, description = $4, category_id = $5, \
                 starts_at = $6, time_zone = $7, duration_ms = $8, rrule = $9, state = $10, \
                 revision = revision + 1, first_at = $11, last_at = $12, changed_at = $13 \
                 WHERE id = $1 AND revision = $2",
            )
            .bind(stream.id)
            .bind(stream.revision.saturating_sub(1))
            .bind(&stream.title)
            .bind(&stream.description)
            .bind(stream.category.clone())
            .bind(stream.series.first())
            .bind(stream.series.zone().clone())
            .bind(stream.duration)
            .bind(stream.series.rule().cloned())
            .bind(stream.state)
            .bind(first_at)
            .bind(last_at)
            .bind(stream.changed_at)
            .execute()
            .await?;
        if changed == 0 {
            return Err(ScheduleError::Changed);
        }
        write_exceptions(&mut transaction, stream).await?;
        touch(&mut transaction, stream.channel, stream.changed_at).await?;
        Ok(transaction.commit().await?)
    }

    pub(super) async fn remove(
        &self,
        channel: ChannelId,
        id: ScheduledStreamId,
        at: WallClock,
    ) -> Result<(), ScheduleError> {
        let mut transaction = self.db.begin().await?;
        let removed = transaction
            .query("DELETE FROM scheduled_stream WHERE id = $1 AND channel_id = $2")
            .bind(id)
            .bind(channel)
            .execute()
            .await?;
        if removed == 0 {
            return Err(ScheduleError::NoStream);
        }
        touch(&mut transaction, channel, at).await?;
        Ok(transaction.commit().await?)
    }

    /// When a channel's schedule changed last.
    pub(super) async fn changed_at(
        &self,
        channel: ChannelId,
    ) -> Result<Option<WallClock>, ScheduleError> {
        let sql = "SELECT MAX(changed_at) AS at FROM schedule_change WHERE channel_id = $1";
        Ok(self.db.query(sql).bind(channel).one().await?.get("at")?)
    }

    /// Notes that a broadcast is an occurrence. A broadcast that is known already stays what it is.
    pub(super) async fn link(&self, link: &Link) -> Result<(), ScheduleError> {
        self.db
            .command(
                "INSERT INTO scheduled_broadcast (broadcast_id, stream_id, occurrence, starts_at) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (broadcast_id) DO NOTHING",
            )
            .bind(link.broadcast)
            .bind(link.stream)
            .bind(link.occurrence)
            .bind(link.starts_at)
            .execute()
            .await?;
        Ok(())
    }

    /// Broadcasts of occurrences that were to begin within `window`, of one channel or of all.
    pub(super) async fn links(
        &self,
        channel: Option<ChannelId>,
        window: &Range<WallClock>,
        limit: usize,
    ) -> Result<Vec<Link>, ScheduleError> {
        let query = match channel {
            Some(channel) => self
                .db
                .query(
                    "SELECT b.* FROM scheduled_broadcast b \
                     JOIN scheduled_stream s ON s.id = b.stream_id WHERE s.channel_id = $1 \
                     AND b.starts_at >= $2 AND b.starts_at < $3 \
                     ORDER BY b.broadcast_id DESC LIMIT $4",
                )
                .bind(channel),
            None => self.db.query(
                "SELECT b.* FROM scheduled_broadcast b WHERE b.starts_at >= $1 \
                 AND b.starts_at < $2 ORDER BY b.broadcast_id DESC LIMIT $3",
            ),
        };
        let rows = query.bind(window.start).bind(window.end).bind(limit).all().await?;
        Ok(rows.iter().map(link).collect::<Result<_, _>>()?)
    }

    /// What broadcasts of a channel were planned as, from one id to another.
    pub(super) async fn planned(
        &self,
        channel: ChannelId,
        (oldest, newest): (BroadcastId, BroadcastId),
        limit: usize,
    ) -> Result<Vec<Planned>, ScheduleError> {
        let rows = self
            .db
            .query(
                "SELECT b.broadcast_id, b.stream_id, COALESCE(e.title, s.title) AS title \
                 FROM scheduled_broadcast b JOIN scheduled_stream s ON s.id = b.stream_id \
                 LEFT JOIN scheduled_exception e ON e.stream_id = b.stream_id \
                 AND e.occurrence = b.occurrence WHERE s.channel_id = $1 \
                 AND b.broadcast_id >= $2 AND b.broadcast_id <= $3 LIMIT $4",
            )
            .bind(channel)
            .bind(oldest)
            .bind(newest)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(planned).collect::<Result<_, _>>()?)
    }
}

/// Exceptions are few and are written as a whole.
async fn write_exceptions(
    transaction: &mut Transaction,
    stream: &Stream,
) -> Result<(), ScheduleError> {
    let id = stream.id;
    let delete = "DELETE FROM scheduled_exception WHERE stream_id = $1";
    transaction.query(delete).bind(id).execute().await?;
    for (name, exception) in &stream.exceptions {
        let (kind, moved) = match exception {
            Exception::Cancelled => ("cancelled", None),
            Exception::Moved(moved) => ("moved", Some(moved)),
        };
        transaction
            .query(
                "INSERT INTO scheduled_exception (stream_id, occurrence, kind, moved_to, \
                 duration_ms, title, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id)
            .bind(*name)
            .bind(kind)
            .bind(moved.map(|it| it.to))
            .bind(moved.and_then(|it| it.duration))
            .bind(moved.and_then(|it| it.title.clone()))
            .bind(stream.changed_at)
            .execute()
            .await?;
    }
    Ok(())
}

async fn touch(
    transaction: &mut Transaction,
    channel: ChannelId,
    at: WallClock,
) -> Result<(), ScheduleError> {
    transaction
        .query(
            "INSERT INTO schedule_change (channel_id, changed_at) VALUES ($1, $2) \
             ON CONFLICT (channel_id) DO UPDATE SET changed_at = excluded.changed_at",
        )
        .bind(channel)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// Rows of one stream follow each other.
fn assemble(rows: &[Row]) -> Result<Vec<Stream>, DbError> {
    let mut streams: Vec<Stream> = Vec::new();
    for row in rows {
        let id: ScheduledStreamId = row.get("id")?;
        if streams.last().is_none_or(|last| last.id != id) {
            streams.push(stream(row, id)?);
        }
        if let (Some(last), Some(name)) = (streams.last_mut(), row.get("occurrence")?) {
            last.exceptions.insert(name, exception(row)?);
        }
    }
    Ok(streams)
}

fn stream(row: &Row, id: ScheduledStreamId) -> Result<Stream, DbError> {
    let (first, zone) = (row.get("starts_at")?, row.get("time_zone")?);
    Ok(Stream {
        id,
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

fn exception(row: &Row) -> Result<Exception, DbError> {
    match row.get::<String>("kind")?.as_str() {
        "cancelled" => Ok(Exception::Cancelled),
        "moved" => Ok(Exception::Moved(Move {
            to: row.get("moved_to")?,
            duration: row.get("moved_duration_ms")?,
            title: row.get("moved_title")?,
        })),
        _ => Err(DbError::Corrupt { what: "kind" }),
    }
}

fn link(row: &Row) -> Result<Link, DbError> {
    Ok(Link {
        broadcast: row.get("broadcast_id")?,
        stream: row.get("stream_id")?,
        occurrence: row.get("occurrence")?,
        starts_at: row.get("starts_at")?,
    })
}

fn planned(row: &Row) -> Result<Planned, DbError> {
    Ok(Planned {
        broadcast: row.get("broadcast_id")?,
        stream: row.get("stream_id")?,
        title: row.get("title")?,
    })
}
