//! Fragmented MP4, read while it is being written: bytes in, track configurations and frames out.
//!
//! ISO/IEC 14496-12 §4.2, §8.8. Reads what ffmpeg writes with `empty_moov` and `default_base_moof`,
//! and what [`Feed`](super::Feed) writes. Edit lists are not applied: times are the fragments' own.

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

use super::description::{Description, read_moov};
use super::reader::{self, Defaults, TrackFragment};
use crate::codec::{self, nal::normalise};
use crate::frame::{Frame, Packet};
use crate::time::Timestamp;

/// A `moov` without samples is a few hundred bytes a track; one that claims more would be buffered
/// until memory runs out.
const MAX_MOOV_BYTES: u64 = 1 << 20;
/// The same for a `moof`, which holds sixteen bytes a sample.
const MAX_MOOF_BYTES: u64 = 1 << 20;
/// The same for an `mdat`: a fragment holds one frame a track, and ingest takes no larger frame than
/// 16 MiB.
const MAX_MDAT_BYTES: u64 = 32 << 20;
/// Samples in one fragment: each takes memory even when it says it is empty.
const MAX_SAMPLES: usize = 1 << 14;
/// Tracks in one movie: eight rungs with sound, and room to spare.
const MAX_TRACKS: usize = 32;
/// What may wait in all: the largest box, and what is pushed at once behind it.
const MAX_BUFFERED_BYTES: usize = 40 << 20;

/// Why bytes could not be read as fragmented MP4. Nothing can be read behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Boxes do not nest.
    #[error("the boxes are damaged")]
    Boxes(#[from] reader::Error),
    /// A codec's configuration or frame is damaged.
    #[error("a track is damaged")]
    Codec(#[from] codec::Error),
    /// A field has a value that its standard forbids.
    #[error("{0} is not valid")]
    Invalid(&'static str),
    /// Something is larger than is read.
    #[error("{0} is too large")]
    TooLarge(&'static str),
}

/// Reads fragmented MP4 from a stream. Every call of [`push`](Self::push) is followed by calls of
/// [`poll`](Self::poll) until there is nothing more.
#[derive(Debug, Default)]
pub struct Demuxer {
    buffer: BytesMut,
    /// Where the buffer begins in the stream.
    position: u64,
    /// What remains of a box that nobody needs.
    skipping: u64,
    tracks: Vec<Description>,
    /// The samples of the newest `moof`, in the order in which they stand in the file.
    samples: Vec<Located>,
    ready: VecDeque<(u32, Packet)>,
}

/// A sample whose bytes have not come yet.
#[derive(Debug)]
struct Located {
    /// In the stream.
    position: u64,
    size: usize,
    /// In `Demuxer::tracks`.
    track: usize,
    dts: i64,
    pts: i64,
    sync: bool,
}

/// The head of a box.
struct Header {
    kind: [u8; 4],
    /// Of the head itself.
    length: usize,
    /// Of what follows the head.
    content: u64,
}

impl Demuxer {
    /// A demuxer at the beginning of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what came next.
    ///
    /// # Errors
    /// When more waits than [`poll`](Self::poll) would have left.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.buffer.len().saturating_add(bytes.len()) > MAX_BUFFERED_BYTES {
            return Err(Error::TooLarge("what waits to be read"));
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// The next packet and its `track_ID`; `None` until more bytes are there. Configurations come
    /// before frames.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn poll(&mut self) -> Result<Option<(u32, Packet)>, Error> {
        loop {
            if let Some(packet) = self.ready.pop_front() {
                return Ok(Some(packet));
            }
            if !self.skip() {
                return Ok(None);
            }
            let Some(header) = self.header()? else { return Ok(None) };
            if !self.read(&header)? {
                return Ok(None);
            }
        }
    }

    /// Passes over what nobody needs. `false` when the buffer ends first.
    fn skip(&mut self) -> bool {
        let here = usize::try_from(self.skipping).unwrap_or(usize::MAX).min(self.buffer.len());
        self.advance(here);
        self.skipping -= here as u64;
        self.skipping == 0
    }

    fn advance(&mut self, count: usize) {
        self.buffer.advance(count);
        self.position = self.position.saturating_add(count as u64);
    }

    /// The head of the box that the buffer begins with.
    fn header(&self) -> Result<Option<Header>, Error> {
        let mut head: &[u8] = &self.buffer;
        let (Ok(size), Some((kind, mut rest))) = (head.try_get_u32(), head.split_first_chunk())
        else {
            return Ok(None);
        };
        let (length, size) = match size {
            0 => return Err(Error::Invalid("a box without end")),
            1 => match rest.try_get_u64() {
                Ok(size) => (16, size),
                Err(_) => return Ok(None),
            },
            size => (8, u64::from(size)),
        };
        let content = size.checked_sub(length as u64).ok_or(Error::Invalid("a box's size"))?;
        Ok(Some(Header { kind: *kind, length, content }))
    }

    /// Reads a box. `false` when it has not come as a whole.
    fn read(&mut self, header: &Header) -> Result<bool, Error> {
        let (limit, name) = match &header.kind {
            b"moov" => (MAX_MOOV_BYTES, "a moov"),
            b"moof" => (MAX_MOOF_BYTES, "a moof"),
            b"mdat" => (MAX_MDAT_BYTES, "an mdat"),
            _ => {
                self.advance(header.length);
                self.skipping = header.content;
                return Ok(true);
            }
        };
        let content = usize::try_from(header.content).ok().filter(|_| header.content <= limit);
        let content = content.ok_or(Error::TooLarge(name))?;
        if self.buffer.len() < header.length + content {
            return Ok(false);
        }
        let start = self.position;
        self.advance(header.length);
        let body = self.buffer.split_to(content).freeze();
        let data_at = self.position;
        self.position = self.position.saturating_add(header.content);
        match &header.kind {
            b"moov" => self.read_moov(&body)?,
            b"moof" => self.read_moof(start, &body)?,
            _ => self.read_mdat(data_at, &body)?,
        }
        Ok(true)
    }

    fn read_moov(&mut self, body: &[u8]) -> Result<(), Error> {
        self.tracks = read_moov(body)?;
        self.samples.clear();
        if self.tracks.len() > MAX_TRACKS {
            return Err(Error::TooLarge("the number of tracks"));
        }
        let configs = self.tracks.iter().map(|it| (it.track_id, Packet::Config(it.config.clone())));
        self.ready.extend(configs);
        Ok(())
    }

    fn read_moof(&mut self, start: u64, body: &[u8]) -> Result<(), Error> {
        let defaults = |track_id| {
            let track = self.tracks.iter().find(|track| track.track_id == track_id);
            track.map_or_else(Defaults::default, |track| track.defaults)
        };
        let fragments = reader::read_moof(body, &defaults)?;
        let count = fragments.iter().map(|fragment| fragment.sizes.len()).sum::<usize>();
        if count > MAX_SAMPLES {
            return Err(Error::TooLarge("the number of samples in a fragment"));
        }
        self.samples.clear();
        for fragment in &fragments {
            let known = self.tracks.iter().position(|track| track.track_id == fragment.track_id);
            if let Some(track) = known {
                locate(&mut self.samples, track, start, fragment)?;
            }
        }
        self.samples.sort_by_key(|sample| sample.position);
        Ok(())
    }

    fn read_mdat(&mut self, data_at: u64, body: &Bytes) -> Result<(), Error> {
        let samples = std::mem::take(&mut self.samples);
        // Samples that share bytes could have the same ones read without end.
        let claimed = samples.iter().fold(0_usize, |sum, it| sum.saturating_add(it.size));
        if claimed > body.len() {
            return Err(Error::Invalid("the size of its samples"));
        }
        for sample in samples {
            let start =
                sample.position.checked_sub(data_at).and_then(|at| usize::try_from(at).ok());
            let range = start.and_then(|start| Some(start..start.checked_add(sample.size)?));
            let range = range.filter(|range| range.end <= body.len());
            let data = body.slice(range.ok_or(Error::Invalid("a sample outside of its mdat"))?);
            let Some(track) = self.tracks.get(sample.track) else { continue };
            let data = match track.length_size {
                Some(length_size) => normalise(&data, length_size)?,
                None => data,
            };
            let frame = Frame {
                track: track.config.track(),
                dts: Timestamp::from_ticks(sample.dts, track.timescale),
                pts: Timestamp::from_ticks(sample.pts, track.timescale),
                keyframe: sample.sync,
                data,
            };
            self.ready.push_back((track.track_id, Packet::Frame(frame)));
        }
        Ok(())
    }
}

/// Says of each sample of a track's fragment where and when it is.
fn locate(
    samples: &mut Vec<Located>,
    track: usize,
    start: u64,
    fragment: &TrackFragment,
) -> Result<(), Error> {
    let late = || Error::Invalid("a decoding time");
    let mut dts = i64::try_from(fragment.decode_time).map_err(|_| late())?;
    let places = fragment.positions.iter().zip(&fragment.sizes);
    let times = fragment.durations.iter().zip(&fragment.composition_offsets);
    for (((position, size), (duration, offset)), sync) in places.zip(times).zip(&fragment.sync) {
        let outside = || Error::Invalid("a data offset");
        samples.push(Located {
            position: start.checked_add_signed(*position).ok_or_else(outside)?,
            size: usize::try_from(*size).map_err(|_| outside())?,
            track,
            dts,
            pts: dts.checked_add(*offset).ok_or_else(late)?,
            sync: *sync,
        });
        dts = dts.checked_add(i64::from(*duration)).ok_or_else(late)?;
    }
    Ok(())
}
