//! Which content encodings a client takes (RFC 9110 §12.5.3).

use axum::http::{HeaderMap, header};

/// Whether the client takes `coding`: it is listed, or `*` is, and not with a quality of zero.
pub(crate) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let Some(value) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let quality = |wanted: &str| {
        value.split(',').find_map(|item| {
            let mut parts = item.split(';');
            let name = parts.next()?.trim();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
            name.eq_ignore_ascii_case(wanted).then(|| quality.unwrap_or("1").trim().parse::<f32>())
        })
    };
    match quality(coding).or_else(|| quality("*")) {
        Some(Ok(quality)) => quality > 0.0,
        Some(Err(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        accepts(&headers, "gzip")
    }

    #[test]
    fn listed_codings_count_unless_their_quality_is_zero() {
        assert!(gzip("gzip"));
        assert!(gzip("br, GZIP;q=0.5"));
        assert!(gzip("*"));
        assert!(!gzip("br"));
        assert!(!gzip("gzip;q=0, *;q=1"));
        assert!(!gzip("gzip;q=nonsense"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
