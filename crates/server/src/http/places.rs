//! How many connections there may be: in all, and from one client.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::{IpNet, Ipv6Net};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections open at one time, should the operating system allow as many; the next one waits in
/// the kernel's queue. Each costs memory, so that who opens many could use it up.
const MAX_CONNECTIONS: u64 = 50_000;
/// Open files kept for what is no connection of a viewer: the database, the log, encoders, files.
const RESERVED_FILES: u64 = 512;
/// One client may hold one in this many of all places: more than any audience behind one address
/// needs, and never so many that nobody else finds one.
const CLIENT_SHARE: usize = 2;
/// Who has one address of IPv6 usually has this whole prefix, in bits.
const IPV6_PREFIX: u8 = 64;

/// Raises the soft limit of open files to the hard one, for the soft one is made for programs that
/// cannot count above 1024, and returns how many connections that leaves room for.
pub(crate) fn make_room() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    connections(files)
}

/// How many connections fit into a limit of open files; `None` is no limit.
fn connections(files: Option<u64>) -> usize {
    let Some(files) = files else { return MAX_CONNECTIONS as usize };
    let room = files.saturating_sub(RESERVED_FILES).max(files / 2);
    room.clamp(1, MAX_CONNECTIONS) as usize
}

/// How many places each client holds: no more entries than there are places.
type Holders = Arc<Mutex<HashMap<IpNet, usize>>>;

/// All places, and who holds them.
#[derive(Clone)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    holders: Holders,
    /// Places that one client may hold.
    share: usize,
    /// Many clients stand behind each of these.
    proxies: Arc<[IpNet]>,
}

/// The place of one connection, free again when dropped.
pub(crate) struct Place {
    holder: Option<(IpNet, Holders)>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(places: usize, proxies: &[IpNet]) -> Self {
        Self::shared(places, CLIENT_SHARE, proxies)
    }

    /// Of these, one client may hold one in `among`.
    pub(super) fn shared(places: usize, among: usize, proxies: &[IpNet]) -> Self {
        let share = (places / among).max(1);
        let free = Arc::new(Semaphore::new(places));
        Self { free, holders: Arc::default(), share, proxies: proxies.into() }
    }

    /// Whether nobody holds any.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// A place for whoever comes next, once there is one.
    pub(super) async fn next(&self) -> OwnedSemaphorePermit {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        permit.expect("nobody closes the semaphore")
    }

    /// Gives the place to a client; `None` when it holds its share already.
    pub(super) fn give(&self, permit: OwnedSemaphorePermit, client: IpAddr) -> Option<Place> {
        let client = client.to_canonical();
        if client.is_loopback() || self.proxies.iter().any(|net| net.contains(&client)) {
            return Some(Place { holder: None, _permit: permit });
        }
        let prefix = prefix(client);
        let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        let held = holders.entry(prefix).or_default();
        if *held >= self.share {
            return None;
        }
        *held += 1;
        let holder = Some((prefix, Arc::clone(&self.holders)));
        Some(Place { holder, _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((prefix, holders)) = &self.holder else { return };
        let mut holders = holders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut held) = holders.entry(*prefix) {
            *held.get_mut() -= 1;
            if *held.get() == 0 {
                held.remove();
            }
        }
    }
}

/// The network that counts as one client.
fn prefix(client: IpAddr) -> IpNet {
    match client {
        IpAddr::V4(_) => client.into(),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, IPV6_PREFIX).trunc().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(places: &Places, client: &str) -> Option<Place> {
        let permit = places.next().await;
        places.give(permit, client.parse().unwrap())
    }

    #[tokio::test]
    async fn one_client_gets_its_share_and_leaves_the_rest() {
        let places = Places::new(6, &[]);
        let mut held = Vec::new();
        for client in ["2001:db8::1", "2001:db8::2", "2001:db8::3"] {
            held.push(take(&places, client).await.unwrap());
        }
        assert!(take(&places, "2001:db8::4").await.is_none());
        assert!(take(&places, "2001:db8:0:1::4").await.is_some());
        held.pop();
        assert!(take(&places, "2001:db8::4").await.is_some());
        drop(held);
        assert!(places.holders.lock().unwrap().is_empty());
        assert_eq!(places.free.available_permits(), 6);
    }

    #[tokio::test]
    async fn proxies_and_this_machine_speak_for_many() {
        let places = Places::new(4, &["10.0.0.0/8".parse().unwrap()]);
        for client in ["10.0.0.1", "::ffff:127.0.0.1"] {
            let mut held = Vec::new();
            for _ in 0..4 {
                held.push(take(&places, client).await.unwrap());
            }
        }
    }

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(connections(None), 50_000);
        assert_eq!(connections(Some(1_048_576)), 50_000);
        assert_eq!(connections(Some(4096)), 3584);
        assert_eq!(connections(Some(256)), 128);
        assert_eq!(connections(Some(0)), 1);
    }

    #[test]
    fn the_soft_limit_of_open_files_becomes_the_hard_one() {
        assert!(make_room() > 0);
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
