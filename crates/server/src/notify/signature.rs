//! How deliveries are signed, as Owncast 0.3.0 does: HMAC-SHA256 (RFC 2104) over the time, a dot
//! and the body, so that nobody can send an old one again.

use aws_lc_rs::hmac;
use rivulet_media::time::WallClock;

use crate::seal::Secret;

/// The field that holds it.
pub(super) const FIELD: &str = "owncast-signature";

/// The field's value.
pub(super) fn sign(secret: &Secret, at: WallClock, body: &str) -> String {
    let seconds = at.as_unix_millis().div_euclid(1000);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds}.s={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_can_check_it() {
        // By another program: printf '1700000000.{}' | openssl dgst -sha256 -hmac hushhush
        let at = WallClock::from_unix_millis(1_700_000_000_999);
        let signature = sign(&Secret::new("hushhush"), at, "{}");
        let expected = "608f62849bd58ef07bca171e9b2c574e942e1489518709298474f13d0aa96516";
        assert_eq!(signature, format!("t=1700000000.s={expected}"));
    }
}
