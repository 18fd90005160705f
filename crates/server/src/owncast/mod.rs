//! Owncast's API for the primary channel: what was written for Owncast works here.
//!
//! Invariants: it translates, and decides nothing: what other rooms know is asked and changed there;
//! what no room knows yet is kept as it came, and answered as Owncast does with the feature off. Of
//! secrets only what Owncast's clients need is shown, to the admin alone: stream keys, tokens and
//! webhooks' secrets, never a password nor its hash. Every route stands in one table that says who
//! may ask it (`routes`).

mod directory;
mod documents;
mod error;
mod extras;
mod moving;
mod pictures;
mod platforms;
mod routes;
mod setters;
mod settings;
mod store;
mod telling;
#[cfg(test)]
mod tests;
mod tokens;

use std::sync::Arc;

use ipnet::IpNet;

pub(crate) use error::OwncastError;
pub(crate) use moving::{Part, Report};
pub(crate) use routes::{before_admin_pages, described, own_routes, routes};

use crate::accounts::Accounts;
use crate::audit::{Actor, Audit};
use crate::channels::{Channel, Channels};
use crate::chat::Chat;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::delivery::Delivery;
use crate::insights::{Insights, Ledger};
use crate::live::Live;
use crate::notify::Notify;
use crate::outbound::Outbound;
use crate::schedule::Schedule;
use crate::seal::Keyring;
use crate::site::Site;
use crate::stills::Stills;
use crate::tasks::Tasks;
use crate::telemetry::LogBook;
use settings::{Kept, Secrets};
use store::Store;

/// What sealed settings are bound to.
const SEAL_PURPOSE: &str = "owncast settings";

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Owncast {
    shared: Arc<Shared>,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) accounts: Accounts,
    pub(crate) site: Site,
    pub(crate) channels: Channels,
    pub(crate) chat: Chat,
    pub(crate) live: Live,
    pub(crate) delivery: Delivery,
    pub(crate) insights: Insights,
    pub(crate) ledger: Ledger,
    pub(crate) stills: Stills,
    pub(crate) schedule: Schedule,
    pub(crate) notify: Notify,
    pub(crate) outbound: Outbound,
    pub(crate) book: LogBook,
    /// Where encoders come in, if anywhere.
    pub(crate) rtmp_port: Option<u16>,
    pub(crate) http_port: u16,
}

struct Shared {
    store: Store,
    audit: Audit,
    clock: Clock,
    doors: Doors,
    version: String,
    public_url: Option<String>,
    /// Where Owncast's directory is.
    directory: String,
    trusted_proxies: Vec<IpNet>,
    /// Whether a key of the configuration is in force beside those of the channel.
    has_configured_key: bool,
    ffmpeg: String,
}

impl Owncast {
    /// The room over the others.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock) -> Self {
        let ffmpeg = config.ffmpeg.as_ref().map(|it| it.display().to_string());
        let shared = Shared {
            store: Store::new(doors.db.clone()),
            audit: Audit::new(doors.db.clone(), clock),
            clock,
            doors,
            version: config.owncast_version.clone(),
            public_url: config.public_url.clone(),
            directory: config.owncast_directory.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            has_configured_key: config.stream_key.is_some(),
            ffmpeg: ffmpeg.unwrap_or_default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// From now on tells webhooks what happens in chat.
    pub(crate) fn keep_up(&self, tasks: &Tasks) {
        tasks.spawn("owncast news", telling::run(self.clone(), tasks.stopping()));
        tasks.spawn("owncast directory", directory::run(self.clone(), tasks.stopping()));
    }

    fn doors(&self) -> &Doors {
        &self.shared.doors
    }

    /// The channel that Owncast's API is about.
    async fn channel(&self) -> Result<Channel, OwncastError> {
        Ok(self.doors().channels.primary().await?)
    }

    /// What is kept for Owncast's clients alone.
    async fn kept(&self) -> Result<Kept, OwncastError> {
        Ok(self.shared.store.load().await?.0)
    }

    /// What is kept of secrets.
    async fn secrets(&self) -> Result<Secrets, OwncastError> {
        let (_, sealed) = self.shared.store.load().await?;
        self.open(sealed)
    }

    fn open(&self, sealed: Option<Vec<u8>>) -> Result<Secrets, OwncastError> {
        let Some(sealed) = sealed else { return Ok(Secrets::default()) };
        let opened = self.doors().keyring.unseal(SEAL_PURPOSE, &sealed)?;
        serde_json::from_str(opened.reveal()).map_err(|_| OwncastError::Unreadable)
    }

    /// Changes what is kept.
    async fn keep(
        &self,
        actor: &Actor,
        change: impl FnOnce(Kept) -> Result<Kept, OwncastError> + Send,
    ) -> Result<(), OwncastError> {
        let mut transaction = self.shared.store.begin().await?;
        let (was, sealed) = store::load_in(&mut transaction).await?;
        let became = change(was.clone())?;
        let at = self.shared.clock.wall();
        store::save(&mut transaction, (&became, sealed), at).await?;
        let (was, became) = crate::merge_patch::difference(&was, &became);
        self.log(&mut transaction, (actor, crate::audit::Action::SettingsChanged), (was, became))
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Changes what is kept of secrets.
    async fn keep_secrets(
        &self,
        actor: &Actor,
        (what, change): (&'static str, impl FnOnce(&mut Secrets) + Send),
    ) -> Result<(), OwncastError> {
        let mut transaction = self.shared.store.begin().await?;
        let (kept, sealed) = store::load_in(&mut transaction).await?;
        let mut secrets = self.open(sealed)?;
        change(&mut secrets);
        let text = serde_json::to_string(&secrets).map_err(|_| OwncastError::Unreadable)?;
        let sealed = self.doors().keyring.seal(SEAL_PURPOSE, &text.into())?;
        let at = self.shared.clock.wall();
        store::save(&mut transaction, (&kept, Some(sealed)), at).await?;
        let became = Some(serde_json::json!({ "owncast": what }));
        self.log(&mut transaction, (actor, crate::audit::Action::SettingsChanged), (None, became))
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn log(
        &self,
        transaction: &mut crate::db::Transaction,
        (actor, action): (&Actor, crate::audit::Action),
        (was, became): (Option<serde_json::Value>, Option<serde_json::Value>),
    ) -> Result<(), OwncastError> {
        if was.is_none() && became.is_none() {
            return Ok(());
        }
        let subject = crate::audit::Subject::site();
        let entry = crate::audit::Entry { actor, action, subject, was, became };
        Ok(self.shared.audit.record(transaction, entry).await?)
    }
}
