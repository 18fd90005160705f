//! The way out of one connection, for whoever has one text for many sockets.
//!
//! Usually a WebSocket's own task writes to it: it is woken, looks at everything it waits for, and
//! writes. In a room of a thousand that costs as much as the write. Here a frame that was made once
//! (RFC 6455 §5.2) goes to a socket from the task that has it. The library that reads the socket
//! writes through the same lock, so that no frame lands within another.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use rustix::net::{SendFlags, send};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// The longest head of a frame that a server sends: no mask.
const MAX_HEAD: usize = 10;
/// A whole text in one frame: FIN, opcode 1.
const TEXT: u8 = 0x81;

/// A text as it goes to sockets: framed once, shared by all.
#[derive(Clone, Debug)]
pub(crate) struct TextFrame {
    bytes: Bytes,
    /// Bytes before the text.
    head: usize,
}

impl TextFrame {
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut bytes = BytesMut::with_capacity(MAX_HEAD + text.len());
        bytes.put_u8(TEXT);
        match (u8::try_from(text.len()), u16::try_from(text.len())) {
            (Ok(length @ ..=125), _) => bytes.put_u8(length),
            (_, Ok(length)) => {
                bytes.put_u8(126);
                bytes.put_u16(length);
            }
            _ => {
                bytes.put_u8(127);
                bytes.put_u64(text.len() as u64);
            }
        }
        let head = bytes.len();
        bytes.put_slice(text);
        Self { bytes: bytes.freeze(), head }
    }

    /// The text alone.
    pub(crate) fn text(&self) -> Bytes {
        self.bytes.slice(self.head..)
    }
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// The system has it.
    Whole,
    /// The system has a part; the rest goes when the connection is flushed.
    Partly,
    /// Nothing was taken: something else is on its way still, or the connection has ended, which
    /// whoever reads from it finds out.
    Not,
}

/// The way out of one connection.
pub(crate) struct Outlet {
    inner: Mutex<Inner>,
}

struct Inner {
    write: OwnedWriteHalf,
    /// Of a frame of which the system took a part.
    rest: Bytes,
    /// Whether the one who writes through [`Wire`] has more of what it wrote last.
    is_within: bool,
}

impl Outlet {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a frame without waiting.
    pub(crate) fn put(&self, frame: &TextFrame) -> Put {
        let mut inner = self.lock();
        if inner.is_within || !inner.rest.is_empty() {
            return Put::Not;
        }
        // Not by way of the runtime, which keeps books on what it was told: whoever waits asks it.
        match send(inner.write.as_ref(), &frame.bytes, SendFlags::DONTWAIT) {
            Ok(written) if written == frame.bytes.len() => Put::Whole,
            Ok(0) | Err(_) => Put::Not,
            Ok(written) => {
                inner.rest = frame.bytes.slice(written..);
                Put::Partly
            }
        }
    }
}

impl Inner {
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            let written = ready!(Pin::new(&mut self.write).poll_write(cx, &self.rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.rest.advance(written);
        }
        // The memory behind it is shared by everybody who was sent the same.
        self.rest = Bytes::new();
        Poll::Ready(Ok(()))
    }

    fn wrote(&mut self, written: Poll<io::Result<usize>>, all: usize) -> Poll<io::Result<usize>> {
        self.is_within = !matches!(written, Poll::Ready(Ok(bytes)) if bytes == all);
        written
    }
}

/// A connection whose way out is shared.
pub(crate) struct Wire {
    read: OwnedReadHalf,
    outlet: Arc<Outlet>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> (Self, Arc<Outlet>) {
        let (read, write) = stream.into_split();
        let inner = Inner { write, rest: Bytes::new(), is_within: false };
        let outlet = Arc::new(Outlet { inner: Mutex::new(inner) });
        (Self { read, outlet: Arc::clone(&outlet) }, outlet)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().read).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut inner = self.outlet.lock();
        ready!(inner.poll_rest(cx))?;
        let written = Pin::new(&mut inner.write).poll_write(cx, bytes);
        inner.wrote(written, bytes.len())
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut inner = self.outlet.lock();
        ready!(inner.poll_rest(cx))?;
        let written = Pin::new(&mut inner.write).poll_write_vectored(cx, slices);
        inner.wrote(written, slices.iter().map(|slice| slice.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        self.outlet.lock().write.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outlet.lock().poll_rest(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.outlet.lock();
        ready!(inner.poll_rest(cx))?;
        Pin::new(&mut inner.write).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (TcpStream, Wire, Arc<Outlet>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (wire, outlet) = Wire::new(listener.accept().await.unwrap().0);
        (client, wire, outlet)
    }

    #[test]
    fn a_text_is_framed_by_its_length() {
        for (length, head) in [
            (0, &[TEXT, 0][..]),
            (125, &[TEXT, 125]),
            (126, &[TEXT, 126, 0, 126]),
            (65535, &[TEXT, 126, 255, 255]),
            (65536, &[TEXT, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let text = vec![b'x'; length];
            let frame = TextFrame::new(&text);
            assert_eq!(frame.bytes.get(..frame.head).unwrap(), head);
            assert_eq!(frame.text(), text);
        }
    }

    /// Fills the connection until it takes no more; the bytes that went into it.
    fn fill(outlet: &Outlet, frame: &TextFrame) -> usize {
        let mut bytes = 0;
        loop {
            match outlet.put(frame) {
                Put::Whole => bytes += frame.bytes.len(),
                Put::Partly => return bytes + frame.bytes.len(),
                Put::Not => return bytes,
            }
        }
    }

    #[tokio::test]
    async fn what_the_system_did_not_take_goes_before_anything_else() {
        let (mut client, mut wire, outlet) = pair().await;
        let frame = TextFrame::new(&[b'a'; 100_001]);
        let all = fill(&outlet, &frame);
        assert_eq!(outlet.put(&frame), Put::Not);
        let mut read = vec![0; all];
        let (written, got) = tokio::join!(
            async {
                wire.flush().await?;
                wire.write_all(b"after").await
            },
            client.read_exact(&mut read),
        );
        written.unwrap();
        got.unwrap();
        for whole in read.chunks(frame.bytes.len()) {
            assert!(whole == frame.bytes);
        }
        let mut after = [0; 5];
        client.read_exact(&mut after).await.unwrap();
        assert_eq!(&after, b"after");
    }

    #[tokio::test]
    async fn nothing_lands_within_what_is_written_the_usual_way() {
        let (mut client, mut wire, outlet) = pair().await;
        let long = vec![b'b'; 16 << 20];
        let frame = TextFrame::new(b"between");
        let mut refused = 0;
        let mut read = vec![0; long.len()];
        let writes = async {
            let mut rest = &long[..];
            while !rest.is_empty() {
                let written = wire.write(rest).await.unwrap();
                rest = rest.get(written..).unwrap();
                if !rest.is_empty() {
                    assert_eq!(outlet.put(&frame), Put::Not);
                    refused += 1;
                }
            }
        };
        let ((), got) = tokio::join!(writes, client.read_exact(&mut read));
        got.unwrap();
        assert!(refused > 0, "it went at once: nothing was tried");
        assert!(read == long);
        assert_eq!(outlet.put(&frame), Put::Whole);
    }
}
