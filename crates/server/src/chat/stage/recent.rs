//! What a room remembers of what happened last, encoded once.

use std::sync::Arc;

use super::MAX_RECENT;
use crate::chat::model::event::{Event, Fact, Message};
use crate::chat::wire::ours;

/// An event that a room remembers.
pub(super) struct Recent {
    pub(super) event: Arc<Event>,
    /// The event as our clients read it.
    pub(super) ours: Arc<str>,
}

/// After which event these are everything.
pub(super) fn complete_after(events: &[Event]) -> u64 {
    events.first().filter(|_| events.len() >= MAX_RECENT).map_or(0, |first| first.seq)
}

impl Recent {
    pub(super) fn new(event: Event) -> Self {
        let ours = ours::event(&event).into();
        Self { event: Arc::new(event), ours }
    }

    /// The event as it is after `change`, which says what becomes of a message: nothing, gone, or
    /// another one.
    pub(super) fn rewritten(
        self,
        change: &impl Fn(&Message) -> Option<Option<Message>>,
    ) -> Option<Self> {
        let fact = match &self.event.fact {
            Fact::Message(message) => match change(message) {
                None => return Some(self),
                Some(None) => return None,
                Some(Some(message)) => Fact::Message(Box::new(message)),
            },
            Fact::Restored { messages } => {
                let now = messages.iter().filter_map(|message| match change(message) {
                    None => Some(message.clone()),
                    Some(changed) => changed,
                });
                Fact::Restored { messages: now.collect() }
            }
            _ => return Some(self),
        };
        Some(Self::new(Event { fact, ..Event::clone(&self.event) }))
    }
}
