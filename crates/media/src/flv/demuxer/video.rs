//! The video track of a publisher: its configuration, and samples as MP4 holds them.

use bytes::Bytes;

use super::{Chosen, MAX_CONFIG_BYTES};
use crate::codec::avc::RandomAccess;
use crate::codec::nal::{self, LengthSize};
use crate::codec::{Error, av1, avc, hevc, vp9};
use crate::flv::TagError;
use crate::flv::video::Picture;
use crate::frame::{VideoCodec, VideoConfig};

#[derive(Debug, Default)]
pub(super) struct VideoTrack {
    chosen: Chosen,
    announced: Option<Announced>,
    /// What packagers were told last.
    current: Option<VideoConfig>,
}

/// What the latest sequence header said.
#[derive(Debug)]
enum Announced {
    Avc(LengthSize),
    Hevc(LengthSize),
    Av1(av1::Record),
    Vp9(vp9::Record),
    Unreadable(Error),
}

/// A picture ready for a sample.
pub(super) struct Read {
    /// Present if it must be told before the picture.
    pub(super) config: Option<VideoConfig>,
    pub(super) keyframe: bool,
    pub(super) data: Bytes,
}

impl VideoTrack {
    /// Whether players have been given something of this track.
    pub(super) fn has_begun(&self) -> bool {
        self.current.is_some()
    }

    /// Takes a sequence header; returns the configuration if it is a new one that is complete.
    pub(super) fn configure(
        &mut self,
        codec: VideoCodec,
        track_id: u8,
        record: &[u8],
    ) -> Result<Option<VideoConfig>, TagError> {
        if !self.chosen.announces(track_id) {
            return Ok(None);
        }
        match announce(codec, record) {
            Ok((announced, config)) => {
                self.announced = Some(announced);
                Ok(config.and_then(|config| self.renew(config)))
            }
            Err(error) => {
                self.announced = Some(Announced::Unreadable(error));
                Err(TagError::of_video(error))
            }
        }
    }

    /// Reads a frame; `None` if it cannot be shown because its configuration has not come, or
    /// because nothing is in it.
    pub(super) fn read(
        &mut self,
        codec: VideoCodec,
        track_id: u8,
        picture: &Picture,
    ) -> Result<Option<Read>, TagError> {
        if !self.chosen.carries(track_id) {
            return Ok(None);
        }
        let sample = match (&self.announced, codec) {
            (Some(Announced::Avc(length_size)), VideoCodec::H264) => avc(*length_size, picture),
            (Some(Announced::Hevc(length_size)), VideoCodec::Hevc) => hevc(*length_size, picture),
            (Some(Announced::Av1(record)), VideoCodec::Av1) => av1(record, picture),
            (Some(Announced::Vp9(record)), VideoCodec::Vp9) => vp9(record, picture),
            (Some(Announced::Unreadable(error)), _) => Err(*error),
            _ => return Ok(None),
        };
        let mut read = sample.map_err(TagError::of_video)?;
        read.config = read.config.and_then(|config| self.renew(config));
        Ok(Some(read).filter(|read| !read.data.is_empty() && self.has_begun()))
    }

    /// `config` if it differs from what packagers know.
    fn renew(&mut self, config: VideoConfig) -> Option<VideoConfig> {
        if self.current.as_ref() == Some(&config) {
            return None;
        }
        self.current = Some(config.clone());
        Some(config)
    }
}

fn avc(length_size: LengthSize, picture: &Picture) -> Result<Read, Error> {
    let data = nal::normalise(&picture.data, length_size)?;
    let keyframe = match avc::random_access(&data) {
        RandomAccess::Idr => true,
        RandomAccess::RecoveryPoint => picture.keyframe,
        RandomAccess::None => false,
    };
    Ok(Read { config: None, keyframe, data })
}

fn hevc(length_size: LengthSize, picture: &Picture) -> Result<Read, Error> {
    let data = nal::normalise(&picture.data, length_size)?;
    Ok(Read { config: None, keyframe: hevc::is_keyframe(&data), data })
}

/// Whether an AV1 frame is a keyframe takes the whole frame header to tell: the encoder is believed.
fn av1(record: &av1::Record, picture: &Picture) -> Result<Read, Error> {
    let data = av1::without_delimiters(&picture.data)?;
    let size = if picture.keyframe { av1::picture_size(&data)? } else { None };
    let config = size.map(|size| record.config(size));
    Ok(Read { config, keyframe: picture.keyframe, data })
}

fn vp9(record: &vp9::Record, picture: &Picture) -> Result<Read, Error> {
    let size = vp9::keyframe_size(&picture.data)?;
    let config = size.map(|size| record.config(size));
    Ok(Read { config, keyframe: size.is_some(), data: picture.data.clone() })
}

/// Reads a sequence header: what its frames need, and the configuration if it is complete without
/// them.
fn announce(codec: VideoCodec, record: &[u8]) -> Result<(Announced, Option<VideoConfig>), Error> {
    if record.len() > MAX_CONFIG_BYTES {
        return Err(Error::Invalid("the size of a configuration"));
    }
    Ok(match codec {
        VideoCodec::H264 => {
            let record = avc::Record::parse(record)?;
            (Announced::Avc(record.length_size), Some(record.config))
        }
        VideoCodec::Hevc => {
            let record = hevc::Record::parse(record)?;
            (Announced::Hevc(record.length_size), Some(record.config))
        }
        VideoCodec::Av1 => {
            let record = av1::Record::parse(record)?;
            let config = record.size.map(|size| record.config(size));
            (Announced::Av1(record), config)
        }
        VideoCodec::Vp9 => (Announced::Vp9(vp9::Record::parse(record)?), None),
    })
}
