//! The same measurement of a broadcast's first group of pictures as the packager's, for those who
//! decide something else by it.

use super::cadence::FrameRate;
use super::held::Held;
use crate::frame::{AudioConfig, Packet, TrackConfig, VideoConfig};
use crate::time::{Timestamp, WallClock};

/// Keeps what comes from the first keyframe on, until the first group of pictures is over; bounded
/// in time and in bytes.
#[derive(Debug, Default)]
pub struct Measuring {
    held: Held,
    video: Option<VideoConfig>,
    audio: Option<AudioConfig>,
}

/// What was measured, and what was kept.
#[derive(Debug)]
pub struct Measured {
    /// The video configuration in force.
    pub video: Option<VideoConfig>,
    /// The audio configuration in force.
    pub audio: Option<AudioConfig>,
    /// Pictures per second.
    pub frame_rate: Option<FrameRate>,
    /// Bits per second of both tracks together.
    pub bitrate: Option<u64>,
    /// What came, beginning with configurations and a keyframe.
    pub packets: Vec<Packet>,
}

impl Measuring {
    /// Keeps a packet; says whether enough has come.
    pub fn take(&mut self, packet: &Packet) -> bool {
        match packet {
            Packet::Config(TrackConfig::Video(config)) => self.video = Some(config.clone()),
            Packet::Config(TrackConfig::Audio(config)) => self.audio = Some(config.clone()),
            Packet::Frame(_) | Packet::Discontinuity => {}
        }
        // When it came plays no part in what is measured.
        self.held.take(packet, WallClock::default())
    }

    /// What came so far.
    #[must_use]
    pub fn finish(self) -> Measured {
        let frame_rate = self.held.cadence().rate;
        let packets: Vec<_> =
            self.held.into_packets().into_iter().map(|(packet, _)| packet).collect();
        let bitrate = bitrate(&packets);
        Measured { video: self.video, audio: self.audio, frame_rate, bitrate, packets }
    }
}

fn bitrate(packets: &[Packet]) -> Option<u64> {
    let frames = || {
        packets.iter().filter_map(|packet| match packet {
            Packet::Frame(frame) => Some(frame),
            Packet::Config(_) | Packet::Discontinuity => None,
        })
    };
    let stamps = || frames().map(|frame| frame.dts);
    let (first, last): (Timestamp, Timestamp) = (stamps().min()?, stamps().max()?);
    let micros = last.since(first).as_micros();
    let bytes: u128 = frames().map(|frame| frame.data.len() as u128).sum();
    u64::try_from((bytes * 8_000_000).checked_div(micros)?).ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::frame::{Frame, Track, VideoCodec};

    fn config() -> Packet {
        Packet::Config(TrackConfig::Video(VideoConfig {
            codec: VideoCodec::H264,
            record: Bytes::from_static(b"record"),
            width: 16,
            height: 16,
            rfc6381: "avc1.64001f".to_owned(),
        }))
    }

    fn picture(ms: i64, keyframe: bool) -> Packet {
        let at = Timestamp::from_millis(ms);
        let data = Bytes::from_static(&[0; 1000]);
        Packet::Frame(Frame { track: Track::Video, dts: at, pts: at, keyframe, data })
    }

    #[test]
    fn a_group_of_pictures_tells_rate_and_bits() {
        let mut measuring = Measuring::default();
        assert!(!measuring.take(&config()));
        // What cannot be shown is not kept.
        assert!(!measuring.take(&picture(0, false)));
        for n in 1..=50 {
            assert!(!measuring.take(&picture(n * 40, n == 1)), "{n}");
        }
        assert!(measuring.take(&picture(51 * 40, true)));
        let measured = measuring.finish();
        assert_eq!(measured.frame_rate, Some(FrameRate::from_millihertz(25_000)));
        assert_eq!(measured.packets.len(), 52);
        assert_eq!(measured.bitrate, Some(51 * 1000 * 8 / 2));
        assert!(measured.video.is_some() && measured.audio.is_none());
    }

    #[test]
    fn nothing_has_no_rate() {
        let measured = Measuring::default().finish();
        assert_eq!((measured.frame_rate, measured.bitrate), (None, None));
    }
}
