//! The video track of a publisher: its configuration, and samples as MP4 holds them.

use bytes::Bytes;

use super::{Chosen, MAX_CONFIG_BYTES};
use crate::codec::nal::{self, LengthSize};
use crate::codec::{Error, av1, avc, hevc, vp9};
use crate::flv::{TagError, Unsupported};
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
            Err(Error::Unsupported(what)) => Err(Unsupported::video(what).into()),
            Err(error) => {
                self.announced = Some(Announced::Unreadable(error));
                Err(error.into())
            }
        }
    }

    /// Reads a frame; `None` if it cannot be shown because its configuration has not come, or
    /// because nothing is in it.
    pub(super) fn read(
        &mut self,
        codec: VideoCodec,
        track_id: u8,
        marked: bool,
        data: &Bytes,
    ) -> Result<Option<Read>, TagError> {
        if !self.chosen.carries(track_id) {
            return Ok(None);
        }
        let (keyframe, data, config) = match (&self.announced, codec) {
            (Some(Announced::Avc(length_size)), VideoCodec::H264) => {
                let data = nal::normalise(data, *length_size)?;
                (avc::is_keyframe(&data, marked), data, None)
            }
            (Some(Announced::Hevc(length_size)), VideoCodec::Hevc) => {
                let data = nal::normalise(data, *length_size)?;
                (hevc::is_keyframe(&data), data, None)
            }
            (Some(Announced::Av1(record)), VideoCodec::Av1) => {
                let data = av1::without_delimiters(data)?;
                let size = if marked { av1::picture_size(&data)? } else { None };
                (marked, data, size.map(|size| record.config(size)))
            }
            (Some(Announced::Vp9(record)), VideoCodec::Vp9) => {
                let size = vp9::keyframe_size(data)?;
                (size.is_some(), data.clone(), size.map(|size| record.config(size)))
            }
            (Some(Announced::Unreadable(error)), _) => return Err((*error).into()),
            _ => return Ok(None),
        };
        let config = config.and_then(|config| self.renew(config));
        if data.is_empty() || self.current.is_none() {
            return Ok(None);
        }
        Ok(Some(Read { config, keyframe, data }))
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
