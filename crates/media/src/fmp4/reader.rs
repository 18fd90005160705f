//! Reading back what a fragment says about its samples: for the conformance checker and tests.
//!
//! ISO/IEC 14496-12 §8.8. Reads any well-formed fragment, not only ours; never trusts a size.

use bytes::Buf;

/// A `moof` with more samples than this is refused: a run could claim 2^32 samples without
/// holding a byte for each of them.
const MAX_SAMPLES: usize = 1 << 20;

/// Why bytes could not be read as fragments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A box says it is longer than what surrounds it, or shorter than its own fields.
    #[error("box {0:?} is cut off")]
    Truncated(String),
    /// A `moof` holds more samples than are read.
    #[error("more than {MAX_SAMPLES} samples in one fragment")]
    TooManySamples,
    /// A `trun` came before the `tfhd` it depends on.
    #[error("trun without tfhd")]
    RunWithoutHeader,
}

/// One track's run in one fragment; times are in ticks of the track's timescale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackFragment {
    /// `track_ID`.
    pub track_id: u32,
    /// `baseMediaDecodeTime`.
    pub decode_time: u64,
    /// Duration of each sample.
    pub durations: Vec<u32>,
    /// Size of each sample in bytes.
    pub sizes: Vec<u32>,
    /// Presentation less decoding time of each sample.
    pub composition_offsets: Vec<i64>,
    /// Whether each sample is a sync sample.
    pub sync: Vec<bool>,
    /// Where each sample begins, counted from the `moof`. Right for fragments whose offsets count
    /// from there, as all do that set `default-base-is-moof`.
    pub positions: Vec<i64>,
    /// Where the first sample begins, counted from the `moof`.
    pub data_offset: i64,
    defaults: Defaults,
}

/// What samples are when nothing closer to them says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Defaults {
    pub(super) duration: u32,
    pub(super) size: u32,
    pub(super) flags: u32,
}

impl TrackFragment {
    /// Sum of the samples' durations.
    #[must_use]
    pub fn duration(&self) -> u64 {
        self.durations.iter().copied().map(u64::from).sum()
    }
}

/// Reads every fragment in `bytes`: the runs of each `moof`, in order.
///
/// # Errors
/// When boxes do not nest or a fragment is absurdly large.
pub fn read_fragments(bytes: &[u8]) -> Result<Vec<Vec<TrackFragment>>, Error> {
    let mut fragments = Vec::new();
    for_each_box(bytes, |kind, body| {
        if kind == b"moof" {
            fragments.push(read_moof(body, &|_| Defaults::default())?);
        }
        Ok(())
    })?;
    Ok(fragments)
}

/// Reads the timescale of each track of an initialisation segment: `(track_ID, timescale)`.
///
/// # Errors
/// When boxes do not nest.
pub fn read_timescales(bytes: &[u8]) -> Result<Vec<(u32, u32)>, Error> {
    let mut found = Vec::new();
    for_each_box(bytes, |kind, moov| match kind {
        b"moov" => for_each_box(moov, |kind, trak| match kind {
            b"trak" => read_trak(trak).map(|pair| found.push(pair)),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    Ok(found)
}

/// A track's `track_ID` and timescale.
pub(super) fn read_trak(trak: &[u8]) -> Result<(u32, u32), Error> {
    let (mut track_id, mut timescale) = (0, 0);
    for_each_box(trak, |kind, mut body| {
        match kind {
            b"tkhd" => {
                let long = take_version_flags(&mut body, "tkhd")?.0 == 1;
                skip(&mut body, if long { 16 } else { 8 }, "tkhd")?;
                track_id = take_u32(&mut body, "tkhd")?;
            }
            b"mdia" => for_each_box(body, |kind, mut body| {
                if kind == b"mdhd" {
                    let long = take_version_flags(&mut body, "mdhd")?.0 == 1;
                    skip(&mut body, if long { 16 } else { 8 }, "mdhd")?;
                    timescale = take_u32(&mut body, "mdhd")?;
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok((track_id, timescale))
}

/// Reads the content of a `moof`; `defaults` are those of the `trex` of a track.
pub(super) fn read_moof(
    moof: &[u8],
    defaults: &dyn Fn(u32) -> Defaults,
) -> Result<Vec<TrackFragment>, Error> {
    let mut tracks = Vec::new();
    let mut room = MAX_SAMPLES;
    for_each_box(moof, |kind, body| {
        if kind == b"traf" {
            tracks.push(read_traf(body, defaults, &mut room)?);
        }
        Ok(())
    })?;
    Ok(tracks)
}

/// Reads a track's fragment, which may hold as many samples as there is `room` for.
fn read_traf(
    traf: &[u8],
    defaults: &dyn Fn(u32) -> Defaults,
    room: &mut usize,
) -> Result<TrackFragment, Error> {
    let mut track = None;
    let mut decode_time = 0;
    for_each_box(traf, |kind, body| {
        match kind {
            b"tfhd" => track = Some(read_tfhd(body, defaults)?),
            b"tfdt" => decode_time = read_tfdt(body)?,
            b"trun" => read_trun(body, track.as_mut().ok_or(Error::RunWithoutHeader)?, room)?,
            _ => {}
        }
        Ok(())
    })?;
    let track = track.ok_or(Error::RunWithoutHeader)?;
    Ok(TrackFragment { decode_time, ..track })
}

fn read_tfhd(mut body: &[u8], defaults: &dyn Fn(u32) -> Defaults) -> Result<TrackFragment, Error> {
    let (_, flags) = take_version_flags(&mut body, "tfhd")?;
    let track_id = take_u32(&mut body, "tfhd")?;
    let mut track = TrackFragment { track_id, defaults: defaults(track_id), ..Default::default() };
    skip(&mut body, if flags & 0x01 != 0 { 8 } else { 0 }, "tfhd")?;
    skip(&mut body, if flags & 0x02 != 0 { 4 } else { 0 }, "tfhd")?;
    if flags & 0x08 != 0 {
        track.defaults.duration = take_u32(&mut body, "tfhd")?;
    }
    if flags & 0x10 != 0 {
        track.defaults.size = take_u32(&mut body, "tfhd")?;
    }
    if flags & 0x20 != 0 {
        track.defaults.flags = take_u32(&mut body, "tfhd")?;
    }
    Ok(track)
}

fn read_tfdt(mut body: &[u8]) -> Result<u64, Error> {
    match take_version_flags(&mut body, "tfdt")?.0 {
        0 => Ok(u64::from(take_u32(&mut body, "tfdt")?)),
        _ => body.try_get_u64().map_err(|_| truncated("tfdt")),
    }
}

fn read_trun(mut body: &[u8], track: &mut TrackFragment, room: &mut usize) -> Result<(), Error> {
    let (_, flags) = take_version_flags(&mut body, "trun")?;
    let count = usize::try_from(take_u32(&mut body, "trun")?).unwrap_or(usize::MAX);
    *room = room.checked_sub(count).ok_or(Error::TooManySamples)?;
    let last = track.positions.last().zip(track.sizes.last());
    let mut position = last.map_or(0, |(at, size)| at.saturating_add(i64::from(*size)));
    if flags & 0x01 != 0 {
        position = i64::from(take_u32(&mut body, "trun")?.cast_signed());
        if track.positions.is_empty() {
            track.data_offset = position;
        }
    }
    let first_flags = if flags & 0x04 != 0 { Some(take_u32(&mut body, "trun")?) } else { None };
    for index in 0..count {
        let mut field = |flag: u32, default: u32| {
            if flags & flag != 0 { take_u32(&mut body, "trun") } else { Ok(default) }
        };
        track.durations.push(field(0x100, track.defaults.duration)?);
        let size = field(0x200, track.defaults.size)?;
        track.sizes.push(size);
        track.positions.push(position);
        position = position.saturating_add(i64::from(size));
        let own = field(0x400, track.defaults.flags)?;
        let sample_flags = if index == 0 { first_flags.unwrap_or(own) } else { own };
        track.sync.push(sample_flags & 0x1_0000 == 0);
        track.composition_offsets.push(i64::from(field(0x800, 0)?.cast_signed()));
    }
    Ok(())
}

/// Calls `visit` with the type and content of each box in `bytes`.
pub(super) fn for_each_box(
    mut bytes: &[u8],
    mut visit: impl FnMut(&[u8; 4], &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    while let Some((kind, content, rest)) = split_box(bytes)? {
        visit(kind, content)?;
        bytes = rest;
    }
    Ok(())
}

/// A box's type, its content, and what follows it.
type Split<'a> = (&'a [u8; 4], &'a [u8], &'a [u8]);

/// Splits the first box off; `None` where there is none.
pub(super) fn split_box(mut bytes: &[u8]) -> Result<Option<Split<'_>>, Error> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let size = bytes.try_get_u32().map_err(|_| truncated("header"))?;
    let (kind, rest) = bytes.split_first_chunk::<4>().ok_or_else(|| truncated("header"))?;
    let (content, rest) = match size {
        0 => (rest, &[][..]),
        1 => split_long(rest, kind)?,
        _ => split_at(rest, u64::from(size).checked_sub(8), kind)?,
    };
    Ok(Some((kind, content, rest)))
}

/// A box whose size is a 64-bit field after its type.
fn split_long<'a>(mut rest: &'a [u8], kind: &[u8; 4]) -> Result<(&'a [u8], &'a [u8]), Error> {
    let size = rest.try_get_u64().map_err(|_| truncated_box(kind))?;
    split_at(rest, size.checked_sub(16), kind)
}

fn split_at<'a>(
    bytes: &'a [u8],
    length: Option<u64>,
    kind: &[u8; 4],
) -> Result<(&'a [u8], &'a [u8]), Error> {
    length
        .and_then(|length| usize::try_from(length).ok())
        .and_then(|length| bytes.split_at_checked(length))
        .ok_or_else(|| truncated_box(kind))
}

pub(super) fn take_version_flags(body: &mut &[u8], kind: &str) -> Result<(u8, u32), Error> {
    let word = take_u32(body, kind)?;
    Ok(((word >> 24) as u8, word & 0xff_ffff))
}

pub(super) fn take_u32(body: &mut &[u8], kind: &str) -> Result<u32, Error> {
    body.try_get_u32().map_err(|_| truncated(kind))
}

pub(super) fn skip(body: &mut &[u8], count: usize, kind: &str) -> Result<(), Error> {
    *body = body.get(count..).ok_or_else(|| truncated(kind))?;
    Ok(())
}

fn truncated(kind: &str) -> Error {
    Error::Truncated(kind.to_owned())
}

fn truncated_box(kind: &[u8; 4]) -> Error {
    Error::Truncated(String::from_utf8_lossy(kind).into_owned())
}
