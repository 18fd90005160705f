//! Requests that wait for something to come, and how long.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// How long a request waits for a broadcast's first segment, or for a broadcast that a restarted
/// server has taken up: less than the ten seconds after which hls.js gives up on an answer.
pub(super) const FIRST_SEGMENT_PATIENCE: Duration = Duration::from_secs(8);
/// How many target durations a request waits for what it asks for (RFC 8216bis §6.2.5.2).
pub(super) const PATIENCE_TARGETS: u32 = 3;

/// The answer to a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer<T> {
    Found(T),
    /// There is no such thing, or no longer.
    Missing,
    /// It is too far in the future.
    TooFar,
    /// It did not come in time.
    TimedOut,
}

/// One look at what there is.
pub(super) enum Look<T> {
    Answer(Answer<T>),
    /// Look again after the next change, but no longer than this after the first look.
    Wait(Duration),
}

/// Looks now and after every change, until there is an answer, patience is over, or the server
/// stops: then nobody waits for what will not come.
pub(super) async fn wait_for<T>(
    changed: &Notify,
    stopping: &CancellationToken,
    mut look: impl FnMut() -> Look<T>,
) -> Answer<T> {
    let mut deadline = None;
    loop {
        // Registered before the look, so that no change falls between the two.
        let mut changes = std::pin::pin!(changed.notified());
        changes.as_mut().enable();
        let patience = match look() {
            Look::Answer(answer) => return answer,
            Look::Wait(patience) => patience,
        };
        let deadline = *deadline.get_or_insert_with(|| Instant::now() + patience);
        tokio::select! {
            () = changes => {}
            () = sleep_until(deadline) => return Answer::TimedOut,
            () = stopping.cancelled() => return Answer::TimedOut,
        }
    }
}
