//! How much one client may report: players behind one address share it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Reports that a client may send at once.
const BURST: u32 = 200;
/// Until it may send one more: two hundred players behind one address, each every ten seconds.
const EACH: Duration = Duration::from_millis(50);
/// Clients remembered at one time. Against somebody who has many addresses.
const MAX_CLIENTS: usize = 10_000;

/// Which client it is: a keyed hash of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ClientId(pub(super) u64);

/// What every client has used.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    /// When each has its whole budget again.
    whole_at: HashMap<ClientId, Instant>,
}

impl Budgets {
    /// Takes from a client's budget; `false` when there is not as much left.
    pub(super) fn take(&mut self, client: ClientId, reports: u32, now: Instant) -> bool {
        if self.whole_at.len() >= MAX_CLIENTS && !self.whole_at.contains_key(&client) {
            self.prune(now);
            if self.whole_at.len() >= MAX_CLIENTS {
                return false;
            }
        }
        let whole_at = self.whole_at.entry(client).or_insert(now);
        let then = (*whole_at).max(now) + EACH * reports;
        let is_within = then <= now + EACH * BURST;
        if is_within {
            *whole_at = then;
        }
        is_within
    }

    /// Forgets clients who have their whole budget.
    pub(super) fn prune(&mut self, now: Instant) {
        self.whole_at.retain(|_, whole_at| *whole_at > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_used_up_and_comes_back() {
        let (mut budgets, now) = (Budgets::default(), Instant::now());
        let (one, other) = (ClientId(1), ClientId(2));
        assert!(budgets.take(one, BURST, now));
        assert!(!budgets.take(one, 1, now));
        assert!(budgets.take(other, 1, now));
        assert!(!budgets.take(one, 2, now + EACH));
        assert!(budgets.take(one, 1, now + EACH));
        budgets.prune(now + EACH * (BURST + 1));
        assert!(budgets.whole_at.is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let (mut budgets, now) = (Budgets::default(), Instant::now());
        let taken = (0..MAX_CLIENTS as u64 + 5).filter(|n| budgets.take(ClientId(*n), 1, now));
        assert_eq!(taken.count(), MAX_CLIENTS);
        assert!(budgets.take(ClientId(1 << 40), 1, now + EACH));
    }
}
