//! The gate before every route of Owncast's API: what the table says of it, and who asks.
//!
//! Basic credentials are sent by browsers on their own, so whoever shows them must not come from a
//! page of another site. There is no CORS where an admin asks (CVE-2024-29026).

use std::collections::HashMap;
use std::net::IpAddr;

use axum::Json;
use axum::extract::{MatchedPath, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::answer::Fault;
use super::call::Asker;
use super::{ROUTES, Row, Ways, Who};
use crate::access::SiteRole;
use crate::accounts::{AccountsError, Origin, SignIn};
use crate::attempts::Prefix;
use crate::audit::Actor;
use crate::chat::Keeper;
use crate::http::{Peer, client_address, keep_from_caches};
use crate::owncast::tokens::{Scope, Token};
use crate::owncast::{Owncast, OwncastError};
use crate::seal::Secret;

/// What browsers show when they ask for a password.
const REALM: &str = "Basic realm=\"Owncast Authenticated Request\"";

/// Lets a request through to its route, or answers it.
pub(super) async fn stand(
    State(owncast): State<Owncast>,
    request: Request,
    next: Next,
) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let row = matched.and_then(|path| ROUTES.iter().find(|row| row.path == path.as_str()));
    let Some(row) = row else { return Fault::MISSING.into_response() };
    let who = row.who.of(request.method());
    if *request.method() == Method::OPTIONS && row.ways != Ways::Any {
        return preflight(who);
    }
    if let Some(refused) = refuse_method(row, request.method()) {
        return refused;
    }
    let (mut head, body) = request.into_parts();
    let (asker, token) = match owncast.ask(who, &head).await {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    head.extensions.insert(asker);
    let mut response = next.run(Request::from_parts(head, body)).await;
    if let Some(token) = token
        && let Err(error) = owncast.token_was_used(&token).await
    {
        let error = crate::telemetry::chain(&error);
        tracing::warn!(error, "the use of a token is not written down");
    }
    if !matches!(who, Who::Anyone | Who::Everywhere) {
        keep_from_caches(&mut response);
    }
    if who.is_for_every_site() {
        let every = HeaderValue::from_static("*");
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, every);
    }
    response
}

impl Owncast {
    async fn ask(&self, who: Who, request: &Parts) -> Result<(Asker, Option<Token>), Response> {
        let (headers, client) = (&request.headers, self.client(request));
        let nobody = Asker { client, actor: None, token: None, is_keeper: false };
        let as_actor = |actor| Asker { actor: Some(actor), ..nobody.clone() };
        match who {
            Who::Anyone | Who::Everywhere => Ok((nobody, None)),
            Who::Admin => Ok((as_actor(self.by_password(headers, client).await?), None)),
            Who::Program(scope) => {
                let token = self.by_token(headers, scope).await.map_err(Fault::into_response)?;
                let actor = Some(Actor::Program(token.name.clone()));
                Ok((Asker { actor, token: Some(token.clone()), ..nobody }, Some(token)))
            }
            Who::Chatter => {
                let known = self.knows_chatter(&chat_token(&request.uri), client).await;
                known.map_err(Fault::into_response)?;
                Ok((nobody, None))
            }
            Who::Moderator => {
                let keeper = self.by_chat_token(&request.uri, client).await;
                let keeper = keeper.map_err(Fault::into_response)?;
                // Nobody in chat is taken for a program of the site's that is called the same.
                let actor = Some(Actor::Program(format!("{} (chat)", keeper.name)));
                Ok((Asker { actor, is_keeper: true, ..nobody }, None))
            }
        }
    }

    /// Where a request came from.
    pub(super) fn client(&self, request: &Parts) -> IpAddr {
        let peer = request.extensions.get::<Peer>().map(|peer| peer.address);
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        client_address(peer, &request.headers, &self.shared.trusted_proxies)
    }

    /// Somebody in chat who keeps order there, by the token in the query.
    async fn by_chat_token(&self, uri: &Uri, client: IpAddr) -> Result<Keeper, Fault> {
        let channel = self.channel().await?;
        let token = chat_token(uri);
        let shown = (token.as_str(), Prefix::of(client));
        self.doors().chat.keeper(&channel, shown).await?.ok_or(Fault::Unauthorized)
    }

    async fn knows_chatter(&self, token: &str, client: IpAddr) -> Result<(), Fault> {
        let channel = self.channel().await?;
        let from = Prefix::of(client);
        let is_in = self.doors().chat.lets_in(&channel, (token, from)).await?;
        if is_in { Ok(()) } else { Err(Fault::Unauthorized) }
    }

    pub(super) async fn by_password(
        &self,
        headers: &HeaderMap,
        client: IpAddr,
    ) -> Result<Actor, Response> {
        if is_from_elsewhere(headers, self.shared.public_url.as_deref()) {
            let why = "this came from a page of another site";
            return Err((StatusCode::FORBIDDEN, why).into_response());
        }
        let Some((name, password)) = basic(headers) else { return Err(ask_for_password()) };
        // Owncast has one admin, by this name.
        if name != "admin" {
            return Err(ask_for_password());
        }
        let shown = SignIn { name: &name, password: &password, code: None };
        let origin = Origin { from: Prefix::of(client), user_agent: String::new() };
        match self.doors().accounts.check_basic(&shown, &origin).await {
            Ok(account) if account.role == SiteRole::Admin => {
                Ok(Actor::Account { id: account.id, name: account.username.to_string() })
            }
            Err(AccountsError::TooOften(wait)) => {
                let seconds = wait.as_secs() + 1;
                let fields = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
                Err((StatusCode::TOO_MANY_REQUESTS, fields, "too many attempts").into_response())
            }
            Err(error) if !OwncastError::from_accounts(&error) => {
                Err(Fault::from(error).into_response())
            }
            Ok(_) | Err(_) => Err(ask_for_password()),
        }
    }

    async fn by_token(&self, headers: &HeaderMap, scope: Scope) -> Result<Token, Fault> {
        let field = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, secret) =
            field.and_then(|it| it.split_once(' ')).ok_or(Fault::Unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Fault::Unauthorized);
        }
        let token = self.find_token(secret.trim()).await?.ok_or(Fault::Unauthorized)?;
        if token.scopes.contains(&scope) { Ok(token) } else { Err(Fault::Unauthorized) }
    }
}

impl OwncastError {
    /// Whether what was shown is wrong, and not something here.
    fn from_accounts(error: &AccountsError) -> bool {
        use AccountsError as A;
        !matches!(error, A::Db(_) | A::Seal(_) | A::Hash(_))
    }
}

/// What somebody in chat shows. Owncast's own tokens end in `=`, which clients write as `%3D`.
fn chat_token(uri: &Uri) -> String {
    let query = Query::<HashMap<String, String>>::try_from_uri(uri);
    query.ok().and_then(|Query(mut it)| it.remove("accessToken")).unwrap_or_default()
}

/// Name and password (RFC 7617).
pub(super) fn basic(headers: &HeaderMap) -> Option<(String, Secret)> {
    let field = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = field.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), Secret::from(password.to_owned())))
}

/// Whether a browser says that a page of another site made it ask.
fn is_from_elsewhere(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if matches!(site, Some("cross-site" | "same-site")) {
        return true;
    }
    // With a GET in the clear browsers say neither, but which page led there.
    let Some(page) = text(header::ORIGIN).or_else(|| text(header::REFERER)) else { return false };
    let host = text(header::HOST).unwrap_or_default();
    let of = page.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or(""));
    let named = public_url.and_then(|url| url.split_once("://")).map(|(_, named)| named);
    of != host && named != Some(of)
}

fn ask_for_password() -> Response {
    let fields = [(header::WWW_AUTHENTICATE, HeaderValue::from_static(REALM))];
    (StatusCode::UNAUTHORIZED, fields, "Unauthorized").into_response()
}

/// What browsers ask before they ask.
fn preflight(who: Who) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if who.is_for_every_site() {
        let headers = response.headers_mut();
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// What is answered where a method does not fit.
fn refuse_method(row: &Row, method: &Method) -> Option<Response> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let fits = match row.ways {
        Ways::Get => reads,
        Ways::Post => *method == Method::POST,
        // These change something, by GET too; whoever asks for the head alone wants no change.
        Ways::Either => matches!(*method, Method::GET | Method::POST),
        Ways::Any => true,
    };
    if fits {
        return None;
    }
    let message = format!("{method} not supported");
    let answer = json!({ "success": false, "message": message });
    Some((StatusCode::BAD_REQUEST, Json(answer)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_chat_is_read_as_clients_write_it() {
        for (uri, token) in [
            ("/api/chat?accessToken=a-b_c%3D&x=1", "a-b_c="),
            ("/api/chat?x=1&accessToken=abc=", "abc="),
            ("/api/chat?accessToken=", ""),
            ("/api/chat", ""),
        ] {
            assert_eq!(chat_token(&uri.parse().unwrap()), token, "{uri}");
        }
    }
}
