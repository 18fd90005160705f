//! Wrong stream keys cost their sender time, more with every one.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the first wrong key costs; each further one costs twice as much.
const FIRST_PENALTY: Duration = Duration::from_millis(250);
/// What a wrong key costs at most.
const MAX_PENALTY: Duration = Duration::from_secs(8);
/// How long an address is remembered after its last wrong key.
const MEMORY: Duration = Duration::from_secs(300);
/// Addresses remembered at one time; somebody with more of them makes us forget the oldest.
const MAX_ADDRESSES: usize = 10_000;

/// Who failed lately.
#[derive(Default)]
pub(super) struct Attempts {
    failures: Mutex<HashMap<IpAddr, Failures>>,
}

struct Failures {
    count: u32,
    last: Instant,
}

impl Attempts {
    /// Notes a wrong key and says how long its sender waits for the answer.
    pub(super) fn failed(&self, address: IpAddr, now: Instant) -> Duration {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_ADDRESSES {
            forget(&mut failures, now);
        }
        let entry = failures
            .entry(prefix(address))
            .and_modify(|known| {
                let fresh = now.saturating_duration_since(known.last) < MEMORY;
                known.count = if fresh { known.count.saturating_add(1) } else { 1 };
                known.last = now;
            })
            .or_insert(Failures { count: 1, last: now });
        let doublings = entry.count.saturating_sub(1).min(16);
        FIRST_PENALTY.saturating_mul(1 << doublings).min(MAX_PENALTY)
    }
}

/// Those who behaved for a while; should that be nobody, whoever failed longest ago.
fn forget(failures: &mut HashMap<IpAddr, Failures>, now: Instant) {
    failures.retain(|_, known| now.saturating_duration_since(known.last) < MEMORY);
    if failures.len() < MAX_ADDRESSES {
        return;
    }
    let oldest = failures.iter().min_by_key(|(_, known)| known.last).map(|(address, _)| *address);
    if let Some(oldest) = oldest {
        failures.remove(&oldest);
    }
}

/// One customer's share: an IPv4 address, or the /64 that IPv6 customers choose addresses from.
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_key_costs_twice_the_last_until_it_is_forgotten() {
        let attempts = Attempts::default();
        let address = IpAddr::from([192, 0, 2, 1]);
        let start = Instant::now();
        let costs: Vec<_> = (0..7).map(|_| attempts.failed(address, start).as_millis()).collect();
        assert_eq!(costs, [250, 500, 1000, 2000, 4000, 8000, 8000]);
        assert_eq!(attempts.failed(IpAddr::from([192, 0, 2, 2]), start), FIRST_PENALTY);
        assert_eq!(attempts.failed(address, start + MEMORY), FIRST_PENALTY);
    }

    #[test]
    fn neighbours_in_a_slash_64_are_one() {
        let attempts = Attempts::default();
        let now = Instant::now();
        attempts.failed("2001:db8::1".parse().unwrap(), now);
        assert_eq!(attempts.failed("2001:db8::2".parse().unwrap(), now), FIRST_PENALTY * 2);
        assert_eq!(attempts.failed("2001:db8:0:1::1".parse().unwrap(), now), FIRST_PENALTY);
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for n in 0..u32::try_from(MAX_ADDRESSES).unwrap() + 100 {
            attempts.failed(IpAddr::V4(n.into()), now);
        }
        assert!(attempts.failures.lock().unwrap().len() <= MAX_ADDRESSES);
    }
}
