//! What has just been published of a channel, for whoever makes pictures of it: references to the
//! window's own bytes, taken when they are needed. A channel that nobody looks at costs nothing.

use std::time::Duration;

use bytes::Bytes;
use rivulet_media::hls::request::MediaName;
use rivulet_media::hls::{Lookup, SegmentLine, Snapshot, Window};
use rivulet_media::time::WallClock;

use super::Delivery;
use crate::ids::ChannelId;

/// How much of a publisher at an absurd bitrate is taken, in bytes; what is beyond it is left out.
const MAX_EXCERPT_BYTES: usize = 32 * 1024 * 1024;

/// What is wanted of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The part with the newest keyframe.
    Keyframe,
    /// The newest complete segments from a keyframe on, and this much of them if there is.
    Moment(Duration),
}

/// A piece of a broadcast that a decoder can begin with.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// The initialisation segment and what follows it, as fragmented MP4.
    pub(crate) pieces: Vec<Bytes>,
    /// When the first of it arrived.
    pub(crate) arrived: WallClock,
}

impl Delivery {
    /// The newest of what a channel on air shows; `None` while there are no pictures.
    pub(crate) fn excerpt(&self, channel: ChannelId, wanted: Wanted) -> Option<Excerpt> {
        let streams = self.shared.streams.load();
        streams.by_id.get(&channel)?.look(|window| excerpt(window, wanted))?
    }
}

fn excerpt(window: &Window, wanted: Wanted) -> Option<Excerpt> {
    if window.has_ended() || window.configs().0.is_none() {
        return None;
    }
    let snapshot = window.snapshot()?;
    match wanted {
        Wanted::Keyframe => keyframe(window, &snapshot),
        Wanted::Moment(length) => moment(window, &snapshot, length),
    }
}

fn keyframe(window: &Window, snapshot: &Snapshot) -> Option<Excerpt> {
    let id = &*snapshot.id;
    snapshot.segments.iter().rev().find_map(|segment| {
        let index = segment.parts.iter().rposition(|part| part.independent)?;
        let (sequence, index) = (segment.sequence, u32::try_from(index).ok()?);
        collect(window, id, segment, [MediaName::Part { id, sequence, index }])
    })
}

fn moment(window: &Window, snapshot: &Snapshot, length: Duration) -> Option<Excerpt> {
    let id = &*snapshot.id;
    let segments = &newest_run(&snapshot.segments, length);
    let names = segments.iter().map(|it| MediaName::Segment { id, sequence: it.sequence });
    collect(window, id, segments.first()?, names)
}

/// The newest complete segments that follow each other, from one that begins with a keyframe on: as
/// few as have this length, or all there are.
fn newest_run(segments: &[SegmentLine], length: Duration) -> &[SegmentLine] {
    let end = segments.iter().rposition(|it| it.duration.is_some()).map_or(0, |last| last + 1);
    let complete = segments.get(..end).unwrap_or_default();
    let mut best = end;
    let mut covered = Duration::ZERO;
    for (index, segment) in complete.iter().enumerate().rev() {
        let same = complete.last().is_some_and(|last| last.init == segment.init);
        if !same || segment.parts.is_empty() {
            break;
        }
        covered += segment.duration.unwrap_or_default();
        if segment.parts.first().is_some_and(|first| first.independent) {
            best = index;
        }
        if segment.discontinuity || (best == index && covered >= length) {
            break;
        }
    }
    complete.get(best..).unwrap_or_default()
}

fn collect<'a>(
    window: &Window,
    id: &'a str,
    first: &SegmentLine,
    names: impl IntoIterator<Item = MediaName<'a>>,
) -> Option<Excerpt> {
    let init = MediaName::Init { id, number: first.init? };
    let mut pieces = found(window, &init)?;
    let mut bytes = 0;
    for piece in names.into_iter().filter_map(|name| found(window, &name)).flatten() {
        bytes += piece.len();
        if bytes > MAX_EXCERPT_BYTES {
            break;
        }
        pieces.push(piece);
    }
    Some(Excerpt { pieces, arrived: first.program_date_time }).filter(|_| bytes > 0)
}

fn found(window: &Window, name: &MediaName<'_>) -> Option<Vec<Bytes>> {
    match window.lookup(name) {
        Lookup::Found(pieces) => Some(pieces),
        Lookup::Hinted | Lookup::Missing => None,
    }
}

#[cfg(test)]
mod tests {
    use rivulet_media::hls::PartLine;

    use super::*;

    /// Segments of two seconds: `K` begins with a keyframe, `-` does not, `|` is a discontinuity
    /// with a keyframe, `.` is not complete.
    fn segments(kinds: &str) -> Vec<SegmentLine> {
        let segment = |(sequence, kind): (u64, char)| SegmentLine {
            sequence,
            init: Some(0),
            discontinuity: kind == '|',
            program_date_time: WallClock::default(),
            duration: (kind != '.').then_some(Duration::from_secs(2)),
            parts: vec![PartLine {
                duration: Duration::from_secs(2),
                independent: kind != '-',
                gap: false,
            }],
            gap: false,
        };
        (0..).zip(kinds.chars()).map(segment).collect()
    }

    #[test]
    fn a_moment_begins_with_a_keyframe_and_ends_with_the_newest_complete_segment() {
        for (kinds, seconds, expected) in [
            ("", 1, vec![]),
            (".", 1, vec![]),
            ("KKK.", 1, vec![2]),
            ("KKK", 3, vec![1, 2]),
            ("KK--.", 1, vec![1, 2, 3]),
            ("----", 1, vec![]),
            ("K-K|", 5, vec![3]),
            ("K|-.", 9, vec![1, 2]),
        ] {
            let segments = segments(kinds);
            let run = newest_run(&segments, Duration::from_secs(seconds));
            let found: Vec<u64> = run.iter().map(|segment| segment.sequence).collect();
            assert_eq!(found, expected, "{kinds}");
        }
    }
}
