//! What clients called their requests: a message that is sent again, because its acknowledgement got
//! lost, is acknowledged again and not said twice.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::ids::{ChatterId, MessageId};

/// How long a key is remembered.
pub(crate) const MEMORY: Duration = Duration::from_secs(600);
/// Keys remembered in one room. Against a crowd that would fill memory with them: at a thousand
/// messages a second the oldest are forgotten after 50 seconds.
pub(crate) const MAX_KEYS: usize = 50_000;

type Key = (ChatterId, String);

/// The keys of a room.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: HashMap<Key, (u64, MessageId)>,
    order: VecDeque<(WallClock, Key)>,
}

impl Keys {
    pub(super) fn find(&self, key: &Key) -> Option<(u64, MessageId)> {
        self.known.get(key).copied()
    }

    pub(super) fn insert(&mut self, key: Key, what: (u64, MessageId), now: WallClock) {
        let horizon = now - MEMORY;
        while self.order.len() >= MAX_KEYS || self.order.front().is_some_and(|it| it.0 < horizon) {
            let Some((_, oldest)) = self.order.pop_front() else { break };
            self.known.remove(&oldest);
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
        let what = (7, MessageId::generate());
        keys.insert((who, "a".to_owned()), what, at(0));
        assert_eq!(keys.find(&(who, "a".to_owned())), Some(what));
        assert_eq!(keys.find(&(ChatterId::generate(), "a".to_owned())), None);
        keys.insert((who, "b".to_owned()), what, at(600));
        assert_eq!(keys.find(&(who, "a".to_owned())), Some(what));
        keys.insert((who, "c".to_owned()), what, at(601));
        assert_eq!(keys.find(&(who, "a".to_owned())), None);
        for n in 0..MAX_KEYS + 10 {
            keys.insert((who, n.to_string()), what, at(601));
        }
        assert_eq!((keys.known.len(), keys.order.len()), (MAX_KEYS, MAX_KEYS));
    }
}
