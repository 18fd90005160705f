//! What is kept of how the site and its broadcasts were: by the minute, made coarser as it gets old.

mod gathering;
mod keeping;
mod model;

use rivulet_media::time::WallClock;

pub(crate) use model::{Breakdown, Figure, Figures};

pub(super) use gathering::Gathering;
pub(super) use keeping::{condense, forget};
pub(super) use model::Step;

use crate::ids::{BroadcastId, ChannelId};

/// Points that are drawn at one time: a day by the minute.
pub(super) const MAX_POINTS: i64 = 1500;

/// What a sample is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Site,
    Broadcast { channel: ChannelId, broadcast: BroadcastId },
}

/// What was measured somewhere, from a time on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) at: WallClock,
    pub(crate) place: Place,
    pub(crate) figures: Figures,
}
