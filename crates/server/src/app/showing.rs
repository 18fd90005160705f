//! The rooms that show what there is: the schedule, the directory, and the pages.

use super::owners::Owners;
use super::streaming::Streaming;
use crate::accounts::Accounts;
use crate::channels::Channels;
use crate::chat::{self, Chat};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::discovery::{self, Discovery};
use crate::schedule::{self, Schedule};
use crate::site::Site;
use crate::watch::{self, Watch};
use crate::web::Web;

/// What these rooms stand on, beside those that stream.
pub(super) struct Shown<'a> {
    pub(super) config: &'a Config,
    pub(super) clock: Clock,
    pub(super) db: Db,
    pub(super) accounts: Accounts,
    pub(super) channels: Channels,
    pub(super) site: Site,
    /// Where encoders come in, if anywhere.
    pub(super) rtmp_port: Option<u16>,
}

/// From what is on air, and what is to come, to its viewers.
pub(super) struct Showing {
    pub(super) schedule: Schedule,
    pub(super) discovery: Discovery,
    pub(super) chat: Chat,
    pub(super) watch: Watch,
    pub(super) web: Web,
}

impl Showing {
    /// The rooms over those that stream. Broadcasts that are taken up later are noticed.
    pub(super) async fn open(
        shown: Shown<'_>,
        streaming: &Streaming,
        owners: &Owners,
    ) -> anyhow::Result<Self> {
        let Shown { config, clock, db, accounts, channels, site, rtmp_port } = shown;
        let Streaming { live, delivery, insights, stills, .. } = streaming.clone();
        let web = Web::load();
        let doors = schedule::Doors {
            db: db.clone(),
            channels: channels.clone(),
            live: live.clone(),
            site: site.clone(),
        };
        let schedule = Schedule::new(doors, config, clock, &owners.keepers);
        let doors = discovery::Doors {
            db: db.clone(),
            channels: channels.clone(),
            site: site.clone(),
            live: live.clone(),
            delivery: delivery.clone(),
            web: web.clone(),
        };
        let discovery = Discovery::open(doors, config, clock, &owners.servers).await?;
        let doors = chat::Doors {
            accounts,
            channels: channels.clone(),
            discovery: discovery.clone(),
            live: live.clone(),
            site: site.clone(),
        };
        let chat = Chat::new(db, doors, (clock, &owners.keepers));
        let doors = watch::Doors {
            channels,
            chat: chat.clone(),
            live,
            delivery,
            insights,
            stills,
            discovery: discovery.clone(),
            site,
            schedule: schedule.clone(),
            web: web.clone(),
            rtmp_port,
        };
        let watch = Watch::new(doors, config, clock, &owners.servers);
        Ok(Self { schedule, discovery, chat, watch, web })
    }
}
