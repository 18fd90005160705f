//! Rules about what may change from one load to the next (RFC 8216bis §6.2).

use std::collections::BTreeMap;
use std::time::Duration;

use super::parse::{ListedPart, ListedSegment, Playlist};
use super::{Asked, Findings};

/// Segments that were removed longer ago than this many are forgotten.
const MAX_REMEMBERED: u64 = 64;
/// Durations are written with limited precision.
const ROUNDING: Duration = Duration::from_millis(2);

/// Everything listed so far.
#[derive(Debug, Default)]
pub(super) struct History {
    known: BTreeMap<u64, Known>,
    latest: Option<Playlist>,
    /// When a segment was last added.
    advanced: Option<Duration>,
}

/// A segment as it was listed first, completed by later loads.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) segment: ListedSegment,
    /// Its discontinuity sequence number.
    pub(super) discontinuity_number: u64,
    /// Where it begins, counted from the first segment ever seen.
    pub(super) position: Duration,
}

impl History {
    pub(super) fn latest(&self) -> Option<&Playlist> {
        self.latest.as_ref()
    }

    /// Segments that are remembered, oldest first.
    pub(super) fn known(&self) -> impl DoubleEndedIterator<Item = &Known> {
        self.known.values()
    }

    /// A segment, while it is remembered.
    pub(super) fn segment(&self, sequence: u64) -> Option<&Known> {
        self.known.get(&sequence)
    }

    /// The last gap before a segment.
    pub(super) fn gap_before(&self, sequence: u64) -> Option<u64> {
        let before = self.known.range(..sequence).rev();
        before.filter(|(_, known)| known.segment.gap).map(|(sequence, _)| *sequence).next()
    }

    pub(super) fn take(
        &mut self,
        at: Duration,
        asked: Option<Asked>,
        playlist: Playlist,
        findings: &mut Findings,
    ) {
        if let Some(asked) = asked {
            check_answer(asked, &playlist, findings);
        }
        self.check_skip(&playlist, findings);
        if let Some(before) = self.latest.take() {
            check_header(&before, &playlist, findings);
            check_hint(&before, &playlist, findings);
            self.check_removal(&before, &playlist, findings);
        }
        let newest = self.known.last_key_value().map(|(sequence, _)| *sequence);
        self.remember(&playlist, findings);
        self.check_progress(at, newest, &playlist, findings);
        self.latest = Some(playlist);
    }

    fn remember(&mut self, playlist: &Playlist, findings: &mut Findings) {
        for segment in &playlist.segments {
            let number = self.discontinuity_number(playlist, segment);
            match self.known.get_mut(&segment.sequence) {
                Some(known) => {
                    check_unchanged(known, segment, number, playlist, findings);
                    known.complete(segment);
                }
                None => self.add(segment, number),
            }
        }
        let oldest = playlist.media_sequence.saturating_sub(MAX_REMEMBERED);
        self.known = self.known.split_off(&oldest);
    }

    /// A delta counts from its first segment that is known already.
    fn discontinuity_number(&self, playlist: &Playlist, segment: &ListedSegment) -> u64 {
        let skipped = playlist.skipped.and_then(|skipped| skipped.checked_sub(1));
        let last_skipped = skipped.and_then(|skipped| playlist.media_sequence.checked_add(skipped));
        let base = last_skipped
            .and_then(|last| self.known.get(&last))
            .map_or(playlist.discontinuity_sequence, |known| known.discontinuity_number);
        base.saturating_add(segment.discontinuities)
    }

    fn add(&mut self, segment: &ListedSegment, discontinuity_number: u64) {
        let before = self.known.range(..segment.sequence).next_back().map(|(_, known)| known);
        let position = before.map_or(Duration::ZERO, |known| {
            let parts = known.segment.parts_duration();
            known.position + known.segment.duration.unwrap_or(parts)
        });
        let mut segment = segment.clone();
        // A delta leaves out the map of what it skips.
        let inherited = before.and_then(|known| known.segment.map.clone());
        segment.map = segment.map.or(inherited);
        self.known.insert(segment.sequence, Known { segment, discontinuity_number, position });
    }

    fn check_skip(&self, playlist: &Playlist, findings: &mut Findings) {
        let Some(skipped) = playlist.skipped else { return };
        let range = playlist.media_sequence..playlist.media_sequence.saturating_add(skipped);
        let known = self.known.range(range).count() as u64;
        findings.require(skipped > 0 && known == skipped, "4.4.5.2", || {
            format!("{skipped} segments are skipped, of which {known} were listed before")
        });
        let boundary = playlist.control_seconds("CAN-SKIP-UNTIL").unwrap_or_default();
        let kept = playlist.duration();
        findings.require(kept + ROUNDING >= boundary, "6.2.5.1", || {
            format!("segments within the skip boundary of {boundary:?} are skipped: {kept:?} left")
        });
    }

    fn check_removal(&self, before: &Playlist, playlist: &Playlist, findings: &mut Findings) {
        let (old, new) = (before.media_sequence, playlist.media_sequence);
        findings.require(new >= old, "6.2.2", || {
            format!("EXT-X-MEDIA-SEQUENCE went from {old} back to {new}")
        });
        let target = playlist.target_duration.unwrap_or_default();
        if new <= old || playlist.ended {
            return;
        }
        let skipped = playlist.skipped.unwrap_or(0);
        let skipped: Duration = self
            .known
            .range(new..new.saturating_add(skipped))
            .filter_map(|(_, known)| known.segment.duration)
            .sum();
        let left = skipped + playlist.duration();
        findings.require(left >= target * 3, "6.2.2", || {
            format!("segments were removed and {left:?} is left, under three target durations")
        });
        findings.require(left >= target * 6, "own", || {
            format!("segments were removed and {left:?} is left, under six target durations")
        });
    }

    /// §6.2.1: a new segment at least every one and a half target durations.
    fn check_progress(
        &mut self,
        at: Duration,
        newest: Option<u64>,
        playlist: &Playlist,
        findings: &mut Findings,
    ) {
        let now = self.known.last_key_value().map(|(sequence, _)| *sequence);
        if let (Some(newest), Some(now)) = (newest, now) {
            let listed = playlist.segments.last().map_or(0, |segment| segment.sequence);
            findings.require(listed >= newest && now >= newest, "6.2.1", || {
                format!("segment {newest} was listed, and now ends with {listed}")
            });
        }
        let limit = playlist.target_duration.unwrap_or_default() * 3 / 2 + ROUNDING;
        let since = at.saturating_sub(self.advanced.unwrap_or(at));
        findings.require(since <= limit || playlist.ended, "6.2.1", || {
            format!("no segment came after {newest:?} for {since:?}, over {limit:?}")
        });
        if newest != now || self.advanced.is_none() {
            self.advanced = Some(at);
        }
    }

    /// The source is silent: how long the next segment takes is not the server's fault.
    pub(super) fn interrupt(&mut self) {
        self.advanced = None;
    }
}

impl Known {
    fn complete(&mut self, segment: &ListedSegment) {
        if self.segment.duration.is_none() {
            self.segment.duration = segment.duration;
            self.segment.uri.clone_from(&segment.uri);
        }
        self.segment.gap |= segment.gap;
        if segment.parts.len() > self.segment.parts.len() {
            self.segment.parts.clone_from(&segment.parts);
        }
    }
}

/// §6.2.5.2: a blocking reload is answered when it contains what was asked for.
fn check_answer((sequence, part): Asked, playlist: &Playlist, findings: &mut Findings) {
    let Some(newest) = playlist.segments.last() else { return };
    let contains = match part {
        _ if playlist.ended || newest.sequence > sequence => true,
        _ if newest.sequence < sequence => false,
        None => newest.duration.is_some(),
        Some(part) => (newest.parts.len() as u64) > part,
    };
    findings.require(contains, "6.2.5.2", || {
        format!("{sequence}.{part:?} was asked for and is not there")
    });
}

/// What no load may change.
fn check_header(before: &Playlist, after: &Playlist, findings: &mut Findings) {
    let mut same = |what: &str, before: String, after: String| {
        findings.require(before == after, "6.2.1", || {
            format!("{what} changed from {before} to {after}")
        });
    };
    let text = |value: Option<Duration>| format!("{value:?}");
    same("EXT-X-TARGETDURATION", text(before.target_duration), text(after.target_duration));
    same("PART-TARGET", text(before.part_target), text(after.part_target));
    let control = |playlist: &Playlist| format!("{:?}", playlist.server_control);
    same("EXT-X-SERVER-CONTROL", control(before), control(after));
    let (old, new) = (before.discontinuity_sequence, after.discontinuity_sequence);
    findings.require(new >= old, "6.2.2", || {
        format!("EXT-X-DISCONTINUITY-SEQUENCE went from {old} back to {new}")
    });
    let mut unchanged = after.clone();
    unchanged.skipped = None;
    findings.require(!before.ended || *before == unchanged, "4.4.3.4", || {
        "the playlist changed after EXT-X-ENDLIST".into()
    });
}

/// §6.2.6: the part that comes is the one that was hinted at. Only where the source breaks off
/// may it never come.
fn check_hint(before: &Playlist, after: &Playlist, findings: &mut Findings) {
    let (Some(hint), Some(newest)) = (&before.hint, before.segments.last()) else { return };
    let (sequence, index) = match newest.duration {
        None => (newest.sequence, newest.parts.len()),
        Some(_) => (newest.sequence.saturating_add(1), 0),
    };
    let find = |sequence: u64| after.segments.iter().find(|listed| listed.sequence == sequence);
    let Some(segment) = find(sequence) else { return };
    let came = match segment.parts.get(index) {
        Some(part) => &part.uri == hint,
        // The segment ended without it, or it is too old for its parts to be listed.
        None if segment.duration.is_some() && index > 0 && !segment.parts.is_empty() => {
            let next = find(sequence.saturating_add(1));
            after.ended || segment.gap || next.is_none_or(|next| next.discontinuity)
        }
        None => true,
    };
    findings.require(came, "6.2.6", || format!("{hint} was hinted at and did not come"));
}

fn check_unchanged(
    known: &Known,
    segment: &ListedSegment,
    discontinuity_number: u64,
    playlist: &Playlist,
    findings: &mut Findings,
) {
    let first = &known.segment;
    let sequence = segment.sequence;
    let mut same = |what: &str, holds: bool| {
        findings.require(holds, "6.2.1", || format!("{what} of segment {sequence} changed"));
    };
    same("the duration", first.duration.is_none() || first.duration == segment.duration);
    same("the URI", first.uri.is_none() || first.uri == segment.uri);
    let known_whole = first.duration.is_some() || first.gap;
    same("EXT-X-GAP", !known_whole || first.gap == segment.gap);
    same("the date", first.program_date_time == segment.program_date_time);
    let map_left_out = playlist.skipped.is_some() && segment.map.is_none();
    same("the map", map_left_out || first.map == segment.map);
    same("the discontinuity sequence number", known.discontinuity_number == discontinuity_number);
    let held: Vec<(&ListedPart, Option<&ListedPart>)> =
        (0..).zip(&first.parts).map(|(at, part)| (part, segment.parts.get::<usize>(at))).collect();
    let dropped = segment.parts.is_empty() && segment.duration.is_some();
    same("a part", dropped || held.iter().all(|(part, now)| Some(*part) == *now));
    if dropped && !first.parts.is_empty() {
        let after: Duration = playlist
            .segments
            .iter()
            .filter(|later| later.sequence > sequence)
            .map(|later| later.duration.unwrap_or_else(|| later.parts_duration()))
            .sum();
        let limit = playlist.target_duration.unwrap_or_default() * 3;
        findings.require(after + ROUNDING >= limit, "6.2.2", || {
            format!("the parts of segment {sequence} went {after:?} from the end, before {limit:?}")
        });
    }
}
