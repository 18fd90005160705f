//! What the rules judge.

use std::time::Duration;

use rivulet_media::meter::Reading;

use super::audience::Heard;

/// Everything that is known of a broadcast at one moment.
pub(super) struct Facts<'a> {
    /// What comes from the encoder; `None` while it is gone and awaited.
    pub(super) reading: Option<&'a Reading>,
    /// The channel's latency level: 0 is the lowest.
    pub(super) latency_level: u8,
    /// What the pictures' bitrate usually was over the last minutes, where that is known.
    pub(super) usual_video_bps: Option<u64>,
    /// How often the encoder came back in the last minutes.
    pub(super) recent_joins: u32,
    /// What players say.
    pub(super) heard: &'a Heard,
    /// What the smallest rendition needs.
    pub(super) least_bps: Option<u64>,
    /// What the transcoder does; `None` where nothing is to be transcoded.
    pub(super) transcoder: Option<&'a Transcoder>,
}

/// What the transcoder does for a broadcast.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "a transcoder that says what it does comes with its own room")
)]
pub(super) enum Transcoder {
    /// There is no ffmpeg.
    Missing,
    /// It waits for its turn, for this reason.
    Queued { why: String },
    /// It begins.
    Starting,
    /// It works.
    Running(Running),
    /// It failed, and tries again after a while.
    BackingOff { why: String },
    /// Even one rendition is too much for this machine.
    TooSlow,
}

/// A transcoder at work.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Running {
    /// The encoded renditions' numbers.
    pub(super) renditions: Vec<u8>,
    /// How many were wanted and are not made, for there is no room or no speed for them.
    pub(super) missing: usize,
    /// How far it is behind the encoder.
    pub(super) lag: Duration,
}
