//! How often somebody may ask the API, or for a feed: so many requests of a class in a minute, counted
//! by account where there is one and by network address otherwise.
//!
//! Credentials have budgets of their own (`attempts`), and so have the reports of players. Whoever
//! sits at the machine is not limited.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use super::{ApiError, Code};
use crate::access::Caller;
use crate::attempts::{Counted, Limit, Limits, Prefix};
use crate::clock::Clock;
use crate::http::{Peer, client_address, is_local};

/// What is limited here.
const API: &str = "/api/v1/";
/// And feeds, wherever they are.
const FEEDS: [&str; 2] = [".ics", ".atom"];
/// The same for Owncast's clients.
const OWNCAST_API: &str = "/api/";
/// What is not, for it has a budget of its own: sockets by their connections, reports by player.
const ELSEWHERE: [&str; 4] = ["/socket", "/playback", "/cmcd", "/ping"];
/// Requests of one class in a minute, however many somebody allows.
const MAX_QUOTA: u32 = 1_000_000;
const MINUTE: Duration = Duration::from_secs(60);

/// Requests that cost about the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    /// GET: many people may stand behind one address.
    Read,
    /// PUT, PATCH, DELETE.
    Change,
    /// POST: what is made stays.
    Create,
}

/// How many of each class in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotas {
    read: u32,
    change: u32,
    create: u32,
}

/// Why a text says no quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write it as read=6000,change=300,create=120: requests in a minute, each from 1 to {MAX_QUOTA}"
)]
pub(crate) struct QuotasError;

impl Default for Quotas {
    fn default() -> Self {
        Self { read: 6000, change: 300, create: 120 }
    }
}

impl Quotas {
    /// Reads quotas; what is not named keeps its default.
    ///
    /// # Errors
    /// When a class or number is none.
    pub(crate) fn parse(text: &str) -> Result<Self, QuotasError> {
        let mut quotas = Self::default();
        for part in text.split(',') {
            let (class, number) = part.split_once('=').ok_or(QuotasError)?;
            let number = number.trim().parse().map_err(|_| QuotasError)?;
            if !(1..=MAX_QUOTA).contains(&number) {
                return Err(QuotasError);
            }
            match class.trim() {
                "read" => quotas.read = number,
                "change" => quotas.change = number,
                "create" => quotas.create = number,
                _ => return Err(QuotasError),
            }
        }
        Ok(quotas)
    }

    fn limit(&self, class: Class) -> Limit {
        let burst = match class {
            Class::Read => self.read,
            Class::Change => self.change,
            Class::Create => self.create,
        };
        Limit { burst, every: MINUTE / burst }
    }
}

/// Counts requests.
#[derive(Clone)]
pub(crate) struct Limiter {
    limits: Limits,
    quotas: Quotas,
    trusted_proxies: Arc<[IpNet]>,
    clock: Clock,
}

impl Limiter {
    pub(crate) fn new(quotas: Quotas, trusted_proxies: &[IpNet], clock: Clock) -> Self {
        Self { limits: Limits::default(), quotas, trusted_proxies: trusted_proxies.into(), clock }
    }

    fn admit(&self, request: &Request) -> Result<(), ApiError> {
        let Some(class) = class(request.method(), request.uri().path()) else { return Ok(()) };
        let Some(who) = self.who(request, class) else { return Ok(()) };
        let paid = self.limits.pay(&[(who, self.quotas.limit(class))], self.clock.monotonic());
        // A request costs its share whatever comes of it.
        paid.map(drop).map_err(|wait| ApiError::new(Code::TooOften).retry_after(wait))
    }

    /// `None` for somebody who sits at the machine.
    fn who(&self, request: &Request, class: Class) -> Option<Counted> {
        let caller = request.extensions().get::<Caller>();
        if let Some(person) = caller.and_then(|caller| caller.person.as_ref()) {
            return Some(self.limits.counted("account", (class, person.account)));
        }
        let headers = request.headers();
        let peer = request.extensions().get::<Peer>().map(|peer| peer.address);
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        if is_local(peer, headers) {
            return None;
        }
        let address = Prefix::of(client_address(peer, headers, &self.trusted_proxies));
        Some(self.limits.counted("address", (class, address)))
    }
}

/// Lets a request through unless there were too many.
pub(crate) async fn limited(
    State(limiter): State<Limiter>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    limiter.admit(&request)?;
    Ok(next.run(request).await)
}

fn class(method: &Method, path: &str) -> Option<Class> {
    if FEEDS.iter().any(|end| path.ends_with(end)) {
        return Some(Class::Read);
    }
    let path = path.strip_prefix(API).or_else(|| path.strip_prefix(OWNCAST_API))?;
    if path == "v1" || is_elsewhere(&format!("/{path}")) {
        return None;
    }
    match *method {
        Method::GET | Method::HEAD => Some(Class::Read),
        Method::PUT | Method::PATCH | Method::DELETE => Some(Class::Change),
        Method::POST => Some(Class::Create),
        _ => None,
    }
}

/// Whether a path has a budget of its own.
pub(super) fn is_elsewhere(path: &str) -> bool {
    ELSEWHERE.iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::access::{Person, SiteRole};
    use crate::ids::AccountId;

    fn request(method: &str, path: &str) -> Request {
        Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
    }

    fn from(address: &str) -> Request {
        let mut request = request("POST", "/api/v1/channels");
        request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
        request
    }

    fn by(account: AccountId, method: &str) -> Request {
        let mut request = request(method, "/api/v1/channels");
        let from = Prefix::of([192, 0, 2, 1].into());
        let person = Person { account, username: "ada".to_owned(), role: SiteRole::Member };
        request.extensions_mut().insert(Caller { person: Some(person), ..Caller::guest(from) });
        request
    }

    /// How long it has to wait, in milliseconds; `None` when it is let through.
    fn wait(limiter: &Limiter, request: &Request) -> Option<u128> {
        limiter.admit(request).err().map(|error| error.retry_after.as_millis())
    }

    #[test]
    fn accounts_and_addresses_have_budgets_that_come_back() {
        let (clock, hands) = Clock::by_hand();
        let quotas = Quotas::parse("create=3").unwrap();
        let everybody = ["0.0.0.0/0".parse().unwrap()];
        let limiter = Limiter::new(quotas, &everybody, clock);
        for _ in 0..3 {
            assert_eq!(wait(&limiter, &from("2001:db8::1")), None);
        }
        // The other end of the same /64, and one behind another address.
        assert_eq!(wait(&limiter, &from("2001:db8::2")), Some(20_000));
        assert_eq!(wait(&limiter, &from("192.0.2.9")), None);
        hands.advance(Duration::from_millis(19_500));
        assert_eq!(wait(&limiter, &from("2001:db8::1")), Some(500));
        hands.advance(Duration::from_millis(500));
        assert_eq!(wait(&limiter, &from("2001:db8::1")), None);
        assert_eq!(wait(&limiter, &from("2001:db8::1")), Some(20_000));

        let (ada, bob) = (AccountId::generate(), AccountId::generate());
        for _ in 0..3 {
            assert_eq!(wait(&limiter, &by(ada, "POST")), None);
        }
        assert_eq!(wait(&limiter, &by(ada, "POST")), Some(20_000));
        assert_eq!(wait(&limiter, &by(ada, "GET")), None, "another class");
        assert_eq!(wait(&limiter, &by(bob, "POST")), None, "another account");
    }

    #[test]
    fn what_is_limited_elsewhere_or_is_no_api_is_not_limited_here() {
        for (method, path, expected) in [
            ("GET", "/api/v1/channels", Some(Class::Read)),
            ("HEAD", "/api/v1/channels", Some(Class::Read)),
            ("POST", "/api/v1/channels", Some(Class::Create)),
            ("PATCH", "/api/v1/channels/a", Some(Class::Change)),
            ("DELETE", "/api/v1/channels/a", Some(Class::Change)),
            ("OPTIONS", "/api/v1/cmcd", None),
            ("POST", "/api/v1/cmcd", None),
            ("POST", "/api/v1/channels/a/playback", None),
            ("GET", "/api/v1/socket", None),
            ("GET", "/schedule.ics", Some(Class::Read)),
            ("GET", "/@birds/schedule.atom", Some(Class::Read)),
            ("GET", "/api/v1", None),
            ("GET", "/api/status", Some(Class::Read)),
            ("POST", "/api/admin/config/name", Some(Class::Create)),
            ("GET", "/api/ping", None),
            ("POST", "/api/metrics/playback", None),
            ("GET", "/hls/stream.m3u8", None),
            ("GET", "/", None),
        ] {
            assert_eq!(class(&method.parse().unwrap(), path), expected, "{method} {path}");
        }
    }

    #[test]
    fn quotas_are_written_by_class() {
        let quotas = Quotas::parse("read=100, create = 7").unwrap();
        assert_eq!((quotas.read, quotas.change, quotas.create), (100, 300, 7));
        assert_eq!(quotas.limit(Class::Read).every, Duration::from_millis(600));
        for wrong in
            ["", "read", "read=0", "read=-1", "read=x", "reed=5", "read=1000001", "read=1,"]
        {
            assert_eq!(Quotas::parse(wrong), Err(QuotasError), "{wrong}");
        }
    }
}
