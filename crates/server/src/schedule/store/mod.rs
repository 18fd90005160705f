//! The tables `scheduled_stream`, `scheduled_exception`, `scheduled_broadcast` and
//! `schedule_change`.

mod broadcasts;
mod room;
mod rows;

use std::collections::BTreeMap;
use std::ops::Range;

use rivulet_media::time::WallClock;

use super::ScheduleError;
use super::model::{Exception, Stream};
use crate::db::{Db, Statement, Transaction};
use crate::ids::{ChannelId, ScheduledStreamId};

/// Reads streams, and what is not as their rules say. Both are read for the same streams, but not
/// together: a description of some KiB would come once for each exception.
struct Reading {
    streams: &'static str,
    exceptions: &'static str,
}

/// A reading of these streams.
macro_rules! streams {
    ($which:literal) => {
        Reading {
            streams: concat!("SELECT * FROM scheduled_stream WHERE ", $which),
            exceptions: concat!(
                "SELECT * FROM scheduled_exception WHERE stream_id IN \
                 (SELECT id FROM scheduled_stream WHERE ",
                $which,
                ")"
            ),
        }
    };
}

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// The streams of a channel of which something may begin within `window`; where there are more
    /// than `limit`, those that go on the longest.
    pub(super) async fn of_channel(
        &self,
        channel: ChannelId,
        window: &Range<WallClock>,
        limit: usize,
    ) -> Result<Vec<Stream>, ScheduleError> {
        let reading = streams!(
            "channel_id = $1 AND first_at < $2 AND (last_at IS NULL OR last_at >= $3) \
             ORDER BY (last_at IS NULL) DESC, last_at DESC, id LIMIT $4"
        );
        self.read(&reading, |it| it.bind(channel).bind(window.end).bind(window.start).bind(limit))
            .await
    }

    /// The same of every channel but `hidden`.
    pub(super) async fn of_site(
        &self,
        window: &Range<WallClock>,
        hidden: &[ChannelId],
        limit: usize,
    ) -> Result<Vec<Stream>, ScheduleError> {
        // Ids in one text: both engines take it, and their own lists each in another way.
        let hidden: Vec<String> = hidden.iter().map(ToString::to_string).collect();
        let hidden = hidden.join(" ");
        let reading = streams!(
            "first_at < $1 AND (last_at IS NULL OR last_at >= $2) \
             AND $3 NOT LIKE '%' || lower(channel_id) || '%' \
             ORDER BY (last_at IS NULL) DESC, last_at DESC, id LIMIT $4"
        );
        self.read(&reading, |it| it.bind(window.end).bind(window.start).bind(&hidden).bind(limit))
            .await
    }

    pub(super) async fn stream(
        &self,
        channel: ChannelId,
        id: ScheduledStreamId,
    ) -> Result<Option<Stream>, ScheduleError> {
        let reading = streams!("channel_id = $1 AND id = $2");
        Ok(self.read(&reading, |it| it.bind(channel).bind(id)).await?.pop())
    }

    /// In the order of their ids, so that the same streams make the same feeds.
    async fn read<'a>(
        &'a self,
        reading: &Reading,
        bound: impl Fn(Statement<'a>) -> Statement<'a>,
    ) -> Result<Vec<Stream>, ScheduleError> {
        let rows = bound(self.db.query(reading.streams)).all().await?;
        let mut streams: BTreeMap<ScheduledStreamId, Stream> = BTreeMap::new();
        for row in &rows {
            let stream = rows::stream(row)?;
            streams.insert(stream.id, stream);
        }
        if !streams.is_empty() {
            for row in bound(self.db.query(reading.exceptions)).all().await? {
                // One that was planned between the two questions is seen by the next.
                if let Some(stream) = streams.get_mut(&row.get("stream_id")?) {
                    stream.exceptions.insert(row.get("occurrence")?, rows::exception(&row)?);
                }
            }
        }
        Ok(streams.into_values().collect())
    }

    pub(super) async fn insert(&self, stream: &Stream) -> Result<(), ScheduleError> {
        let mut transaction = self.db.begin().await?;
        // Two who plan at once must not get past the maximum together.
        transaction.alone("schedule").await?;
        room::for_another(&mut transaction, stream.channel, stream.created_at).await?;
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
        transaction.alone("schedule").await?;
        room::for_changed(&mut transaction, stream).await?;
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
