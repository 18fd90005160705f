//! What a child writes, read from all of its pipes at once.

use std::fs::File;
use std::io::{ErrorKind, Read as _};

use rivulet_media::fmp4::{self, Demuxer};
use rivulet_media::frame::Packet;
use tokio::time::Interval;

use super::Output;

/// Bytes read from a pipe at once: what the pipe holds.
const READ_BYTES: usize = 64 * 1024;

/// The pipes that are open.
pub(super) struct Pipes {
    open: Vec<Pipe>,
    bytes: Vec<u8>,
    turns: Interval,
    /// A pipe was full: the child waits, and its next bytes do not wait for the next turn.
    more: bool,
}

struct Pipe {
    what: Output,
    /// Never waits: what is not there yet is read in the next turn.
    file: File,
    demuxer: Demuxer,
}

/// Packets that came together, each list with what it is of.
pub(super) type Batch = Vec<(Output, Vec<Packet>)>;

impl Pipes {
    pub(super) fn new(outputs: impl Iterator<Item = (Output, File)>, turns: Interval) -> Self {
        let open = outputs.map(|(what, file)| Pipe { what, file, demuxer: Demuxer::new() });
        Self { open: open.collect(), bytes: vec![0; READ_BYTES], turns, more: false }
    }

    /// The next packets, of one pipe or of several; `None` when all are closed.
    ///
    /// # Errors
    /// When what the child wrote is no media.
    pub(super) async fn next(&mut self) -> Result<Option<Batch>, fmp4::Error> {
        while !self.open.is_empty() {
            if self.more {
                tokio::task::yield_now().await;
            } else {
                self.turns.tick().await;
            }
            let batch = self.take()?;
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Takes what is there, and forgets pipes that were closed.
    fn take(&mut self) -> Result<Batch, fmp4::Error> {
        let mut batch = Batch::new();
        self.more = false;
        for mut pipe in std::mem::take(&mut self.open) {
            let (packets, state) = pipe.take(&mut self.bytes)?;
            if !packets.is_empty() {
                batch.push((pipe.what.clone(), packets));
            }
            self.more |= state == State::More;
            if state != State::Closed {
                self.open.push(pipe);
            }
        }
        Ok(batch)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is left for now.
    Empty,
    /// The pipe was full.
    More,
    Closed,
}

impl Pipe {
    /// Takes what the pipe holds.
    fn take(&mut self, bytes: &mut [u8]) -> Result<(Vec<Packet>, State), fmp4::Error> {
        let state = match self.file.read(bytes) {
            Ok(0) => State::Closed,
            Ok(count) => {
                self.demuxer.push(bytes.get(..count).unwrap_or_default())?;
                if count == bytes.len() { State::More } else { State::Empty }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => State::Empty,
            Err(error) if error.kind() == ErrorKind::Interrupted => State::More,
            Err(_) => State::Closed,
        };
        let mut packets = Vec::new();
        while let Some((_, packet)) = self.demuxer.poll()? {
            packets.push(packet);
        }
        Ok((packets, state))
    }
}
