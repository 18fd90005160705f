//! `Idempotency-Key`: whoever is not sure that a POST arrived sends it again with the same key, and
//! it is done once (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! A key belongs to the account that sends it, for a day. The answer is kept sealed, for it may hold
//! what is shown once. A refusal changed nothing, so it is not kept. A request goes on when its
//! client hangs up, so that the answer is there when it comes again; only a server that is killed in
//! mid-request leaves it open whether something was done, and after a minute it is done again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::store::{Entry, Known, Store};
use super::{ApiError, Code};
use crate::access::Caller;
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::{Failure, Handlers, Job, Jobs, JobsError, Run};
use crate::seal::{Keyring, Secret};
use crate::tasks::Tasks;
use crate::telemetry::chain;

/// The field that clients send.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The field that says that an answer is from memory.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Characters of a key; most are a UUID.
const MAX_KEY: usize = 255;
/// Bytes of a request that has a key: it waits in memory, and what is larger is an upload.
const MAX_REQUEST: usize = 256 * 1024;
/// Bytes of an answer that is kept.
const MAX_ANSWER: usize = 64 * 1024;
/// How long a request may take before it is taken for one that was cut off.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How often older ones are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// What sealed answers are bound to, beside whose they are.
const SEAL_PURPOSE: &str = "idempotency";

/// Remembers requests.
#[derive(Clone)]
pub(crate) struct Idempotency {
    store: Store,
    keyring: Arc<Keyring>,
    clock: Clock,
    tasks: Tasks,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    content_type: Option<String>,
    location: Option<String>,
    /// In Base64.
    body: String,
}

/// The job of forgetting.
struct Forget;

impl Job for Forget {
    const KIND: &'static str = "idempotency";
    const MAX_AT_ONCE: usize = 1;
    type Payload = ();
}

impl Idempotency {
    /// A memory in `db`; requests go on in `tasks`.
    pub(crate) fn new(db: Db, keyring: Arc<Keyring>, clock: Clock, tasks: &Tasks) -> Self {
        Self { store: Store::new(db), keyring, clock, tasks: tasks.clone() }
    }

    /// Adds what forgets.
    pub(crate) fn handle(&self, handlers: Handlers, jobs: &Jobs) -> Handlers {
        let (store, clock, jobs) = (self.store.clone(), self.clock, jobs.clone());
        handlers.with::<Forget, _, _>(move |_: Run<()>| {
            let (store, jobs) = (store.clone(), jobs.clone());
            async move {
                let now = clock.wall();
                let forgotten = store.forget_before(now - KEPT).await;
                forgotten.map_err(|error| Failure::Again(chain(&error)))?;
                let next = schedule(&jobs, now + FORGET_EVERY).await;
                next.map_err(|error| Failure::Again(chain(&error)))
            }
        })
    }

    /// Has the forgetting begin.
    pub(crate) async fn begin(&self, jobs: &Jobs) -> Result<(), JobsError> {
        schedule(jobs, self.clock.wall()).await
    }

    /// Does a request, unless it has been done.
    async fn answer(
        &self,
        entry: Entry,
        request: Request,
        next: Next,
    ) -> Result<Response, ApiError> {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, MAX_REQUEST).await.map_err(|_| too_large())?;
        let hash = self.hash(&head, &body);
        let now = self.clock.wall();
        let known = self.store.begin(&entry, &hash, now).await;
        match known.map_err(|error| ApiError::internal(&error))? {
            None => {}
            Some(known) if known.request != hash => return Err(ApiError::new(Code::KeyReused)),
            Some(Known { answer: Some(answer), .. }) => return self.replay(&entry, &answer),
            Some(Known { began_at, .. }) => {
                let is_cut_off = began_at + PATIENCE <= now;
                let again = is_cut_off && self.begin_again(&entry, began_at, now).await?;
                if !again {
                    return Err(ApiError::new(Code::InProgress));
                }
            }
        }
        self.perform(entry, Request::from_parts(head, Body::from(body)), next).await
    }

    async fn begin_again(
        &self,
        entry: &Entry,
        began_at: WallClock,
        now: WallClock,
    ) -> Result<bool, ApiError> {
        let again = self.store.begin_again(entry, began_at, now).await;
        again.map_err(|error| ApiError::internal(&error))
    }

    /// Does it to its end, whether or not somebody still waits for the answer.
    async fn perform(
        &self,
        entry: Entry,
        request: Request,
        next: Next,
    ) -> Result<Response, ApiError> {
        let (tell, told) = oneshot::channel();
        let this = self.clone();
        self.tasks.spawn("request", async move {
            let response = next.run(request).await;
            // Who hung up does not hear it.
            let _ = tell.send(this.keep(&entry, response).await);
        });
        told.await.map_err(|_| ApiError::new(Code::Internal))
    }

    /// Keeps an answer that may be given again.
    async fn keep(&self, entry: &Entry, response: Response) -> Response {
        let (head, body) = response.into_parts();
        let sets_cookie = head.headers.contains_key(header::SET_COOKIE);
        if !head.status.is_success() || sets_cookie {
            self.note(self.store.forget(entry).await);
            return Response::from_parts(head, body);
        }
        let Ok(body) = to_bytes(body, MAX_ANSWER).await else {
            self.note(self.store.forget(entry).await);
            tracing::error!("an answer to a creation is too large to be kept, and was not given");
            return axum::response::IntoResponse::into_response(ApiError::new(Code::Internal));
        };
        let text =
            |name| head.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let answer = Answer {
            status: head.status.as_u16(),
            content_type: text(header::CONTENT_TYPE).map(str::to_owned),
            location: text(header::LOCATION).map(str::to_owned),
            body: STANDARD.encode(&body),
        };
        let json = Secret::from(serde_json::to_string(&answer).unwrap_or_default());
        match self.keyring.seal(&purpose(entry), &json) {
            Ok(sealed) => self.note(self.store.end(entry, sealed).await),
            Err(error) => tracing::error!(error = chain(&error), "an answer is not kept"),
        }
        Response::from_parts(head, Body::from(body))
    }

    /// Gives a kept answer.
    fn replay(&self, entry: &Entry, sealed: &[u8]) -> Result<Response, ApiError> {
        let json = self.keyring.unseal(&purpose(entry), sealed);
        let json = json.map_err(|error| ApiError::internal(&error))?;
        let answer: Answer =
            serde_json::from_str(json.reveal()).map_err(|error| ApiError::internal(&error))?;
        let body = STANDARD.decode(answer.body).map_err(|error| ApiError::internal(&error))?;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let headers = response.headers_mut();
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in
            [(header::CONTENT_TYPE, answer.content_type), (header::LOCATION, answer.location)]
        {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        Ok(response)
    }

    /// A keyed hash of everything that a request asks for.
    fn hash(&self, head: &Parts, body: &Bytes) -> String {
        let (method, uri, body) = (&head.method, &head.uri, STANDARD.encode(body));
        self.keyring.fingerprint(&format!("request {method} {uri} {body}")).to_hex()
    }

    fn note(&self, written: Result<(), crate::db::DbError>) {
        if let Err(error) = written {
            tracing::error!(error = chain(&error), "what became of a request is not written down");
        }
    }
}

/// Stands before the routes of the API, behind the gate that says who asks.
pub(crate) async fn once(
    State(idempotency): State<Idempotency>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let caller = request.extensions().get::<Caller>();
    let account = caller.and_then(|caller| caller.person.as_ref()).map(|person| person.account);
    let (Some(account), Some(key)) = (account, key(request.method(), request.headers())?) else {
        return Ok(next.run(request).await);
    };
    let key = idempotency.keyring.fingerprint(&format!("idempotency key {key}")).to_hex();
    let entry = Entry { caller: account.to_string(), key };
    idempotency.answer(entry, request, next).await
}

/// The key of a request that makes something.
fn key<'a>(method: &Method, headers: &'a HeaderMap) -> Result<Option<&'a str>, ApiError> {
    let Some(value) = headers.get(KEY).filter(|_| *method == Method::POST) else { return Ok(None) };
    let is_printable = |key: &&str| key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    let key = key.filter(is_printable);
    let wrong = || format!("`Idempotency-Key` has 1 to {MAX_KEY} printable ASCII characters");
    key.map(Some).ok_or_else(|| ApiError::bad_request(wrong()))
}

fn too_large() -> ApiError {
    let detail = format!("with `Idempotency-Key`, at most {MAX_REQUEST} bytes");
    ApiError::with_detail(Code::TooLarge, detail)
}

/// Binds an answer to whose it is.
fn purpose(entry: &Entry) -> String {
    format!("{SEAL_PURPOSE} {} {}", entry.caller, entry.key)
}

async fn schedule(jobs: &Jobs, at: WallClock) -> Result<(), JobsError> {
    jobs.order::<Forget>(&())?.at(at).once("forget").submit().await
}

#[cfg(test)]
mod tests;
