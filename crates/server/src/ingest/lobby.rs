//! Connections that have not shown what they want yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// How many may wait. When one more comes, the one that has waited longest goes: strangers who hold
/// connections open push out each other, while an encoder is through within milliseconds.
const MAX_WAITING: usize = 1024;

/// The waiting connections, oldest first.
#[derive(Clone, Default)]
pub(super) struct Lobby {
    waiting: Arc<Mutex<VecDeque<CancellationToken>>>,
}

/// A connection's place in the lobby. Dropping it leaves.
pub(super) struct Place {
    lobby: Lobby,
    token: CancellationToken,
}

impl Lobby {
    /// Takes a place, from somebody else if need be.
    pub(super) fn enter(&self) -> Place {
        let token = CancellationToken::new();
        let mut waiting = self.waiting();
        if waiting.len() >= MAX_WAITING
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.cancel();
        }
        waiting.push_back(token.clone());
        Place { lobby: self.clone(), token }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<CancellationToken>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        self.lobby.waiting().retain(|token| !token.is_cancelled());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_waiting_gives_way_and_leaving_frees_the_place() {
        let lobby = Lobby::default();
        let mut places: Vec<Place> = (0..MAX_WAITING).map(|_| lobby.enter()).collect();
        let newest = lobby.enter();
        assert!(places[0].lost().is_cancelled());
        assert!(!places[1].lost().is_cancelled());

        drop(places.split_off(1));
        let again = lobby.enter();
        assert!(!newest.lost().is_cancelled());
        assert!(!again.lost().is_cancelled());
        assert_eq!(lobby.waiting().len(), 2);
    }
}
