//! What clients called their requests: a message that is sent again, because its acknowledgement got
//! lost, is acknowledged again and not said twice.
//!
//! Memory holds the newest; whether it holds all of the last ten minutes it knows, and where it does
//! not, the database is asked.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::ids::{ChatterId, MessageId};

/// How long a key is remembered.
pub(crate) const MEMORY: Duration = Duration::from_secs(600);
/// Keys remembered in one room. Against a crowd that would fill memory with them: at a thousand
/// messages a second the oldest are forgotten after 50 seconds, and found in the database.
pub(crate) const MAX_KEYS: usize = 50_000;

type Key = (ChatterId, String);

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is this event, about this message where it is about one.
    Done { seq: u64, id: Option<MessageId> },
    /// A moderator looks at it.
    Held,
}

/// A request as it was kept: when, whose, what they called it, and what became of it.
pub(crate) type KeptKey = (WallClock, ChatterId, String, Known);

/// The keys of a room.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: HashMap<Key, Known>,
    order: VecDeque<(WallClock, Key)>,
    /// When the newest was made of those that were forgotten for want of room.
    forgotten: Option<WallClock>,
}

impl Keys {
    /// Those that were kept, the oldest first; `most` of them were read at most.
    pub(super) fn new(kept: Vec<KeptKey>, most: usize) -> Self {
        let mut keys = Self::default();
        if kept.len() >= most {
            keys.forgotten = kept.first().map(|oldest| oldest.0);
        }
        for (at, who, key, what) in kept {
            keys.insert((who, key), what, at);
        }
        keys
    }

    pub(super) fn find(&self, key: &Key) -> Option<Known> {
        self.known.get(key).copied()
    }

    /// Whether nothing of the last ten minutes was forgotten.
    pub(super) fn is_complete(&self, now: WallClock) -> bool {
        self.forgotten.is_none_or(|at| at < now - MEMORY)
    }

    pub(super) fn insert(&mut self, key: Key, what: Known, now: WallClock) {
        let horizon = now - MEMORY;
        while self.order.front().is_some_and(|it| it.0 < horizon) || self.order.len() >= MAX_KEYS {
            let Some((at, oldest)) = self.order.pop_front() else { break };
            self.known.remove(&oldest);
            if at >= horizon {
                self.forgotten = Some(at);
            }
        }
        if self.known.insert(key.clone(), what).is_none() {
            self.order.push_back((now, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_forgotten_after_ten_minutes_and_are_few() {
        let (mut keys, who) = (Keys::default(), ChatterId::generate());
        let at = |seconds: i64| WallClock::from_unix_millis(seconds * 1000);
        let what = Known::Done { seq: 7, id: Some(MessageId::generate()) };
        keys.insert((who, "a".to_owned()), what, at(0));
        assert_eq!(keys.find(&(who, "a".to_owned())), Some(what));
        assert_eq!(keys.find(&(ChatterId::generate(), "a".to_owned())), None);
        keys.insert((who, "b".to_owned()), what, at(600));
        assert_eq!(keys.find(&(who, "a".to_owned())), Some(what));
        keys.insert((who, "c".to_owned()), what, at(601));
        assert_eq!(keys.find(&(who, "a".to_owned())), None);
        assert!(keys.is_complete(at(601)));
        for n in 0..MAX_KEYS + 10 {
            keys.insert((who, n.to_string()), what, at(601));
        }
        assert_eq!((keys.known.len(), keys.order.len()), (MAX_KEYS, MAX_KEYS));
        assert!(!keys.is_complete(at(1201)) && keys.is_complete(at(1202)));
    }

    #[test]
    fn who_read_as_many_as_may_be_read_knows_that_there_may_be_more() {
        let kept = |n: i64| {
            let at = WallClock::from_unix_millis(n);
            (at, ChatterId::generate(), "k".to_owned(), Known::Held)
        };
        let now = WallClock::from_unix_millis(1000);
        assert!(Keys::new(vec![kept(1)], 2).is_complete(now));
        assert!(!Keys::new(vec![kept(1), kept(2)], 2).is_complete(now));
    }
}
