//! The tables `site_sample`, `broadcast_sample` and `alert`.

use rivulet_media::time::WallClock;

use super::InsightsError;
use super::alarms::{Alert, Watched};
use super::kept::{Figures, Place, Sample, Step};
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::{AlertId, BroadcastId, ChannelId};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// What samples are wanted of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    Site,
    Channel(ChannelId),
    Broadcast(BroadcastId),
}

/// Which samples: of one step, from a time on and before another, the oldest first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) step: Step,
    pub(super) from: WallClock,
    pub(super) to: WallClock,
    pub(super) at_most: usize,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Writes samples, all or none. Those of broadcasts that are not there are left out: their
    /// channel was deleted, or the disk refused them.
    pub(super) async fn save(&self, step: Step, samples: &[Sample]) -> Result<(), InsightsError> {
        let mut transaction = self.db.begin().await?;
        for sample in samples {
            let figures = serde_json::to_string(&sample.figures)
                .expect("figures are numbers under names that are texts");
            match sample.place {
                Place::Site => save_site(&mut transaction, (step, sample.at), &figures).await?,
                Place::Broadcast { channel, broadcast } => {
                    let place = (channel, broadcast);
                    save_broadcast(&mut transaction, place, (step, sample.at), &figures).await?;
                }
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn samples(&self, of: Of, span: Span) -> Result<Vec<Sample>, InsightsError> {
        let statement = match of {
            Of::Site => self.db.query(
                "SELECT at, figures FROM site_sample \
                 WHERE step_seconds = $1 AND at >= $2 AND at < $3 ORDER BY at LIMIT $4",
            ),
            Of::Channel(_) => self.db.query(
                "SELECT at, figures, channel_id, broadcast_id FROM broadcast_sample \
                 WHERE step_seconds = $1 AND at >= $2 AND at < $3 AND channel_id = $5 \
                 ORDER BY at, broadcast_id LIMIT $4",
            ),
            Of::Broadcast(_) => self.db.query(
                "SELECT at, figures, channel_id, broadcast_id FROM broadcast_sample \
                 WHERE step_seconds = $1 AND at >= $2 AND at < $3 AND broadcast_id = $5 \
                 ORDER BY at LIMIT $4",
            ),
        };
        let statement = statement.bind(span.step.seconds()).bind(span.from).bind(span.to);
        let statement = statement.bind(span.at_most);
        let rows = match of {
            Of::Site => statement.all().await?,
            Of::Channel(id) => statement.bind(id).all().await?,
            Of::Broadcast(id) => statement.bind(id).all().await?,
        };
        let is_site = matches!(of, Of::Site);
        Ok(rows.iter().map(|row| sample(row, is_site)).collect::<Result<_, _>>()?)
    }

    /// Those of all broadcasts, the oldest first.
    pub(super) async fn of_broadcasts(&self, span: Span) -> Result<Vec<Sample>, InsightsError> {
        let statement = self.db.query(
            "SELECT at, figures, channel_id, broadcast_id FROM broadcast_sample \
             WHERE step_seconds = $1 AND at >= $2 AND at < $3 ORDER BY at, broadcast_id LIMIT $4",
        );
        let statement = statement.bind(span.step.seconds()).bind(span.from).bind(span.to);
        let rows = statement.bind(span.at_most).all().await?;
        Ok(rows.iter().map(|row| sample(row, false)).collect::<Result<_, _>>()?)
    }

    /// When the oldest and the newest of the site's samples begin.
    pub(super) async fn ends(
        &self,
        step: Step,
    ) -> Result<Option<(WallClock, WallClock)>, InsightsError> {
        let statement = self.db.query(
            "SELECT MIN(at) AS oldest, MAX(at) AS newest FROM site_sample WHERE step_seconds = $1",
        );
        let row = statement.bind(step.seconds()).one().await?;
        let (oldest, newest): (Option<WallClock>, Option<WallClock>) =
            (row.get("oldest")?, row.get("newest")?);
        Ok(oldest.zip(newest))
    }

    /// Forgets the samples of that step that began before then.
    pub(super) async fn forget(&self, step: Step, before: WallClock) -> Result<(), InsightsError> {
        for sql in [
            "DELETE FROM site_sample WHERE step_seconds = $1 AND at < $2",
            "DELETE FROM broadcast_sample WHERE step_seconds = $1 AND at < $2",
        ] {
            self.db.command(sql).bind(step.seconds()).bind(before).execute().await?;
        }
        Ok(())
    }

    pub(super) async fn raise(&self, alert: &Alert) -> Result<(), InsightsError> {
        self.db
            .command(
                "INSERT INTO alert (id, kind, channel_id, raised_at, sentence) \
                 SELECT $1, $2, $3, $4, $5 \
                 WHERE CAST($3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM channel WHERE id = $3)",
            )
            .bind(alert.id)
            .bind(alert.kind)
            .bind(alert.channel)
            .bind(alert.raised_at)
            .bind(&alert.sentence)
            .execute()
            .await?;
        Ok(())
    }

    pub(super) async fn clear(&self, id: AlertId, at: WallClock) -> Result<(), InsightsError> {
        let sql = "UPDATE alert SET cleared_at = $2 WHERE id = $1 AND cleared_at IS NULL";
        self.db.command(sql).bind(id).bind(at).execute().await?;
        Ok(())
    }

    /// A start ends what stood: what still holds is raised anew.
    pub(super) async fn clear_all(&self, at: WallClock) -> Result<(), InsightsError> {
        let sql = "UPDATE alert SET cleared_at = $1 WHERE cleared_at IS NULL";
        self.db.command(sql).bind(at).execute().await?;
        Ok(())
    }

    /// The newest alerts, the latest first.
    pub(super) async fn alerts(&self, at_most: usize) -> Result<Vec<Alert>, InsightsError> {
        let sql = "SELECT * FROM alert ORDER BY raised_at DESC, id DESC LIMIT $1";
        let rows = self.db.query(sql).bind(at_most).all().await?;
        Ok(rows.iter().map(alert).collect::<Result<_, _>>()?)
    }

    pub(super) async fn forget_alerts(&self, before: WallClock) -> Result<(), InsightsError> {
        let sql = "DELETE FROM alert WHERE raised_at < $1 AND cleared_at IS NOT NULL";
        self.db.command(sql).bind(before).execute().await?;
        Ok(())
    }
}

async fn save_site(
    transaction: &mut Transaction,
    (step, at): (Step, WallClock),
    figures: &str,
) -> Result<(), DbError> {
    let statement = transaction.query(
        "INSERT INTO site_sample (step_seconds, at, figures) VALUES ($1, $2, $3) \
         ON CONFLICT (step_seconds, at) DO UPDATE SET figures = excluded.figures",
    );
    statement.bind(step.seconds()).bind(at).bind(figures).execute().await?;
    Ok(())
}

async fn save_broadcast(
    transaction: &mut Transaction,
    (channel, broadcast): (ChannelId, BroadcastId),
    (step, at): (Step, WallClock),
    figures: &str,
) -> Result<(), DbError> {
    let statement = transaction.query(
        "INSERT INTO broadcast_sample (broadcast_id, channel_id, step_seconds, at, figures) \
         SELECT $1, $2, $3, $4, $5 \
         WHERE EXISTS (SELECT 1 FROM broadcast WHERE id = $1 AND channel_id = $2) \
         ON CONFLICT (broadcast_id, step_seconds, at) DO UPDATE SET figures = excluded.figures",
    );
    let statement = statement.bind(broadcast).bind(channel).bind(step.seconds());
    statement.bind(at).bind(figures).execute().await?;
    Ok(())
}

fn sample(row: &Row, is_site: bool) -> Result<Sample, DbError> {
    let figures: Figures = serde_json::from_str(&row.get::<String>("figures")?)
        .map_err(|_| DbError::Corrupt { what: "figures" })?;
    let place = match is_site {
        true => Place::Site,
        false => Place::Broadcast {
            channel: row.get("channel_id")?,
            broadcast: row.get("broadcast_id")?,
        },
    };
    Ok(Sample { at: row.get("at")?, place, figures })
}

fn alert(row: &Row) -> Result<Alert, DbError> {
    Ok(Alert {
        id: row.get("id")?,
        kind: row.get::<Watched>("kind")?,
        channel: row.get("channel_id")?,
        raised_at: row.get("raised_at")?,
        cleared_at: row.get("cleared_at")?,
        sentence: row.get("sentence")?,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::db::Engine;
    use crate::db::scratch::{Scratch, on_both_databases};

    async fn alerts_are_kept_until_they_are_old(engine: Engine) {
        let scratch = Scratch::new(engine).await;
        let store = Store::new(Db::open(&scratch.database).await.unwrap());
        let at = WallClock::from_unix_millis(1_000_000);
        let alert = |channel| Alert {
            id: AlertId::generate(),
            kind: Watched::Disk,
            channel,
            raised_at: at,
            cleared_at: None,
            sentence: "The disk is full.".to_owned(),
        };
        let (first, second) = (alert(None), alert(None));
        store.raise(&first).await.unwrap();
        store.raise(&second).await.unwrap();
        // A channel that was deleted at this moment has no alerts.
        store.raise(&alert(Some(ChannelId::generate()))).await.unwrap();
        let later = at + Duration::from_secs(9);
        store.clear(first.id, later).await.unwrap();
        let over = Alert { cleared_at: Some(later), ..first };
        assert_eq!(store.alerts(9).await.unwrap(), [second.clone(), over.clone()]);
        store.forget_alerts(later).await.unwrap();
        assert_eq!(store.alerts(9).await.unwrap(), std::slice::from_ref(&second), "what stands");
        store.clear_all(later).await.unwrap();
        assert_eq!(store.alerts(9).await.unwrap()[0].cleared_at, Some(later));
    }

    on_both_databases!(alerts_are_kept_until_they_are_old);
}
