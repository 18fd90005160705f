//! The shape of our API's errors: RFC 9457 problem documents with a stable code.
//!
//! Beside it stands what all of the API has in common: queries ([`query`]), pages of lists
//! ([`cursor`]), requests that are done once ([`idempotency`]), how often somebody may ask ([`limits`]), and what people read
//! about it ([`docs`]).

mod cursor;
mod describe;
pub(crate) mod docs;
mod idempotency;
mod limits;
mod query;
mod store;

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

pub(crate) use cursor::{Cursors, List, Page, PageQuery};
pub(crate) use describe::describe;
pub(crate) use idempotency::{Idempotency, once};
pub(crate) use limits::{Limiter, Quotas, QuotasError, limited};
pub(crate) use query::{Query, limit};

/// What `Retry-After` says where nobody knows better.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What the API says went wrong; the web application translates the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "some problems are about codes of authenticators")]
pub(crate) enum Code {
    /// There is no such channel.
    ChannelNotFound,
    /// There is nothing at this address.
    NotFound,
    /// The method does not fit the address.
    MethodNotAllowed,
    /// Only whoever has a stream key of the channel may; `detail` says how to show it.
    KeyNeeded,
    /// The request's body is too large; `detail` says what fits.
    TooLarge,
    /// Asked too often; try again after `Retry-After` seconds.
    TooOften,
    /// A parameter of the request is wrong; `detail` says which.
    BadRequest,
    /// It did not come in time; ask again.
    NotYet,
    /// Too many at once; try again after `Retry-After` seconds.
    TooMany,
    /// Not from here, or not by this client; `detail` says what to do.
    Forbidden,
    /// It takes somebody who is signed in.
    SignInNeeded,
    /// It takes another role.
    RoleNeeded,
    /// The token was not made for this; `detail` says what it needs.
    ScopeNeeded,
    /// The token is not valid, or not any more.
    TokenInvalid,
    /// A page of another site asked for it.
    WrongOrigin,
    /// No account has this name and this password.
    WrongCredentials,
    /// Signing in takes the code of the authenticator too.
    CodeNeeded,
    /// The code of the authenticator is wrong.
    CodeWrong,
    /// The link or code is not valid, or not any more.
    CodeInvalid,
    /// The passkey is not known, or what it shows does not fit; `detail` says why.
    PasskeyRefused,
    /// There are no passkeys on this site.
    PasskeysUnavailable,
    /// The account waits for approval.
    AccountPending,
    /// The account is suspended; `detail` says why.
    AccountSuspended,
    /// New accounts are not made here.
    RegistrationClosed,
    /// A new account takes an invitation.
    InvitationNeeded,
    /// The invitation is not valid, or used up.
    InvitationInvalid,
    /// The name is taken.
    NameTaken,
    /// The name breaks a rule; `detail` says which.
    NameInvalid,
    /// The password is too easily guessed; `detail` says why.
    PasswordWeak,
    /// The mail address is missing, is none, or is not taken here; `detail` says which.
    MailInvalid,
    /// Another account has the mail address.
    MailTaken,
    /// A value breaks a rule; `detail` says which.
    Invalid,
    /// There are as many as there may be.
    Full,
    /// The last admin of the site stays one.
    LastAdmin,
    /// The cursor is none of this list's: begin without one.
    CursorInvalid,
    /// A request with this `Idempotency-Key` is being done; try again after `Retry-After` seconds.
    InProgress,
    /// This `Idempotency-Key` belongs to another request.
    KeyReused,
    /// It does not fit with what there is; `detail` says with what.
    Conflict,
    /// The channel is not on air.
    NotOnAir,
    /// This site sends no mail.
    NoMail,
    /// Our fault; the log has the details.
    Internal,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::ChannelNotFound | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::KeyNeeded
            | Self::SignInNeeded
            | Self::TokenInvalid
            | Self::WrongCredentials
            | Self::CodeNeeded
            | Self::CodeWrong => StatusCode::UNAUTHORIZED,
            Self::NameTaken
            | Self::MailTaken
            | Self::Full
            | Self::LastAdmin
            | Self::Conflict
            | Self::NotOnAir
            | Self::PasskeysUnavailable
            | Self::NoMail => StatusCode::CONFLICT,
            Self::NameInvalid | Self::PasswordWeak | Self::MailInvalid | Self::Invalid => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::TooMany | Self::NotYet => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden
            | Self::RoleNeeded
            | Self::ScopeNeeded
            | Self::WrongOrigin
            | Self::CodeInvalid
            | Self::PasskeyRefused
            | Self::AccountPending
            | Self::AccountSuspended
            | Self::RegistrationClosed
            | Self::InvitationNeeded
            | Self::InvitationInvalid => StatusCode::FORBIDDEN,
            Self::CursorInvalid => StatusCode::BAD_REQUEST,
            Self::InProgress => StatusCode::CONFLICT,
            Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::ChannelNotFound => "There is no such channel",
            Self::NotFound => "There is nothing here",
            Self::MethodNotAllowed => "This method is not allowed here",
            Self::BadRequest => "The request is not understood",
            Self::KeyNeeded => "A stream key is needed",
            Self::TooLarge => "Too much at once",
            Self::TooOften => "Too often",
            Self::NotYet => "Not yet",
            Self::TooMany => "Too many at once",
            Self::Forbidden => "This is not allowed",
            Self::SignInNeeded => "Sign in first",
            Self::RoleNeeded => "Your role does not allow this",
            Self::ScopeNeeded => "The token was not made for this",
            Self::TokenInvalid => "The token is not valid",
            Self::WrongOrigin => "This came from a page of another site",
            Self::WrongCredentials => "The name or the password is wrong",
            Self::CodeNeeded => "A code is needed",
            Self::CodeWrong => "The code is wrong",
            Self::CodeInvalid => "The link or code is not valid",
            Self::PasskeyRefused => "The passkey is not accepted",
            Self::PasskeysUnavailable => "This site has no passkeys",
            Self::AccountPending => "The account waits for approval",
            Self::AccountSuspended => "The account is suspended",
            Self::RegistrationClosed => "New accounts are not made here",
            Self::InvitationNeeded => "An invitation is needed",
            Self::InvitationInvalid => "The invitation is not valid",
            Self::NameTaken => "The name is taken",
            Self::NameInvalid => "The name cannot be used",
            Self::PasswordWeak => "The password is too easily guessed",
            Self::MailInvalid => "The mail address cannot be used",
            Self::MailTaken => "The mail address is taken",
            Self::Invalid => "A value cannot be used",
            Self::Full => "There are as many as there may be",
            Self::LastAdmin => "The site needs an admin",
            Self::CursorInvalid => "The cursor is none of this list's",
            Self::InProgress => "This is being done already",
            Self::KeyReused => "The key belongs to another request",
            Self::Conflict => "This does not fit",
            Self::NotOnAir => "Nothing is on air",
            Self::NoMail => "This site sends no mail",
            Self::Internal => "Something went wrong on the server",
        }
    }
}

/// A problem document (RFC 9457 §3).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: `code` says which problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// What happened, in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What to do about it, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The stable name of the problem.
    code: Code,
}

/// What every route about one channel may answer, besides what is its own.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "the API description is made of it")]
pub(crate) enum Refused {
    /// The request is not understood; `detail` says why
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem),
    /// It takes an account
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(Problem),
    /// It takes another role, or another scope
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// There is no such thing
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// It does not fit with what there is; `detail` says with what
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// A value breaks a rule; `detail` says which
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Too much at once
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
}

/// An error on its way to a client.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: Option<String>,
    retry_after: Duration,
}

impl ApiError {
    /// An error that needs no more words.
    pub(crate) fn new(code: Code) -> Self {
        Self { code, detail: None, retry_after: RETRY_AFTER }
    }

    /// An error with a sentence that says what to do.
    pub(crate) fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }

    /// The request is not understood, and why.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::with_detail(Code::BadRequest, detail)
    }

    /// What to say to somebody who reads no problem documents; `None` when the fault is ours.
    pub(crate) fn told(&self) -> Option<&str> {
        let text = self.detail.as_deref().unwrap_or(self.code.title());
        (self.code != Code::Internal).then_some(text)
    }

    /// When it is worth trying again.
    pub(crate) fn retry_after(self, retry_after: Duration) -> Self {
        Self { retry_after, ..self }
    }

    /// Our fault: the cause goes to the log, not to the client.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = crate::telemetry::chain(error), "a request failed");
        Self::new(Code::Internal)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let problem = Problem {
            kind: "about:blank",
            title: self.code.title(),
            status: status.as_u16(),
            detail: self.detail,
            code: self.code,
        };
        let mut response = (status, Json(problem)).into_response();
        let problem_json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        let headers = response.headers_mut();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            // The next whole second: one too early would be refused again.
            let seconds = self.retry_after.as_millis().div_ceil(1000).max(1);
            headers.insert(header::RETRY_AFTER, u64::try_from(seconds).unwrap_or(1).into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.code == Code::InProgress {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// A request's body, read from JSON. What is wrong with one is said in a problem document.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        // Forms of other sites' pages cannot send it without asking first.
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let is_json = kind.is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        if !is_json {
            let detail = "send JSON, with `Content-Type: application/json`";
            return Err(ApiError::bad_request(detail));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            let code = match error.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
                _ => Code::BadRequest,
            };
            ApiError::with_detail(code, error.body_text())
        })?;
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| ApiError::bad_request(explain(&error)))
    }
}

/// What is wrong with a document. A value in it may be secret, so none is repeated.
fn explain(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    if text.starts_with("missing field") || text.starts_with("unknown field") {
        return text;
    }
    format!("the body is not as described, at line {line}, column {column}")
}
