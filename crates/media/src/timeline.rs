//! From an encoder's clock to a broadcast's timeline.
//!
//! RTMP stamps are 32-bit milliseconds on a clock that starts anywhere, wraps after 49.7 days and
//! may jump when an encoder changes scenes or hiccups. A [`Timeline`] places them on the broadcast's
//! 64-bit timeline, where time only grows.

use std::time::Duration;

use crate::frame::Track;
use crate::time::Timestamp;

/// A step of an encoder's clock beyond this, either way, is a jump and not a pause.
pub const MAX_STEP: Duration = Duration::from_secs(2);

const MAX_STEP_MS: u32 = MAX_STEP.as_millis() as u32;

/// The least distance between two frames of a track: the resolution of the incoming stamps, and
/// still distinct after rounding to any audio or video timescale.
const MIN_STEP: Duration = Duration::from_millis(1);

/// How long the last frame of a session may be taken to last: a pause before it must not leave a
/// hole before what follows.
const MAX_LAST_FRAME: Duration = Duration::from_millis(500);

/// Maps the stamps of one publisher connection.
///
/// Both tracks share one clock, so what arrived together stays together, however disordered the two
/// are. A stamp that is more than [`MAX_STEP`] from the last of its own track and from the last of
/// the other is a jump: it is placed right after everything that was there, and the other track
/// joins it as soon as its stamps jump too.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Nothing is placed before this: the start, or where the latest jump was placed.
    floor: Timestamp,
    video: Option<Last>,
    audio: Option<Last>,
    epoch: u64,
}

/// Where a frame belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its decoding time, after that of every earlier frame of its track.
    pub dts: Timestamp,
    /// Whether the encoder's clock jumped before it.
    pub jumped: bool,
}

/// The last frame of a track.
#[derive(Clone, Copy, Debug)]
struct Last {
    stamp_ms: u32,
    /// Where the encoder's clock puts it.
    mapped: Timestamp,
    /// Where it was placed: there, or later if that was taken.
    placed: Timestamp,
    /// Its distance from the one before.
    step: Duration,
    /// How many jumps its clock has seen.
    epoch: u64,
}

impl Last {
    /// Where a stamp of the same clock belongs, and of which epoch it is; `None` if that clock
    /// would have jumped.
    fn at(&self, stamp_ms: u32) -> Option<(Timestamp, u64)> {
        // Wraps with the clock: the distance is right on both sides of 2^32.
        let delta_ms = stamp_ms.wrapping_sub(self.stamp_ms) as i32;
        let mapped = self.mapped.as_micros().saturating_add(i64::from(delta_ms) * 1000);
        (delta_ms.unsigned_abs() <= MAX_STEP_MS)
            .then_some((Timestamp::from_micros(mapped), self.epoch))
    }

    fn end(&self) -> Timestamp {
        self.placed + self.step.min(MAX_LAST_FRAME)
    }
}

impl Timeline {
    /// A timeline whose first frame is placed at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self { floor: start, video: None, audio: None, epoch: 0 }
    }

    /// Places the next frame of `track`, stamped `stamp_ms` by its encoder.
    pub fn place(&mut self, track: Track, stamp_ms: u32) -> Placed {
        let (own, other) = match track {
            Track::Video => (self.video, self.audio),
            Track::Audio => (self.audio, self.video),
        };
        let continued = continuation(own, other, stamp_ms);
        let (mapped, epoch) = continued.unwrap_or_else(|| self.anchor(own, other));
        let free = own.map_or(self.floor, |own| self.floor.max(own.placed + MIN_STEP));
        let placed = mapped.max(free);
        let step = own.map_or(MIN_STEP, |own| placed.since(own.placed));
        let last = Some(Last { stamp_ms, mapped, placed, step, epoch });
        match track {
            Track::Video => self.video = last,
            Track::Audio => self.audio = last,
        }
        Placed { dts: placed, jumped: continued.is_none() && own.is_some() }
    }

    /// Where what follows this session begins: after the last frame's end.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        [self.video, self.audio].iter().flatten().map(Last::end).fold(self.floor, Timestamp::max)
    }

    /// Starts an epoch for a stamp that continues nothing.
    fn anchor(&mut self, own: Option<Last>, other: Option<Last>) -> (Timestamp, u64) {
        self.epoch += 1;
        let place = match (own, other) {
            (Some(_), _) => {
                self.floor = self.end();
                self.floor
            }
            // A track that begins on a clock of its own belongs beside the other.
            (None, Some(other)) => other.placed,
            (None, None) => self.floor,
        };
        (place, self.epoch)
    }
}

/// Where the clock of either track puts a stamp; that of the newer epoch is asked first, so that a
/// track follows the other through a jump that is short enough to pass for a pause of its own.
fn continuation(own: Option<Last>, other: Option<Last>, stamp_ms: u32) -> Option<(Timestamp, u64)> {
    let own_epoch = own.map(|own| own.epoch);
    let (first, second) = match other {
        Some(other) if Some(other.epoch) > own_epoch => (Some(other), own),
        other => (own, other),
    };
    [first, second].iter().flatten().find_map(|last| last.at(stamp_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V: Track = Track::Video;
    const A: Track = Track::Audio;

    struct Case {
        name: &'static str,
        stamps: &'static [(Track, u32)],
        /// Milliseconds after the start; `!` marks a jump.
        placed: &'static str,
        end_ms: i64,
    }

    const CASES: &[Case] = &[
        Case {
            name: "a clock that starts anywhere starts at zero",
            stamps: &[(V, 3_000_000_000), (A, 3_000_000_010), (V, 3_000_000_033)],
            placed: "0 10 33",
            end_ms: 66,
        },
        Case {
            name: "the wrap is no jump",
            stamps: &[(V, u32::MAX - 9), (A, 5), (V, 23), (A, 26), (A, u32::MAX), (V, 56)],
            placed: "0 15 33 36 37 66",
            end_ms: 99,
        },
        Case {
            name: "a jump forward goes on after the last frame, and the other track joins",
            stamps: &[(V, 0), (A, 5), (V, 40), (V, 9000), (A, 9005), (V, 9040)],
            placed: "0 5 40 80! 85 120",
            end_ms: 165,
        },
        Case {
            name: "a jump back goes on after the last frame, and the other track joins",
            stamps: &[(V, 60_000), (A, 60_005), (V, 60_040), (A, 0), (V, 10), (A, 20), (V, 50)],
            placed: "0 5 40 80! 90 100 130",
            end_ms: 170,
        },
        Case {
            name: "a straggler from before the jump keeps its old clock until it jumps too",
            stamps: &[(V, 60_000), (A, 60_005), (V, 60_040), (V, 0), (A, 60_030), (A, 5)],
            placed: "0 5 40 80! 80 85",
            end_ms: 120,
        },
        Case {
            name: "two seconds are a pause, one millisecond more is a jump",
            stamps: &[(V, 0), (V, 2000), (V, 4001)],
            placed: "0 2000 2500!",
            end_ms: 3000,
        },
        Case {
            name: "a track that was silent while the other went on has not jumped",
            stamps: &[(V, 0), (A, 0), (A, 1500), (A, 3000), (A, 4500), (V, 4510)],
            placed: "0 0 1500 3000 4500 4510",
            end_ms: 5010,
        },
        Case {
            name: "disorder between the tracks is kept, within a track it is evened out",
            stamps: &[(V, 100), (A, 80), (V, 133), (A, 101), (V, 120), (V, 167)],
            placed: "0 0 33 1 34 67",
            end_ms: 100,
        },
        Case {
            name: "equal stamps are nudged, and the nudge does not stay",
            stamps: &[(A, 7), (A, 7), (A, 7), (A, 28)],
            placed: "0 1 2 21",
            end_ms: 40,
        },
        Case {
            name: "tracks on different clocks begin side by side",
            stamps: &[(V, 0), (V, 40), (A, 900_000), (V, 80), (A, 900_021)],
            placed: "0 40 40 80 61",
            end_ms: 120,
        },
        Case { name: "nothing", stamps: &[], placed: "", end_ms: 0 },
    ];

    #[test]
    fn stamps_are_placed_as_the_table_says() {
        for case in CASES {
            for start_ms in [0, 7_200_000] {
                let mut timeline = Timeline::new(Timestamp::from_millis(start_ms));
                let text: Vec<String> = case
                    .stamps
                    .iter()
                    .map(|(track, stamp)| timeline.place(*track, *stamp))
                    .map(|at| {
                        let mark = if at.jumped { "!" } else { "" };
                        format!("{}{mark}", at.dts.as_millis() - start_ms)
                    })
                    .collect();
                assert_eq!(text.join(" "), case.placed, "{}", case.name);
                assert_eq!(timeline.end().as_millis() - start_ms, case.end_ms, "{}", case.name);
            }
        }
    }

    #[test]
    fn a_month_beyond_the_wrap_is_still_exact() {
        let mut timeline = Timeline::new(Timestamp::ZERO);
        let (mut stamp, mut last) = (0u32, Timestamp::ZERO);
        let steps = 80 * 24 * 3600;
        for _ in 0..steps {
            last = timeline.place(A, stamp).dts;
            stamp = stamp.wrapping_add(1000);
        }
        assert_eq!(last.as_millis(), (steps - 1) * 1000);
    }

    proptest::proptest! {
        #[test]
        fn time_grows_on_every_track_whatever_the_stamps(
            stamps in proptest::collection::vec((proptest::bool::ANY, proptest::num::u32::ANY), 0..200),
            start in 0..i64::MAX / 4,
        ) {
            let start = Timestamp::from_micros(start);
            let mut timeline = Timeline::new(start);
            let mut last = [None, None];
            for (video, stamp) in stamps {
                let placed = timeline.place(if video { V } else { A }, stamp).dts;
                proptest::prop_assert!(placed >= start);
                proptest::prop_assert!(last[usize::from(video)] < Some(placed));
                proptest::prop_assert!(timeline.end() > placed);
                last[usize::from(video)] = Some(placed);
            }
        }
    }
}
