//! A site with many channels and follows: how soon a server on it answers, and how fast its
//! directory and search are while several people ask at once.

mod fill;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::http::Connection;
use crate::peer::Kept;
use crate::sheet::{Key, Sheet, percentile};
use fill::{Database, name, typo};

/// How long a new search index may take.
const INDEX_LIMIT: Duration = Duration::from_secs(120);
/// Searches from one address before the client takes another: the server lets an address search a
/// hundred times at once.
const SEARCHES_PER_ADDRESS: usize = 90;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[arg(long, default_value_t = 10_000)]
    channels: usize,
    #[arg(long, default_value_t = 1_000_000)]
    follows: usize,
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Requests of each kind.
    #[arg(long, default_value_t = 4000)]
    requests: usize,
    /// Clients that ask at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// A PostgreSQL server to make a database on, such as postgres://user@host; SQLite alone when not
    /// given.
    #[arg(long)]
    postgres: Option<String>,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let mut sheet = Sheet::new("discovery");
    measure(&args, "SQLite", None, &mut sheet).await?;
    if let Some(server) = &args.postgres {
        let url = fill::new_postgres(server).await?;
        measure(&args, "PostgreSQL", Some(url), &mut sheet).await?;
    }
    sheet.save()
}

async fn measure(args: &Args, case: &str, url: Option<String>, sheet: &mut Sheet) -> Result<()> {
    let kept = Kept::new(url)?;
    // The first start makes the tables.
    kept.start().await?.stop().await?;
    println!("{case}: filling");
    let mut database = Database::open(kept.database()).await?;
    database.fill(args.channels, args.follows).await?;
    drop(database);
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject: "rivulet", metric, case, unit }, value);
    };
    let began = Instant::now();
    let server = kept.start().await?;
    let addresses = Addresses::default();
    indexed(server.http(), (args.channels, &addresses), began).await?;
    add("search index made anew", "s", began.elapsed().as_secs_f64());
    server.stop().await?;
    for _ in 0..args.runs {
        let server = kept.start().await?;
        add("ready after start", "ms", server.ready_after().as_secs_f64() * 1000.0);
        for kind in [Asked::Directory, Asked::Search, Asked::Forgiving] {
            let took = load(args, (server.http(), &addresses), kind).await?;
            for percent in [50.0, 99.0] {
                let millis = percentile(&took, percent).context("nothing was asked")?;
                add(&format!("{}, p{percent}", kind.name()), "ms", millis);
            }
        }
        add("memory", "MiB", super::mebibytes(server.usage().rss_bytes));
        server.stop().await?;
    }
    Ok(())
}

/// Waits until the last channel is found.
async fn indexed(
    http: SocketAddr,
    (channels, addresses): (usize, &Addresses),
    began: Instant,
) -> Result<()> {
    let last = format!("bench-{:05}", channels.saturating_sub(1));
    let path = format!("/api/v1/search?q={last}");
    loop {
        let mut connection = Connection::open_from(http, addresses.next()).await?;
        if connection.get(&path).await?.text().contains(&last) {
            return Ok(());
        }
        ensure!(began.elapsed() < INDEX_LIMIT, "{last} is not found within {INDEX_LIMIT:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Asked {
    Directory,
    Search,
    Forgiving,
}

impl Asked {
    fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Search => "search",
            Self::Forgiving => "search with a typing error",
        }
    }

    fn path(self, number: usize) -> String {
        let name = name(number * 7919).replace(' ', "%20");
        match self {
            Self::Directory => match number % 5 {
                0 => "/api/v1/directory".to_owned(),
                1 => format!("/api/v1/directory?tag={}", fill::tag(number)),
                2 => format!("/api/v1/directory?category={}", fill::category(number)),
                3 => "/api/v1/directory?sort=name&limit=100".to_owned(),
                _ => "/api/v1/directory?language=pt".to_owned(),
            },
            Self::Search => match number % 4 {
                0 => format!("/api/v1/search?q={name}"),
                1 => format!("/api/v1/search?q={}", fill::tag(number)),
                2 => format!("/api/v1/search?q={}", name.get(..3).unwrap_or(&name)),
                _ => format!("/api/v1/search/suggest?q={}", name.get(..5).unwrap_or(&name)),
            },
            Self::Forgiving => format!("/api/v1/search?q={}", typo(&name)),
        }
    }
}

/// How long each answer took, in milliseconds.
async fn load(
    args: &Args,
    (http, addresses): (SocketAddr, &Addresses),
    asked: Asked,
) -> Result<Vec<f64>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..args.clients {
        let (next, requests, addresses) = (Arc::clone(&next), args.requests, addresses.clone());
        clients.spawn(async move {
            let mut took = Vec::new();
            let mut connection = Connection::open_from(http, addresses.next()).await?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return anyhow::Ok(took);
                }
                if took.len() % SEARCHES_PER_ADDRESS == SEARCHES_PER_ADDRESS - 1 {
                    connection = Connection::open_from(http, addresses.next()).await?;
                }
                let began = Instant::now();
                connection.fetch(&asked.path(number)).await?;
                took.push(began.elapsed().as_secs_f64() * 1000.0);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(client) = clients.join_next().await {
        all.extend(client??);
    }
    Ok(all)
}

/// Addresses of this machine, each given once.
#[derive(Clone, Default)]
struct Addresses(Arc<AtomicUsize>);

impl Addresses {
    /// Of a network's addresses, the first and the last are none.
    const PER_NETWORK: usize = 254;

    fn next(&self) -> Ipv4Addr {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let part = |number: usize| u8::try_from(number % 256).unwrap_or_default();
        let (network, host) = (number / Self::PER_NETWORK, number % Self::PER_NETWORK + 1);
        Ipv4Addr::new(127, part(1 + network / 256), part(network), part(host))
    }
}
