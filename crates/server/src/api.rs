//! The shape of our API's errors: RFC 9457 problem documents with a stable code.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// What the API says went wrong; the web application translates the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
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
    /// It does not fit with what there is; `detail` says with what.
    Conflict,
    /// Our fault; the log has the details.
    Internal,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::ChannelNotFound | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::KeyNeeded => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::TooMany | Self::NotYet => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
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
            Self::Conflict => "This does not fit",
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
    /// Too much at once
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
}

/// An error on its way to a client.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: Option<String>,
}

impl ApiError {
    /// An error that needs no more words.
    pub(crate) fn new(code: Code) -> Self {
        Self { code, detail: None }
    }

    /// An error with a sentence that says what to do.
    pub(crate) fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: Some(detail.into()) }
    }

    /// Our fault: the cause goes to the log, not to the client.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = crate::telemetry::chain(error), "a request failed");
        Self::new(Code::Internal)
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        let code = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Code::TooLarge
        } else {
            Code::BadRequest
        };
        Self::with_detail(code, rejection.body_text())
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
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
