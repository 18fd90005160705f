//! What was acknowledged survives `kill -9`, at whatever moment that comes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::Method;
use serde_json::json;
use tokio::process::Command;
use tokio::time::timeout;

use crate::harness::{Database, PATIENCE, Server, Setup, on_both_databases};

on_both_databases!(channels_that_were_made_survive, tokens_that_were_made_and_removed_survive);

/// Writes by requests that are acknowledged in all.
const REQUESTS: usize = 160;
/// And by commands, each a process that a busy machine takes its time to start.
const COMMANDS: usize = 40;
/// How often everybody is killed meanwhile.
const KILLS: usize = 4;
/// A write is killed at a moment from its beginning to this, more often an early one; some are done
/// by then.
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
    (mut server, writes): (Server, usize),
    write: impl AsyncFn(&Server, usize) -> T,
    look: impl AsyncFn(&Server, &[(usize, T)]),
) {
    let mut random = Random::new();
    let mut acknowledged = Vec::new();
    let mut kills: Vec<usize> = (0..KILLS).map(|_| random.below(writes as u64) as usize).collect();
    let mut number = 0;
    while acknowledged.len() < writes || !kills.is_empty() {
        number += 2;
        let due = kills.iter().position(|at| *at <= acknowledged.len());
        let moment = due.map(|due| {
            kills.swap_remove(due);
            let latest = 1 + random.below(MOMENT_US);
            Duration::from_micros(random.below(latest))
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
    let server = Server::start_with(Setup::on(database)).await;
    survives((server, COMMANDS), make, async |server, made: &[(usize, String)]| {
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

/// What was done with a token.
enum Done {
    Made(String),
    Removed(String),
}

const TOKENS: &str = "/api/v1/account/api-tokens";

/// Asked for while the server runs, which alone is killed.
async fn tokens_that_were_made_and_removed_survive(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let bearer = sign_in(&server).await;
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    // Some are removed, for an account may have so many only.
    let to_remove = RefCell::new(VecDeque::new());
    let write = async |server: &Server, number: usize| {
        let surplus = || to_remove.borrow_mut().pop_front();
        if let Some(id) = (number % 2 == 1).then(surplus).flatten() {
            let path = format!("{TOKENS}/{id}");
            let gone = server.client().send(Method::DELETE, &path, &headers).await.unwrap();
            assert_eq!(gone.status, 204, "{}", gone.text());
            return Done::Removed(id);
        }
        let body = json!({ "label": format!("token {number}"), "scopes": ["account:read"] });
        let body = body.to_string().into();
        let made = server.client().send_body(Method::POST, TOKENS, &headers, body).await.unwrap();
        assert_eq!(made.status, 201, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        to_remove.borrow_mut().push_back(id.clone());
        Done::Made(id)
    };
    survives((server, REQUESTS), write, async |server, done: &[(usize, Done)]| {
        let listed = server.client().get_with(TOKENS, &headers).await.json();
        let listed = listed["tokens"].as_array().unwrap().clone();
        let is_listed = |id: &str| listed.iter().any(|token| token["id"] == id);
        for (_, done) in done {
            match done {
                // One whose removal was not answered is not waited for any more.
                Done::Made(id) if !to_remove.borrow().contains(id) => {}
                Done::Made(id) => assert!(is_listed(id), "{id} was made and is missing"),
                Done::Removed(id) => assert!(!is_listed(id), "{id} was removed and is there"),
            }
        }
    })
    .await;
}

/// As the first account; gives the header by which requests are its.
async fn sign_in(server: &Server) -> String {
    let said = std::fs::read_to_string(server.data().join("first-run.txt")).unwrap();
    let line = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let shown = json!({ "name": line("Sign in as: "), "password": line("Password: ") });
    let headers = [("content-type", "application/json")];
    let shown = shown.to_string().into();
    let client = server.client();
    let answer = client.send_body(Method::POST, "/api/v1/tokens", &headers, shown).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    format!("Bearer {}", answer.json()["access_token"].as_str().unwrap())
}

fn name(number: usize) -> String {
    format!("channel-{number}")
}
