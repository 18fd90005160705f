//! A rendered playlist, shared by everybody who asks for it until the next change.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;

/// How many target durations a cache keeps a playlist that was asked for by number.
const CACHED_TARGETS: u32 = 6;

/// The text, and what may be done with it.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) plain: Bytes,
    /// What a cache may do with it when it was asked for by number.
    pub(super) numbered_caching: HeaderValue,
    /// Compressed when somebody first wants it so.
    gzip: Arc<OnceLock<Bytes>>,
}

impl Text {
    /// Of a broadcast with this target duration.
    pub(super) fn new(text: String, target: Duration) -> Self {
        let numbered_caching = numbered_caching(target);
        Self { plain: text.into(), numbered_caching, gzip: Arc::default() }
    }

    /// The text, compressed.
    pub(super) fn gzip(&self) -> Bytes {
        self.gzip.get_or_init(|| compress(&self.plain).unwrap_or_default()).clone()
    }
}

/// RFC 8216bis §6.2.5.2 suggests six target durations for the answer to a request by number.
fn numbered_caching(target: Duration) -> HeaderValue {
    HeaderValue::try_from(format!("public, max-age={}", (target * CACHED_TARGETS).as_secs()))
        .expect("words and digits are a valid header")
}

fn compress(text: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    encoder.write_all(text)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_keep_a_numbered_playlist_for_six_target_durations() {
        for (target, caching) in [(1, "public, max-age=6"), (6, "public, max-age=36")] {
            assert_eq!(numbered_caching(Duration::from_secs(target)), caching);
        }
    }
}
