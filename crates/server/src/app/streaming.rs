//! The rooms that a broadcast passes through, built in the order of its way.

use std::sync::Arc;

use super::owners::Owners;
use crate::accounts::Accounts;
use crate::attempts::Attempts;
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::delivery::{self, Delivery};
use crate::geo::Geo;
use crate::ingest::{self, Ingest};
use crate::insights::{self, Insights};
use crate::live::{self, Live};
use crate::markers::Markers;
use crate::seal::Keyring;
use crate::stills::{self, Stills};
use crate::transcode::{Ffmpeg, Means, Transcode};

/// What these rooms stand on.
pub(super) struct Ground<'a> {
    pub(super) config: &'a Config,
    pub(super) clock: Clock,
    pub(super) db: Db,
    pub(super) accounts: Accounts,
    pub(super) channels: Channels,
    pub(super) keyring: Arc<Keyring>,
    pub(super) ffmpeg: Option<Ffmpeg>,
    pub(super) geo: Geo,
}

/// From an encoder to its viewers.
#[derive(Clone)]
pub(super) struct Streaming {
    pub(super) transcode: Transcode,
    pub(super) live: Live,
    pub(super) delivery: Delivery,
    pub(super) ingest: Ingest,
    pub(super) stills: Stills,
    pub(super) insights: Insights,
    pub(super) markers: Markers,
}

impl Streaming {
    pub(super) fn build(ground: Ground<'_>, owners: &Owners) -> Self {
        let Ground { config, clock, db, accounts, channels, keyring, ffmpeg, geo } = ground;
        let means = Means { ffmpeg: ffmpeg.clone(), share: config.transcode_limit };
        let transcode = Transcode::new(means, clock, &owners.transcoders);
        let doors = live::Doors {
            db: db.clone(),
            channels: channels.clone(),
            transcode: transcode.clone(),
        };
        let live = Live::new(doors, clock, &owners.keepers);
        let doors =
            delivery::Doors { channels: channels.clone(), live: live.clone(), keyring, geo };
        let delivery = Delivery::new(doors, config, clock, &owners.packagers);
        let attempts = Attempts::default();
        let doors = ingest::Doors {
            channels: channels.clone(),
            live: live.clone(),
            attempts: attempts.clone(),
        };
        let ingest = Ingest::new(doors, clock, &owners.senders);
        let markers = Markers::new(db.clone(), channels.clone(), (live.clone(), clock));
        let doors = stills::Doors {
            db,
            accounts,
            channels: channels.clone(),
            live: live.clone(),
            delivery: delivery.clone(),
            ffmpeg,
        };
        let stills = Stills::new(doors, config, clock, &owners.servers);
        let doors = insights::Doors {
            channels,
            live: live.clone(),
            delivery: delivery.clone(),
            transcode: transcode.clone(),
            attempts,
        };
        let insights = Insights::new(doors, config, clock, &owners.servers);
        Self { transcode, live, delivery, ingest, stills, insights, markers }
    }
}
