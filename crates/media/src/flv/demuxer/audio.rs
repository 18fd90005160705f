//! The audio track of a publisher: its configuration, and frames as MP4 samples hold them.

use bytes::Bytes;

use super::{Chosen, MAX_CONFIG_BYTES};
use crate::codec::{Error, aac, ac3, flac, mp3, opus};
use crate::flv::TagError;
use crate::frame::{AudioCodec, AudioConfig};

#[derive(Debug, Default)]
pub(super) struct AudioTrack {
    chosen: Chosen,
    announced: Option<Announced>,
    /// What packagers were told last.
    current: Option<AudioConfig>,
}

/// What the latest sequence header or, for codecs without one, the latest frame said.
#[derive(Debug)]
enum Announced {
    Aac,
    Flac,
    /// The configuration, which the packets complete with their length.
    Opus(AudioConfig),
    Ac3(ac3::Header),
    Mp3(mp3::Header),
    Unreadable(Error),
}

/// A frame ready for a sample.
pub(super) struct Read {
    /// Present if it must be told before the frame.
    pub(super) config: Option<AudioConfig>,
    pub(super) data: Bytes,
}

impl AudioTrack {
    /// Whether players have been given something of this track.
    pub(super) fn has_begun(&self) -> bool {
        self.current.is_some()
    }

    /// Takes a sequence header; returns the configuration if it is a new one that is complete.
    pub(super) fn configure(
        &mut self,
        codec: AudioCodec,
        track_id: u8,
        record: &[u8],
    ) -> Result<Option<AudioConfig>, TagError> {
        if !self.chosen.announces(track_id) {
            return Ok(None);
        }
        match announce(codec, record) {
            Ok(Some((announced, config))) => {
                self.announced = Some(announced);
                Ok(config.and_then(|config| self.renew(config)))
            }
            Ok(None) => Ok(None),
            Err(error) => {
                self.announced = Some(Announced::Unreadable(error));
                Err(TagError::of_audio(error))
            }
        }
    }

    /// Reads a frame; `None` if its configuration has not come.
    pub(super) fn read(
        &mut self,
        codec: AudioCodec,
        track_id: u8,
        data: &Bytes,
    ) -> Result<Option<Read>, TagError> {
        if !self.chosen.carries(track_id) {
            return Ok(None);
        }
        let config = match (&self.announced, codec) {
            (_, AudioCodec::Mp3) => self.mp3(data),
            (_, AudioCodec::Ac3) => self.ac3(data),
            (Some(Announced::Aac), AudioCodec::Aac) => Ok(None),
            (Some(Announced::Flac), AudioCodec::Flac) => Ok(None),
            (Some(Announced::Opus(announced)), AudioCodec::Opus) => opus::samples(data)
                .map(|samples| complete(announced, self.current.as_ref(), samples)),
            (Some(Announced::Unreadable(error)), _) => Err(*error),
            _ => return Ok(None),
        };
        let config = config.map_err(TagError::of_audio)?.and_then(|config| self.renew(config));
        let data = if codec == AudioCodec::Aac { aac::without_adts(data) } else { data.clone() };
        Ok(Some(Read { config, data }))
    }

    /// The configuration that the frame's header states, if it is not that of the frame before.
    fn mp3(&mut self, data: &Bytes) -> Result<Option<AudioConfig>, Error> {
        let header = mp3::Header::parse(data)?;
        let known = matches!(&self.announced, Some(Announced::Mp3(known)) if *known == header);
        self.announced = Some(Announced::Mp3(header));
        Ok((!known).then(|| header.config()))
    }

    /// As for MP3.
    fn ac3(&mut self, data: &Bytes) -> Result<Option<AudioConfig>, Error> {
        let header = ac3::Header::parse(data)?;
        let known = matches!(&self.announced, Some(Announced::Ac3(known)) if *known == header);
        self.announced = Some(Announced::Ac3(header));
        Ok((!known).then(|| header.config()))
    }

    /// `config` if it differs from what packagers know.
    fn renew(&mut self, config: AudioConfig) -> Option<AudioConfig> {
        if self.current.as_ref() == Some(&config) {
            return None;
        }
        self.current = Some(config.clone());
        Some(config)
    }
}

/// Reads a sequence header: what its frames need, and the configuration if it is complete without
/// them. `None` for codecs whose frames say all.
fn announce(
    codec: AudioCodec,
    record: &[u8],
) -> Result<Option<(Announced, Option<AudioConfig>)>, Error> {
    if record.len() > MAX_CONFIG_BYTES {
        return Err(Error::Invalid("the size of a configuration"));
    }
    Ok(match codec {
        AudioCodec::Aac => Some((Announced::Aac, Some(aac::parse(record)?))),
        AudioCodec::Flac => Some((Announced::Flac, Some(flac::parse(record)?))),
        AudioCodec::Opus => Some((Announced::Opus(opus::parse(record)?), None)),
        AudioCodec::Ac3 | AudioCodec::Mp3 => None,
    })
}

/// The Opus configuration with the length of its packets, if packagers do not know it yet. Packets
/// that turn out to differ leave the length open, for good.
fn complete(
    announced: &AudioConfig,
    current: Option<&AudioConfig>,
    samples: u32,
) -> Option<AudioConfig> {
    let same = current
        .filter(|current| current.codec == AudioCodec::Opus && current.record == announced.record);
    let samples_per_frame = match same.map(|current| current.samples_per_frame) {
        None => Some(samples),
        Some(Some(known)) if known != samples => None,
        Some(_) => return None,
    };
    Some(AudioConfig { samples_per_frame, ..announced.clone() })
}
