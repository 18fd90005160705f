//! Sample entries: from `moov` to track configurations (ISO/IEC 14496-12 §8.5.2, 14496-15,
//! 14496-14 §5.6, and the bindings of AV1, VP9, Opus and FLAC).

use bytes::Buf;

use super::demuxer::Error;
use super::reader::{self, Defaults, for_each_box, split_box, take_u32, take_version_flags};
use crate::codec::nal::LengthSize;
use crate::codec::{PictureSize, aac, av1, avc, flac, hevc, opus, vp9};
use crate::frame::{AudioConfig, TrackConfig, VideoConfig};

/// Bytes of a `VisualSampleEntry` before its boxes.
const VISUAL_ENTRY: usize = 78;
/// Bytes of an `AudioSampleEntry` before its boxes.
const AUDIO_ENTRY: usize = 28;
/// `objectTypeIndication` of MPEG-4 audio.
const OBJECT_TYPE_AAC: u8 = 0x40;

/// A track of the movie.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) track_id: u32,
    /// Ticks per second; never zero.
    pub(super) timescale: u32,
    pub(super) defaults: Defaults,
    /// What its frames need.
    pub(super) config: TrackConfig,
    /// How NAL units are framed, where there are any.
    pub(super) length_size: Option<LengthSize>,
}

/// Reads the tracks of a `moov`. Tracks of codecs that no viewer is sent are left out.
pub(super) fn read_moov(moov: &[u8]) -> Result<Vec<Description>, Error> {
    let (mut tracks, mut defaults) = (Vec::new(), Vec::new());
    let mut rest = moov;
    while let Some((kind, body, after)) = split_box(rest)? {
        rest = after;
        match kind {
            b"trak" => tracks.extend(read_track(body)?),
            b"mvex" => for_each_box(body, |kind, body| {
                if kind == b"trex" {
                    defaults.push(read_trex(body)?);
                }
                Ok(())
            })?,
            _ => {}
        }
    }
    for track in &mut tracks {
        let own = defaults.iter().find(|(track_id, _)| *track_id == track.track_id);
        track.defaults = own.map_or_else(Defaults::default, |(_, defaults)| *defaults);
    }
    Ok(tracks)
}

fn read_trex(mut body: &[u8]) -> Result<(u32, Defaults), reader::Error> {
    take_version_flags(&mut body, "trex")?;
    let track_id = take_u32(&mut body, "trex")?;
    take_u32(&mut body, "trex")?; // sample description
    let duration = take_u32(&mut body, "trex")?;
    let size = take_u32(&mut body, "trex")?;
    Ok((track_id, Defaults { duration, size, flags: take_u32(&mut body, "trex")? }))
}

fn read_track(trak: &[u8]) -> Result<Option<Description>, Error> {
    let (track_id, timescale) = reader::read_trak(trak)?;
    let path = [b"mdia", b"minf", b"stbl", b"stsd"];
    let Some(mut stsd) = path.iter().try_fold(trak, |inside, kind| child(inside, kind)) else {
        return Ok(None);
    };
    take_version_flags(&mut stsd, "stsd")?;
    take_u32(&mut stsd, "stsd")?;
    // Of several descriptions, frames use the first.
    let Some((kind, body, _)) = split_box(stsd)? else { return Ok(None) };
    let Some((config, length_size)) = read_entry(kind, body)? else { return Ok(None) };
    if timescale == 0 {
        return Err(Error::Invalid("a timescale of zero"));
    }
    let defaults = Defaults::default();
    Ok(Some(Description { track_id, timescale, defaults, config, length_size }))
}

/// The content of the first box of this kind.
fn child<'a>(mut bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    loop {
        let (kind, content, rest) = split_box(bytes).ok()??;
        if kind == wanted {
            return Some(content);
        }
        bytes = rest;
    }
}

type Config = (TrackConfig, Option<LengthSize>);

fn read_entry(kind: &[u8; 4], body: &[u8]) -> Result<Option<Config>, Error> {
    let video = |config: VideoConfig, size| Some((TrackConfig::Video(config), size));
    let audio = |config: AudioConfig| Some((TrackConfig::Audio(config), None));
    Ok(match kind {
        b"avc1" | b"avc3" => {
            let record = avc::Record::parse(record(body, VISUAL_ENTRY, b"avcC")?)?;
            video(record.config, Some(record.length_size))
        }
        b"hvc1" | b"hev1" => {
            let record = hevc::Record::parse(record(body, VISUAL_ENTRY, b"hvcC")?)?;
            video(record.config, Some(record.length_size))
        }
        b"av01" => {
            let record = av1::Record::parse(record(body, VISUAL_ENTRY, b"av1C")?)?;
            video(record.config(picture_size(body)?), None)
        }
        b"vp09" => {
            let record = vp9::Record::parse(record(body, VISUAL_ENTRY, b"vpcC")?)?;
            video(record.config(picture_size(body)?), None)
        }
        b"mp4a" => match specific_config(record(body, AUDIO_ENTRY, b"esds")?)? {
            Some(specific) => audio(aac::parse(specific)?),
            None => None,
        },
        b"Opus" => audio(opus::parse(&opus::head(record(body, AUDIO_ENTRY, b"dOps")?)?)?),
        b"fLaC" => {
            let mut record = record(body, AUDIO_ENTRY, b"dfLa")?;
            take_version_flags(&mut record, "dfLa")?;
            audio(flac::parse(record)?)
        }
        _ => None,
    })
}

/// The codec's record among the boxes of a sample entry.
fn record<'a>(entry: &'a [u8], header: usize, kind: &[u8; 4]) -> Result<&'a [u8], Error> {
    let boxes = entry.get(header..).unwrap_or_default();
    child(boxes, kind).ok_or(Error::Invalid("a sample entry without its codec's record"))
}

fn picture_size(entry: &[u8]) -> Result<PictureSize, Error> {
    let mut fields = entry.get(24..28).ok_or(Error::Invalid("a sample entry's length"))?;
    match (fields.get_u16(), fields.get_u16()) {
        (width @ 1.., height @ 1..) => Ok(PictureSize { width, height }),
        _ => Err(Error::Invalid("an empty picture")),
    }
}

/// The `AudioSpecificConfig` in an `esds`; `None` for codecs other than AAC.
fn specific_config(mut esds: &[u8]) -> Result<Option<&[u8]>, Error> {
    take_version_flags(&mut esds, "esds")?;
    let cut_off = Error::Invalid("an esds");
    let mut stream = descriptor(&mut esds, 3).ok_or(cut_off.clone())?;
    // ES_ID and flags, none of which ffmpeg or this project sets.
    stream = stream.get(3..).ok_or(cut_off.clone())?;
    let decoder = descriptor(&mut stream, 4).ok_or(cut_off.clone())?;
    let (object_type, mut rest) = decoder.split_first_chunk::<13>().ok_or(cut_off.clone())?;
    if object_type.first() != Some(&OBJECT_TYPE_AAC) {
        return Ok(None);
    }
    descriptor(&mut rest, 5).map(Some).ok_or(cut_off)
}

/// Takes a descriptor (ISO/IEC 14496-1 §8.3.3): its tag, its size in seven bits to a byte, its
/// content.
fn descriptor<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (found, mut rest) = bytes.split_first()?;
    let mut length = 0;
    for _ in 0..4 {
        let (byte, after) = rest.split_first()?;
        length = length << 7 | usize::from(byte & 0x7f);
        rest = after;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let (content, after) = rest.split_at_checked(length)?;
    *bytes = after;
    (*found == tag).then_some(content)
}
