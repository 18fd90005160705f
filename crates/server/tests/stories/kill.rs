//! What was acknowledged survives `kill -9`, at whatever moment that comes.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::process::Command;
use tokio::time::timeout;

use crate::harness::{Database, PATIENCE, Server, Setup, on_both_databases};

on_both_databases!(channels_that_were_made_survive);

/// Writes that are acknowledged in all.
const WRITES: usize = 200;
/// How often everybody is killed meanwhile.
const KILLS: usize = 4;
/// A write is killed at a moment from its beginning to this; some are done by then.
const MOMENT_US: u64 = 40_000;
/// Repeats what a failure printed.
const SEED: &str = "RIVULET_KILL_SEED";

/// Numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
        let seed = std::env::var(SEED).ok().map_or(u64::from(now), |seed| seed.parse().unwrap());
        eprintln!("{SEED}={seed}");
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// Has two write, one write after the other, kills the server and them in the midst of some, and
/// looks whether everything is there that was acknowledged. `write` does the write of that number
/// and gives what it was answered; dropped half-way, it must end whatever it started. `look` fails
/// where one of them is missing.
async fn survives<T>(
    database: Database,
    write: impl AsyncFn(&Server, usize) -> T,
    look: impl AsyncFn(&Server, &[(usize, T)]),
) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let mut random = Random::new();
    let mut acknowledged = Vec::new();
    let mut kills: Vec<usize> = (0..KILLS).map(|_| random.below(WRITES as u64) as usize).collect();
    let mut number = 0;
    while acknowledged.len() < WRITES || !kills.is_empty() {
        number += 2;
        let due = kills.iter().position(|at| *at <= acknowledged.len());
        let moment = due.map(|due| {
            kills.swap_remove(due);
            Duration::from_micros(random.below(MOMENT_US))
        });
        let answers = RefCell::new(Vec::new());
        let one = async |number| {
            let answer = write(&server, number).await;
            answers.borrow_mut().push((number, answer));
        };
        let both = async { tokio::join!(one(number), one(number + 1)) };
        let _ = timeout(moment.unwrap_or(PATIENCE), both).await;
        acknowledged.extend(answers.into_inner());
        if moment.is_some() {
            server.kill().await;
            server.start_again().await;
            look(&server, &acknowledged).await;
        }
    }
    server.kill().await;
    server.start_again().await;
    look(&server, &acknowledged).await;
}

/// Made on the command line while the server runs; who makes one is killed together with it.
async fn channels_that_were_made_survive(database: Database) {
    let make = async |server: &Server, number: usize| {
        let mut command = Command::from(server.site.command());
        command.args(["admin", "create-channel", &name(number)]).kill_on_drop(true);
        let output = command.output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    survives(database, make, async |server, made: &[(usize, String)]| {
        let listed = server.admin(&["list-channels"]);
        let names: Vec<_> = listed.lines().filter_map(|line| line.split("  ").next()).collect();
        let missing: Vec<_> = made.iter().filter(|(it, _)| !names.contains(&&*name(*it))).collect();
        assert!(missing.is_empty(), "{missing:?} of {}", made.len());
        // The last ones are the most endangered.
        for (number, key) in made.iter().rev().take(2) {
            assert_eq!(server.admin(&["stream-keys", &name(*number)]), *key);
        }
    })
    .await;
}

fn name(number: usize) -> String {
    format!("channel-{number}")
}
