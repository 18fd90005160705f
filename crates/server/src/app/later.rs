//! What is done later, and by whom: the queue of jobs, and those who hold work for it.

use std::sync::Arc;

use super::owners::Owners;
use crate::accounts::Accounts;
use crate::api::{Cursors, Idempotency};
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::{Desk, Handlers, Jobs, JobsError};
use crate::mail::Mail;
use crate::notify::Notify;
use crate::seal::Keyring;

/// The queue, and whose jobs are sent by mail.
pub(super) struct Queue {
    pub(super) jobs: Jobs,
    pub(super) mail: Mail,
}

/// The queue, before the rooms that enqueue.
pub(super) struct Later {
    queue: Queue,
    pub(super) idempotency: Idempotency,
    /// Where the admin looks after the queue.
    pub(super) desk: Desk,
}

impl Later {
    pub(super) fn new(
        queue: Queue,
        db: &Db,
        keyring: &Arc<Keyring>,
        with: (Clock, &Owners),
    ) -> Self {
        let (clock, owners) = with;
        let keys = Arc::clone(keyring);
        let idempotency = Idempotency::new(db.clone(), keys, clock, &owners.servers);
        let cursors = Cursors::new(Arc::clone(keyring));
        let desk = Desk { jobs: queue.jobs.clone(), cursors };
        Self { queue, idempotency, desk }
    }

    /// Has the work begin, once all rooms are there whom it may lead to.
    pub(super) async fn begin(
        &self,
        accounts: &Accounts,
        notify: &Notify,
        owners: &Owners,
    ) -> Result<(), JobsError> {
        let Queue { jobs, mail } = &self.queue;
        let handlers = notify.handle(accounts.handle(mail.handle(Handlers::default())));
        let handlers = self.idempotency.handle(handlers, jobs);
        jobs.work(handlers, &owners.keepers).await?;
        self.idempotency.begin(jobs).await
    }
}
