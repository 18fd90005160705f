//! Bytes on a socket, for what no decent client sends.

use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

/// Bytes of C1, C2, S1 and S2 (RTMP 1.0, section 5.2).
const HANDSHAKE_BYTES: usize = 1536;
/// The longest response that is read.
const MAX_RESPONSE_BYTES: usize = 4 * 1024 * 1024;

/// A connection without manners.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn connect(to: SocketAddr) -> Self {
        Self(TcpStream::connect(to).await.unwrap())
    }

    /// Connects, and shakes hands as RTMP 1.0 says.
    pub(crate) async fn shake_hands(to: SocketAddr) -> Self {
        let mut raw = Self::connect(to).await;
        let mut opening = vec![0; 1 + HANDSHAKE_BYTES];
        opening[0] = 3;
        raw.0.write_all(&opening).await.unwrap();
        let mut answer = vec![0; 1 + 2 * HANDSHAKE_BYTES];
        raw.0.read_exact(&mut answer).await.unwrap();
        raw.0.write_all(&answer[1..=HANDSHAKE_BYTES]).await.unwrap();
        raw
    }

    /// Sends; whether the other side still listens is for [`Self::gets_closed`] to see.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    /// Sends one message in chunks of this size, with a header of type 0 and then of type 3.
    pub(crate) async fn send_message(&mut self, kind: u8, length: u32, payload: &[u8]) {
        let [_, length @ ..] = length.to_be_bytes();
        let header = [&[3, 0, 0, 0], &length[..], &[kind, 0, 0, 0, 0]].concat();
        self.send(&[&header, payload].concat()).await;
    }

    /// Waits until the other side has closed the connection; gives what it said before.
    pub(crate) async fn gets_closed(mut self) -> Bytes {
        let mut said = BytesMut::new();
        let reading = async {
            // A connection that is reset is closed as well.
            while self.0.read_buf(&mut said).await.unwrap_or(0) > 0 {
                assert!(said.len() < MAX_RESPONSE_BYTES, "it does not stop talking");
            }
        };
        timeout(PATIENCE, reading).await.expect("the connection stays open");
        said.freeze()
    }

    /// Sends an HTTP/1.1 request as it is, and gives status and body of the response.
    pub(crate) async fn request(to: SocketAddr, request: &[u8]) -> (u16, String) {
        let mut raw = Self::connect(to).await;
        raw.send(request).await;
        let response = String::from_utf8_lossy(&raw.gets_closed().await).into_owned();
        let status = response.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no response: {response:?}"));
        (status, response.split_once("\r\n\r\n").unwrap_or_default().1.to_owned())
    }
}
