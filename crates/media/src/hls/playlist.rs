//! Playlists as text (RFC 8216bis §4). Every URI is relative, so that whatever leads to a
//! playlist, a proxy's prefix included, leads to what it lists.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::cadence::{FrameRate, Timing};
use super::rates::Rates;
use super::request::{Delta, MediaName};
use super::snapshot::{RenditionReport, SegmentLine, Snapshot};
use crate::time::WallClock;

/// `EXT-X-SKIP` needs version 9.
const VERSION: u32 = 9;
/// Segments further from the end than this many target durations can be skipped, the least that
/// §4.4.3.8 allows.
const SKIP_BOUNDARY: u32 = 6;
/// Players that know no parts stay this many target durations behind, the least §4.4.3.8 allows.
const HOLD_BACK: u32 = 3;
/// Players that do stay this many part targets behind: less is allowed, and stalls.
const PART_HOLD_BACK: u32 = 3;

/// One entry of a multivariant playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its media playlist, relative to the multivariant one.
    pub uri: String,
    /// Measured bitrates.
    pub rates: Rates,
    /// Every codec in it, as RFC 6381 names them.
    pub codecs: Vec<String>,
    /// Width and height of the pictures, when there are any.
    pub resolution: Option<(u16, u16)>,
    /// Pictures per second, when there are any.
    pub frame_rate: Option<FrameRate>,
}

/// Renders a multivariant playlist.
#[must_use]
pub fn render_master(variants: &[Variant]) -> String {
    let mut text = format!("#EXTM3U\n#EXT-X-VERSION:{VERSION}\n");
    for variant in variants {
        write(&mut text, format_args!("{variant}"));
    }
    text
}

/// Renders a media playlist.
#[must_use]
pub fn render_media(snapshot: &Snapshot, delta: Delta) -> String {
    let skipped = match delta {
        // §6.2.5.1: a playlist that has ended is always sent whole.
        Delta::Skip if !snapshot.ended => skippable(snapshot),
        Delta::Skip | Delta::Full => 0,
    };
    let mut text = String::with_capacity(512 + 256 * snapshot.segments.len());
    write_header(&mut text, snapshot);
    if skipped > 0 {
        write(&mut text, format_args!("#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}\n"));
    }
    let mut init =
        snapshot.segments.get(..skipped).and_then(<[_]>::last).and_then(|last| last.init);
    for segment in snapshot.segments.iter().skip(skipped) {
        write_segment(&mut text, snapshot, segment, segment.init.filter(|it| init != Some(*it)));
        init = segment.init;
    }
    write_end(&mut text, snapshot);
    text
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rates { peak, average } = self.rates;
        write!(f, "#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}")?;
        write!(f, ",CODECS=\"{}\"", self.codecs.join(","))?;
        if let Some((width, height)) = self.resolution {
            write!(f, ",RESOLUTION={width}x{height}")?;
        }
        if let Some(rate) = self.frame_rate.map(FrameRate::as_millihertz) {
            write!(f, ",FRAME-RATE={}.{:03}", rate / 1000, rate % 1000)?;
        }
        writeln!(f, "\n{}", self.uri)
    }
}

fn write_header(text: &mut String, snapshot: &Snapshot) {
    let Timing { target_duration_secs, part_target, .. } = snapshot.timing;
    write(text, format_args!("#EXTM3U\n#EXT-X-VERSION:{VERSION}\n"));
    write(text, format_args!("#EXT-X-TARGETDURATION:{target_duration_secs}\n"));
    write(
        text,
        format_args!(
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={},HOLD-BACK={},CAN-SKIP-UNTIL={}\n",
            Seconds(part_hold_back(part_target)),
            Seconds(snapshot.timing.target_duration() * HOLD_BACK),
            Seconds(skip_boundary(snapshot)),
        ),
    );
    write(text, format_args!("#EXT-X-PART-INF:PART-TARGET={}\n", Seconds(part_target)));
    write(text, format_args!("#EXT-X-MEDIA-SEQUENCE:{}\n", snapshot.media_sequence));
    write(
        text,
        format_args!("#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", snapshot.discontinuity_sequence),
    );
    if snapshot.independent_segments {
        text.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
}

fn write_segment(text: &mut String, snapshot: &Snapshot, segment: &SegmentLine, map: Option<u64>) {
    let sequence = segment.sequence;
    let id = &*snapshot.id;
    if segment.discontinuity {
        text.push_str("#EXT-X-DISCONTINUITY\n");
    }
    if let Some(number) = map {
        let name = MediaName::Init { id, number };
        write(text, format_args!("#EXT-X-MAP:URI=\"{name}\"\n"));
    }
    write(text, format_args!("#EXT-X-PROGRAM-DATE-TIME:{}\n", Rfc3339(segment.program_date_time)));
    let mut announced = false;
    for (index, part) in (0..).zip(&segment.parts) {
        let name = MediaName::Part { id, sequence, index };
        let independent = if part.independent { ",INDEPENDENT=YES" } else { "" };
        let gap = if part.gap { ",GAP=YES" } else { "" };
        let duration = Seconds(part.duration);
        write(
            text,
            format_args!("#EXT-X-PART:DURATION={duration},URI=\"{name}\"{independent}{gap}\n"),
        );
        // §6.2.1: right after the first part that is missing.
        if part.gap && !announced {
            text.push_str("#EXT-X-GAP\n");
            announced = true;
        }
    }
    if segment.gap && !announced {
        text.push_str("#EXT-X-GAP\n");
    }
    if let Some(duration) = segment.duration {
        let name = MediaName::Segment { id, sequence };
        write(text, format_args!("#EXTINF:{},\n{name}\n", Seconds(duration)));
    }
}

fn write_end(text: &mut String, snapshot: &Snapshot) {
    if snapshot.ended {
        text.push_str("#EXT-X-ENDLIST\n");
        return;
    }
    if let Some((sequence, index)) = next_part(snapshot) {
        let name = MediaName::Part { id: &snapshot.id, sequence, index };
        write(text, format_args!("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{name}\"\n"));
    }
    for RenditionReport { uri, edge } in &snapshot.reports {
        write(
            text,
            format_args!(
                "#EXT-X-RENDITION-REPORT:URI=\"{uri}\",LAST-MSN={},LAST-PART={}\n",
                edge.sequence, edge.part
            ),
        );
    }
}

/// The part that will be listed next, as far as can be known.
fn next_part(snapshot: &Snapshot) -> Option<(u64, u32)> {
    let newest = snapshot.segments.last()?;
    // What follows a gap may be one, too: nothing is promised.
    if newest.gap {
        return None;
    }
    match newest.duration {
        None => Some((newest.sequence, u32::try_from(newest.parts.len()).ok()?)),
        Some(_) => Some((newest.sequence.checked_add(1)?, 0)),
    }
}

/// How many segments end before the skip boundary.
fn skippable(snapshot: &Snapshot) -> usize {
    let complete = snapshot.segments.iter().filter_map(|segment| segment.duration);
    let mut after: Duration = complete.clone().sum();
    let boundary = skip_boundary(snapshot);
    let ends = complete.map(|duration| {
        after = after.saturating_sub(duration);
        after
    });
    ends.take_while(|after| *after >= boundary).count()
}

fn skip_boundary(snapshot: &Snapshot) -> Duration {
    snapshot.timing.target_duration() * SKIP_BOUNDARY
}

/// Rounded up to a tenth of a second, which leaves the request some time to travel.
fn part_hold_back(part_target: Duration) -> Duration {
    let millis = (part_target * PART_HOLD_BACK).as_millis();
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX).div_ceil(100) * 100)
}

fn write(text: &mut String, arguments: fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a String takes everything");
}

/// A decimal-floating-point number of seconds, exact to the microsecond.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_secs())?;
        match self.0.subsec_micros() {
            0 => Ok(()),
            micros => {
                let digits = format!("{micros:06}");
                write!(f, ".{}", digits.trim_end_matches('0'))
            }
        }
    }
}

/// ISO/IEC 8601 in the form of RFC 3339, in UTC, to the millisecond.
struct Rfc3339(WallClock);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_unix_millis();
        let (days, of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
        let (second, milli) = (of_day / 1000 % 60, of_day % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

/// The proleptic Gregorian date of a day counted from 1970-01-01.
///
/// Years are counted from March, so that the leap day is the last of its year, in eras of 400
/// years, which all have the same number of days.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    const DAYS_PER_ERA: i64 = 146_097;
    const FROM_YEAR_0_MARCH: i64 = 719_468;
    let shifted = days + FROM_YEAR_0_MARCH;
    let (era, day_of_era) = (shifted.div_euclid(DAYS_PER_ERA), shifted.rem_euclid(DAYS_PER_ERA));
    let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (4_107_542_400_001, "2100-03-01T00:00:00.001Z"),
        ];
        for (millis, text) in table {
            assert_eq!(Rfc3339(WallClock::from_unix_millis(millis)).to_string(), text);
        }
    }

    #[test]
    fn seconds_are_exact_and_short() {
        let table =
            [(0, "0"), (2_000_000, "2"), (333_000, "0.333"), (2_002_000, "2.002"), (1, "0.000001")];
        for (micros, text) in table {
            assert_eq!(Seconds(Duration::from_micros(micros)).to_string(), text);
        }
    }

    #[test]
    fn players_are_told_to_stay_three_parts_behind() {
        for (target, hold_back) in [(334, 1100), (200, 600), (201, 700), (1000, 3000)] {
            let target = Duration::from_millis(target);
            assert_eq!(part_hold_back(target), Duration::from_millis(hold_back));
        }
    }
}
