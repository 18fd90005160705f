//! Which webhooks are told of what: everything that is said in chat asks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::NotifyError;
use super::model::EventKind;
use super::store::Store;

/// For how long what is known is believed. What changes in this process is known at once; another one
/// may have made a webhook.
const FRESH: Duration = Duration::from_secs(2);

/// What is known of the webhooks.
#[derive(Default)]
pub(super) struct Listening {
    known: Mutex<Option<Known>>,
    changes: AtomicU64,
}

#[derive(Clone)]
struct Known {
    at: Instant,
    /// How many changes there had been before it was read.
    after: u64,
    all: Arc<[(u64, Vec<EventKind>)]>,
}

impl Listening {
    /// There is another webhook, or one less.
    pub(super) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// The numbers of the webhooks that are told of a kind of event.
    pub(super) async fn to(
        &self,
        kind: EventKind,
        (store, now): (&Store, Instant),
    ) -> Result<Vec<u64>, NotifyError> {
        let after = self.changes.load(Ordering::Acquire);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let known = known.filter(|known| {
            known.after == after && now.saturating_duration_since(known.at) < FRESH
        });
        let all = match known {
            Some(known) => known.all,
            None => {
                let all = store.list().await?.into_iter().map(|it| (it.number, it.events));
                let all: Arc<[_]> = all.collect();
                let known = Known { at: now, after, all: Arc::clone(&all) };
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
                all
            }
        };
        let told = all.iter().filter(|(_, events)| events.contains(&kind));
        Ok(told.map(|(number, _)| *number).collect())
    }
}

#[cfg(test)]
mod tests {
    use rivulet_media::time::WallClock;

    use super::*;
    use crate::db::scratch::{Scratch, on_both_databases};
    use crate::db::{Db, Engine};
    use crate::notify::store::{self, Sealed};

    async fn a_new_webhook_is_known_at_once_here_and_soon_elsewhere(engine: Engine) {
        let scratch = Scratch::new(engine).await;
        let store = Store::new(Db::open(&scratch.database).await.unwrap());
        let (here, elsewhere) = (Listening::default(), Listening::default());
        let (now, nobody) = (Instant::now(), Vec::<u64>::new());
        for process in [&here, &elsewhere] {
            assert_eq!(process.to(EventKind::Chat, (&store, now)).await.unwrap(), nobody);
        }
        let webhook = Sealed {
            number: 7,
            url: "https://example.org/".to_owned(),
            events: vec![EventKind::Chat],
            secret: Vec::new(),
            created_at: WallClock::from_unix_millis(0),
            last_used_at: None,
        };
        let mut transaction = store.begin().await.unwrap();
        store::insert(&mut transaction, &webhook).await.unwrap();
        transaction.commit().await.unwrap();
        here.changed();
        assert_eq!(here.to(EventKind::Chat, (&store, now)).await.unwrap(), [7]);
        assert_eq!(here.to(EventKind::StreamStarted, (&store, now)).await.unwrap(), nobody);
        assert_eq!(elsewhere.to(EventKind::Chat, (&store, now)).await.unwrap(), nobody);
        assert_eq!(elsewhere.to(EventKind::Chat, (&store, now + FRESH)).await.unwrap(), [7]);
    }

    on_both_databases!(a_new_webhook_is_known_at_once_here_and_soon_elsewhere);
}
