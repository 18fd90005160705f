//! A restart that refuses nobody: the sockets are systemd's, and whoever comes while nobody serves is
//! answered by the next server.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Database, Server, Setup, Site, Sockets, Source, Viewer};

#[tokio::test]
async fn who_comes_while_nobody_serves_is_answered_by_the_next_server() {
    let sockets = Arc::new(Sockets::open());
    let setup = Setup { sockets: Some(Arc::clone(&sockets)), ..Setup::default() };
    let mut server = Server::start_with(setup).await;
    assert_eq!((server.http, server.rtmp), (sockets.http(), sockets.rtmp()));
    let encoder = server.encode(Source::testcard()).await;
    Viewer::watch(&server, "/hls/stream.m3u8").sees_more(2).await;
    encoder.finish().await;
    assert!(server.stop().await.success());

    let mut visitor = TcpStream::connect(server.http).await.unwrap();
    visitor.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").await.unwrap();
    let mut encoder = TcpStream::connect(server.rtmp).await.unwrap();
    // Version and a first message of RTMP's handshake.
    encoder.write_all(&[&[3][..], &[0; 1536]].concat()).await.unwrap();

    server.start_again().await;
    let mut answer = String::new();
    visitor.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
    assert_eq!(encoder.read_u8().await.unwrap(), 3);
}

#[tokio::test]
async fn what_is_handed_over_and_not_wanted_is_said() {
    let site = Site::new(Database::Sqlite).await;
    let mut command = site.command();
    command.args(["--rtmp", "off"]);
    let output = Sockets::open().handed_to(&command).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("RTMP is switched off"), "{said}");
}
