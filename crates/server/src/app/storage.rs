//! What is kept: opened, brought to this version, and filled on a first run.

use std::sync::Arc;

use anyhow::Context;

use crate::accounts::{self, Accounts, Registration};
use crate::audit::{Actor, Audit};
use crate::backup;
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::jobs::Jobs;
use crate::mail::{self, Mail};
use crate::running::{self, Secrets};
use crate::seal::Keyring;
use crate::site::Site;

/// Makes what a first run makes, and keeps its secrets for whoever runs the server to read; whether
/// there were any.
pub(super) async fn first_run(config: &Config, storage: &Storage) -> anyhow::Result<bool> {
    let admin = storage.accounts.set_up(config.admin_password.as_ref()).await?;
    let key = storage.channels.set_up(config.stream_key.as_ref()).await?;
    let owner = storage.accounts.named("admin").await;
    if let Ok(owner) = owner {
        storage.channels.adopt_primary(owner.id, owner.username.as_str()).await?;
    }
    adopt_registration(config, &storage.site).await?;
    let made = Secrets {
        stream_key: key.as_ref(),
        sign_in: admin.as_ref().map(|it| (it.username.as_str(), &it.password, &it.setup_code)),
    };
    running::keep_secrets(&config.data_dir, &made)?;
    Ok(key.is_some() || admin.is_some())
}

/// What is kept, opened.
pub(crate) struct Storage {
    pub(crate) db: Db,
    pub(crate) jobs: Jobs,
    pub(crate) mail: Mail,
    pub(crate) accounts: Accounts,
    pub(crate) channels: Channels,
    pub(crate) site: Site,
    pub(crate) keyring: Arc<Keyring>,
}

/// Opens the database and the key file, and makes what is not there yet.
///
/// # Errors
/// When the key file is missing or is not the one that the database's secrets are sealed with.
pub(crate) async fn open_storage(config: &Config, clock: Clock) -> anyhow::Result<Storage> {
    super::make_data_dir(&config.data_dir)?;
    backup::refuse_unfinished(&config.data_dir)?;
    let db = Db::connect(&config.database).await?;
    if let Some(file) = backup::before_migration(&db, &config.data_dir, clock.wall()).await? {
        tracing::info!(file = %file.display(), "copied the database before it is migrated");
    }
    db.migrate().await?;
    let path = super::key_file(&config.data_dir);
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
    let site = Site::open(db.clone(), Audit::new(db.clone(), clock), clock).await?;
    let jobs = Jobs::new(db.clone(), clock);
    let doors = mail::Doors { jobs: jobs.clone(), keyring: Arc::clone(&keyring) };
    let mail = Mail::new(config.mail.as_ref(), doors, clock)?;
    let doors = accounts::Doors {
        db: db.clone(),
        keyring: Arc::clone(&keyring),
        clock,
        jobs: jobs.clone(),
        mail: mail.clone(),
        policy: site.policy(),
    };
    let accounts = Accounts::new(doors, config, hashing_cores())?;
    Ok(Storage { db, jobs, mail, accounts, channels, site, keyring })
}

/// Says in the site's settings who may make an account, where the configuration does.
async fn adopt_registration(config: &Config, site: &Site) -> anyhow::Result<()> {
    let Some(name) = &config.registration else { return Ok(()) };
    let registration = Registration::parse(name).with_context(|| {
        let names: Vec<_> = Registration::ALL.iter().map(|it| it.as_str()).collect();
        format!("`{name}` is not a registration: write one of {}", names.join(", "))
    })?;
    let patch = serde_json::json!({ "accounts": { "registration": registration } });
    site.change(&Actor::System, &patch).await?;
    Ok(())
}

/// Hashing passwords takes half of the cores at most: the rest is for the picture.
fn hashing_cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() / 2).max(1)
}
