//! What answers on an encrypted port who does not encrypt: where to go instead.
//!
//! What was asked in the clear is not answered, and a change is not sent on: what was in it has been
//! read by whoever listens.

use axum::Router;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

pub(super) fn router() -> Router {
    Router::new().fallback(|request: Request| {
        let (head, _) = request.into_parts();
        std::future::ready(answer(&head.method, &head.uri, &head.headers))
    })
}

fn answer(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let place = place(uri, headers);
    let sentence = match &place {
        Some(place) => format!("This port is encrypted: ask for {place}\n"),
        None => "This port is encrypted: ask for https:// and its address\n".to_owned(),
    };
    let location = place.and_then(|place| HeaderValue::try_from(place).ok());
    let mut answer = match location {
        Some(location) if matches!(*method, Method::GET | Method::HEAD) => {
            let head = [(header::LOCATION, location)];
            (StatusCode::TEMPORARY_REDIRECT, head, sentence).into_response()
        }
        _ => (StatusCode::BAD_REQUEST, sentence).into_response(),
    };
    let fields = answer.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// The same place, encrypted.
fn place(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let said = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host: Authority = match said {
        Some(host) => host.parse().ok()?,
        None => uri.authority()?.clone(),
    };
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let fits = !host.as_str().contains('@') && path.starts_with('/');
    fits.then(|| format!("https://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_is_sent_on_and_who_changes_is_told() {
        for (method, host, path, status, location) in [
            (Method::GET, Some("a.example:8443"), "/x?y=z", 307, "https://a.example:8443/x?y=z"),
            (Method::HEAD, Some("[::1]:8443"), "/", 307, "https://[::1]:8443/"),
            (Method::POST, Some("a.example"), "/x", 400, ""),
            (Method::GET, None, "/x", 400, ""),
            (Method::GET, Some("me@a.example"), "/x", 400, ""),
            (Method::GET, Some("a.example/b"), "/x", 400, ""),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(host) = host {
                headers.insert(header::HOST, host.parse().unwrap());
            }
            let answer = answer(&method, &path.parse().unwrap(), &headers);
            let to = answer.headers().get(header::LOCATION).map(|it| it.to_str().unwrap());
            assert_eq!((answer.status().as_u16(), to.unwrap_or_default()), (status, location));
        }
    }
}
