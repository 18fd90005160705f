//! What the site's admins decide while it runs: its name and words, who may register, who may make
//! channels, and whether the site is one channel or many.
//!
//! Invariants: every field was checked before it was stored; a change applies at once, to this
//! process before it is acknowledged and to others within [`LOOK_EVERY`]; every change is in the
//! audit log.

mod error;
mod look;
mod routes;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod theme;
mod values;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

pub(crate) use error::SiteError;
pub(crate) use look::{Button, ExternalAction, Look};
pub(crate) use routes::{described, routes};
pub(crate) use settings::{AlertRules, Creators, Mode, Settings};
pub(crate) use values::{Accent, Language, Link, MAX_TAGS, Tag, check_links};

use crate::accounts::Policy;
use crate::audit::{Action, Actor, Audit, Entry, Subject};
use crate::clock::Clock;
use crate::db::Db;
use crate::merge_patch;
use crate::tasks::Tasks;
use crate::telemetry;
use store::Store;

/// How often it is looked whether another process has changed the settings.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Site {
    store: Store,
    audit: Audit,
    clock: Clock,
    current: Arc<watch::Sender<Arc<Current>>>,
    policy: Arc<watch::Sender<Arc<Policy>>>,
}

/// The settings in force.
#[derive(Debug, PartialEq)]
pub(crate) struct Current {
    /// Which ones: grows with every change.
    pub(crate) version: u64,
    pub(crate) settings: Settings,
    /// The buttons of [`settings::Settings::look`] as pages show them: made once, for every page and
    /// every socket is given them.
    pub(crate) buttons: Vec<Button>,
}

impl Current {
    fn new(version: u64, settings: Settings) -> Self {
        let buttons = settings.look.buttons();
        Self { version, settings, buttons }
    }

    /// Where the styles of every page are, if there are any: another address after every change.
    pub(crate) fn styles_url(&self) -> Option<String> {
        let settings = &self.settings;
        let has_any = !settings.styles.is_empty() || !settings.look.variables.is_empty();
        has_any.then(|| format!("/site.css?{}", self.version))
    }

    /// What pages for viewers have in their heads: the admin's script, which they load by its
    /// address, and the mark of [`Current::mark`].
    pub(crate) fn dress(&self) -> String {
        let mark = self.mark();
        if self.settings.look.script.is_empty() {
            return mark.to_owned();
        }
        format!("{mark}<script src=\"/customjavascript?{}\" defer></script>", self.version)
    }

    /// Tells the application that pages for viewers load what others may not: it goes from one kind
    /// to the other as a browser does.
    pub(crate) fn mark(&self) -> &'static str {
        match self.settings.look.script.is_empty() && self.styles_url().is_none() {
            true => "",
            false => "<meta name=\"rivulet-dress\" content=\"\">",
        }
    }
}

impl Site {
    /// The room over its database.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub(crate) async fn open(db: Db, audit: Audit, clock: Clock) -> Result<Self, SiteError> {
        let store = Store::new(db);
        let current = store.load().await?;
        let policy = Arc::new(current.settings.accounts.clone());
        Ok(Self {
            store,
            audit,
            clock,
            current: Arc::new(watch::Sender::new(Arc::new(current))),
            policy: Arc::new(watch::Sender::new(policy)),
        })
    }

    /// From now on notices what other processes change. Nodes that share a bus may call
    /// [`Self::look`] sooner.
    pub(crate) fn keep_up(&self, tasks: &Tasks) {
        let (site, stopping) = (self.clone(), tasks.stopping());
        tasks.spawn("site settings", async move {
            let mut ticks = interval(LOOK_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = stopping.cancelled() => return,
                }
                if let Err(error) = site.look().await {
                    let error = telemetry::chain(&error);
                    tracing::warn!(error, "the site's settings cannot be looked at; trying again");
                }
            }
        });
    }

    /// The settings in force.
    pub(crate) fn settings(&self) -> Arc<Current> {
        Arc::clone(&self.current.borrow())
    }

    /// The settings in force, now and from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<Arc<Current>> {
        self.current.subscribe()
    }

    /// The rules for new accounts, now and from now on.
    pub(crate) fn policy(&self) -> watch::Receiver<Arc<Policy>> {
        self.policy.subscribe()
    }

    /// Takes over what another process has changed.
    pub(crate) async fn look(&self) -> Result<(), SiteError> {
        if self.store.version().await? > self.settings().version {
            self.publish(self.store.load().await?);
        }
        Ok(())
    }

    /// Changes what `patch` names (RFC 7396) and returns the result.
    ///
    /// # Errors
    /// When it names what there is not, or a value does not fit. Nothing is changed then.
    pub(crate) async fn change(
        &self,
        actor: &Actor,
        patch: &Value,
    ) -> Result<Arc<Current>, SiteError> {
        let mut transaction = self.store.begin().await?;
        let found = store::load_in(&mut transaction).await?;
        let settings = merge_patch::apply(&found.settings, patch)?;
        settings.check()?;
        let (was, became) = merge_patch::difference(&found.settings, &settings);
        if became.is_some() {
            let current = Current::new(found.version + 1, settings);
            store::save(&mut transaction, &current, self.clock.wall()).await?;
            let (action, subject) = (Action::SettingsChanged, Subject::site());
            let entry = Entry { actor, action, subject, was, became };
            self.audit.record(&mut transaction, entry).await?;
            transaction.commit().await?;
            self.publish(current);
        }
        Ok(self.settings())
    }

    /// Puts settings in force, unless newer ones are.
    fn publish(&self, current: Current) {
        let policy = Arc::new(current.settings.accounts.clone());
        self.current.send_if_modified(|known| {
            let newer = current.version > known.version;
            if newer {
                *known = Arc::new(current);
            }
            newer
        });
        self.policy.send_if_modified(|known| {
            let changes = *known != policy;
            *known = policy;
            changes
        });
    }
}
