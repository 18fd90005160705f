//! Connections that have not shown what they want yet.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::attempts::Prefix;

/// How many may wait. When one more comes, the one goes that has waited longest of those whose
/// prefix holds the most places: strangers who hold connections open push out each other, while an
/// encoder is through within milliseconds.
pub(super) const MAX_WAITING: usize = 1024;

/// The waiting connections, oldest first.
#[derive(Clone, Default)]
pub(super) struct Lobby {
    waiting: Arc<Mutex<VecDeque<Waiting>>>,
}

pub(super) struct Waiting {
    from: Prefix,
    lost: CancellationToken,
}

/// A connection's place in the lobby. Dropping it leaves.
pub(super) struct Place {
    lobby: Lobby,
    token: CancellationToken,
}

impl Lobby {
    /// Takes a place, from somebody else if need be.
    pub(super) fn enter(&self, from: Prefix) -> Place {
        let token = CancellationToken::new();
        let mut waiting = self.waiting();
        if waiting.len() >= MAX_WAITING
            && let Some(gives_way) = greediest(&waiting).and_then(|at| waiting.remove(at))
        {
            gives_way.lost.cancel();
        }
        waiting.push_back(Waiting { from, lost: token.clone() });
        Place { lobby: self.clone(), token }
    }

    pub(super) fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the oldest connection is of the prefix that holds the most places.
fn greediest(waiting: &VecDeque<Waiting>) -> Option<usize> {
    let mut places: HashMap<Prefix, usize> = HashMap::new();
    for one in waiting {
        *places.entry(one.from).or_default() += 1;
    }
    let most = places.values().copied().max()?;
    waiting.iter().position(|one| places.get(&one.from) == Some(&most))
}

impl Place {
    /// Cancelled when somebody newer needs the place.
    pub(super) fn lost(&self) -> CancellationToken {
        self.token.clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Cancelling marks which entry is ours; whoever listened to it is this connection itself.
        self.token.cancel();
        self.lobby.waiting().retain(|one| !one.lost.is_cancelled());
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn from(last: u8) -> Prefix {
        Prefix::of(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn the_longest_waiting_gives_way_and_leaving_frees_the_place() {
        let lobby = Lobby::default();
        let mut places: Vec<Place> = (0..MAX_WAITING).map(|_| lobby.enter(from(1))).collect();
        let newest = lobby.enter(from(1));
        assert!(places[0].lost().is_cancelled());
        assert!(!places[1].lost().is_cancelled());

        drop(places.split_off(1));
        let again = lobby.enter(from(1));
        assert!(!newest.lost().is_cancelled());
        assert!(!again.lost().is_cancelled());
        assert_eq!(lobby.waiting().len(), 2);
    }

    #[test]
    fn who_holds_many_places_gives_way_to_who_holds_one() {
        let lobby = Lobby::default();
        let encoder = lobby.enter(from(1));
        let crowd: Vec<Place> = (1..MAX_WAITING).map(|_| lobby.enter(from(2))).collect();
        let more: Vec<Place> = (0..MAX_WAITING / 2).map(|_| lobby.enter(from(2))).collect();
        assert!(!encoder.lost().is_cancelled());
        let gave_way = crowd.iter().filter(|place| place.lost().is_cancelled()).count();
        assert_eq!(gave_way, more.len());
    }
}
