//! The sending side of one RTMP player.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, Bytes};
use tokio::net::tcp::OwnedWriteHalf;
use tokio_util::sync::CancellationToken;

/// What may wait for a player that reads slowly, in bytes; one that falls further behind is cut
/// off. At 6 Mb/s this is ten seconds.
const MAX_BACKLOG_BYTES: usize = 8 * 1024 * 1024;

/// Pieces handed to the kernel in one call.
const MAX_SLICES: usize = 32;

/// One player's socket and what is on its way to it.
pub(super) struct Player {
    writer: Arc<OwnedWriteHalf>,
    backlog: Mutex<Backlog>,
    over: CancellationToken,
}

#[derive(Default)]
struct Backlog {
    pieces: VecDeque<Bytes>,
    bytes: usize,
    /// Whether it is past the keyframe it began with.
    started: bool,
    /// Whether nothing more can be sent: it reads too slowly, or its connection broke.
    broken: bool,
}

impl Player {
    pub(super) fn new(writer: Arc<OwnedWriteHalf>) -> Self {
        Self { writer, backlog: Mutex::default(), over: CancellationToken::new() }
    }

    /// Cancelled when there is nothing more to play, or the player is too slow.
    pub(super) fn over(&self) -> CancellationToken {
        self.over.clone()
    }

    /// Ends the playing.
    pub(super) fn finish(&self) {
        self.over.cancel();
    }

    /// Sends `bytes` after what is waiting already; what does not fit into the socket waits.
    pub(super) fn send(&self, bytes: Bytes) {
        let mut backlog = self.backlog();
        self.push(&mut backlog, bytes);
    }

    /// Sends a stretch of the broadcast: all of it to a player that has begun, the stretch from the
    /// first keyframe on, after `opening`, to one that has not.
    pub(super) fn play(&self, stretch: &Stretch) {
        if self.over.is_cancelled() {
            return;
        }
        let mut backlog = self.backlog();
        if backlog.started {
            self.push(&mut backlog, stretch.bytes.clone());
        } else if let Some(start) = &stretch.start {
            backlog.started = true;
            self.push(&mut backlog, start.opening.clone());
            self.push(&mut backlog, stretch.bytes.slice(start.offset..));
        }
    }

    /// Frames were lost: what comes next makes sense from a keyframe on.
    pub(super) fn restart(&self) {
        self.backlog().started = false;
    }

    /// Whether everything has been handed to the kernel.
    pub(super) fn flush(&self) -> bool {
        let mut backlog = self.backlog();
        self.write(&mut backlog);
        backlog.pieces.is_empty()
    }

    fn push(&self, backlog: &mut Backlog, bytes: Bytes) {
        if backlog.broken || bytes.is_empty() {
            return;
        }
        backlog.bytes += bytes.len();
        backlog.pieces.push_back(bytes);
        self.write(backlog);
        if backlog.bytes > MAX_BACKLOG_BYTES {
            self.cut_off(backlog);
        }
    }

    fn write(&self, backlog: &mut Backlog) {
        while !backlog.pieces.is_empty() {
            let mut slices = [IoSlice::new(&[]); MAX_SLICES];
            let mut used = 0;
            for (slice, piece) in slices.iter_mut().zip(&backlog.pieces) {
                *slice = IoSlice::new(piece);
                used += 1;
            }
            match self.writer.try_write_vectored(&slices[..used]) {
                Ok(written) => backlog.consume(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    // The reading side of the connection learns why, and says so.
                    self.cut_off(backlog);
                    return;
                }
            }
        }
    }

    fn cut_off(&self, backlog: &mut Backlog) {
        backlog.pieces.clear();
        backlog.broken = true;
        self.over.cancel();
    }

    fn backlog(&self) -> MutexGuard<'_, Backlog> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backlog {
    fn consume(&mut self, mut written: usize) {
        self.bytes -= written;
        while let Some(front) = self.pieces.front_mut() {
            if front.len() > written {
                front.advance(written);
                return;
            }
            written -= front.len();
            self.pieces.pop_front();
        }
    }
}

/// Some messages of a broadcast, as every player gets them.
pub(super) struct Stretch {
    pub(super) bytes: Bytes,
    /// Where a player can begin in it.
    pub(super) start: Option<Start>,
}

/// A place to begin.
pub(super) struct Start {
    /// The configurations in force there.
    pub(super) opening: Bytes,
    /// Where in the stretch it is.
    pub(super) offset: usize,
}
