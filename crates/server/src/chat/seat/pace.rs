//! How fast one socket may say anything at all, before anybody reads it.

use std::time::{Duration, Instant};

use super::Ended;

/// What is counted together.
const WINDOW: Duration = Duration::from_secs(1);
/// Texts that are read within it. Against programs that send as fast as they can.
const MAX_READ: u32 = 20;
/// Texts after which the socket is closed.
const MAX_HEARD: u32 = 400;
/// What is counted together of everything that says nothing.
const LONG_WINDOW: Duration = Duration::from_secs(30);
/// Pings, answers to pings and bytes within it. Browsers send none of their own, proxies a few;
/// each ping is answered by the library.
const MAX_NOISE: u32 = 120;

/// How much came lately.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    texts: Count,
    noise: Count,
}

#[derive(Debug, Default)]
struct Count {
    since: Option<Instant>,
    heard: u32,
}

impl Count {
    fn step(&mut self, window: Duration, now: Instant) -> u32 {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= window) {
            *self = Self { since: Some(now), heard: 0 };
        }
        self.heard += 1;
        self.heard
    }
}

impl Pace {
    /// One more text came; whether it is read.
    pub(crate) fn step(&mut self, now: Instant) -> Result<bool, Ended> {
        let heard = self.texts.step(WINDOW, now);
        if heard > MAX_HEARD { Err(flood()) } else { Ok(heard <= MAX_READ) }
    }

    /// Something else came, which nobody reads.
    pub(crate) fn noise(&mut self, now: Instant) -> Result<(), Ended> {
        match self.noise.step(LONG_WINDOW, now) {
            ..=MAX_NOISE => Ok(()),
            _ => Err(flood()),
        }
    }
}

fn flood() -> Ended {
    Ended::new("flood", "the connection says too much at once")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_too_much_is_not_read_and_then_not_heard() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let read = (0..MAX_HEARD).filter(|_| pace.step(now).unwrap()).count();
        assert_eq!(read, MAX_READ as usize);
        assert_eq!(pace.step(now).unwrap_err().code, "flood");
        assert!(pace.step(now + WINDOW).unwrap());
    }

    #[test]
    fn who_pings_without_end_is_not_heard() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for _ in 0..MAX_NOISE {
            assert!(pace.noise(now).is_ok());
        }
        assert_eq!(pace.noise(now).unwrap_err().code, "flood");
        assert!(pace.noise(now + LONG_WINDOW).is_ok() && pace.step(now).unwrap());
    }
}
