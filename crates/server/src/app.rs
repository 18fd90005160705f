//! The one place that builds the program, starts it, and stops it in reverse.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};

use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::{Config, Listen};
use crate::db::Db;
use crate::delivery::Delivery;
use crate::http;
use crate::ingest::Ingest;
use crate::live::Live;
use crate::media_thread::MediaThread;
use crate::router::{self, Rooms};
use crate::running::Running;
use crate::seal::Keyring;
use crate::tasks::Tasks;
use crate::watch::{Doors, Watch};
use crate::web::Web;

/// How long connections may take to finish when the server stops.
const DRAIN: Duration = Duration::from_secs(30);

/// Runs the server until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    make_data_dir(&config.data_dir)?;
    let _lock = lock(&config.data_dir)?;
    let clock = Clock::system();
    let keyring = Arc::new(Keyring::open_or_create(&key_file(&config.data_dir))?);
    let db = Db::open(&database_file(&config.data_dir)).await?;
    let channels = Channels::new(db.clone(), keyring, clock);
    let new_key = channels.set_up(config.stream_key.as_ref()).await?;

    let media = MediaThread::start().context("cannot start the media thread")?;
    let owners = Owners::new(&media);
    let running = start(&config, clock, &db, channels, &owners).await?;
    running.announce(&config, new_key.as_ref())?;
    stop_signal().await?;
    tracing::info!("stopping");
    owners.drain().await?;
    media.stop();
    db.close().await;
    running.withdraw(&config);
    Ok(())
}

/// The owners of tasks, in the order in which they stop.
struct Owners {
    /// Encoders and RTMP players, on the media thread.
    senders: Tasks,
    /// What is made of their frames, on the media thread.
    packagers: Tasks,
    /// Requests and sockets.
    servers: Tasks,
    /// What must be written down last.
    keepers: Tasks,
}

/// Builds the rooms and opens the doors.
async fn start(
    config: &Config,
    clock: Clock,
    db: &Db,
    channels: Channels,
    owners: &Owners,
) -> anyhow::Result<Running> {
    let pages = bind("http", config.http).await?;
    let encoders = match config.rtmp {
        // Its connections belong to the runtime that it is bound in.
        Some(listen) => Some(owners.senders.runtime().spawn(bind("rtmp", listen)).await??),
        None => None,
    };
    let running = Running {
        http: pages.local_addr()?,
        rtmp: encoders.as_ref().map(TcpListener::local_addr).transpose()?,
    };

    let live = Live::new(db.clone(), channels.clone(), clock, &owners.keepers);
    let delivery = Delivery::new(channels.clone(), live.clone(), config, clock, &owners.packagers);
    let ingest = Ingest::new(channels.clone(), live.clone(), clock, &owners.senders);
    live.restore().await?;
    let web = Web::load();
    let doors = Doors { channels, live, delivery: delivery.clone(), web: web.clone() };
    let watch = Watch::new(doors, config, clock, &owners.servers);
    let router = router::build(Rooms { watch, delivery, web });

    owners.servers.spawn("http", http::serve(pages, router, owners.servers.clone()));
    if let Some(listener) = encoders {
        owners.senders.spawn("rtmp", ingest.serve(listener));
    }
    Ok(running)
}

impl Owners {
    fn new(media: &MediaThread) -> Self {
        let on_media = || Tasks::on(media.handle().clone());
        let elsewhere = || Tasks::on(Handle::current());
        Self {
            senders: on_media(),
            packagers: on_media(),
            servers: elsewhere(),
            keepers: elsewhere(),
        }
    }

    /// Stops one owner after the other; a second signal stops at once.
    async fn drain(&self) -> anyhow::Result<()> {
        let orderly = async {
            for tasks in [&self.senders, &self.packagers, &self.servers, &self.keepers] {
                if !tasks.shut_down(DRAIN).await {
                    tracing::warn!("some connections did not finish in time and are cut off");
                }
            }
        };
        tokio::select! {
            () = orderly => Ok(()),
            signal = stop_signal() => signal.and_then(|()| bail!("stopped at once, as told twice")),
        }
    }
}

async fn stop_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupt = tokio::signal::ctrl_c() => Ok(interrupt?),
    }
}

/// The database in a data folder.
pub(crate) fn database_file(data_dir: &Path) -> PathBuf {
    data_dir.join("rivulet.db")
}

/// The key file in a data folder.
pub(crate) fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("secret.key")
}

/// Makes the data folder, for its owner alone.
pub(crate) fn make_data_dir(data_dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
        .with_context(|| format!("cannot make the data folder {}", data_dir.display()))
}

/// Two servers on one data folder would hand out the same sequence numbers.
fn lock(data_dir: &Path) -> anyhow::Result<File> {
    let path = data_dir.join("lock");
    let file = File::create(&path)
        .with_context(|| format!("cannot write to the data folder {}", data_dir.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another Rivulet runs on the data folder {}: stop it, or choose another with --data-dir",
            data_dir.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
    }
}

async fn bind(name: &'static str, listen: Listen) -> anyhow::Result<TcpListener> {
    let bound = match TcpListener::bind(listen.addr).await {
        Err(error) if listen.is_default && no_ipv6(&error) => {
            TcpListener::bind(listen.ipv4()).await
        }
        bound => bound,
    };
    bound.with_context(|| {
        format!("cannot listen on {}: choose another address with --{name}", listen.addr)
    })
}

fn no_ipv6(error: &io::Error) -> bool {
    // EAFNOSUPPORT, "address family not supported", has no kind of its own.
    const EAFNOSUPPORT: i32 = 97;
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(EAFNOSUPPORT)
}
