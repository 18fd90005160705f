//! An authority that gives certificates by itself (RFC 8555), and looks who is there before it does
//! (RFC 8737).

mod jws;
mod look;

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{CertificateSigningRequestParams, SanType, date_time_ymd};
use rustls::pki_types::CertificateSigningRequestDer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Authority;
use jws::{Account, Letter};

/// How long a certificate holds, and how much of that is over when it comes.
#[derive(Clone, Copy)]
pub(crate) enum Life {
    Fresh,
    /// More than two thirds of it are over: it is to be renewed at once.
    Old,
}

/// An authority on loopback. Dropping it ends it.
pub(crate) struct Directory {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    address: SocketAddr,
    authority: Authority,
    state: Mutex<State>,
    /// Whom it takes for port 443 of every host; it waits until it knows.
    looks_at: watch::Sender<Option<SocketAddr>>,
}

struct State {
    life: Life,
    /// What is answered to the next orders instead of taking them.
    refusals: Vec<Refusal>,
    nonces: HashSet<String>,
    handed_out: u64,
    /// A nonce is refused although it is good.
    bad_nonce: bool,
    accounts: HashMap<String, Account>,
    orders: Vec<Order>,
}

struct Refusal {
    status: u16,
    kind: &'static str,
    retry_after: Option<&'static str>,
}

struct Order {
    hosts: Vec<String>,
    /// `None` while nobody has looked.
    proofs: Vec<Option<Result<(), String>>>,
    chain: Option<String>,
}

impl Directory {
    /// Signs with `authority`, and proves with a certificate of it who it is itself.
    pub(crate) async fn start(authority: Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = authority.acceptor(&["localhost"]);
        let state = State {
            life: Life::Fresh,
            refusals: Vec::new(),
            nonces: HashSet::new(),
            handed_out: 0,
            bad_nonce: true,
            accounts: HashMap::new(),
            orders: Vec::new(),
        };
        let looks_at = watch::Sender::new(None);
        let shared = Arc::new(Shared { address, authority, state: Mutex::new(state), looks_at });
        let answering = Arc::clone(&shared);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, acceptor) = (Arc::clone(&answering), acceptor.clone());
                // It ends with its peer's connection, or with the test's runtime.
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(|request| shared.answer(request));
                    let http = hyper::server::conn::http1::Builder::new();
                    let _ = http.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, shared, serving }
    }

    /// The flags of a server that has its certificates from here, for this host.
    pub(crate) fn flags(&self, host: &str) -> Vec<String> {
        let root = self.shared.authority.root_file().display().to_string();
        let directory = format!("https://localhost:{}/directory", self.address.port());
        let flags = ["--acme", host, "--acme-directory", &directory, "--extra-ca", &root];
        let rest = ["--acme-email", "ada@example.org", "--allow-private", "localhost"];
        flags.iter().chain(&rest).map(|it| (*it).to_owned()).collect()
    }

    /// From now on every host is looked for here.
    pub(crate) fn looks_at(&self, server: SocketAddr) {
        self.shared.looks_at.send_replace(Some(server));
    }

    /// What certificates are like from now on.
    pub(crate) fn gives(&self, life: Life) {
        self.shared.state().life = life;
    }

    /// Refuses the next order, and says for how long.
    pub(crate) fn refuses_once(
        &self,
        status: u16,
        kind: &'static str,
        retry_after: Option<&'static str>,
    ) {
        self.shared.state().refusals.push(Refusal { status, kind, retry_after });
    }

    /// Orders that were taken.
    pub(crate) fn orders(&self) -> usize {
        self.shared.state().orders.len()
    }

    pub(crate) fn accounts(&self) -> Vec<Account> {
        self.shared.state().accounts.values().cloned().collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An answer before it is given.
struct Reply {
    status: u16,
    place: Option<String>,
    retry_after: Option<&'static str>,
    body: String,
}

impl Reply {
    fn of(status: u16, body: &Value) -> Self {
        Self { status, place: None, retry_after: None, body: body.to_string() }
    }

    fn at(self, place: String) -> Self {
        Self { place: Some(place), ..self }
    }

    fn problem(status: u16, kind: &str) -> Self {
        let kind = format!("urn:ietf:params:acme:error:{kind}");
        Self::of(status, &json!({ "type": kind, "detail": "the stories say no" }))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    async fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let reply = match (&method, &*path) {
            (&Method::GET, "/directory") => Reply::of(
                200,
                &json!({
                    "newNonce": self.url("/nonce"),
                    "newAccount": self.url("/account"),
                    "newOrder": self.url("/order"),
                }),
            ),
            (&Method::HEAD, "/nonce") => {
                Reply { body: String::new(), ..Reply::of(200, &json!({})) }
            }
            (&Method::POST, _) => self.opened(&path, &body),
            _ => Reply::problem(405, "malformed"),
        };
        let mut answer =
            Response::builder().status(reply.status).header("replay-nonce", self.nonce());
        if let Some(place) = reply.place {
            answer = answer.header("location", place);
        }
        if let Some(seconds) = reply.retry_after {
            answer = answer.header("retry-after", seconds);
        }
        Ok(answer.body(Full::new(Bytes::from(reply.body))).unwrap())
    }

    fn nonce(&self) -> String {
        let mut state = self.state();
        state.handed_out += 1;
        let nonce = format!("nonce-{}", state.handed_out);
        state.nonces.insert(nonce.clone());
        nonce
    }

    /// Answers a signed request.
    fn opened(self: &Arc<Self>, path: &str, body: &[u8]) -> Reply {
        let letter = {
            let mut state = self.state();
            let Some(letter) = Letter::open(body, &self.url(path), &state.accounts) else {
                return Reply::problem(401, "unauthorized");
            };
            let is_good = state.nonces.remove(&letter.nonce);
            if !is_good || std::mem::take(&mut state.bad_nonce) {
                return Reply::problem(400, "badNonce");
            }
            letter
        };
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let number = |at: usize| parts.get(at).and_then(|it| it.parse::<usize>().ok());
        match (parts[0], number(1), number(2)) {
            ("account", None, _) => self.new_account(letter),
            ("order", None, _) => self.new_order(&letter),
            ("order", Some(order), _) => Reply::of(200, &self.order(order)),
            ("authorization", Some(order), Some(at)) => {
                Reply::of(200, &self.authorization(order, at))
            }
            ("challenge", Some(order), Some(at)) => self.look(order, at, &letter),
            ("finalize", Some(order), _) => self.finalize(order, &letter),
            ("certificate", Some(order), _) => {
                let body = self.state().orders[order].chain.clone().unwrap();
                Reply { body, ..Reply::of(200, &json!({})) }
            }
            _ => Reply::problem(404, "malformed"),
        }
    }

    fn new_account(&self, letter: Letter) -> Reply {
        let mut state = self.state();
        let place = self.url(&format!("/account/{}", state.accounts.len()));
        state.accounts.insert(place.clone(), letter.account);
        Reply::of(201, &json!({ "status": "valid" })).at(place)
    }

    fn new_order(&self, letter: &Letter) -> Reply {
        let at = {
            let mut state = self.state();
            if let Some(refusal) = state.refusals.pop() {
                let problem = Reply::problem(refusal.status, refusal.kind);
                return Reply { retry_after: refusal.retry_after, ..problem };
            }
            let hosts = letter.payload["identifiers"].as_array().unwrap().iter();
            let hosts: Vec<_> = hosts.map(|it| it["value"].as_str().unwrap().to_owned()).collect();
            let proofs = vec![None; hosts.len()];
            state.orders.push(Order { hosts, proofs, chain: None });
            state.orders.len() - 1
        };
        Reply::of(201, &self.order(at)).at(self.url(&format!("/order/{at}")))
    }

    fn order(&self, at: usize) -> Value {
        let state = self.state();
        let order = &state.orders[at];
        let is_bad = order.proofs.iter().any(|it| matches!(it, Some(Err(_))));
        let is_open = order.proofs.iter().any(Option::is_none);
        let status = match (is_bad, is_open, &order.chain) {
            (true, ..) => "invalid",
            (_, true, _) => "pending",
            (.., None) => "ready",
            _ => "valid",
        };
        let url = |what: &str| self.url(&format!("/{what}/{at}"));
        let authorizations: Vec<_> =
            (0..order.hosts.len()).map(|host| format!("{}/{host}", url("authorization"))).collect();
        let mut document = json!({
            "status": status, "authorizations": authorizations, "finalize": url("finalize"),
        });
        if order.chain.is_some() {
            document["certificate"] = json!(url("certificate"));
        }
        document
    }

    fn authorization(&self, at: usize, host: usize) -> Value {
        let state = self.state();
        let order = &state.orders[at];
        let mut challenge = json!({
            "type": "tls-alpn-01", "url": self.url(&format!("/challenge/{at}/{host}")),
            "token": token(at, host), "status": "pending",
        });
        let status = match &order.proofs[host] {
            None => "pending",
            Some(Ok(())) => "valid",
            Some(Err(why)) => {
                challenge["error"] = json!({ "type": "unauthorized", "detail": why });
                "invalid"
            }
        };
        challenge["status"] = json!(status);
        let other = json!({ "type": "http-01", "url": "x", "token": "y", "status": "pending" });
        let identifier = json!({ "type": "dns", "value": order.hosts[host] });
        json!({ "status": status, "identifier": identifier, "challenges": [other, challenge] })
    }

    /// Has somebody go and see who is there.
    fn look(self: &Arc<Self>, at: usize, host: usize, letter: &Letter) -> Reply {
        let name = self.state().orders[at].hosts[host].clone();
        let expected = format!("{}.{}", token(at, host), letter.account.thumbprint());
        let (shared, mut known) = (Arc::clone(self), self.looks_at.subscribe());
        // It ends with what it sees, or with the test's runtime.
        tokio::spawn(async move {
            let address = known.wait_for(Option::is_some).await.unwrap().unwrap();
            let found = look::proven(address, &name, &expected).await;
            shared.state().orders[at].proofs[host] = Some(found);
        });
        Reply::of(200, &self.authorization(at, host)["challenges"][1])
    }

    fn finalize(&self, at: usize, letter: &Letter) -> Reply {
        let request = jws::decoded(letter.payload["csr"].as_str().unwrap());
        let request = CertificateSigningRequestDer::from(request);
        let mut request = CertificateSigningRequestParams::from_der(&request).unwrap();
        let mut state = self.state();
        let (hosts, wanted) = (&state.orders[at].hosts, &request.params.subject_alt_names);
        let is_of = |name: &SanType, host: &str| matches!(name, SanType::DnsName(it) if it.as_str() == host);
        let fits = hosts.len() == wanted.len()
            && hosts.iter().all(|host| wanted.iter().any(|name| is_of(name, host)));
        if !fits {
            return Reply::problem(403, "badCSR");
        }
        let (hours_gone, hours_left) = match state.life {
            Life::Fresh => (1, 90 * 24),
            Life::Old => (70 * 24, 20 * 24),
        };
        let now = date_time_ymd(1970, 1, 1) + SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        request.params.not_before = now - hours(hours_gone);
        request.params.not_after = now + hours(hours_left);
        let certificate = request.signed_by(self.authority.issuer()).unwrap();
        state.orders[at].chain = Some(certificate.pem());
        drop(state);
        Reply::of(200, &self.order(at))
    }
}

fn token(order: usize, host: usize) -> String {
    format!("token-{order}-{host}")
}
