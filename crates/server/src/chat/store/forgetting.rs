//! What is kept no longer.
//!
//! Each step removes so many rows at most, so that others write between two of them; how many it
//! were says whether there are more.

use rivulet_media::time::WallClock;

use super::{ChatError, Store};

impl Store {
    /// Removes what happened before `before` everywhere.
    pub(in crate::chat) async fn forget(
        &self,
        before: WallClock,
        limit: usize,
    ) -> Result<u64, ChatError> {
        self.step(
            "DELETE FROM chat_event WHERE (channel_id, seq) IN \
             (SELECT channel_id, seq FROM chat_event WHERE at < $1 ORDER BY at LIMIT $2)",
            (before, limit),
        )
        .await
    }

    /// Removes messages that waited, reports and appeals from before `before`, decided or not.
    pub(in crate::chat) async fn forget_queue(
        &self,
        before: WallClock,
        limit: usize,
    ) -> Result<u64, ChatError> {
        let held = "DELETE FROM chat_held WHERE id IN \
            (SELECT id FROM chat_held WHERE at < $1 LIMIT $2)";
        let cases = "DELETE FROM chat_case WHERE id IN \
            (SELECT id FROM chat_case WHERE at < $1 LIMIT $2)";
        let held = self.step(held, (before, limit)).await?;
        Ok(held.max(self.step(cases, (before, limit)).await?))
    }

    /// Removes guests who were not seen since `before`, against whom nothing was done, and who do not
    /// keep order.
    pub(in crate::chat) async fn forget_guests(
        &self,
        before: WallClock,
        limit: usize,
    ) -> Result<u64, ChatError> {
        self.step(
            "DELETE FROM chat_person WHERE id IN (SELECT id FROM chat_person person \
             WHERE kind = 'guest' AND last_seen_at < $1 AND NOT EXISTS \
             (SELECT 1 FROM chat_action done WHERE done.chatter_id = person.id) AND NOT EXISTS \
             (SELECT 1 FROM chat_keeper keeper WHERE keeper.chatter_id = person.id) LIMIT $2)",
            (before, limit),
        )
        .await
    }

    /// Forgets where those wrote from who were not seen since `before`.
    pub(in crate::chat) async fn forget_addresses(
        &self,
        before: WallClock,
        limit: usize,
    ) -> Result<u64, ChatError> {
        self.step(
            "UPDATE chat_person SET address = NULL WHERE id IN (SELECT id FROM chat_person \
             WHERE address IS NOT NULL AND last_seen_at < $1 LIMIT $2)",
            (before, limit),
        )
        .await
    }

    /// Forgets where those wrote from against whom nothing is in force any more.
    pub(in crate::chat) async fn forget_reaches(
        &self,
        now: WallClock,
        limit: usize,
    ) -> Result<u64, ChatError> {
        self.step(
            "UPDATE chat_action SET written_from = NULL WHERE id IN (SELECT id FROM chat_action \
             WHERE written_from IS NOT NULL AND (undone_at IS NOT NULL OR until < $1) LIMIT $2)",
            (now, limit),
        )
        .await
    }

    async fn step(
        &self,
        sql: &'static str,
        (at, limit): (WallClock, usize),
    ) -> Result<u64, ChatError> {
        Ok(self.db.command(sql).bind(at).bind(limit).execute().await?)
    }
}
