//! Rules that one playlist alone can break.

use std::time::Duration;

use super::Findings;
use super::parse::{ListedSegment, Playlist};

/// Durations are written with limited precision.
const ROUNDING: Duration = Duration::from_millis(2);

pub(super) fn check(playlist: &Playlist, findings: &mut Findings) {
    check_version(playlist, findings);
    match playlist.target_duration {
        Some(target) => check_durations(playlist, target, findings),
        None => findings.add("4.4.3.1", "no EXT-X-TARGETDURATION"),
    }
    check_parts(playlist, findings);
    check_server_control(playlist, findings);
    check_maps(playlist, findings);
    check_dates(playlist, findings);
}

fn check_version(playlist: &Playlist, findings: &mut Findings) {
    let version = playlist.version.unwrap_or(1);
    let needs = |what: &str, least: u64| format!("{what} needs version {least}, not {version}");
    if playlist.skipped.is_some() {
        findings.require(version >= 9, "8", || needs("EXT-X-SKIP", 9));
    }
    if playlist.segments.iter().any(|segment| segment.map.is_some()) {
        findings.require(version >= 6, "8", || needs("EXT-X-MAP", 6));
    }
}

fn check_durations(playlist: &Playlist, target: Duration, findings: &mut Findings) {
    for segment in &playlist.segments {
        let Some(duration) = segment.duration else { continue };
        let rounded = Duration::from_secs((duration + Duration::from_millis(500)).as_secs());
        findings.require(rounded <= target, "4.4.3.1", || {
            format!(
                "segment {} of {duration:?} exceeds the target duration of {target:?}",
                segment.sequence
            )
        });
    }
}

fn check_parts(playlist: &Playlist, findings: &mut Findings) {
    let Some(target) = playlist.part_target else {
        let any = playlist.segments.iter().any(|segment| !segment.parts.is_empty());
        findings.require(!any, "4.4.3.7", || "EXT-X-PART without EXT-X-PART-INF".into());
        return;
    };
    for segment in &playlist.segments {
        check_part_durations(segment, target, findings);
        check_sum(segment, findings);
        check_gap(segment, findings);
    }
}

/// §6.2.1: a segment that lacks a part is announced as a gap, and only such a one.
fn check_gap(segment: &ListedSegment, findings: &mut Findings) {
    let lacking = segment.parts.iter().any(|part| part.gap);
    let agrees = segment.parts.is_empty() || segment.gap == lacking;
    findings.require(agrees, "6.2.1", || {
        format!("segment {}: EXT-X-GAP and GAP=YES do not agree", segment.sequence)
    });
}

fn check_part_durations(segment: &ListedSegment, target: Duration, findings: &mut Findings) {
    let last = segment.parts.len().saturating_sub(1);
    for (index, part) in segment.parts.iter().enumerate() {
        let what = || format!("part {}.{index} of {:?}", segment.sequence, part.duration);
        findings.require(part.duration <= target, "4.4.4.9", || {
            format!("{} exceeds the part target of {target:?}", what())
        });
        let gap_follows = segment.parts.get(index + 1).is_some_and(|next| next.gap);
        let may_be_short = index == last || part.independent || part.gap || gap_follows;
        findings.require(may_be_short || part.duration * 100 >= target * 85, "4.4.4.9", || {
            format!("{} is under 85 % of the part target of {target:?}", what())
        });
    }
}

fn check_sum(segment: &ListedSegment, findings: &mut Findings) {
    if let (Some(duration), false) = (segment.duration, segment.parts.is_empty()) {
        let sum = segment.parts_duration();
        findings.require(sum.abs_diff(duration) <= ROUNDING, "4.4.4.9", || {
            format!("the parts of segment {} last {sum:?}, it {duration:?}", segment.sequence)
        });
    }
}

fn check_server_control(playlist: &Playlist, findings: &mut Findings) {
    let target = playlist.target_duration.unwrap_or_default();
    let mut at_least = |name: &str, least: Duration, why: &str| {
        if let Some(value) = playlist.control_seconds(name) {
            findings.require(value + ROUNDING >= least, "4.4.3.8", || {
                format!("{name} of {value:?} is less than {why}, {least:?}")
            });
        }
    };
    at_least("HOLD-BACK", target * 3, "three target durations");
    at_least("CAN-SKIP-UNTIL", target * 6, "six target durations");
    if let Some(part) = playlist.part_target {
        at_least("PART-HOLD-BACK", part * 2, "two part targets");
        at_least("PART-HOLD-BACK", part * 3, "three part targets, as recommended");
        findings.require(playlist.control("PART-HOLD-BACK").is_some(), "4.4.3.8", || {
            "parts without PART-HOLD-BACK".into()
        });
    }
    if playlist.skipped.is_some() {
        findings.require(playlist.control("CAN-SKIP-UNTIL").is_some(), "6.2.5.1", || {
            "EXT-X-SKIP without CAN-SKIP-UNTIL".into()
        });
        findings.require(!playlist.ended, "6.2.5.1", || "EXT-X-SKIP with EXT-X-ENDLIST".into());
    }
    // What follows a gap may be one, too, and that must not be hinted at.
    let gap = playlist.segments.last().is_some_and(|newest| newest.gap);
    let hinted = playlist.part_target.is_none() || playlist.hint.is_some() || playlist.ended || gap;
    findings.require(hinted, "6.2.1", || "parts without EXT-X-PRELOAD-HINT".into());
}

/// A delta may rely on the map of a segment that it skips.
fn check_maps(playlist: &Playlist, findings: &mut Findings) {
    let fragmented = |uri: &str| {
        let path = uri.split('?').next().unwrap_or(uri);
        [".m4s", ".mp4", ".cmfv", ".cmfa"].iter().any(|extension| path.ends_with(extension))
    };
    let first = playlist.segments.iter().find(|segment| segment.map.is_none() && !segment.gap);
    if let (Some(segment), None) = (first, playlist.skipped) {
        let uri = segment.uri.as_ref().or(segment.parts.first().map(|part| &part.uri));
        findings.require(!uri.is_some_and(|uri| fragmented(uri)), "4.4.4.5", || {
            format!("segment {} has no EXT-X-MAP", segment.sequence)
        });
    }
}

/// Dates follow durations, give or take what the network does.
fn check_dates(playlist: &Playlist, findings: &mut Findings) {
    const TOLERANCE_MILLIS: i64 = 1500;
    for (before, after) in playlist.segments.iter().zip(playlist.segments.iter().skip(1)) {
        let dates = (before.program_date_time, after.program_date_time);
        let ((Some(from), Some(to)), Some(duration)) = (dates, before.duration) else { continue };
        let drift = to - from - i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let agrees = after.discontinuity || drift.abs() <= TOLERANCE_MILLIS;
        findings.require(agrees, "4.4.4.6", || {
            format!("segment {} begins {drift} ms off its date", after.sequence)
        });
    }
}
