//! Reading a media playlist (RFC 8216bis §4.4).

use std::time::Duration;

use super::Findings;

/// A media playlist as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Playlist {
    /// `EXT-X-VERSION`
    pub version: Option<u64>,
    /// `EXT-X-TARGETDURATION`
    pub target_duration: Option<Duration>,
    /// `PART-TARGET`
    pub part_target: Option<Duration>,
    /// The attributes of `EXT-X-SERVER-CONTROL`.
    pub server_control: Vec<(String, String)>,
    /// `EXT-X-MEDIA-SEQUENCE`
    pub media_sequence: u64,
    /// `EXT-X-DISCONTINUITY-SEQUENCE`
    pub discontinuity_sequence: u64,
    /// `SKIPPED-SEGMENTS`
    pub skipped: Option<u64>,
    /// Oldest first; only the last may be without duration.
    pub segments: Vec<ListedSegment>,
    /// The part of `EXT-X-PRELOAD-HINT`.
    pub hint: Option<String>,
    /// Whether there is an `EXT-X-ENDLIST`.
    pub ended: bool,
}

/// A listed segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedSegment {
    /// Media sequence number.
    pub sequence: u64,
    /// How many discontinuities are before it in this playlist.
    pub discontinuities: u64,
    /// Whether it has an `EXT-X-DISCONTINUITY`.
    pub discontinuity: bool,
    /// The URI of the `EXT-X-MAP` that applies.
    pub map: Option<String>,
    /// `EXT-X-PROGRAM-DATE-TIME`, in milliseconds since the Unix epoch.
    pub program_date_time: Option<i64>,
    /// Whether it has an `EXT-X-GAP`.
    pub gap: bool,
    /// Its parts, as far as they are listed.
    pub parts: Vec<ListedPart>,
    /// `EXTINF`
    pub duration: Option<Duration>,
    /// Its URI, once it is complete.
    pub uri: Option<String>,
}

/// A listed part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedPart {
    /// `URI`
    pub uri: String,
    /// `DURATION`
    pub duration: Duration,
    /// `INDEPENDENT=YES`
    pub independent: bool,
    /// `GAP=YES`
    pub gap: bool,
}

impl Playlist {
    pub(super) fn parse(text: &str, findings: &mut Findings) -> Self {
        let mut reader = Reader { playlist: Self::default(), next: ListedSegment::default() };
        let mut lines = text.lines();
        findings.require(lines.next() == Some("#EXTM3U"), "4.4.1.1", || {
            "the first line is not #EXTM3U".into()
        });
        for line in lines.filter(|line| !line.is_empty()) {
            if reader.take(line).is_none() {
                findings.add("4.1", format!("cannot be read: {line}"));
            }
        }
        reader.finish()
    }

    /// An attribute of `EXT-X-SERVER-CONTROL`.
    #[must_use]
    pub fn control(&self, name: &str) -> Option<&str> {
        self.server_control.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An attribute of `EXT-X-SERVER-CONTROL` in seconds.
    #[must_use]
    pub fn control_seconds(&self, name: &str) -> Option<Duration> {
        seconds(self.control(name)?)
    }

    /// The duration of the complete segments.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.segments.iter().filter_map(|segment| segment.duration).sum()
    }
}

impl ListedSegment {
    /// The sum of the parts that are listed.
    #[must_use]
    pub fn parts_duration(&self) -> Duration {
        self.parts.iter().map(|part| part.duration).sum()
    }
}

struct Reader {
    playlist: Playlist,
    next: ListedSegment,
}

impl Reader {
    /// Takes a line; `None` when it makes no sense.
    fn take(&mut self, line: &str) -> Option<()> {
        let Some(tag) = line.strip_prefix("#EXT") else {
            if !line.starts_with('#') {
                self.end_segment(line);
            }
            return Some(());
        };
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        let playlist = &mut self.playlist;
        match name {
            "-X-VERSION" => playlist.version = Some(value.parse().ok()?),
            "-X-TARGETDURATION" => {
                playlist.target_duration = Some(Duration::from_secs(value.parse().ok()?));
            }
            "-X-PART-INF" => {
                playlist.part_target = Some(seconds(&attribute(value, "PART-TARGET")?)?);
            }
            "-X-SERVER-CONTROL" => playlist.server_control = attributes(value),
            "-X-MEDIA-SEQUENCE" => playlist.media_sequence = value.parse().ok()?,
            "-X-DISCONTINUITY-SEQUENCE" => playlist.discontinuity_sequence = value.parse().ok()?,
            "-X-SKIP" => {
                playlist.skipped = Some(attribute(value, "SKIPPED-SEGMENTS")?.parse().ok()?);
            }
            "-X-PRELOAD-HINT" => playlist.hint = Some(attribute(value, "URI")?),
            "-X-ENDLIST" => playlist.ended = true,
            _ => return self.take_segment_tag(name, value),
        }
        Some(())
    }

    fn take_segment_tag(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "INF" => self.next.duration = Some(seconds(value.split(',').next()?)?),
            "-X-DISCONTINUITY" => {
                self.next.discontinuity = true;
                self.next.discontinuities += 1;
            }
            "-X-GAP" => self.next.gap = true,
            "-X-MAP" => self.next.map = Some(attribute(value, "URI")?),
            "-X-PROGRAM-DATE-TIME" => {
                self.next.program_date_time = Some(unix_millis(value)?);
            }
            "-X-PART" => self.next.parts.push(ListedPart {
                uri: attribute(value, "URI")?,
                duration: seconds(&attribute(value, "DURATION")?)?,
                independent: attribute(value, "INDEPENDENT").as_deref() == Some("YES"),
                gap: attribute(value, "GAP").as_deref() == Some("YES"),
            }),
            // Tags that are not known are ignored, as §6.3.1 wants.
            _ => {}
        }
        Some(())
    }

    fn end_segment(&mut self, uri: &str) {
        self.next.uri = Some(uri.to_owned());
        let carried = ListedSegment {
            map: self.next.map.clone(),
            discontinuities: self.next.discontinuities,
            ..ListedSegment::default()
        };
        self.playlist.segments.push(std::mem::replace(&mut self.next, carried));
    }

    fn finish(self) -> Playlist {
        let Self { mut playlist, next } = self;
        if !next.parts.is_empty() {
            playlist.segments.push(next);
        }
        let first = playlist.media_sequence.saturating_add(playlist.skipped.unwrap_or(0));
        for (offset, segment) in (0..).zip(&mut playlist.segments) {
            segment.sequence = first.saturating_add(offset);
        }
        playlist
    }
}

/// An attribute list (§4.2), quotes removed.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let quoted = after.strip_prefix('"').and_then(|inner| inner.split_once('"'));
        let (value, after) = match quoted {
            Some((value, after)) => (value, after.strip_prefix(',').unwrap_or(after)),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        found.push((name.to_owned(), value.to_owned()));
        rest = after;
    }
    found
}

fn attribute(text: &str, name: &str) -> Option<String> {
    attributes(text).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// A decimal-floating-point number of seconds.
fn seconds(text: &str) -> Option<Duration> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain {
        return None;
    }
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

/// `YYYY-MM-DDThh:mm:ss[.sss]` with `Z` or an offset, in milliseconds since the Unix epoch.
fn unix_millis(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.split('-').map(|field| field.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, offset_minutes) = split_zone(time)?;
    let mut time = time.split(':');
    let hour: i64 = time.next()?.parse().ok()?;
    let minute: i64 = time.next()?.parse().ok()?;
    let millis = i64::try_from(seconds(time.next()?)?.as_millis()).ok()?;
    let known = (0..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !known || !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    let minutes = (days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Some(minutes * 60_000 + millis)
}

fn split_zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (time, zone) = time.split_at_checked(at)?;
    let (sign, digits) = zone.split_at_checked(1)?;
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some((time, if sign == "-" { -minutes } else { minutes }))
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = usize::try_from(month - 1).ok().and_then(|index| DAYS_BEFORE.get(index));
    // Leap days before this date: those of the years gone by, and this year's from March on.
    let last = if month > 2 { year } else { year - 1 };
    let leaps = last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400);
    const LEAPS_BEFORE_1970: i64 = 477;
    (year - 1970) * 365 + leaps - LEAPS_BEFORE_1970 + before.copied().unwrap_or(0) + day - 1
}
