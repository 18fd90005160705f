//! When a certificate is asked for, and how long nobody asks again after a failure.

use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::tls::About;

/// Between two orders that went well, whatever the certificates say: against an authority whose
/// certificates are over before they begin.
pub(super) const LEAST_PAUSE: Duration = Duration::from_secs(3600);
/// After the first failure; four times as long after each further one. Authorities count: Let's
/// Encrypt allows five failed proofs of one host in an hour.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// And at most: whatever is mended is noticed on the same day.
const MAX_PAUSE: Duration = Duration::from_secs(6 * 3600);
/// The longest that an authority can have us wait.
const MAX_ASKED_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// A share of something, 0 to 1, so that not everybody comes at the same time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jitter(f64);

impl Jitter {
    pub(super) fn of(random: u8) -> Self {
        Self(f64::from(random) / 255.0)
    }
}

/// When a certificate is renewed: at two thirds of its life, or a fiftieth of it before.
pub(super) fn renewal(about: &About, jitter: Jitter) -> WallClock {
    let begins = about.begins.as_unix_millis();
    let life = about.ends.as_unix_millis().saturating_sub(begins).max(0);
    let early = life as f64 / 50.0 * jitter.0;
    WallClock::from_unix_millis(begins.saturating_add(life / 3 * 2).saturating_sub(early as i64))
}

/// How long to wait after this many failures one after another; the authority may ask for more.
pub(super) fn pause(failures: u32, asked: Option<Duration>, jitter: Jitter) -> Duration {
    let steps = failures.saturating_sub(1).min(8);
    let own = (FIRST_PAUSE * 4_u32.pow(steps)).min(MAX_PAUSE);
    let own = own.max(asked.unwrap_or_default().min(MAX_ASKED_PAUSE));
    own + own.mul_f64(jitter.0 / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLY: Jitter = Jitter(1.0);
    const LATE: Jitter = Jitter(0.0);

    #[test]
    fn a_certificate_is_renewed_well_before_it_ends() {
        let day = 24 * 3600 * 1000;
        let at = WallClock::from_unix_millis;
        let about = |begins, ends| About { names: Vec::new(), begins: at(begins), ends: at(ends) };
        for (begins, ends, jitter, expected) in [
            (0, 90 * day, LATE, 60 * day),
            (0, 90 * day, EARLY, 60 * day - 90 * day / 50),
            (6 * day, 12 * day, LATE, 10 * day),
            // One that makes no sense is renewed at once.
            (10 * day, 0, LATE, 10 * day),
        ] {
            assert_eq!(renewal(&about(begins, ends), jitter), at(expected));
        }
    }

    #[test]
    fn failures_are_waited_for_longer_and_longer() {
        let minutes = |failures, asked: Option<u64>, jitter| {
            pause(failures, asked.map(|it| Duration::from_secs(it * 60)), jitter).as_secs() / 60
        };
        let steps: Vec<_> = (1..=6).map(|failures| minutes(failures, None, LATE)).collect();
        assert_eq!(steps, [1, 4, 16, 64, 256, 360]);
        assert_eq!(minutes(u32::MAX, None, LATE), 360);
        assert_eq!(minutes(1, Some(90), LATE), 90);
        assert_eq!(minutes(1, Some(1_000_000), LATE), 24 * 60);
        assert_eq!(minutes(3, Some(1), EARLY), 17);
    }
}
