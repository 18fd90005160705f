//! The rooms that show what there is: the schedule, the directory, and the pages.

use std::sync::Arc;

use super::owners::Owners;
use super::streaming::Streaming;
use crate::accounts::Accounts;
use crate::channels::Channels;
use crate::chat::{self, Chat};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::discovery::{self, Discovery};
use crate::insights::{Ledger, LedgerDoors};
use crate::jobs::Jobs;
use crate::notify::{self, Notify};
use crate::outbound::Outbound;
use crate::owncast::{self, Owncast};
use crate::schedule::{self, Schedule};
use crate::seal::Keyring;
use crate::site::Site;
use crate::telemetry::LogBook;
use crate::watch::{self, Watch};
use crate::web::Web;

/// What these rooms stand on, beside those that stream.
pub(super) struct Shown<'a> {
    pub(super) config: &'a Config,
    pub(super) clock: Clock,
    pub(super) db: Db,
    pub(super) channels: Channels,
    pub(super) site: Site,
    pub(super) told: Told,
}

/// What those rooms stand on that speak to other programs.
pub(super) struct Told {
    pub(super) keyring: Arc<Keyring>,
    pub(super) jobs: Jobs,
    pub(super) accounts: Accounts,
    /// The newest lines of the log.
    pub(super) book: LogBook,
    pub(super) outbound: Outbound,
    /// Where pages are, and where encoders come in, if anywhere.
    pub(super) ports: (u16, Option<u16>),
}

/// From what is on air, and what is to come, to its viewers.
pub(super) struct Showing {
    pub(super) schedule: Schedule,
    pub(super) discovery: Discovery,
    pub(super) chat: Chat,
    pub(super) watch: Watch,
    pub(super) web: Web,
    pub(super) notify: Notify,
    pub(super) ledger: Ledger,
    pub(super) owncast: Owncast,
}

impl Showing {
    /// The rooms over those that stream. Broadcasts that are taken up later are noticed.
    pub(super) async fn open(
        shown: Shown<'_>,
        streaming: &Streaming,
        owners: &Owners,
    ) -> anyhow::Result<Self> {
        let Shown { config, clock, db, channels, site, told } = shown;
        let rtmp_port = told.ports.1;
        let Streaming { live, delivery, insights, stills, markers, .. } = streaming.clone();
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
            accounts: told.accounts.clone(),
            channels: channels.clone(),
            site: site.clone(),
            live: live.clone(),
            delivery: delivery.clone(),
            web: web.clone(),
        };
        let discovery = Discovery::open(doors, config, clock, &owners.servers).await?;
        let doors = chat::Doors {
            accounts: told.accounts.clone(),
            channels: channels.clone(),
            discovery: discovery.clone(),
            live: live.clone(),
            site: site.clone(),
        };
        let chat = Chat::new(db.clone(), doors, (clock, &owners.keepers));
        let speaking = Speaking {
            config,
            clock,
            db,
            channels: channels.clone(),
            site: site.clone(),
            chat: chat.clone(),
        };
        let (notify, ledger, owncast) = speaking.open(told, (streaming, &schedule), owners)?;
        let doors = watch::Doors {
            channels,
            chat: chat.clone(),
            live,
            delivery,
            insights,
            stills,
            markers,
            discovery: discovery.clone(),
            site,
            schedule: schedule.clone(),
            web: web.clone(),
            rtmp_port,
        };
        let watch = Watch::new(doors, config, clock, &owners.servers);
        Ok(Self { schedule, discovery, chat, watch, web, notify, ledger, owncast })
    }
}

/// The rooms that speak to other programs, before they are there.
struct Speaking<'a> {
    config: &'a Config,
    clock: Clock,
    db: Db,
    channels: Channels,
    site: Site,
    chat: Chat,
}

impl Speaking<'_> {
    fn open(
        self,
        told: Told,
        (streaming, schedule): (&Streaming, &Schedule),
        owners: &Owners,
    ) -> anyhow::Result<(Notify, Ledger, Owncast)> {
        let Self { config, clock, db, channels, site, chat } = self;
        let Told { keyring, jobs, accounts, book, outbound, ports } = told;
        let Streaming { live, delivery, insights, stills, .. } = streaming.clone();
        let doors = notify::Doors {
            db: db.clone(),
            keyring: Arc::clone(&keyring),
            jobs: jobs.clone(),
            channels: channels.clone(),
            live: live.clone(),
            delivery: delivery.clone(),
            outbound: outbound.clone(),
        };
        let notify = Notify::new(doors, config, clock);
        notify.keep_up(&owners.servers);
        let doors = LedgerDoors {
            db: db.clone(),
            insights: insights.clone(),
            site: site.clone(),
            chat: chat.clone(),
            notify: notify.clone(),
            jobs,
            book: book.clone(),
        };
        let tasks = (&owners.keepers, &owners.servers);
        let ledger = Ledger::new(doors, config, clock, tasks);
        let doors = owncast::Doors {
            db,
            keyring,
            accounts,
            site,
            channels,
            chat,
            live,
            delivery,
            insights,
            ledger: ledger.clone(),
            stills,
            schedule: schedule.clone(),
            notify: notify.clone(),
            outbound,
            book,
            http_port: ports.0,
            rtmp_port: ports.1,
        };
        let owncast = Owncast::new(doors, config, clock);
        owncast.keep_up(&owners.servers);
        Ok((notify, ledger, owncast))
    }
}
