//! The gate before every route of our API: who asks, and whether they may.
//!
//! The table in `access` says what a route asks for. A request that a browser's cookie proves must
//! come from a page of ours when it changes something: a page of another site can make a browser
//! send the cookie, and cannot make it lie about the page.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder};

use crate::access::{self, Also, Caller, Gate, Permission, Refusal, Subject};
use crate::accounts::{self, Accounts, Bearer};
use crate::api::{ApiError, Code};
use crate::attempts::Prefix;
use crate::channels::Channels;
use crate::config::Config;
use crate::http::{Peer, client_address, is_encrypted, keep_from_caches};

/// What the gate stands before.
const API: &str = "/api/v1/";

/// What the gate must know of the site.
pub(crate) struct Site {
    trusted_proxies: Vec<IpNet>,
    public_url: Option<String>,
    /// Whether people reach it encrypted.
    is_https: bool,
    /// Whether nothing is answered that was asked in the clear.
    is_encrypted: bool,
}

impl Site {
    pub(crate) fn new(config: &Config) -> Self {
        let trusted_proxies = config.trusted_proxies.clone();
        let public_url = config.public_url.clone();
        Self {
            trusted_proxies,
            public_url,
            is_https: config.is_https(),
            is_encrypted: config.tls.is_some(),
        }
    }

    /// Whether cookies must be sent encrypted alone.
    fn is_encrypted(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        self.is_https || is_encrypted(peer, headers, &self.trusted_proxies)
    }

    /// Whether browsers are told to ask encrypted alone from now on (RFC 6797). A server that nobody
    /// gave a name keeps quiet: the word holds for every port of its host, and that may be
    /// `localhost`.
    pub(super) fn is_strict(&self) -> bool {
        self.is_encrypted && self.public_url.is_some()
    }

    /// Whose page asks.
    fn page(&self, headers: &HeaderMap) -> Page {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let Some(origin) = text(header::ORIGIN) else { return Page::Unsaid };
        let host = text(header::HOST).unwrap_or_default();
        // A page that came in the clear may be anybody's, whatever it says it is called.
        let is_ours = |scheme| scheme == "https" || !self.is_encrypted;
        let is_host =
            origin.split_once("://").is_some_and(|(scheme, it)| it == host && is_ours(scheme));
        if is_host || self.public_url.as_deref() == Some(origin) { Page::Ours } else { Page::Other }
    }
}

/// Whose page a request comes from, as its `Origin` says (RFC 6454 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Ours,
    Other,
    /// Browsers say it with every change.
    Unsaid,
}

/// Who stands at the gate.
#[derive(Clone)]
pub(super) struct Gatekeeper {
    accounts: Accounts,
    channels: Channels,
    site: Arc<Site>,
}

impl Gatekeeper {
    pub(super) fn new(accounts: Accounts, channels: Channels, site: Site) -> Self {
        Self { accounts, channels, site: Arc::new(site) }
    }

    /// Who asks.
    async fn ask(&self, gate: &Gate, request: &Parts) -> Result<Caller, ApiError> {
        let headers = &request.headers;
        let peer = request.extensions.get::<Peer>().map(|peer| peer.address);
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let from = Prefix::of(client_address(peer, headers, &self.site.trusted_proxies));
        let encrypted = self.site.is_encrypted(peer, headers);
        let guest = Caller { encrypted, ..Caller::guest(from) };
        if let Some(token) = bearer(headers) {
            return self.by_bearer(gate, token, guest).await;
        }
        let page = self.site.page(headers);
        let changes = !is_safe(&request.method);
        if changes && page == Page::Other && gate.also != Also::OtherSites {
            return Err(wrong_origin());
        }
        let Some(token) = accounts::cookie(headers, encrypted) else { return Ok(guest) };
        let is_trusted = page == Page::Ours || (page == Page::Unsaid && !changes);
        let found = match is_trusted {
            true => self.accounts.by_cookie(token).await?,
            false => None,
        };
        match found {
            Some((person, via)) => Ok(Caller { person: Some(person), via, ..guest }),
            // Whoever may come as a guest does; others must hear why their cookie does not count.
            None if !is_trusted && gate.permission != Permission::Anyone => Err(wrong_origin()),
            None => Ok(guest),
        }
    }

    async fn by_bearer(&self, gate: &Gate, token: &str, guest: Caller) -> Result<Caller, ApiError> {
        match self.accounts.by_bearer(token).await? {
            Bearer::Person(person, via) => Ok(Caller { person: Some(person), via, ..guest }),
            // Perhaps a stream key; the route knows. Where there is no other way it proves nothing.
            Bearer::Foreign => Ok(guest),
            // A program may still send its last token when it asks for the next.
            Bearer::Invalid if gate.path.starts_with("/api/v1/tokens") => Ok(guest),
            Bearer::Invalid => {
                let detail = "get another with your refresh token, or sign in again";
                Err(ApiError::with_detail(Code::TokenInvalid, detail))
            }
        }
    }

    /// Whether they may.
    async fn check(
        &self,
        gate: &Gate,
        caller: &Caller,
        params: &RawPathParams,
    ) -> Result<(), ApiError> {
        let role = match (gate.subject(), &caller.person) {
            (Subject::Channel, Some(person)) if gate.permission != Permission::Anyone => {
                let name = params.iter().find(|(key, _)| *key == "name").map_or("", |(_, it)| it);
                let role = self.channels.role_of(person.account, name).await;
                role.map_err(|error| ApiError::internal(&error))?
            }
            _ => None,
        };
        match gate.permission.check(caller, role) {
            Err(_) if gate.has_another_way() => Ok(()),
            checked => checked.map_err(refuse),
        }
    }
}

/// Lets a request through to its route, or answers it.
pub(super) async fn stand(
    State(keeper): State<Gatekeeper>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    // What is not even text names nothing.
    let params = params.map_err(|_| ApiError::new(Code::NotFound))?;
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let path = matched.as_ref().map_or("", MatchedPath::as_str);
    let Some(gate) = access::gate(request.method(), path) else {
        // Pages are for everybody; those that ask who it is are in the table too.
        return Ok(match path.starts_with(API) {
            true => closed(request.method(), path),
            false => next.run(request).await,
        });
    };
    let (mut head, body) = request.into_parts();
    let caller = keeper.ask(gate, &head).await?;
    keeper.check(gate, &caller, &params).await?;
    let is_theirs = caller.person.is_some();
    head.extensions.insert(caller);
    let mut response = next.run(Request::from_parts(head, body)).await;
    if is_theirs {
        keep_from_caches(&mut response);
    }
    Ok(response)
}

/// There is no gate: another method has one, or nobody may.
fn closed(method: &Method, path: &str) -> Response {
    if access::is_known(path) {
        super::plain::wrong_method(method).into_response()
    } else {
        ApiError::new(Code::NotFound).into_response()
    }
}

fn refuse(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::SignIn => ApiError::with_detail(
            Code::SignInNeeded,
            "sign in at /api/v1/session, or send a token as `Authorization: Bearer …`",
        ),
        Refusal::Scope(Some(scope)) => {
            let detail = format!("make a token with the scope `{scope}`");
            ApiError::with_detail(Code::ScopeNeeded, detail)
        }
        Refusal::Scope(None) => {
            let detail = "no API token may do this: sign in yourself";
            ApiError::with_detail(Code::ScopeNeeded, detail)
        }
        Refusal::Role => {
            let detail = "ask somebody who runs the site, or owns the channel, for the role";
            ApiError::with_detail(Code::RoleNeeded, detail)
        }
    }
}

fn wrong_origin() -> ApiError {
    let detail = "changes are made from this site's own pages; programs send a token as \
                  `Authorization: Bearer …` and no cookie";
    ApiError::with_detail(Code::WrongOrigin, detail)
}

/// Methods that change nothing (RFC 9110 §9.2.1).
fn is_safe(method: &Method) -> bool {
    // CONNECT opens a socket here, as GET does.
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::CONNECT)
}

/// The token in an `Authorization` field (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Adds to each described operation what the gate answers before it.
pub(super) fn describe(description: &mut OpenApi) {
    for (path, item) in &mut description.paths.paths {
        for (method, operation) in operations(item) {
            let gate = access::gate(&method, path);
            if let Some(gate) = gate {
                operation.extensions = Some(asked(gate));
            }
            // A token that is over is refused everywhere.
            answer(operation, "401");
            let is_for_some = gate.is_some_and(|it| it.permission != Permission::Anyone);
            if is_for_some || !is_safe(&method) {
                answer(operation, "403");
            }
        }
    }
}

/// What an operation asks for, for people and programs that read the description. One extension: of
/// several, every run would write another first.
fn asked(gate: &Gate) -> Extensions {
    let scope = gate.permission.scope().map(|scope| scope.as_str());
    let access = serde_json::json!({ "permission": gate.permission.as_str(), "scope": scope });
    Extensions::builder().add("x-access", access).build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn answer(operation: &mut Operation, status: &str) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().content("application/problem+json", problem).build();
    let responses = &mut operation.responses.responses;
    responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response));
}
