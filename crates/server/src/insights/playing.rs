//! Single players, for those who run the site: by names that mean nothing elsewhere.

use std::cmp::Reverse;
use std::time::Duration;

use super::Insights;
use crate::ids::ChannelId;

/// A player that was heard lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Playing {
    /// A keyed hash: it means nothing elsewhere, nor after a restart.
    pub(crate) name: u64,
    pub(crate) source: Source,
    pub(crate) known_for: Duration,
    pub(crate) silent_for: Duration,
    /// Whether it said last that it cannot go on.
    pub(crate) has_failed: bool,
    /// The number of the rendition that it plays.
    pub(crate) rendition: Option<u8>,
    pub(crate) bandwidth_bps: Option<u64>,
    pub(crate) latency_ms: Option<u32>,
    /// How long its last segment took to come.
    pub(crate) download_ms: Option<u32>,
    /// Over the last minute.
    pub(crate) errors: u32,
    pub(crate) switches: u32,
}

/// How a player says how it fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// By reports of a player's own, as ours and Owncast's send them.
    Report,
    /// In the standard's form.
    Cmcd,
}

impl Insights {
    /// Players of a channel that were heard lately, those who stay the longest first.
    pub(crate) fn playing(&self, channel: ChannelId, at_most: usize) -> Vec<Playing> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let mut all = shared.with_record(channel, now, |record, _| record.players.playing(now));
        all.sort_by_key(|it| Reverse(it.known_for));
        all.truncate(at_most);
        all
    }
}
