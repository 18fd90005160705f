//! Who did what: one line for every change that somebody with a role made to what is not theirs
//! alone, or that others will ask about.
//!
//! A line is written in the transaction of the change, so that there is neither without the other.
//! Nothing secret and no address stands in it. The newest [`store::MAX_ENTRIES`] are kept.

mod model;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use model::{Action, Actor, Entry, Filter, Line, Subject, SubjectKind};
pub(crate) use routes::{described, routes};

use crate::clock::Clock;
use crate::db::{Db, DbError, Transaction};
use crate::ids::AuditId;
use store::Store;

/// So many lines are written from one look for old ones to the next.
const SWEEP_EVERY: u64 = 100;

/// The log.
#[derive(Clone)]
pub(crate) struct Audit {
    store: Store,
    clock: Clock,
    written: Arc<AtomicU64>,
}

impl Audit {
    /// The log in a database.
    pub(crate) fn new(db: Db, clock: Clock) -> Self {
        Self { store: Store::new(db), clock, written: Arc::default() }
    }

    /// Writes a line as part of the change it is about.
    pub(crate) async fn record(
        &self,
        transaction: &mut Transaction,
        entry: Entry<'_>,
    ) -> Result<(), DbError> {
        let line = entry.into_line(AuditId::generate(), self.clock.wall());
        store::insert(transaction, &line).await?;
        if self.written.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            store::sweep(transaction).await?;
        }
        Ok(())
    }

    /// The newest lines that fit, those before `filter.before` where it says so.
    pub(crate) async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<Line>, DbError> {
        self.store.list(filter, limit).await
    }
}
