//! Whether the files hold what the playlist says (fragmented MP4 only).

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use super::Findings;
use super::history::{History, Known};
use crate::fmp4::reader::{TrackFragment, read_fragments, read_timescales};

/// How far media may be off the playlist: stamps are rounded to milliseconds.
const TOLERANCE: f64 = 0.002;
/// Files that were seen longer ago than this many are forgotten.
const MAX_REMEMBERED: usize = 4096;

/// What was seen of the files.
#[derive(Debug, Default)]
pub(super) struct Media {
    /// Timescales by track, leading track first, of each initialisation segment.
    timescales: BTreeMap<String, Vec<(u32, u32)>>,
    /// A digest of each file.
    digests: BTreeMap<String, u64>,
    /// Media time less playlist time, for each discontinuity sequence number and the last gap: a
    /// gap lasts as long as what another rendition has there.
    offsets: BTreeMap<(u64, Option<u64>), Offset>,
    /// Where segments begin that begin with a frame that can be decoded.
    starts: BTreeMap<u64, Start>,
    /// Where the newest file of each track ended and in what timescale, by discontinuity sequence
    /// number and track.
    ends: BTreeMap<(u64, u32), (Place, u64, u32)>,
}

/// A file's place in the playlist: segment and part, or [`WHOLE`].
type Place = (u64, usize);
const WHOLE: usize = usize::MAX;

/// Media time less playlist time.
#[derive(Clone, Copy, Debug)]
struct Offset {
    seconds: f64,
    /// How much less it may be: sound may begin after its segment does.
    late: f64,
}

/// The first frame of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Start {
    /// When it is presented.
    pub(super) seconds: f64,
    /// How long it lasts.
    pub(super) frame_seconds: f64,
}

/// What the playlist says about a file.
struct Listing<'a> {
    place: Place,
    known: &'a Known,
    /// Where it begins, on the playlist's timeline.
    position: Duration,
    duration: Duration,
    /// Whether its first frame is where it begins.
    aligned: bool,
    /// The last gap before it.
    gap: Option<u64>,
}

impl Media {
    /// How a segment begins, when that is known.
    pub(super) fn start(&self, sequence: u64) -> Option<Start> {
        self.starts.get(&sequence).copied()
    }

    pub(super) fn take(
        &mut self,
        uri: &str,
        bytes: &[u8],
        history: &History,
        findings: &mut Findings,
    ) {
        if !self.is_new(uri, bytes, findings) {
            return;
        }
        if history.known().any(|known| known.segment.map.as_deref() == Some(uri)) {
            match read_timescales(bytes) {
                Ok(tracks) if !tracks.is_empty() => {
                    self.timescales.insert(uri.to_owned(), tracks);
                }
                Ok(_) => findings.add("4.4.4.5", format!("{uri} has no tracks")),
                Err(error) => findings.add("4.4.4.5", format!("{uri}: {error}")),
            }
            return;
        }
        let Some(listing) = find(uri, history) else { return };
        match read_fragments(bytes) {
            Ok(fragments) if !fragments.is_empty() => {
                self.check_fragments(uri, &fragments, &listing, findings);
            }
            Ok(_) => findings.add("3.1.2", format!("{uri} has no fragment")),
            Err(error) => findings.add("3.1.2", format!("{uri}: {error}")),
        }
    }

    /// §6.2.1: what was listed once never changes.
    fn is_new(&mut self, uri: &str, bytes: &[u8], findings: &mut Findings) -> bool {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let digest = hasher.finish();
        let before = self.digests.insert(uri.to_owned(), digest);
        findings.require(before.is_none_or(|before| before == digest), "6.2.1", || {
            format!("the content of {uri} changed")
        });
        if self.digests.len() > MAX_REMEMBERED {
            self.digests.pop_first();
        }
        before.is_none()
    }

    fn check_fragments(
        &mut self,
        uri: &str,
        fragments: &[Vec<TrackFragment>],
        listing: &Listing<'_>,
        findings: &mut Findings,
    ) {
        let map = listing.known.segment.map.as_ref();
        let Some(tracks) = map.and_then(|map| self.timescales.get(map)).cloned() else { return };
        for (index, (track, timescale)) in tracks.into_iter().enumerate() {
            let runs = fragments.iter().flatten().filter(|run| run.track_id == track);
            for run in runs.filter(|run| !run.durations.is_empty()) {
                self.check_order(uri, (run, timescale), listing, findings);
                if index == 0 {
                    self.check_place(uri, run, timescale, listing, findings);
                }
            }
        }
    }

    /// Runs of a track follow each other and never overlap.
    fn check_order(
        &mut self,
        uri: &str,
        (run, timescale): (&TrackFragment, u32),
        listing: &Listing<'_>,
        findings: &mut Findings,
    ) {
        let key = (listing.known.discontinuity_number, run.track_id);
        let end = run.decode_time.saturating_add(run.duration());
        if let Some((place, before, scale)) = self.ends.get(&key).copied() {
            if !follows(listing.place, place) {
                return;
            }
            // Another initialisation segment may count in other units.
            let begins = u128::from(run.decode_time) * u128::from(scale);
            let follows = begins >= u128::from(before) * u128::from(timescale);
            findings.require(follows, "3.1.2", || {
                format!(
                    "track {} of {uri} begins at {}, before {before}",
                    run.track_id, run.decode_time
                )
            });
        }
        self.ends.insert(key, (listing.place, end, timescale));
    }

    /// Frames of the leading track begin within the time that the playlist gives the file.
    fn check_place(
        &mut self,
        uri: &str,
        run: &TrackFragment,
        timescale: u32,
        listing: &Listing<'_>,
        findings: &mut Findings,
    ) {
        let seconds = |ticks: u64| ticks as f64 / f64::from(timescale.max(1));
        let position = listing.position.as_secs_f64();
        let begins = seconds(run.decode_time);
        let number = (listing.known.discontinuity_number, listing.gap);
        if listing.aligned {
            let sound = run.sync.iter().all(|sync| *sync);
            let late = if sound { listing.duration.as_secs_f64() } else { 0.0 };
            self.offsets.entry(number).or_insert(Offset { seconds: begins - position, late });
            self.note_start(listing.place.0, run, seconds);
        }
        let Some(found) = self.offsets.get_mut(&number) else { return };
        let early = (position - (begins - found.seconds)).clamp(0.0, found.late);
        found.seconds -= early;
        found.late -= early;
        let offset = found.seconds;
        let last = u64::from(run.durations.last().copied().unwrap_or(0));
        let last_begins = seconds(run.decode_time.saturating_add(run.duration() - last)) - offset;
        let ends = position + listing.duration.as_secs_f64();
        let within = begins - offset >= position - TOLERANCE && last_begins <= ends + TOLERANCE;
        findings.require(within, "4.4.4.9", || {
            format!(
                "{uri} is listed from {position:.3} to {ends:.3} and has frames from {:.3} to {:.3}",
                begins - offset,
                last_begins
            )
        });
    }
}

impl Media {
    fn note_start(&mut self, sequence: u64, run: &TrackFragment, seconds: impl Fn(u64) -> f64) {
        let offset = run.composition_offsets.first().copied().unwrap_or(0);
        let shown = run.decode_time.saturating_add_signed(offset);
        if run.sync.first() == Some(&true) {
            // One frame alone may be short where the rate varies.
            let frame = run.durations.iter().max().copied().unwrap_or(0);
            let start = Start { seconds: seconds(shown), frame_seconds: seconds(frame.into()) };
            self.starts.insert(sequence, start);
        }
        if self.starts.len() > MAX_REMEMBERED {
            self.starts.pop_first();
        }
    }
}

/// Whether a file may be compared with the one before: a segment repeats its parts.
fn follows(place: Place, before: Place) -> bool {
    let repeats = place.0 == before.0 && (place.1 == WHOLE) != (before.1 == WHOLE);
    place >= before && !repeats
}

fn find<'a>(uri: &str, history: &'a History) -> Option<Listing<'a>> {
    history.known().rev().find_map(|known| {
        let segment = &known.segment;
        let gap = history.gap_before(segment.sequence);
        let first = segment.parts.first().is_none_or(|part| part.independent);
        if segment.uri.as_deref() == Some(uri) {
            let place = (segment.sequence, WHOLE);
            let duration = segment.duration?;
            return Some(Listing {
                place,
                known,
                position: known.position,
                duration,
                aligned: false,
                gap,
            });
        }
        let mut position = known.position;
        for (index, part) in segment.parts.iter().enumerate() {
            if part.uri == uri {
                let place = (segment.sequence, index);
                let aligned = index == 0 && first;
                return Some(Listing {
                    place,
                    known,
                    position,
                    duration: part.duration,
                    aligned,
                    gap,
                });
            }
            position += part.duration;
        }
        None
    })
}
