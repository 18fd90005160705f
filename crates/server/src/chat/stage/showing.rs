//! What goes to everybody in a room at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::oneshot;

use super::line::Line;
use crate::chat::wire::Dialect;
use crate::http::TextFrame;
use crate::tasks::Tasks;

/// Sockets that are written to before others have a turn: half a millisecond.
const MAX_AT_ONCE: usize = 64;
/// Sockets that one task writes to by itself: two milliseconds.
const MAX_ALONE: usize = 256;

/// Something for everybody, on its way.
#[must_use]
pub(in crate::chat) struct Showing {
    ours: Option<TextFrame>,
    owncast: Option<TextFrame>,
    lines: Lines,
    /// The first of the lines that nobody has taken on.
    next: AtomicUsize,
}

/// The ways to all who are there.
pub(super) type Lines = Arc<[Arc<Line>]>;

impl Showing {
    pub(super) fn new(
        (ours, owncast): (Option<TextFrame>, Option<TextFrame>),
        lines: Lines,
    ) -> Self {
        Self { ours, owncast, lines, next: AtomicUsize::new(0) }
    }

    /// Gives it to everybody who was there when it was made. Where they are many, another of
    /// `tasks` helps: one core would write for as long as it takes, and the others wait.
    pub(in crate::chat) async fn deliver(self, tasks: &Tasks) {
        let is_much = self.lines.len() > MAX_ALONE;
        let showing = Arc::new(self);
        let helper = is_much.then(|| {
            let (done, helped) = oneshot::channel::<()>();
            let showing = Arc::clone(&showing);
            tasks.spawn("chat to many", async move {
                showing.work().await;
                drop(done);
            });
            helped
        });
        showing.work().await;
        if let Some(helped) = helper {
            // It ends by being dropped: nothing is sent.
            let _ = helped.await;
        }
    }

    /// Gives it to some, and to some more, until there are none left.
    async fn work(&self) {
        loop {
            let next = self.next.fetch_add(MAX_AT_ONCE, Ordering::Relaxed);
            let Some(lines) = self.lines.get(next..).filter(|lines| !lines.is_empty()) else {
                return;
            };
            lines.iter().take(MAX_AT_ONCE).for_each(|line| self.give(line));
            tokio::task::yield_now().await;
        }
    }

    fn give(&self, line: &Line) {
        let frame = match line.dialect {
            Dialect::Ours => &self.ours,
            Dialect::Owncast => &self.owncast,
        };
        if let Some(frame) = frame {
            line.show(frame);
        }
    }
}
