//! Lines of the audit log about what is no event of a room.

use serde_json::Value;

use super::Store;
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::channels::Channel;
use crate::db::{DbError, Transaction};

/// Somebody changed something that chat keeps.
pub(in crate::chat) struct Line<'a> {
    pub(in crate::chat) actor: &'a Actor,
    /// Of which channel; the site's without one.
    pub(in crate::chat) channel: Option<&'a Channel>,
    pub(in crate::chat) action: Action,
    pub(in crate::chat) was: Option<Value>,
    pub(in crate::chat) became: Option<Value>,
}

impl Store {
    pub(in crate::chat) async fn line(
        &self,
        transaction: &mut Transaction,
        line: Line<'_>,
    ) -> Result<(), DbError> {
        let Line { actor, channel, action, was, became } = line;
        let subject = match channel {
            Some(channel) => Subject::new(SubjectKind::Channel, channel.id, &channel.slug),
            None => Subject::site(),
        };
        self.audit.record(transaction, Entry { actor, action, subject, was, became }).await
    }
}
