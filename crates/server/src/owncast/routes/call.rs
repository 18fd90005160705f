//! A request, taken in: who asks, and what was sent.

use std::collections::HashMap;
use std::net::IpAddr;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Query, RawPathParams, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Fault;
use crate::audit::Actor;
use crate::owncast::Owncast;
use crate::owncast::tokens::Token;

/// Largest body of somebody who proved nothing, in bytes.
const MAX_OPEN_BYTES: usize = 64 * 1024;
/// Largest body of somebody who proved who they are: pictures come as text.
const MAX_KNOWN_BYTES: usize = 16 * 1024 * 1024;
/// Entries on one page of a list.
const MAX_PAGE: usize = 500;
/// And where nobody says otherwise.
const DEFAULT_PAGE: usize = 50;

/// Who asks, as the gate found out.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// Where the request came from.
    pub(super) client: IpAddr,
    /// Who it is in the audit log; `None` is somebody who proved nothing.
    pub(super) actor: Option<Actor>,
    /// What a program showed.
    pub(super) token: Option<Token>,
    /// Whether it is somebody in chat who keeps order there.
    pub(super) is_keeper: bool,
}

/// A request.
pub(super) struct Call {
    pub(super) asker: Asker,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) query: HashMap<String, String>,
    params: HashMap<String, String>,
    pub(super) body: Bytes,
}

impl FromRequest<Owncast> for Call {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &Owncast) -> Result<Self, Fault> {
        use axum::extract::FromRequestParts as _;
        let (mut head, body) = request.into_parts();
        // A route that no gate stands before is our mistake, and nobody gets in by it.
        let asker = head.extensions.get::<Asker>().cloned().ok_or(Fault::Ours)?;
        let params = RawPathParams::from_request_parts(&mut head, state).await;
        let params = params.map_err(|_| Fault::Blank(StatusCode::BAD_REQUEST))?;
        let params = params.iter().map(|(key, it)| (key.to_owned(), it.to_owned())).collect();
        let query = Query::<HashMap<String, String>>::try_from_uri(&head.uri);
        let query = query.map_err(|_| Fault::Blank(StatusCode::BAD_REQUEST))?.0;
        // Who keeps order in chat is somebody of chat still, and uploads nothing.
        let is_known = asker.actor.is_some() && !asker.is_keeper;
        let most = if is_known { MAX_KNOWN_BYTES } else { MAX_OPEN_BYTES };
        let body = to_bytes(body, most).await;
        let body = body.map_err(|_| Fault::Blank(StatusCode::PAYLOAD_TOO_LARGE))?;
        let (method, headers) = (head.method, head.headers);
        Ok(Self { asker, method, headers, query, params, body })
    }
}

impl Call {
    /// Who it is in the audit log.
    pub(super) fn actor(&self) -> Actor {
        self.asker.actor.clone().unwrap_or(Actor::System)
    }

    /// The body, read from JSON, whatever it says it is: Owncast's clients seldom say.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        // What was sent may be a secret, so it is not repeated.
        serde_json::from_slice(&self.body)
            .map_err(|_| Fault::no("unable to understand the request: send the JSON as documented"))
    }

    /// The `value` of the body.
    pub(super) fn value(&self) -> Result<Value, Fault> {
        let body: Value = self.json()?;
        let value = body.get("value").filter(|value| !value.is_null()).cloned();
        value.ok_or_else(|| Fault::no("unable to find `value` in the request"))
    }

    /// A part of the path.
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// A header field, if it is text.
    pub(super) fn field(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Which part of a list is asked for: how many are passed over, and how many follow.
    pub(super) fn page(&self) -> Result<(usize, usize), Fault> {
        let number = |name: &str, default: usize| match self.query.get(name).map(String::as_str) {
            None | Some("") => Ok(default),
            Some(text) => text.parse().map_err(|_| Fault::Blank(StatusCode::BAD_REQUEST)),
        };
        Ok((number("offset", 0)?, number("limit", DEFAULT_PAGE)?.min(MAX_PAGE)))
    }
}
