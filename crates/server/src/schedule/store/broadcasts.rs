//! Which broadcasts were planned, and as what.

use std::ops::Range;

use rivulet_media::time::WallClock;

use super::Store;
use crate::db::{DbError, Row};
use crate::ids::{BroadcastId, ChannelId, ScheduledStreamId};
use crate::schedule::ScheduleError;
use crate::schedule::model::Link;

/// What a broadcast was planned as.
pub(in crate::schedule) struct Planned {
    pub(in crate::schedule) broadcast: BroadcastId,
    pub(in crate::schedule) stream: ScheduledStreamId,
    /// As it was when the broadcast began.
    pub(in crate::schedule) title: String,
}

/// Of the whole site, by the index on when they were to begin.
const SITE_LINKS: &str = "SELECT * FROM scheduled_broadcast WHERE starts_at >= $1 \
                          AND starts_at < $2 ORDER BY starts_at DESC LIMIT $3";

impl Store {
    /// Notes that a broadcast is an occurrence of that title. A broadcast that is known already stays
    /// what it is.
    pub(in crate::schedule) async fn link(
        &self,
        link: &Link,
        title: &str,
    ) -> Result<(), ScheduleError> {
        self.db
            .command(
                "INSERT INTO scheduled_broadcast (broadcast_id, stream_id, occurrence, starts_at, \
                 title) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (broadcast_id) DO NOTHING",
            )
            .bind(link.broadcast)
            .bind(link.stream)
            .bind(link.occurrence)
            .bind(link.starts_at)
            .bind(title)
            .execute()
            .await?;
        Ok(())
    }

    /// Broadcasts of a channel's occurrences that were to begin within `window`.
    pub(in crate::schedule) async fn links_of(
        &self,
        channel: ChannelId,
        window: &Range<WallClock>,
        limit: usize,
    ) -> Result<Vec<Link>, ScheduleError> {
        let query = self
            .db
            .query(
                "SELECT b.* FROM scheduled_broadcast b \
                 JOIN scheduled_stream s ON s.id = b.stream_id WHERE s.channel_id = $1 \
                 AND b.starts_at >= $2 AND b.starts_at < $3 ORDER BY b.starts_at DESC LIMIT $4",
            )
            .bind(channel);
        let rows = query.bind(window.start).bind(window.end).bind(limit).all().await?;
        Ok(rows.iter().map(link).collect::<Result<_, _>>()?)
    }

    /// The same of the whole site.
    pub(in crate::schedule) async fn links(
        &self,
        window: &Range<WallClock>,
        limit: usize,
    ) -> Result<Vec<Link>, ScheduleError> {
        let query = self.db.query(SITE_LINKS);
        let rows = query.bind(window.start).bind(window.end).bind(limit).all().await?;
        Ok(rows.iter().map(link).collect::<Result<_, _>>()?)
    }

    /// What broadcasts of a channel were planned as, from one id to another.
    pub(in crate::schedule) async fn planned(
        &self,
        channel: ChannelId,
        (oldest, newest): (BroadcastId, BroadcastId),
        limit: usize,
    ) -> Result<Vec<Planned>, ScheduleError> {
        let rows = self
            .db
            .query(
                "SELECT b.broadcast_id, b.stream_id, b.title FROM scheduled_broadcast b \
                 JOIN scheduled_stream s ON s.id = b.stream_id WHERE s.channel_id = $1 \
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::scratch::Scratch;
    use crate::db::{Db, Engine};

    #[tokio::test]
    async fn a_window_of_the_site_is_found_by_an_index() {
        let scratch = Scratch::new(Engine::Sqlite).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let explain = "EXPLAIN QUERY PLAN SELECT * FROM scheduled_broadcast WHERE starts_at >= $1 \
                       AND starts_at < $2 ORDER BY starts_at DESC LIMIT $3";
        assert!(explain.ends_with(SITE_LINKS));
        let plan = db.query(explain).bind(0_i64).bind(1_i64).bind(1_i64).one().await.unwrap();
        let plan: String = plan.get("detail").unwrap();
        assert!(plan.contains("USING INDEX scheduled_broadcast_starts"), "{plan}");
        db.close().await;
    }
}
