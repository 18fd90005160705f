//! Threads with a runtime of their own, which live as long as the program.
//!
//! `media`: from the encoder's socket to the window. A frame costs a few microseconds of work.
//! Handing it to another thread costs more than that: a wake-up, a context switch, a cache line. So
//! everything that touches every frame shares one thread, while pages, playlists and storage have
//! the others; one core carries several hundred passthrough channels.
//!
//! `transcode`: what feeds and reads child processes. Linux ends a child together with the *thread*
//! that forked it, so children are forked from a thread that stays.

use std::io;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A thread, until it is stopped or dropped.
pub(crate) struct Thread {
    handle: Handle,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Thread {
    /// Starts the thread `name`.
    pub(crate) fn start(name: &'static str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // A sender that is gone means the same as one that has spoken.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { handle, stop, thread })
    }

    /// What tasks are spawned through.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Stops the thread, whose tasks have ended, and waits for it.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        if let Err(panic) = self.thread.join() {
            tracing::error!(?panic, "a thread panicked");
        }
    }
}
