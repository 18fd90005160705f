//! The ledger: how everything is and was, what is too much, and the log.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rivulet_media::time::WallClock;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::alarms::{Alarms, Alert};
use super::kept::{MAX_POINTS, Sample, Step};
use super::look::Look;
use super::metrics::{self, Context, Form};
use super::moments::{Moment, Moments};
use super::store::{Of, Span, Store};
use super::{Insights, InsightsError, bookkeeper};
use crate::access::Permission;
use crate::chat::Chat;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::jobs::Jobs;
use crate::notify::Notify;
use crate::site::Site;
use crate::tasks::Tasks;
use crate::telemetry::LogBook;

/// Programs and pages that follow the log at one time. Against admins who leave many pages open.
const MAX_TAILS: usize = 16;
/// Alerts that are told of at one time.
const MAX_ALERTS: usize = 200;

/// The handle of what is kept.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub(super) shared: Arc<Inner>,
}

/// What the ledger needs of others.
pub(crate) struct LedgerDoors {
    pub(crate) db: Db,
    pub(crate) insights: Insights,
    pub(crate) site: Site,
    pub(crate) chat: Chat,
    pub(crate) notify: Notify,
    pub(crate) jobs: Jobs,
    /// The newest lines of the log.
    pub(crate) book: LogBook,
}

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) insights: Insights,
    pub(super) site: Site,
    pub(super) chat: Chat,
    pub(super) notify: Notify,
    pub(super) jobs: Jobs,
    pub(super) book: LogBook,
    pub(super) clock: Clock,
    pub(super) data_dir: PathBuf,
    pub(super) alarms: Alarms,
    pub(super) moments: Moments,
    latest: Mutex<Arc<Look>>,
    began_at: WallClock,
    owncast_version: String,
    /// Places for those who follow the log.
    pub(super) tails: Arc<Semaphore>,
    pub(super) stopping: CancellationToken,
}

/// Samples of one step.
pub(super) struct History {
    pub(super) step: Step,
    pub(super) samples: Vec<Sample>,
}

impl Ledger {
    /// The ledger over the database. It is kept among `keepers`, and read by `servers`.
    pub(crate) fn new(
        doors: LedgerDoors,
        config: &Config,
        clock: Clock,
        (keepers, servers): (&Tasks, &Tasks),
    ) -> Self {
        let LedgerDoors { db, insights, site, chat, notify, jobs, book } = doors;
        let shared = Arc::new(Inner {
            store: Store::new(db),
            insights,
            site,
            chat,
            notify,
            jobs,
            book,
            clock,
            data_dir: config.data_dir.clone(),
            alarms: Alarms::default(),
            moments: Moments::default(),
            latest: Mutex::default(),
            began_at: clock.wall(),
            owncast_version: config.owncast_version.clone(),
            tails: Arc::new(Semaphore::new(MAX_TAILS)),
            stopping: servers.stopping(),
        });
        keepers.spawn("ledger", bookkeeper::run(Arc::clone(&shared), keepers.stopping()));
        Self { shared }
    }

    /// How this machine and the primary channel's audience were, the oldest first.
    pub(crate) fn moments(&self) -> Vec<Moment> {
        self.shared.moments.all()
    }

    /// What Prometheus reads. `host` is what the asker calls this one.
    pub(crate) fn exposition(&self, form: Form, host: &str) -> String {
        let shared = &self.shared;
        let mut alerts = BTreeMap::new();
        for watched in super::Watched::ALL {
            alerts.insert(watched.as_str(), 0);
        }
        for alert in shared.alarms.standing() {
            *alerts.entry(alert.kind.as_str()).or_default() += 1;
        }
        let context = Context {
            began_at: shared.began_at,
            owncast_version: &shared.owncast_version,
            host,
            alerts: &alerts,
        };
        metrics::render(&shared.latest(), &context, form)
    }

    /// How it was between these times, as finely as it is kept and can be drawn.
    pub(super) async fn history(
        &self,
        of: Of,
        (from, to): (WallClock, WallClock),
    ) -> Result<History, InsightsError> {
        let shared = &self.shared;
        let days = shared.site.settings().settings.figures.kept_days;
        let step = Step::fitting((from, to), shared.clock.wall(), days);
        let at_most = usize::try_from(MAX_POINTS).unwrap_or(usize::MAX);
        let span = Span { step, from: step.floor(from), to, at_most };
        Ok(History { step, samples: shared.store.samples(of, span).await? })
    }

    /// The newest alerts, the latest first.
    pub(super) async fn alerts(&self) -> Result<Vec<Alert>, InsightsError> {
        self.shared.store.alerts(MAX_ALERTS).await
    }

    /// Whether somebody may read what is known of the machine.
    pub(super) fn admits(caller: &crate::access::Caller) -> bool {
        Permission::Operate.check(caller, None).is_ok()
    }
}

impl Inner {
    pub(super) fn latest(&self) -> Arc<Look> {
        Arc::clone(&self.latest.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_latest(&self, look: Arc<Look>) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = look;
    }
}
