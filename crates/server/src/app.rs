//! The one place that builds the program, starts it, and stops it in reverse.

mod listeners;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};

use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::delivery::{self, Delivery};
use crate::http;
use crate::ingest::Ingest;
use crate::live::Live;
use crate::router::{self, Rooms};
use crate::running::{self, Running};
use crate::seal::Keyring;
use crate::tasks::Tasks;
use crate::threads::Thread;
use crate::transcode::{Ffmpeg, Transcode};
use crate::watch::{Doors, Watch};
use crate::web::Web;
use listeners::Listeners;

/// How long stopping takes at most, step by step: 30 seconds in all, after which service managers
/// lose their patience.
const PATIENCE: Patience = Patience {
    senders: Duration::from_secs(5),
    packagers: Duration::from_secs(5),
    others: Duration::from_secs(15),
    close: Duration::from_secs(5),
};

/// Runs the server until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    make_data_dir(&config.data_dir)?;
    let _lock = lock(&config.data_dir)?;
    let places = http::make_room();
    // Nothing is stored before it is certain that the server can run: who sees it fail on a first
    // run must not lose the key that the run made.
    let media = Thread::start("media").context("cannot start a thread")?;
    let transcode = Thread::start("transcode").context("cannot start a thread")?;
    let listeners = Listeners::bind(&config, media.handle()).await?;
    let clock = Clock::system();
    let storage = open_storage(&config.data_dir, clock).await?;
    let new_key = storage.channels.set_up(config.stream_key.as_ref()).await?;
    if let Some(key) = &new_key {
        running::keep_secret(&config.data_dir, key)?;
    }

    let ffmpeg = Ffmpeg::find(config.ffmpeg.as_deref(), transcode.handle().clone());
    let (db, owners) = (storage.db.clone(), Owners::new(media.handle(), transcode.handle()));
    let running =
        start(App { config: &config, clock, listeners, places, storage, ffmpeg }, &owners).await?;
    running.announce(&config, new_key.is_some())?;
    stop_signal().await?;
    tracing::info!("stopping");
    owners.drain(PATIENCE).await?;
    media.stop();
    transcode.stop();
    if tokio::time::timeout(PATIENCE.close, db.close()).await.is_err() {
        tracing::warn!("the database did not close in time");
    }
    running.withdraw(&config);
    Ok(())
}

/// The owners of tasks, in the order in which they stop.
struct Owners {
    /// Encoders and RTMP players, on the media thread.
    senders: Tasks,
    /// What is made of their frames, on the media thread.
    packagers: Tasks,
    /// Those who look after ffmpeg, on a thread of their own.
    transcoders: Tasks,
    /// Requests and sockets.
    servers: Tasks,
    /// What must be written down last.
    keepers: Tasks,
}

/// How long each step of stopping may take.
#[derive(Clone, Copy)]
struct Patience {
    /// For encoders and their players to be told.
    senders: Duration,
    /// For the last frames to be packaged.
    packagers: Duration,
    /// For viewers to get what they were promised, and for progress to be written.
    others: Duration,
    /// For the database.
    close: Duration,
}

/// What is kept, opened.
pub(crate) struct Storage {
    pub(crate) db: Db,
    pub(crate) channels: Channels,
    pub(crate) keyring: Arc<Keyring>,
}

/// Opens what a data folder keeps, and makes what is not there yet.
///
/// # Errors
/// When the key file is missing or is not the one that the database's secrets are sealed with.
pub(crate) async fn open_storage(data_dir: &Path, clock: Clock) -> anyhow::Result<Storage> {
    make_data_dir(data_dir)?;
    let db = Db::open(&database_file(data_dir)).await?;
    let path = key_file(data_dir);
    let keyring = if Channels::hold_secrets(&db).await? {
        Keyring::open(&path)?
    } else {
        Keyring::open_or_create(&path)?
    };
    let keyring = Arc::new(keyring);
    let channels = Channels::new(db.clone(), Arc::clone(&keyring), clock);
    channels
        .check_keyring()
        .await
        .context("the database and the key file do not fit: restore both from one backup")?;
    Ok(Storage { db, channels, keyring })
}

/// What the rooms are built from.
struct App<'a> {
    config: &'a Config,
    clock: Clock,
    listeners: Listeners,
    places: usize,
    storage: Storage,
    ffmpeg: Option<Ffmpeg>,
}

/// Builds the rooms and lets people in.
async fn start(app: App<'_>, owners: &Owners) -> anyhow::Result<Running> {
    let App { config, clock, listeners, places, storage, ffmpeg } = app;
    let Storage { db, channels, keyring } = storage;
    let running = listeners.addresses()?;

    let transcode = Transcode::new(ffmpeg, clock, &owners.transcoders);
    let live = Live::new(db, channels.clone(), clock, &owners.keepers);
    let doors = delivery::Doors { channels: channels.clone(), live: live.clone(), keyring };
    let delivery = Delivery::new(doors, config, clock, &owners.packagers);
    let ingest = Ingest::new(channels.clone(), live.clone(), clock, &owners.senders);
    live.restore().await?;
    let web = Web::load();
    let doors = Doors { channels, live, delivery: delivery.clone(), web: web.clone() };
    let watch = Watch::new(doors, config, clock, &owners.servers);
    let router = router::build(Rooms { watch, delivery, transcode, web });

    let trusted_proxies = config.trusted_proxies.clone();
    let site = http::Site { listener: listeners.pages, router, places, trusted_proxies };
    owners.servers.spawn("http", http::serve(site, owners.servers.clone()));
    if let Some(listener) = listeners.encoders {
        owners.senders.spawn("rtmp", ingest.serve(listener));
    }
    Ok(running)
}

impl Owners {
    /// Owners of whom those who handle frames work on the runtime `media`, and those who look after
    /// ffmpeg on `transcode`.
    fn new(media: &Handle, transcode: &Handle) -> Self {
        let on_media = || Tasks::on(media.clone());
        let elsewhere = || Tasks::on(Handle::current());
        Self {
            senders: on_media(),
            packagers: on_media(),
            transcoders: Tasks::on(transcode.clone()),
            servers: elsewhere(),
            keepers: elsewhere(),
        }
    }

    /// Stops media first, so that there is nothing more to keep; then everybody else at once:
    /// progress is written without waiting for the slowest viewer. A second signal stops at once.
    async fn drain(&self, patience: Patience) -> anyhow::Result<()> {
        let orderly = async {
            // Senders first; what they sent last is encoded and packaged before the rest goes.
            let sent = self.senders.shut_down(patience.senders).await;
            let (encoded, packaged) = tokio::join!(
                self.transcoders.shut_down(patience.packagers),
                self.packagers.shut_down(patience.packagers),
            );
            let sent = sent && encoded && packaged;
            let (served, kept) = tokio::join!(
                self.servers.shut_down(patience.others),
                self.keepers.shut_down(patience.others),
            );
            if !(sent && served && kept) {
                tracing::warn!("some connections did not finish in time and are cut off");
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

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;
    use crate::config::Settings;

    #[tokio::test(start_paused = true)]
    async fn stopping_takes_no_longer_than_promised_whoever_hangs() {
        let owners = Owners::new(&Handle::current(), &Handle::current());
        for tasks in [
            &owners.senders,
            &owners.packagers,
            &owners.transcoders,
            &owners.servers,
            &owners.keepers,
        ] {
            tasks.spawn("hanging", std::future::pending());
        }
        let began = Instant::now();
        owners.drain(PATIENCE).await.unwrap();
        assert!(began.elapsed() + PATIENCE.close <= Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn progress_is_written_while_viewers_are_still_served() {
        let owners = Owners::new(&Handle::current(), &Handle::current());
        owners.servers.spawn("hanging", std::future::pending());
        let stopping = owners.keepers.stopping();
        let (began, written) = (Instant::now(), Arc::new(std::sync::Mutex::new(None)));
        let notes = Arc::clone(&written);
        owners.keepers.spawn("keeping", async move {
            stopping.cancelled().await;
            *notes.lock().unwrap() = Some(began.elapsed());
        });
        owners.drain(PATIENCE).await.unwrap();
        assert_eq!(*written.lock().unwrap(), Some(Duration::ZERO));
    }

    #[tokio::test]
    async fn a_database_with_secrets_gets_no_other_key_file() {
        let folder = std::env::temp_dir().join(format!("rivulet-app-{}", std::process::id()));
        let storage = open_storage(&folder, Clock::system()).await.unwrap();
        assert!(storage.channels.set_up(None).await.unwrap().is_some());
        storage.db.close().await;

        let key = fs::read(key_file(&folder)).unwrap();
        fs::remove_file(key_file(&folder)).unwrap();
        let refused = open_storage(&folder, Clock::system()).await.err().unwrap();
        assert!(refused.to_string().contains("is missing"), "{refused:#}");
        assert!(!key_file(&folder).exists());

        fs::write(key_file(&folder), [7; 32]).unwrap();
        let refused = open_storage(&folder, Clock::system()).await.err().unwrap();
        assert!(refused.to_string().contains("do not fit"), "{refused:#}");

        fs::write(key_file(&folder), key).unwrap();
        open_storage(&folder, Clock::system()).await.unwrap().db.close().await;
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn what_cannot_listen_stores_nothing() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let folder = std::env::temp_dir().join(format!("rivulet-bind-{}", std::process::id()));
        let settings = Settings {
            data_dir: Some(folder.clone()),
            http: Some(taken.local_addr().unwrap().to_string()),
            ..Settings::default()
        };
        let refused = run(Config::check(settings).unwrap()).await.unwrap_err();
        assert!(refused.to_string().contains("cannot listen"), "{refused:#}");
        assert!(!database_file(&folder).exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
