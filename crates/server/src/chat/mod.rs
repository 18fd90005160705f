//! Chat: a room for each channel, moderated, kept, in order.
//!
//! Invariants: an acknowledgement means that it is committed; every room has one order, numbered
//! without gaps, that all who read it see; what was said once is not said twice, however often it is
//! sent under one key; a slow reader is sent away and costs nobody else anything; what people write
//! passes the sanitiser before anybody sees it; whatever a moderator does stands in the audit log.

mod clients;
mod doors;
mod emotes;
mod error;
mod model;
mod moderation;
mod moving;
mod people;
mod retention;
mod revocation;
mod room;
mod rooms;
mod routes;
mod seat;
mod stage;
mod store;
#[cfg(test)]
mod tests;
mod text;
mod wire;
mod words;

use std::sync::Arc;

pub(crate) use clients::{Client, Keeper};
pub(crate) use doors::Bot;
pub(crate) use error::ChatError;
pub(crate) use model::settings::Settings as Rules;
pub(crate) use moving::{Newcomer, OldMessage};
pub(crate) use routes::{described, routes};
pub(crate) use seat::{Ended, Next, Pace, Seat, Visitor};

use crate::accounts::Accounts;
use crate::audit::Audit;
use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::db::Db;
use crate::discovery::Discovery;
use crate::live::Live;
use crate::site::Site;
use crate::tasks::Tasks;
use room::Room;
use rooms::Shared;
use store::Store;

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Chat {
    shared: Arc<Shared>,
}

/// The rooms this one enters.
pub(crate) struct Doors {
    pub(crate) accounts: Accounts,
    pub(crate) channels: Channels,
    pub(crate) discovery: Discovery,
    pub(crate) live: Live,
    pub(crate) site: Site,
}

impl Chat {
    /// Chat over the database. `tasks` serve the rooms.
    pub(crate) fn new(db: Db, doors: Doors, (clock, tasks): (Clock, &Tasks)) -> Self {
        let store = Store::new(db.clone(), Audit::new(db, clock));
        let shared = Arc::new(Shared::new(store, doors, (clock, tasks)));
        tasks.spawn("chat retention", retention::run(Arc::clone(&shared)));
        tasks.spawn("chat revocations", revocation::run(Arc::clone(&shared)));
        Self { shared }
    }

    async fn room(&self, channel: &Channel) -> Result<Arc<Room>, ChatError> {
        self.shared.room(channel).await
    }

    fn now(&self) -> rivulet_media::time::WallClock {
        self.shared.clock.wall()
    }
}
