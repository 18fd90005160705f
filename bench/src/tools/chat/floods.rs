//! Somebody who floods the room, in several ways, and what everybody else notices.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout_at};

use super::dialect::Dialect;
use super::people::{Role, address, crowd, register, sit};
use super::talk::{Moments, Plan, talk};
use super::{Args, Case, start};
use crate::sheet::Sheet;
use crate::websocket::{self, CONTINUED, Heard, LAST, PING, RESERVED, Socket, TEXT};

/// Everybody else, and how much they say each second.
const OTHERS: usize = 200;
const RATE: f64 = 20.0;
/// Entering at once.
const AT_ONCE: usize = 100;
/// The first address of those who flood.
const FLOODERS: usize = 1_000_000;
/// Who comes again waits a little.
const PAUSE: Duration = Duration::from_millis(20);

/// Ways to flood.
#[derive(Clone, Copy)]
enum Way {
    /// One client, 10,000 messages each second.
    Messages,
    /// A thousand clients, five messages each second of each.
    Crowd,
    /// Frames of one megabyte.
    LargeFrames,
    /// A message in frames of one byte that does not end.
    Fragments,
    Pings,
    /// Frames that say that they are compressed.
    Compressed,
}

const WAYS: [(Way, &str, usize); 6] = [
    (Way::Messages, "10,000 messages/s of one", 1),
    (Way::Crowd, "5 messages/s of 1,000", 1000),
    (Way::LargeFrames, "frames of 1 MB", 1),
    (Way::Fragments, "fragments of 1 byte", 1),
    (Way::Pings, "pings", 1),
    (Way::Compressed, "compressed frames", 1),
];

pub(super) async fn measure(args: &Args, sheet: &mut Sheet) -> Result<()> {
    for (way, name, count) in WAYS {
        let peer = start().await?;
        let others = crowd(peer.http(), args.dialect, (OTHERS, OTHERS, AT_ONCE)).await?;
        let until = Instant::now() + args.window;
        let mut flooders = JoinSet::new();
        for index in 0..count {
            let place = FLOODERS + index;
            flooders.spawn(flood(peer.http(), (args.dialect, place), (way, until)));
        }
        let plan = Plan {
            dialect: args.dialect,
            moments: Moments::InTurn,
            rate: RATE,
            speakers: OTHERS,
            window: args.window,
        };
        let outcome = talk(others, plan).await?;
        let mut thrown_out = 0;
        while let Some(closed) = flooders.join_next().await {
            thrown_out += closed?;
        }
        let mut case = Case { sheet, name: name.to_owned() };
        let late = outcome.delays.percentile_ms(99.0).context("nothing came")?;
        case.add("delay of others, p99", "ms", late);
        case.add("others' deliveries lost", "", outcome.lost as f64);
        case.add("others closed", "", outcome.closed.len() as f64);
        case.add("flooders closed", "", thrown_out as f64);
        peer.stop().await.context("the server did not survive the flood")?;
    }
    Ok(())
}

/// Floods until the end, coming again after being thrown out; returns how often that was.
async fn flood(
    host: SocketAddr,
    (dialect, place): (Dialect, usize),
    (way, until): (Way, Instant),
) -> usize {
    let from = address(place);
    let mut closed = 0;
    let Ok(token) = register(host, from, dialect).await else { return 0 };
    while Instant::now() < until {
        let attempt = async {
            let path = dialect.path(&token, false);
            let at = (host, from, path.as_str());
            let socket = sit(at, (dialect, Role::Speaks, &token)).await?;
            pour(socket, dialect, way).await
        };
        if let Ok(Ok(())) = timeout_at(until, attempt).await {
            closed += 1;
        }
        sleep_until((Instant::now() + PAUSE).min(until)).await;
    }
    closed
}

/// Until the server closes the socket.
async fn pour(mut socket: Socket, dialect: Dialect, way: Way) -> Result<()> {
    let each = match way {
        Way::Messages => Duration::from_millis(1),
        Way::Crowd => Duration::from_millis(200),
        _ => Duration::from_millis(2),
    };
    let mut turns = interval(each);
    let mut number = 1_000_000_000_000_usize;
    if matches!(way, Way::Fragments) {
        socket.send(TEXT, b"a").await?;
    }
    loop {
        tokio::select! {
            heard = socket.hear() => match heard {
                Ok(Heard::Text(_)) => {}
                Ok(Heard::Closed(_)) | Err(_) => return Ok(()),
            },
            _ = turns.tick() => {
                number += 10;
                if socket.send_all(&load(dialect, way, number)).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// What is sent in one go.
fn load(dialect: Dialect, way: Way, number: usize) -> Vec<u8> {
    // No mark of the others' messages: these are not counted.
    let say = |number: usize| match dialect {
        Dialect::Ours => format!(r#"{{"type":"say","key":"{number}","text":"flood {number}"}}"#),
        Dialect::Owncast => format!(r#"{{"type":"CHAT","body":"flood {number}"}}"#),
    };
    let text = |number| websocket::frame(LAST | TEXT, say(number).as_bytes());
    match way {
        Way::Messages => (0..10).flat_map(|more| text(number + more)).collect(),
        Way::Crowd => text(number),
        Way::LargeFrames => websocket::frame(LAST | TEXT, &vec![b'a'; 1_000_000]),
        Way::Fragments => websocket::frame(CONTINUED, b"a").repeat(1000),
        Way::Pings => websocket::frame(LAST | PING, b"ping").repeat(100),
        Way::Compressed => websocket::frame(LAST | RESERVED | TEXT, &[0x4b; 1000]),
    }
}
