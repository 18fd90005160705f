//! People who sign in as fast as they are let while a channel is on air: how many do, and what it
//! costs the picture. Hashing passwords is the dearest thing that a stranger can ask for.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::delay::Follower;
use super::{newest_segment, seconds};
use crate::http::Connection;
use crate::peer::{Kind, Peer, Setup};
use crate::publisher::Publishers;
use crate::sheet::{Key, Sheet, percentile};
use crate::source::Source;

/// How long somebody who was sent away waits before they try again.
const AGAIN: Duration = Duration::from_millis(50);

#[derive(clap::Args)]
pub(crate) struct Args {
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long the channel is followed, without and then with people who sign in, in seconds.
    #[arg(long, default_value = "30", value_parser = seconds)]
    window: Duration,
    /// People who sign in at once, each with an account of their own.
    #[arg(long, default_value_t = 8)]
    people: usize,
}

/// Somebody, and the password.
#[derive(Clone)]
struct Person {
    name: String,
    password: String,
}

/// What became of the people in a window.
#[derive(Default)]
struct Crowd {
    /// How long each was let in after, in milliseconds.
    took: Vec<f64>,
    /// How often somebody was asked to come back later.
    sent_away: usize,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::plain()?);
    let mut sheet = Sheet::new("sign-in");
    for _ in 0..args.runs {
        measure(&args, &source, &mut sheet).await?;
    }
    sheet.save()
}

async fn measure(args: &Args, source: &Arc<Source>, sheet: &mut Sheet) -> Result<()> {
    let peer = Peer::start(Kind::Rivulet, Setup::channels(1)).await?;
    let mut people = Vec::new();
    for number in 0..args.people {
        let name = format!("bench-{number}");
        people.push(Person { password: peer.new_person(&name).await?, name });
    }
    let mut publishers = Publishers::start(Arc::clone(source), vec![peer.target(0)]);
    publishers.all_accepted().await?;
    newest_segment(&peer, 0).await?;
    let mut add = |metric: &str, case: &str, unit: &str, value: Option<f64>| {
        let key = Key { subject: "rivulet", metric, case, unit };
        value.map(|value| sheet.add(key, value)).with_context(|| format!("no {metric}"))
    };
    let quiet = Follower::new(&peer).await?.follow(args.window).await?;
    let until = Instant::now() + args.window;
    let follower = Follower::new(&peer).await?;
    let (crowd, busy) =
        tokio::try_join!(sign_in_all(peer.http(), people, until), follower.follow(args.window))?;
    for percent in [50.0, 99.0] {
        let metric = format!("newest frame's age, p{percent}");
        let (before, after) = (percentile(&quiet, percent), percentile(&busy, percent));
        add(&metric, "quiet", "ms", before)?;
        add(&metric, "sign-ins", "ms", after)?;
        let times = before.zip(after).map(|(before, after)| after / before);
        add(&format!("{metric}, beside quiet"), "sign-ins", "×", times)?;
        add(&format!("sign-in, p{percent}"), "sign-ins", "ms", percentile(&crowd.took, percent))?;
    }
    let per_second = crowd.took.len() as f64 / args.window.as_secs_f64();
    add("people signed in", "sign-ins", "1/s", Some(per_second))?;
    add("people asked to wait", "sign-ins", "", Some(crowd.sent_away as f64))?;
    publishers.stop()?;
    peer.stop().await
}

async fn sign_in_all(
    http: std::net::SocketAddr,
    people: Vec<Person>,
    until: Instant,
) -> Result<Crowd> {
    let mut tasks = JoinSet::new();
    for person in people {
        tasks.spawn(sign_in(http, person, until));
    }
    let mut all = Crowd::default();
    while let Some(ended) = tasks.join_next().await {
        let Crowd { took, sent_away } = ended??;
        all.took.extend(took);
        all.sent_away += sent_away;
    }
    Ok(all)
}

/// One who signs in again and again.
async fn sign_in(http: std::net::SocketAddr, person: Person, until: Instant) -> Result<Crowd> {
    let body = json!({ "name": person.name, "password": person.password }).to_string();
    let mut connection = Connection::open(http).await?;
    let mut crowd = Crowd::default();
    while Instant::now() < until {
        let began = Instant::now();
        let response = connection.post("/api/v1/session", &body).await?;
        match response.status {
            200 => crowd.took.push(began.elapsed().as_secs_f64() * 1000.0),
            503 => {
                crowd.sent_away += 1;
                sleep(AGAIN).await;
            }
            status => ensure!(false, "signing in gave {status}: {}", response.text()),
        }
    }
    Ok(crowd)
}
