//! Who is watching: browsers by their page's cookie, bare players by address and program.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::about::{About, Crowd};

/// A viewer whose player has not asked for a playlist for this long has left: longer than the
/// longest request that waits, which is three target durations of six seconds.
const SILENCE: Duration = Duration::from_secs(20);

/// Viewers told apart on one channel. Somebody who collects cookies can fill this table, and no more
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

/// How long a viewer has been there, and what is told apart of them.
#[derive(Clone, Copy)]
struct Stay {
    since: Instant,
    last: Instant,
    about: About,
}

/// A viewer, among those of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Viewer(u64);

/// The viewers of one channel.
pub(super) struct Viewers {
    seen: Mutex<HashMap<u64, Stay>>,
    count: AtomicU64,
    /// Keyed with random bits, so that nobody can choose identities that collide.
    hasher: RandomState,
}

impl Viewers {
    pub(super) fn new() -> Self {
        Self { seen: Mutex::default(), count: AtomicU64::new(0), hasher: RandomState::new() }
    }

    /// A viewer's player asks for a playlist. Who is not known yet counts if there is something to
    /// say `about` them, which is asked only then. `None` when it does not count.
    pub(super) fn saw(
        &self,
        viewer: Identity<'_>,
        now: Instant,
        about: impl FnOnce() -> Option<About>,
    ) -> Option<Viewer> {
        let viewer = Viewer(match viewer {
            Identity::Cookie(cookie) => self.hasher.hash_one(cookie),
            Identity::Player { address, agent } => self.hasher.hash_one((address, agent)),
        });
        if self.saw_again(viewer, now) {
            return Some(viewer);
        }
        let about = about()?;
        let mut seen = self.seen();
        if seen.len() < MAX_VIEWERS {
            seen.insert(viewer.0, Stay { since: now, last: now, about });
        }
        self.count.store(seen.len() as u64, Ordering::Relaxed);
        Some(viewer)
    }

    /// The player is there still. `false` when the viewer has been forgotten, or never counted.
    pub(super) fn saw_again(&self, viewer: Viewer, now: Instant) -> bool {
        match self.seen().get_mut(&viewer.0) {
            Some(stay) => {
                stay.last = now;
                true
            }
            None => false,
        }
    }

    /// Forgets those who left.
    pub(super) fn prune(&self, now: Instant) {
        let mut seen = self.seen();
        seen.retain(|_, stay| now.saturating_duration_since(stay.last) < SILENCE);
        if seen.is_empty() {
            seen.shrink_to_fit();
        }
        self.count.store(seen.len() as u64, Ordering::Relaxed);
    }

    /// How many are watching, as of the last look.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Some of those who are watching, and since when: the longest first.
    pub(super) fn some(&self, at_most: usize) -> Vec<(u64, Instant, About)> {
        let seen = self.seen();
        let mut some: Vec<_> =
            seen.iter().map(|(id, stay)| (*id, stay.since, stay.about)).collect();
        drop(seen);
        some.sort_unstable_by_key(|(id, since, _)| (*since, *id));
        some.truncate(at_most);
        some
    }

    /// How many are of which kind.
    pub(super) fn crowd(&self) -> Crowd {
        let mut crowd = Crowd::default();
        self.seen().values().for_each(|stay| crowd.count(stay.about));
        crowd
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<u64, Stay>> {
        // Every statement leaves the table whole, so a panic elsewhere does not spoil it.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::Country;

    fn player(agent: &str) -> Identity<'_> {
        Identity::Player { address: IpAddr::from([192, 0, 2, 1]), agent }
    }

    fn genuine() -> Option<About> {
        Some(About::of("VLC/3.0", Country::parse("DE")))
    }

    fn saw(viewers: &Viewers, viewer: Identity<'_>, now: Instant) {
        assert!(viewers.saw(viewer, now, genuine).is_some());
    }

    #[test]
    fn two_browsers_behind_one_address_are_two_and_reloads_are_none() {
        let viewers = Viewers::new();
        let now = Instant::now();
        for cookie in ["a", "b", "a"] {
            saw(&viewers, Identity::Cookie(cookie), now);
        }
        saw(&viewers, player("VLC"), now);
        saw(&viewers, player("VLC"), now);
        saw(&viewers, player("mpv"), now);
        assert_eq!(viewers.count(), 4);
        let crowd = viewers.crowd();
        assert_eq!((crowd.players["VLC"], crowd.countries["DE"]), (4, 4));
    }

    #[test]
    fn made_up_cookies_do_not_count_and_genuine_ones_prove_it_once() {
        let viewers = Viewers::new();
        let now = Instant::now();
        assert_eq!(viewers.saw(Identity::Cookie("forged"), now, || None), None);
        assert_eq!(viewers.count(), 0);
        saw(&viewers, Identity::Cookie("genuine"), now);
        let proof = || panic!("a known viewer is asked for no proof");
        assert!(viewers.saw(Identity::Cookie("genuine"), now, proof).is_some());
        assert_eq!(viewers.count(), 1);
    }

    #[test]
    fn a_viewer_leaves_by_silence() {
        let viewers = Viewers::new();
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        saw(&viewers, Identity::Cookie("stays"), start);
        saw(&viewers, Identity::Cookie("leaves"), start);
        saw(&viewers, Identity::Cookie("stays"), at(10));
        viewers.prune(at(21));
        assert_eq!(viewers.count(), 1);
    }

    #[test]
    fn who_waits_as_long_as_a_request_may_wait_has_not_left() {
        let viewers = Viewers::new();
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let viewer = viewers.saw(player("VLC"), start, genuine).unwrap();
        viewers.prune(at(18));
        assert_eq!(viewers.count(), 1);
        assert!(viewers.saw_again(viewer, at(18)));
        viewers.prune(at(37));
        assert_eq!(viewers.count(), 1);
        viewers.prune(at(38));
        assert_eq!(viewers.count(), 0);
        assert!(!viewers.saw_again(viewer, at(39)), "who is forgotten is not counted again");
    }
}
