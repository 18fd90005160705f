//! What no story sees.

mod corpus;
mod forgetting;

use std::sync::Arc;

use super::{Chat, Doors};
use crate::accounts::Accounts;
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::discovery::Discovery;
use crate::live::Live;
use crate::seal::Keyring;
use crate::site::Site;
use crate::tasks::Tasks;

impl Chat {
    /// Chat for tests of others, with accounts of its own.
    pub(crate) fn for_tests(
        (db, keyring, config): (Db, Arc<Keyring>, &Config),
        (channels, discovery, live, site): (Channels, Discovery, Live, Site),
        (clock, tasks): (Clock, &Tasks),
    ) -> Self {
        let accounts = Accounts::for_tests(db.clone(), keyring, config);
        let doors = Doors { accounts, channels, discovery, live, site };
        Self::new(db, doors, (clock, tasks))
    }
}
