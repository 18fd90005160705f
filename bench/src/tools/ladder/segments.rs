//! Collects every segment of every rendition while a broadcast goes on: when each begins, and the
//! media of a stretch of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use rivulet_media::fmp4::Demuxer;
use rivulet_media::frame::{Packet, Track};
use tokio::time::sleep;

use super::judge::Recording;
use crate::http::Connection;
use crate::peer::Peer;
use crate::playlist::{Playlist, resolve};

/// Time between looks. A segment is listed for far longer.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A tick of the 90 kHz that segments count in, rounded up.
const SAME_MICROS: u64 = 12;

/// What was collected of one channel.
pub(super) struct Segments {
    renditions: Vec<Rendition>,
    /// The stretch whose media is kept, in microseconds.
    kept: Range<i64>,
}

#[derive(Default)]
struct Rendition {
    init: Bytes,
    /// By media sequence number.
    segments: BTreeMap<u64, Segment>,
    gaps: BTreeMap<u64, ()>,
}

struct Segment {
    /// When its first picture is shown, in microseconds, and whether that is a keyframe.
    begins: i64,
    keyframe: bool,
    media: Option<Bytes>,
}

impl Segments {
    /// Of the source's own rendition and `rungs` others.
    pub(super) fn new(rungs: usize) -> Self {
        Self { renditions: (0..=rungs).map(|_| Rendition::default()).collect(), kept: 0..0 }
    }

    /// Keeps the media of what begins within so long after now.
    pub(super) fn keep(&mut self, length: Duration) {
        let newest = self.renditions.first().and_then(|source| source.segments.values().last());
        let now = newest.map_or(0, |segment| segment.begins + 1);
        self.kept = now..now + i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    }

    /// Goes on for ever.
    pub(super) async fn follow(&mut self, peer: &Peer) -> Result<()> {
        loop {
            self.look(peer).await?;
            sleep(LOOK_EVERY).await;
        }
    }

    /// Takes what is new.
    pub(super) async fn look(&mut self, peer: &Peer) -> Result<()> {
        let mut connection = Connection::open(peer.http()).await?;
        for (number, rendition) in self.renditions.iter_mut().enumerate() {
            let path = peer.rendition(0, number);
            let response = connection.get(&path).await?;
            // A rung is not there until it is admitted.
            if response.status != 200 {
                continue;
            }
            let playlist = Playlist::parse(&response.text());
            let first = playlist.next_segment.saturating_sub(playlist.segments.len() as u64);
            for (sequence, uri) in (first..).zip(&playlist.segments) {
                if playlist.gaps.contains(uri) {
                    rendition.gaps.insert(sequence, ());
                } else if !rendition.segments.contains_key(&sequence) {
                    if rendition.init.is_empty() {
                        let init = playlist.init.as_ref().context("no EXT-X-MAP")?;
                        rendition.init = connection.fetch(&resolve(&path, init)).await?;
                    }
                    let media = connection.fetch(&resolve(&path, uri)).await?;
                    let (begins, keyframe) = first_picture(&rendition.init, &media)?;
                    let media = self.kept.contains(&begins).then_some(media);
                    rendition.segments.insert(sequence, Segment { begins, keyframe, media });
                }
            }
        }
        Ok(())
    }

    /// When the source's first picture is shown, in microseconds.
    fn origin(&self) -> Option<i64> {
        self.renditions.first()?.segments.values().next().map(|segment| segment.begins)
    }

    /// The share, in percent, of a rung's segments that begin with a keyframe at the time at which
    /// the source's segment of that number begins.
    pub(super) fn aligned_percent(&self, number: usize) -> Result<f64> {
        let source = self.renditions.first().context("no source")?;
        let rung = self.renditions.get(number).context("no such rung")?;
        let both = rung.segments.iter().filter_map(|(sequence, segment)| {
            let other = source.segments.get(sequence)?;
            let apart = segment.begins.abs_diff(other.begins);
            Some(segment.keyframe && other.keyframe && apart <= SAME_MICROS)
        });
        let outcomes: Vec<bool> = both.collect();
        ensure!(!outcomes.is_empty(), "rung {number} has no segment");
        let aligned = outcomes.iter().filter(|aligned| **aligned).count();
        Ok(aligned as f64 * 100.0 / outcomes.len() as f64)
    }

    /// Segments of a rung that were seen, and those that were missing since its first.
    pub(super) fn counts(&self, number: usize) -> (usize, usize) {
        let Some(rung) = self.renditions.get(number) else { return (0, 0) };
        let Some((first, _)) = rung.segments.first_key_value() else { return (0, 0) };
        (rung.segments.len(), rung.gaps.range(first..).count())
    }

    /// Writes what was kept, as one file for each rendition, beginning where all have something.
    pub(super) fn write(&self, folder: &Path) -> Result<Recording> {
        let kept = |rendition: &Rendition, sequence: &u64| {
            rendition.segments.get(sequence).is_some_and(|segment| segment.media.is_some())
        };
        let source = self.renditions.first().context("no source")?;
        let all = |sequence: &&u64| self.renditions.iter().all(|it| kept(it, sequence));
        let first = source.segments.keys().find(all).context("no segment is of all renditions")?;
        let mut files = Vec::new();
        for (number, rendition) in self.renditions.iter().enumerate() {
            let path = folder.join(format!("ours-{number}.mp4"));
            let media = rendition.segments.range(first..).filter_map(|(_, it)| it.media.as_ref());
            let pieces: Vec<&[u8]> =
                std::iter::once(&rendition.init).chain(media).map(AsRef::as_ref).collect();
            std::fs::write(&path, pieces.concat())?;
            files.push(path);
        }
        let begins = source.segments.get(first).map(|segment| segment.begins);
        let begins = begins.zip(self.origin()).map(|(begins, origin)| since(origin, begins));
        Ok(Recording { files, begins: begins.context("no beginning")? })
    }
}

fn since(origin: i64, at: i64) -> Duration {
    Duration::from_micros(u64::try_from(at - origin).unwrap_or(0))
}

/// When the first picture of a segment is shown, and whether it is a keyframe.
fn first_picture(init: &[u8], media: &[u8]) -> Result<(i64, bool)> {
    let mut demuxer = Demuxer::new();
    demuxer.push(init)?;
    demuxer.push(media)?;
    while let Some((_, packet)) = demuxer.poll()? {
        match packet {
            Packet::Frame(frame) if frame.track == Track::Video => {
                return Ok((frame.pts.as_micros(), frame.keyframe));
            }
            _ => {}
        }
    }
    anyhow::bail!("a segment without pictures")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendition(begins: &[(u64, i64, bool)]) -> Rendition {
        let segments = begins.iter().map(|&(sequence, begins, keyframe)| {
            (sequence, Segment { begins, keyframe, media: None })
        });
        Rendition { segments: segments.collect(), ..Rendition::default() }
    }

    #[test]
    fn a_segment_is_aligned_when_it_begins_with_a_keyframe_at_the_same_time() {
        let source =
            [(0, 0, true), (1, 2_000_000, true), (2, 4_000_000, true), (3, 6_000_000, true)];
        for (rung, percent) in [
            (&[(1, 2_000_000, true), (2, 4_000_011, true)][..], 100.0),
            (&[(1, 2_000_000, true), (2, 4_033_000, true)][..], 50.0),
            (&[(1, 2_000_000, false), (9, 1, true)][..], 0.0),
        ] {
            let mut segments = Segments::new(0);
            segments.renditions = vec![rendition(&source), rendition(rung)];
            assert_eq!(segments.aligned_percent(1).unwrap(), percent);
        }
    }
}
