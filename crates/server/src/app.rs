//! The one place that builds the program, starts it, and stops it in reverse.
//! size: every room is named here once, and what it is built from.

mod behind_doors;
mod derived;
mod folder;
mod handed;
mod later;
mod listeners;
mod owners;
mod showing;
mod storage;
mod streaming;

use std::sync::Arc;

use anyhow::Context;

pub(crate) use behind_doors::behind_doors;
pub(crate) use derived::fill_derived;
pub(crate) use folder::{key_file, lock, make_data_dir};
pub(crate) use handed::Handed;
pub(crate) use storage::{Storage, open_storage};

use crate::accounts::Accounts;
use crate::api::Limiter;
use crate::audit::Audit;
use crate::backup;
use crate::channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::geo::Geo;
use crate::http;
use crate::jobs::Desk;
use crate::outbound::{Outbound, OutboundError, authorities};
use crate::router::{self, Keepers, Rooms};
use crate::running::Running;
use crate::site::Site;
use crate::telemetry::LogBook;
use crate::threads::Thread;
use crate::transcode::Ffmpeg;
use later::{Later, Queue};
use listeners::{Listeners, Renewing};
use owners::{Owners, PATIENCE, StopSignal};
use showing::{Showing, Shown, Told};
use storage::first_run;
use streaming::{Ground, Streaming};

/// Runs the server until it is told to stop.
pub(crate) async fn run(config: Config, handed: Handed, book: LogBook) -> anyhow::Result<()> {
    make_data_dir(&config.data_dir)?;
    let _lock = lock(&config.data_dir)?;
    let places = http::make_room();
    // Nothing is stored before it is certain that the server can run: who sees it fail on a first
    // run must not lose the key that the run made.
    let media = Thread::start("media").context("cannot start a thread")?;
    let transcode = Thread::start("transcode").context("cannot start a thread")?;
    let listeners = Listeners::bind(&config, handed, media.handle()).await?;
    let clock = Clock::system();
    let storage = open_storage(&config, clock).await?;
    let is_new = first_run(&config, &storage).await?;

    let ffmpeg = Ffmpeg::find(config.ffmpeg.as_deref(), transcode.handle().clone());
    let (db, owners) = (storage.db.clone(), Owners::new(media.handle(), transcode.handle()));
    let geo = Geo::open(config.geoip.as_deref(), &config.data_dir)?;
    let app = App { config: &config, clock, listeners, places, storage, ffmpeg, geo, book };
    let running = start(app, &owners).await?;
    // Who reads that it is ready may tell it to stop at once.
    let mut stop = StopSignal::listen()?;
    running.announce(&config, is_new)?;
    stop.heard().await;
    tracing::info!("stopping");
    owners.drain(PATIENCE, &mut stop).await?;
    media.stop();
    transcode.stop();
    if tokio::time::timeout(PATIENCE.close, db.close()).await.is_err() {
        tracing::warn!("the database did not close in time");
    }
    running.withdraw(&config);
    Ok(())
}

/// What the rooms are built from.
struct App<'a> {
    config: &'a Config,
    clock: Clock,
    listeners: Listeners,
    places: usize,
    storage: Storage,
    ffmpeg: Option<Ffmpeg>,
    geo: Geo,
    /// The newest lines of the log.
    book: LogBook,
}

/// The rooms of people, and of who looks after the site.
struct People {
    accounts: Accounts,
    audit: Audit,
    site: Site,
    channels: channels::Doors,
    desk: Desk,
    backups: backup::Desk,
}

/// The client for requests of the server's own.
fn outbound(config: &Config) -> Result<Outbound, OutboundError> {
    let extra = config.extra_ca.as_deref().map(authorities).transpose()?;
    Outbound::new(config.allow_private.clone(), extra.unwrap_or_default())
}

/// Where routes lead to.
fn rooms(people: People, streaming: Streaming, showing: Showing) -> Rooms {
    let People { accounts, audit, site, channels, desk, backups } = people;
    let Streaming { transcode, live, delivery, ingest, stills, insights, markers } = streaming;
    let Showing { schedule, discovery, chat, watch, web, notify, ledger, owncast } = showing;
    Rooms {
        accounts,
        audit,
        site,
        channels,
        chat,
        live,
        ingest,
        discovery,
        watch,
        delivery,
        insights,
        ledger,
        stills,
        markers,
        schedule,
        notify,
        owncast,
        transcode,
        desk,
        backups,
        web,
    }
}

/// Builds the rooms and lets people in.
async fn start(app: App<'_>, owners: &Owners) -> anyhow::Result<Running> {
    let App { config, clock, listeners, places, storage, ffmpeg, geo, book } = app;
    let Storage { db, jobs, mail, accounts, channels, site, keyring } = storage;
    let running = listeners.addresses()?;
    channels.keep_up(&owners.keepers);
    site.keep_up(&owners.keepers);
    let backups = backup::Desk::new(db.clone(), config, clock);
    backup::keep(&backups, config, &owners.servers);
    let jobs_of_others = jobs.clone();
    let later = Later::new(Queue { jobs, mail }, &db, &keyring, (clock, owners));
    let audit = Audit::new(db.clone(), clock);

    let outbound = outbound(config)?;
    let renewing = Renewing { outbound: outbound.clone(), keyring: Arc::clone(&keyring), clock };
    let (people, streams) = (accounts.clone(), channels.clone());
    let ground = Ground {
        config,
        clock,
        db: db.clone(),
        accounts: people,
        channels: streams,
        keyring,
        ffmpeg,
        geo,
    };
    let told = Told {
        keyring: Arc::clone(&ground.keyring),
        jobs: jobs_of_others,
        accounts: accounts.clone(),
        book,
        outbound,
        ports: (running.http.port(), running.rtmp.map(|address| address.port())),
    };
    let streaming = Streaming::build(ground, owners);
    let shown = Shown { config, clock, db, channels: channels.clone(), site: site.clone(), told };
    let showing = Showing::open(shown, &streaming, owners).await?;
    streaming.live.restore().await?;
    later.begin(&accounts, &showing.notify, owners).await?;

    let channels = channels::Doors { channels, accounts: accounts.clone(), site: site.clone() };
    let desk = later.desk.clone();
    let ingest = streaming.ingest.clone();
    let rooms =
        rooms(People { accounts, audit, site, channels, desk, backups }, streaming, showing);
    let limiter = Limiter::new(config.api_limits, &config.trusted_proxies, clock);
    let site = router::Site::new(config);
    let router = router::build(rooms, Keepers { site, limiter, idempotency: later.idempotency });

    let trusted_proxies = config.trusted_proxies.clone();
    let tls = listeners.encryption(config, renewing, &owners.servers)?;
    let site = http::Site { listener: listeners.pages, tls, router, places, trusted_proxies };
    owners.servers.spawn("http", http::serve(site, owners.servers.clone()));
    if let Some(listener) = listeners.encoders {
        owners.senders.spawn("rtmp", ingest.serve(listener));
    }
    Ok(running)
}

#[cfg(test)]
mod upgrade_tests;

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::net::TcpListener;

    use super::*;
    use crate::config::Settings;

    #[tokio::test]
    async fn a_database_with_secrets_gets_no_other_key_file() {
        let folder = std::env::temp_dir().join(format!("rivulet-app-{}", std::process::id()));
        let settings = Settings { data_dir: Some(folder.clone()), ..Settings::default() };
        let config = Config::check(settings).unwrap();
        let storage = open_storage(&config, Clock::system()).await.unwrap();
        assert!(storage.channels.set_up(None).await.unwrap().is_some());
        storage.db.close().await;

        let key = fs::read(key_file(&folder)).unwrap();
        fs::remove_file(key_file(&folder)).unwrap();
        let refused = open_storage(&config, Clock::system()).await.err().unwrap();
        assert!(refused.to_string().contains("is missing"), "{refused:#}");
        assert!(!key_file(&folder).exists());

        fs::write(key_file(&folder), [7; 32]).unwrap();
        let refused = open_storage(&config, Clock::system()).await.err().unwrap();
        assert!(refused.to_string().contains("do not fit"), "{refused:#}");

        fs::write(key_file(&folder), key).unwrap();
        open_storage(&config, Clock::system()).await.unwrap().db.close().await;
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
        let config = Config::check(settings).unwrap();
        let refused = run(config, Handed::default(), LogBook::default()).await.unwrap_err();
        assert!(refused.to_string().contains("cannot listen"), "{refused:#}");
        let left: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"]);
        fs::remove_dir_all(folder).unwrap();
    }
}
