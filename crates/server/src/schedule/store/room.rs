//! Whether a channel has room for what is to be written. Two who plan at once must not get past a
//! maximum together: who asks is alone with the schedule until the end of the transaction.

use rivulet_media::time::WallClock;

use crate::db::{DbError, Transaction};
use crate::ids::ChannelId;
use crate::schedule::ScheduleError;
use crate::schedule::model::{MAX_CHANNEL_EXCEPTIONS, MAX_STREAMS, Stream};

/// For another stream that is not over.
pub(super) async fn for_another(
    transaction: &mut Transaction,
    channel: ChannelId,
    now: WallClock,
) -> Result<(), ScheduleError> {
    let planned = transaction
        .query(
            "SELECT COUNT(*) AS planned FROM scheduled_stream WHERE channel_id = $1 \
             AND (last_at IS NULL OR last_at >= $2)",
        )
        .bind(channel)
        .bind(now)
        .one()
        .await?;
    match planned.get::<usize>("planned")? {
        planned if planned >= MAX_STREAMS => Err(ScheduleError::TooManyStreams),
        _ => Ok(()),
    }
}

/// For a stream as it is to be from now on. One that was over and is so no more counts again; what
/// takes no more room than before is let through however full it is.
pub(super) async fn for_changed(
    transaction: &mut Transaction,
    stream: &Stream,
) -> Result<(), ScheduleError> {
    let now = stream.changed_at;
    let is_over = |last: Option<WallClock>| last.is_some_and(|last| last < now);
    let was = transaction
        .query("SELECT last_at FROM scheduled_stream WHERE id = $1")
        .bind(stream.id)
        .optional()
        .await?
        .ok_or(ScheduleError::NoStream)?;
    if is_over(was.get("last_at")?) && !is_over(stream.span().1) {
        for_another(transaction, stream.channel, now).await?;
    }
    let (all, own) = exceptions(transaction, stream).await?;
    let wanted = stream.exceptions.len();
    if wanted > own && all.saturating_sub(own) + wanted > MAX_CHANNEL_EXCEPTIONS {
        return Err(ScheduleError::TooManyExceptions);
    }
    Ok(())
}

/// How many exceptions the stream's channel has, and how many of them are its own.
async fn exceptions(
    transaction: &mut Transaction,
    stream: &Stream,
) -> Result<(usize, usize), DbError> {
    let row = transaction
        .query(
            "SELECT COUNT(*) AS every, COUNT(CASE WHEN e.stream_id = $2 THEN 1 END) AS own \
             FROM scheduled_exception e JOIN scheduled_stream s ON s.id = e.stream_id \
             WHERE s.channel_id = $1",
        )
        .bind(stream.channel)
        .bind(stream.id)
        .one()
        .await?;
    Ok((row.get("every")?, row.get("own")?))
}
