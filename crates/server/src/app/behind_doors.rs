//! The rooms with nobody let in: for commands that do what an admin would.

use std::sync::Arc;

use anyhow::Context;

use super::owners::{Owners, PATIENCE, StopSignal};
use super::showing::{Showing, Shown, Told};
use super::storage::{first_run, open_storage};
use super::streaming::{Ground, Streaming};
use super::{lock, make_data_dir};
use crate::clock::Clock;
use crate::config::Config;
use crate::geo::Geo;
use crate::owncast::Owncast;
use crate::telemetry::LogBook;
use crate::threads::Thread;

/// Builds the rooms as the server does, has `work` done in them, and stops them. Nothing listens, and
/// no job runs.
pub(crate) async fn behind_doors<T>(
    config: &Config,
    work: impl AsyncFnOnce(Owncast) -> T,
) -> anyhow::Result<T> {
    make_data_dir(&config.data_dir)?;
    let _lock = lock(&config.data_dir)?;
    let thread = Thread::start("media").context("cannot start a thread")?;
    let clock = Clock::system();
    let storage = open_storage(config, clock).await?;
    first_run(config, &storage).await?;
    let owners = Owners::new(thread.handle(), thread.handle());
    let (db, channels, site) = (storage.db.clone(), storage.channels.clone(), storage.site.clone());
    let ground = Ground {
        config,
        clock,
        db: db.clone(),
        accounts: storage.accounts.clone(),
        channels: channels.clone(),
        keyring: Arc::clone(&storage.keyring),
        ffmpeg: None,
        geo: Geo::default(),
    };
    let told = Told {
        keyring: Arc::clone(&storage.keyring),
        jobs: storage.jobs.clone(),
        accounts: storage.accounts.clone(),
        book: LogBook::default(),
        outbound: super::outbound(config)?,
        ports: (config.http.addr.port(), config.rtmp.map(|listen| listen.addr.port())),
    };
    let streaming = Streaming::build(ground, &owners);
    let shown = Shown { config, clock, db: db.clone(), channels, site, told };
    let showing = Showing::open(shown, &streaming, &owners).await?;
    let done = work(showing.owncast.clone()).await;
    drop((showing, streaming));
    owners.drain(PATIENCE, &mut StopSignal::listen()?).await?;
    thread.stop();
    db.close().await;
    Ok(done)
}
