//! The authority is asked through the server's one client for requests of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rivulet_media::time::WallClock;

use crate::clock::Clock;
use crate::outbound::{Outbound, Target};

/// Asks, and remembers how long it is asked to wait.
#[derive(Clone)]
pub(super) struct Client {
    outbound: Outbound,
    clock: Clock,
    asked: Arc<Mutex<Option<Duration>>>,
}

impl Client {
    pub(super) fn new(outbound: Outbound, clock: Clock) -> Self {
        Self { outbound, clock, asked: Arc::default() }
    }

    /// How long the authority asked to wait when it last refused; it is told once.
    pub(super) fn asked_pause(&self) -> Option<Duration> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn send(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
        let other = |error| Error::Other(Box::new(error));
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await;
        let body = body.to_bytes().to_vec();
        // The authority's own answers say where to go next: each of them is checked again.
        let target = Target::parse(&head.uri.to_string()).map_err(other)?;
        let request = Request::from_parts(head, body);
        let answer = self.outbound.ask(&target, request).await.map_err(other)?;
        if matches!(answer.status, 429 | 503) {
            let asked = retry_after(&answer.fields, self.clock.wall());
            *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = asked;
        }
        let mut response = Response::builder().status(answer.status);
        if let Some(fields) = response.headers_mut() {
            *fields = answer.fields;
        }
        Ok(BytesResponse::from(response.body(Full::new(Bytes::from(answer.body)))?))
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        Box::pin(self.clone().send(request))
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
fn retry_after(fields: &HeaderMap, now: WallClock) -> Option<Duration> {
    let said = fields.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = said.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(said).ok()?.timestamp().as_millisecond();
    let millis = until.saturating_sub(now.as_unix_millis());
    Some(Duration::from_millis(u64::try_from(millis).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn how_long_to_wait_is_said_in_seconds_or_by_a_date() {
        // Sun, 06 Nov 1994 08:49:37 GMT
        let now = WallClock::from_unix_millis(784_111_777_000);
        for (said, expected) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let mut fields = HeaderMap::new();
            fields.insert(RETRY_AFTER, HeaderValue::from_static(said));
            let read = retry_after(&fields, now).map(|it| it.as_secs());
            assert_eq!(read, expected, "{said}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
