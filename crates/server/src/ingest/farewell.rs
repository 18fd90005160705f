//! The end of a connection whose peer goes on sending: it is told why, and must have time to hear it.
//!
//! A socket that is closed while unread bytes lie in it resets the connection, and what was said last
//! is lost on the peer. So the rest is read and thrown away until the peer has gone.

use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::timeout;

/// How long a peer is given to hear why. It costs the server a connection and nothing else.
const LINGER: Duration = Duration::from_secs(3);

/// Read and thrown away at one time, in bytes.
const DISCARD_BYTES: usize = 16 * 1024;

/// Waits until the peer has gone, or has had the time to.
pub(super) async fn linger(mut reader: OwnedReadHalf) {
    let mut discarded = vec![0; DISCARD_BYTES];
    let gone = async { while reader.read(&mut discarded).await.is_ok_and(|read| read > 0) {} };
    // A peer that stays is cut off.
    let _ = timeout(LINGER, gone).await;
}
