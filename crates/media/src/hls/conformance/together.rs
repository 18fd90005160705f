//! Rules that several renditions of one broadcast keep together (RFC 8216bis §6.2.4).

use super::history::Known;
use super::{Checker, Finding, Findings};

/// Stamps are rounded to milliseconds.
const ROUNDING: f64 = 0.003;
/// How many frames the segments of two renditions may begin apart: one of the lower rate's, and
/// what is left of half a frame.
const FRAMES_APART: f64 = 1.5;

/// What is wrong with these renditions of one broadcast, seen at one time. The first of them is
/// what the others are compared with.
#[must_use]
pub fn check_together(renditions: &[&Checker]) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some((first, others)) = renditions.split_first() {
        for (index, other) in (1..).zip(others) {
            check_lists(first, other, index, &mut findings);
            check_starts((first, other), (index, 0.0), &mut findings);
        }
    }
    findings.list
}

/// The same of two renditions of a source with absurd stamps: its rate says nothing of how far a
/// frame may be from where its segment should begin, but this many seconds do.
pub(super) fn check_within(first: &Checker, other: &Checker, seconds: f64) -> Vec<Finding> {
    let mut findings = Findings::default();
    check_lists(first, other, 1, &mut findings);
    check_starts((first, other), (1, seconds), &mut findings);
    findings.list
}

/// What is wrong with the playlists of two renditions, whatever their frames say.
pub(super) fn check_listed(first: &Checker, other: &Checker) -> Vec<Finding> {
    let mut findings = Findings::default();
    check_lists(first, other, 1, &mut findings);
    findings.list
}

fn check_lists(first: &Checker, other: &Checker, index: usize, findings: &mut Findings) {
    if let (Some(one), Some(two)) = (first.latest(), other.latest()) {
        let (one, two) = (one.target_duration, two.target_duration);
        findings.require(one == two, "6.2.4", || {
            format!("rendition {index} has a target duration of {two:?}, not of {one:?}")
        });
    }
    for known in other.history.known() {
        let sequence = known.segment.sequence;
        if let Some(meant) = first.history.segment(sequence) {
            check_segment(meant, known, index, findings);
        }
    }
}

fn check_starts(
    (first, other): (&Checker, &Checker),
    (index, slack): (usize, f64),
    findings: &mut Findings,
) {
    for known in other.history.known().filter(|known| !known.segment.gap) {
        let sequence = known.segment.sequence;
        let starts = (first.media.start(sequence), other.media.start(sequence));
        if let (Some(one), Some(two)) = starts {
            let apart = (one.seconds - two.seconds).abs();
            let frame = one.frame_seconds.max(two.frame_seconds);
            let allowed = (frame * FRAMES_APART).max(slack) + ROUNDING;
            findings.require(apart <= allowed, "6.2.4", || {
                format!("segment {sequence} of rendition {index} begins {apart:.3} s off")
            });
        }
    }
}

fn check_segment(meant: &Known, known: &Known, index: usize, findings: &mut Findings) {
    let sequence = known.segment.sequence;
    let (one, two) = (meant.discontinuity_number, known.discontinuity_number);
    findings.require(one == two, "6.2.4", || {
        format!("segment {sequence} of rendition {index} has discontinuity {two}, not {one}")
    });
    let (one, two) = (meant.segment.discontinuity, known.segment.discontinuity);
    findings.require(one == two, "6.2.4", || {
        format!("EXT-X-DISCONTINUITY of segment {sequence} differs in rendition {index}")
    });
    let (one, two) = (meant.segment.program_date_time, known.segment.program_date_time);
    findings.require(one == two, "6.2.4", || {
        format!("segment {sequence} of rendition {index} is dated {two:?}, not {one:?}")
    });
}
