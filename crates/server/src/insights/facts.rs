//! What the rules judge.

use std::time::Duration;

use rivulet_media::meter::Reading;

use super::audience::Heard;
use crate::transcode::{Activity, Doing, Remark, Standing, Why};

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

impl Transcoder {
    /// What a transcoder does that says so; `None` when nothing is to be encoded.
    pub(super) fn of(activity: &Activity) -> Option<Self> {
        let remarks = activity.ladder.iter().flat_map(|ladder| &ladder.remarks);
        Some(match &activity.doing {
            Doing::Measuring => Self::Starting,
            Doing::Nothing => {
                let is_missing = remarks.into_iter().any(|it| *it == Remark::NoFfmpeg);
                return is_missing.then_some(Self::Missing);
            }
            Doing::Scheduled(standing) => Self::scheduled(standing, activity),
        })
    }

    fn scheduled(standing: &Standing, activity: &Activity) -> Self {
        match standing {
            Standing::Queued { place, why, .. } => Self::Queued { why: reason(*why, *place) },
            Standing::Starting { .. } => Self::Starting,
            Standing::Running { rungs, missing, .. } => Self::Running(Running {
                renditions: rungs.clone(),
                missing: missing.len(),
                lag: activity.health.map_or(Duration::ZERO, |health| health.lag),
            }),
            Standing::BackingOff { why, .. } => Self::BackingOff { why: why.to_string() },
            Standing::TooSlow { .. } => Self::TooSlow,
        }
    }
}

fn reason(why: Why, place: usize) -> String {
    match why {
        Why::Measuring => "the server measures how much it can do".to_owned(),
        Why::Busy => format!("other broadcasts take all there is, and this one is number {place}"),
        Why::TooLarge => "even the smallest is too much for this server".to_owned(),
        Why::Planning => "the encoder has just changed what it sends".to_owned(),
    }
}

/// What the smallest rendition needs that is being encoded.
pub(super) fn least_encoded_bps(activity: &Activity) -> Option<u64> {
    let Doing::Scheduled(Standing::Running { rungs, .. }) = &activity.doing else { return None };
    let ladder = activity.ladder.as_ref()?;
    let running = ladder.rungs.iter().filter(|rung| rungs.contains(&rung.number));
    running.map(|rung| rung.bandwidth).min()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::ids::ChannelId;

    #[test]
    fn what_the_transcoder_says_is_taken_over() {
        let until = Instant::now();
        let scheduled = |standing| Doing::Scheduled(standing);
        let queued = Standing::Queued { place: 2, of: 3, why: Why::Busy };
        let why = "other broadcasts take all there is, and this one is number 2".to_owned();
        let running = Standing::Running { rungs: vec![1], missing: vec![2, 3], slow: true };
        let at_work = Running { renditions: vec![1], missing: 2, lag: Duration::ZERO };
        let failed = Standing::BackingOff { until, why: Arc::from("no such encoder") };
        for (doing, expected) in [
            (Doing::Measuring, Some(Transcoder::Starting)),
            (Doing::Nothing, None),
            (scheduled(queued), Some(Transcoder::Queued { why })),
            (scheduled(Standing::Starting { rungs: vec![1] }), Some(Transcoder::Starting)),
            (scheduled(running), Some(Transcoder::Running(at_work))),
            (scheduled(failed), Some(Transcoder::BackingOff { why: "no such encoder".to_owned() })),
            (scheduled(Standing::TooSlow { until }), Some(Transcoder::TooSlow)),
        ] {
            let channel = ChannelId::generate();
            let activity = Activity { channel, ladder: None, doing, health: None };
            assert_eq!(Transcoder::of(&activity), expected, "{:?}", activity.doing);
            assert_eq!(least_encoded_bps(&activity), None);
        }
    }
}
