//! Who is watching: browsers by their page's cookie, bare players by address and program.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A viewer whose player has not asked for a playlist for this long has left: longer than any
/// playlist's target duration, and than a blocked request that comes back at once.
const SILENCE: Duration = Duration::from_secs(15);

/// Viewers told apart on one channel. Somebody who invents cookies can fill this table, and no more
/// memory than it takes; the count then stands still.
const MAX_VIEWERS: usize = 100_000;

/// How a viewer is told from others. Reloads keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity<'a> {
    /// A browser that has opened our page.
    Cookie(&'a str),
    /// Anything else.
    Player { address: IpAddr, agent: &'a str },
}

/// The viewers of one channel.
pub(super) struct Viewers {
    seen: Mutex<HashMap<u64, Instant>>,
    count: AtomicU64,
    /// Keyed with random bits, so that nobody can choose identities that collide.
    hasher: RandomState,
}

impl Viewers {
    pub(super) fn new() -> Self {
        Self { seen: Mutex::default(), count: AtomicU64::new(0), hasher: RandomState::new() }
    }

    /// A viewer's player has asked for a playlist.
    pub(super) fn saw(&self, viewer: Identity<'_>, now: Instant) {
        let key = match viewer {
            Identity::Cookie(cookie) => self.hasher.hash_one(cookie),
            Identity::Player { address, agent } => self.hasher.hash_one((address, agent)),
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < MAX_VIEWERS || seen.contains_key(&key) {
            seen.insert(key, now);
        }
        self.count.store(seen.len() as u64, Ordering::Relaxed);
    }

    /// Forgets those who left.
    pub(super) fn prune(&self, now: Instant) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, last| now.saturating_duration_since(*last) < SILENCE);
        if seen.is_empty() {
            seen.shrink_to_fit();
        }
        self.count.store(seen.len() as u64, Ordering::Relaxed);
    }

    /// How many are watching, as of the last look.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player(agent: &str) -> Identity<'_> {
        Identity::Player { address: IpAddr::from([192, 0, 2, 1]), agent }
    }

    #[test]
    fn two_browsers_behind_one_address_are_two_and_reloads_are_none() {
        let viewers = Viewers::new();
        let now = Instant::now();
        for cookie in ["a", "b", "a"] {
            viewers.saw(Identity::Cookie(cookie), now);
        }
        viewers.saw(player("VLC"), now);
        viewers.saw(player("VLC"), now);
        viewers.saw(player("mpv"), now);
        assert_eq!(viewers.count(), 4);
    }

    #[test]
    fn a_viewer_leaves_by_silence() {
        let viewers = Viewers::new();
        let start = Instant::now();
        viewers.saw(Identity::Cookie("stays"), start);
        viewers.saw(Identity::Cookie("leaves"), start);
        viewers.saw(Identity::Cookie("stays"), start + Duration::from_secs(10));
        viewers.prune(start + Duration::from_secs(16));
        assert_eq!(viewers.count(), 1);
    }
}
