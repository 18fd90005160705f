//! Patience with a connection: what a client may leave the server waiting for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// With this every HTTP/2 connection begins (RFC 9113 §3.4), and no HTTP/1.1 request.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a guarded connection is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Until it is known which protocol the client speaks. A connection that says nothing, or a
    /// part of the preface, would otherwise be held for ever for nothing.
    pub(super) greeting: Duration,
    /// Until the client has taken [`Self::progress`] bytes of a backlog. Who asks for files and
    /// does not read them would otherwise keep them in memory after the window has let them go.
    pub(super) stall: Duration,
    /// In bytes.
    pub(super) progress: usize,
}

/// A stream that fails when its peer lets it wait for too long.
///
/// A timer is set when the stream first has to wait and stays where it is while the stream moves;
/// only when it fires is it looked at, and set anew if there is still a reason.
pub(super) struct Guarded<S> {
    stream: S,
    patience: Patience,
    greeting: Greeting,
    backlog: Option<Backlog>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// What the client has said first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Greeting {
    /// This many bytes of the preface, and nothing else.
    Preface(usize),
    /// Enough to know the protocol.
    Complete,
}

/// The socket's buffer is full, or was full and has not been emptied since.
struct Backlog {
    deadline: Instant,
    taken: usize,
}

impl<S> Guarded<S> {
    pub(super) fn new(stream: S, patience: Patience) -> Self {
        let greeting = Greeting::Preface(0);
        Self { stream, patience, greeting, backlog: None, timer: None }
    }

    /// Ready with an error when `deadline` has passed; otherwise the task is woken then or before.
    fn poll_deadline(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<io::Error> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        loop {
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= deadline {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            timer.as_mut().reset(deadline);
        }
    }

    /// The socket takes nothing more for now.
    fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let begins = || Backlog { deadline: Instant::now() + self.patience.stall, taken: 0 };
        let deadline = self.backlog.get_or_insert_with(begins).deadline;
        self.poll_deadline(deadline, cx)
    }

    fn took(&mut self, bytes: usize) {
        if let Some(backlog) = &mut self.backlog {
            backlog.taken += bytes;
            if backlog.taken >= self.patience.progress {
                self.backlog = None;
            }
        }
    }

    fn heard(&mut self, bytes: &[u8]) {
        let Greeting::Preface(matched) = self.greeting else { return };
        let rest = PREFACE.get(matched..).unwrap_or_default();
        let same = rest.iter().zip(bytes).all(|(expected, byte)| expected == byte);
        self.greeting = if same && bytes.len() < rest.len() {
            Greeting::Preface(matched + bytes.len())
        } else {
            Greeting::Complete
        };
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let guarded = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut guarded.stream).poll_read(cx, buffer);
        if guarded.greeting == Greeting::Complete {
            return read;
        }
        if read.is_pending() {
            // The first thing a connection waits for, so the timer's deadline is the greeting's.
            let deadline = guarded.timer.as_ref().map(|timer| timer.deadline());
            let deadline = deadline.unwrap_or_else(|| Instant::now() + guarded.patience.greeting);
            return guarded.poll_deadline(deadline, cx).map(Err);
        }
        guarded.heard(buffer.filled().get(before..).unwrap_or_default());
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let guarded = self.get_mut();
        let written = Pin::new(&mut guarded.stream).poll_write(cx, bytes);
        guarded.after_write(written, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let guarded = self.get_mut();
        let written = Pin::new(&mut guarded.stream).poll_write_vectored(cx, slices);
        guarded.after_write(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let guarded = self.get_mut();
        match Pin::new(&mut guarded.stream).poll_flush(cx) {
            Poll::Ready(flushed) => {
                // Whoever flushes has written everything, so there is no backlog any more.
                guarded.backlog = None;
                Poll::Ready(flushed)
            }
            // What encrypts takes more than the socket does, and has it still.
            Poll::Pending => guarded.poll_stalled(cx).map(Err),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl<S> Guarded<S> {
    fn after_write(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.took(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.poll_stalled(cx).map(Err),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    /// No test waits for this long unless it fails.
    const LONG: Duration = Duration::from_secs(60);

    fn impatient(greeting: Duration, stall: Duration) -> Patience {
        Patience { greeting, stall, progress: 1000 }
    }

    fn timed_out<T>(result: io::Result<T>) -> bool {
        result.err().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_or_part_of_a_preface_is_not_waited_for() {
        for greeting in [&b""[..], b"P", &PREFACE[..23]] {
            let (mut client, server) = duplex(64);
            let mut server = Guarded::new(server, impatient(SHORT, LONG));
            client.write_all(greeting).await.unwrap();
            let mut heard = vec![0; greeting.len()];
            server.read_exact(&mut heard).await.unwrap();
            assert!(timed_out(server.read_u8().await));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_greeted_may_be_silent() {
        for greeting in [&b"G"[..], b"PRX", PREFACE] {
            let (mut client, server) = duplex(64);
            let mut server = Guarded::new(server, impatient(SHORT, LONG));
            client.write_all(greeting).await.unwrap();
            let mut heard = vec![0; greeting.len()];
            server.read_exact(&mut heard).await.unwrap();
            assert!(tokio::time::timeout(SHORT * 3, server.read_u8()).await.is_err());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_cut_off() {
        let (_client, server) = duplex(64);
        let mut server = Guarded::new(server, impatient(LONG, SHORT));
        assert!(timed_out(server.write_all(&[0; 65]).await));
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_what_was_buffered_is_cut_off() {
        let (_client, server) = duplex(64);
        let buffered = tokio::io::BufWriter::with_capacity(1024, server);
        let mut server = Guarded::new(buffered, impatient(LONG, SHORT));
        server.write_all(&[0; 65]).await.unwrap();
        assert!(timed_out(server.flush().await));
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_a_byte_now_and_then_is_cut_off() {
        let (mut client, server) = duplex(64);
        let mut server = Guarded::new(server, impatient(LONG, SHORT * 4));
        let trickle = async {
            while client.read_u8().await.is_ok() {
                tokio::time::sleep(SHORT / 4).await;
            }
        };
        let (result, ()) = tokio::join!(
            async {
                let result = server.write_all(&[0; 100_000]).await;
                drop(server);
                result
            },
            trickle
        );
        assert!(timed_out(result));
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_what_is_sent_may_take_long_over_it_all() {
        let (mut client, server) = duplex(64);
        let mut server = Guarded::new(server, impatient(LONG, SHORT * 4));
        let reads = async {
            let mut piece = [0; 1200];
            for _ in 0..12 {
                client.read_exact(&mut piece).await.unwrap();
                tokio::time::sleep(SHORT).await;
            }
        };
        let (result, ()) = tokio::join!(server.write_all(&[0; 12 * 1200]), reads);
        result.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_flushed_is_no_backlog() {
        let (mut client, server) = duplex(64);
        let mut server = Guarded::new(server, impatient(LONG, SHORT));
        let mut piece = [0; 100];
        for _ in 0..2 {
            let (result, read) =
                tokio::join!(server.write_all(&[0; 100]), client.read_exact(&mut piece));
            result.unwrap();
            read.unwrap();
            server.flush().await.unwrap();
            tokio::time::sleep(SHORT * 2).await;
        }
    }
}
