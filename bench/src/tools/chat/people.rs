//! Who sits in the room: guests from many addresses, and the admin who opened it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use super::dialect::Dialect;
use crate::http::Connection;
use crate::websocket::{Heard, Socket};

/// Sockets from one address, which is fewer than servers let one have.
const FROM_ADDRESS: usize = 50;
/// How long entering the room may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The address from which somebody comes: the whole of 127.0.0.0/8 is this machine.
pub(super) fn address(index: usize) -> Ipv4Addr {
    let place = index / FROM_ADDRESS;
    Ipv4Addr::new(127, 1, (place / 250) as u8, (place % 250 + 1) as u8)
}

/// Lets rooms be open without a broadcast.
pub(super) async fn open_rooms(host: SocketAddr, data: &Path, channels: &[&str]) -> Result<()> {
    let secrets = std::fs::read_to_string(data.join("first-run.txt"))?;
    let line = |name: &str| {
        secrets
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
    };
    let name = line("Sign in as").context("there is no name in first-run.txt")?;
    let password = line("Password").context("there is no password in first-run.txt")?;
    let mut connection = Connection::open(host).await?;
    let origin = format!("Origin: http://{host}");
    let body = json!({ "name": name, "password": password }).to_string();
    let post = ("POST", "/api/v1/session");
    let answer = connection.ask(post, std::slice::from_ref(&origin), &body).await?;
    ensure!(answer.status == 200, "sign-in gave {}: {}", answer.status, answer.text());
    let cookie = format!("Cookie: {}", answer.cookie.context("sign-in set no cookie")?);
    let headers = [origin, cookie];
    for channel in channels {
        let path = format!("/api/v1/channels/{channel}/chat/settings");
        let patch = r#"{"open":"always"}"#;
        let answer = connection.ask(("PATCH", &path), &headers, patch).await?;
        ensure!(answer.status == 200, "PATCH {path} gave {}: {}", answer.status, answer.text());
    }
    Ok(())
}

/// Becomes somebody.
pub(super) async fn register(host: SocketAddr, from: Ipv4Addr, dialect: Dialect) -> Result<String> {
    let (path, field) = dialect.register();
    let mut connection = Connection::open_from(host, from).await?;
    let answer = connection.ask(("POST", path), &[], "{}").await?;
    ensure!(answer.status < 300, "POST {path} gave {}: {}", answer.status, answer.text());
    let document: Value = serde_json::from_slice(&answer.body)?;
    Ok(document[field].as_str().context("no token")?.to_owned())
}

/// Whether somebody says anything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Speaks,
    /// Speaks, and is not told what others say.
    OnlyTalks,
    Listens,
}

/// Enters the room.
pub(super) async fn enter(
    host: SocketAddr,
    index: usize,
    (dialect, role): (Dialect, Role),
) -> Result<Socket> {
    let from = address(index);
    let token = if role != Role::Listens || dialect.needs_people() {
        register(host, from, dialect).await?
    } else {
        String::new()
    };
    let path = dialect.path(&token, role == Role::OnlyTalks);
    sit((host, from, &path), (dialect, role, &token)).await
}

/// Enters the room as somebody who is registered.
pub(super) async fn sit(
    (host, from, path): (SocketAddr, Ipv4Addr, &str),
    (dialect, role, token): (Dialect, Role, &str),
) -> Result<Socket> {
    let mut socket = Socket::open(host, from, path).await?;
    wait_for(&mut socket, dialect.entered()).await?;
    if let Some((hello, answer)) = dialect.hello(token).filter(|_| role != Role::Listens) {
        socket.say(&hello).await?;
        wait_for(&mut socket, answer).await?;
    }
    Ok(socket)
}

async fn wait_for(socket: &mut Socket, wanted: &[u8]) -> Result<()> {
    let waited = timeout(PATIENCE, async {
        loop {
            match socket.hear().await? {
                Heard::Text(text) if memchr::memmem::find(&text, wanted).is_some() => return Ok(()),
                Heard::Text(_) => {}
                Heard::Closed(closed) => bail!("closed: {} {}", closed.code, closed.reason),
            }
        }
    });
    let what = String::from_utf8_lossy(wanted).into_owned();
    waited.await.with_context(|| format!("nothing came with {what}"))?
}

/// Many people: the first of them speak. So many enter at once.
pub(super) async fn crowd(
    host: SocketAddr,
    dialect: Dialect,
    (count, speakers, at_once): (usize, usize, usize),
) -> Result<Vec<Socket>> {
    let role = |index| if index < speakers { Role::Speaks } else { Role::Listens };
    gather(host, dialect, (count, at_once), role).await
}

/// Many people who speak and do not listen. So many enter at once.
pub(super) async fn talkers(
    host: SocketAddr,
    dialect: Dialect,
    (count, at_once): (usize, usize),
) -> Result<Vec<Socket>> {
    gather(host, dialect, (count, at_once), |_| Role::OnlyTalks).await
}

async fn gather(
    host: SocketAddr,
    dialect: Dialect,
    (count, at_once): (usize, usize),
    role: impl Fn(usize) -> Role,
) -> Result<Vec<Socket>> {
    let mut entering: JoinSet<Result<(Role, Socket)>> = JoinSet::new();
    let mut sockets = Vec::with_capacity(count);
    for index in 0..count {
        if entering.len() >= at_once {
            sockets.push(entering.join_next().await.context("there are some")???);
        }
        let role = role(index);
        entering.spawn(async move { Ok((role, enter(host, index, (dialect, role)).await?)) });
    }
    while let Some(entered) = entering.join_next().await {
        sockets.push(entered??);
    }
    // Who speaks comes first, in whatever order they entered.
    sockets.sort_by_key(|(role, _): &(Role, Socket)| *role == Role::Listens);
    Ok(sockets.into_iter().map(|(_, socket)| socket).collect())
}
