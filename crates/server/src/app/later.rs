//! What is done later, and by whom: the queue of jobs, and those who hold work for it.

use std::sync::Arc;

use super::owners::Owners;
use crate::api::{Cursors, Idempotency};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::jobs::{Desk, Handlers, Jobs, JobsError};
use crate::mail::{self, Mail, MailError};
use crate::seal::Keyring;

/// The queue, before the rooms that enqueue.
pub(super) struct Later {
    pub(super) jobs: Jobs,
    pub(super) mail: Mail,
    pub(super) idempotency: Idempotency,
    /// Where the admin looks after the queue.
    pub(super) desk: Desk,
}

impl Later {
    pub(super) fn new(
        config: &Config,
        db: &Db,
        keyring: &Arc<Keyring>,
        with: (Clock, &Owners),
    ) -> Result<Self, MailError> {
        let (clock, owners) = with;
        let jobs = Jobs::new(db.clone(), clock);
        let doors = mail::Doors { jobs: jobs.clone(), keyring: Arc::clone(keyring) };
        let mail = Mail::new(config.mail.as_ref(), doors, clock)?;
        let keys = Arc::clone(keyring);
        let idempotency = Idempotency::new(db.clone(), keys, clock, &owners.servers);
        let cursors = Cursors::new(Arc::clone(keyring));
        let desk = Desk { jobs: jobs.clone(), cursors };
        Ok(Self { jobs, mail, idempotency, desk })
    }

    /// Has the work begin, once all rooms are there whom it may lead to.
    pub(super) async fn begin(&self, owners: &Owners) -> Result<(), JobsError> {
        let handlers = self.mail.handle(Handlers::default());
        let handlers = self.idempotency.handle(handlers, &self.jobs);
        self.jobs.work(handlers, &owners.keepers).await?;
        self.idempotency.begin(&self.jobs).await
    }
}
