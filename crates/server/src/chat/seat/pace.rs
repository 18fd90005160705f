//! How fast one socket may say anything at all, before anybody reads it.

use std::time::{Duration, Instant};

use super::Ended;

/// What is counted together.
const WINDOW: Duration = Duration::from_secs(1);
/// Texts that are read within it. Against programs that send as fast as they can.
const MAX_READ: u32 = 20;
/// Texts after which the socket is closed.
const MAX_HEARD: u32 = 400;

/// How much came lately.
#[derive(Debug, Default)]
pub(super) struct Pace {
    since: Option<Instant>,
    heard: u32,
}

impl Pace {
    /// One more text came; whether it is read.
    pub(super) fn step(&mut self, now: Instant) -> Result<bool, Ended> {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= WINDOW) {
            (self.since, self.heard) = (Some(now), 0);
        }
        self.heard += 1;
        if self.heard > MAX_HEARD {
            let detail = "the connection says too much at once".to_owned();
            return Err(Ended { code: "flood", detail });
        }
        Ok(self.heard <= MAX_READ)
    }
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
}
