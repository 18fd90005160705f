//! Packets that wait for the measurement of the first group of pictures.

use std::time::Duration;

use super::cadence::{Cadence, FrameDuration};
use crate::frame::{AudioConfig, Frame, Packet, Track, TrackConfig, VideoConfig};
use crate::time::{Timestamp, WallClock};

/// The first group of pictures is waited for no longer than this.
pub(super) const MAX_MEASURING: Duration = Duration::from_secs(6);
/// A rate is not measured over less, however close the keyframes are.
const MIN_MEASURING: Duration = Duration::from_millis(400);
/// Sound that comes without any video configuration for this long is a broadcast of sound.
const MAX_WAIT_FOR_VIDEO: Duration = Duration::from_secs(1);
/// A publisher may send anything before its second keyframe: beyond this much, publication begins
/// with what there is.
const MAX_HELD_BYTES: usize = 32 * 1024 * 1024;
/// The same for packets without content.
const MAX_HELD_PACKETS: usize = 8192;

/// What came since the broadcast began.
#[derive(Debug, Default)]
pub(super) struct Held {
    packets: Vec<(Packet, WallClock)>,
    bytes: usize,
    video: Option<VideoConfig>,
    audio: Option<AudioConfig>,
    /// Decoding times of the pictures from the first keyframe on.
    pictures: Vec<Timestamp>,
    /// Decoding time of the second keyframe.
    second_keyframe: Option<Timestamp>,
    /// Stamps of the first and the newest sound.
    sound: Option<(Timestamp, Timestamp)>,
}

impl Held {
    /// Keeps a packet; says whether publication can begin.
    pub(super) fn take(&mut self, packet: &Packet, arrived: WallClock) -> bool {
        let ready = match packet {
            Packet::Config(config) => {
                self.take_config(config, arrived);
                false
            }
            Packet::Discontinuity => {
                self.start_over();
                false
            }
            Packet::Frame(frame) => {
                let ready = self.take_frame(frame);
                self.hold(frame, arrived);
                ready
            }
        };
        ready || self.bytes >= MAX_HELD_BYTES || self.packets.len() >= MAX_HELD_PACKETS
    }

    fn hold(&mut self, frame: &Frame, arrived: WallClock) {
        // Pictures before the first keyframe cannot be shown.
        if frame.track == Track::Audio || !self.pictures.is_empty() {
            self.bytes += frame.data.len();
            self.packets.push((Packet::Frame(frame.clone()), arrived));
        }
    }

    /// Whether anything could be published.
    pub(super) fn is_playable(&self) -> bool {
        !self.pictures.is_empty() || self.sound.is_some()
    }

    /// Stamp of the first sound.
    pub(super) fn first_sound(&self) -> Option<Timestamp> {
        self.sound.map(|(first, _)| first)
    }

    /// What was measured.
    pub(super) fn cadence(&self) -> Cadence {
        if let Some(first) = self.pictures.first() {
            let group = self.second_keyframe.map(|second| second.since(*first));
            return Cadence::of_video(&self.pictures, group);
        }
        Cadence::of_audio(self.audio.as_ref().and_then(FrameDuration::of_sound))
    }

    pub(super) fn into_packets(self) -> Vec<(Packet, WallClock)> {
        self.packets
    }

    /// A track's first configuration may come after frames of the other track; the first
    /// initialisation segment describes both.
    fn take_config(&mut self, config: &TrackConfig, arrived: WallClock) {
        let known = match config {
            TrackConfig::Video(config) => self.video.replace(config.clone()).is_some(),
            TrackConfig::Audio(config) => self.audio.replace(config.clone()).is_some(),
        };
        if known {
            self.drop_unused(config.track());
        }
        let at = if known { self.packets.len() } else { 0 };
        self.bytes += config.record().len();
        self.packets.insert(at, (Packet::Config(config.clone()), arrived));
    }

    /// Lets go of a configuration that no frame of its track came after: the next one takes its
    /// place. Against a publisher that sends configurations and nothing else.
    fn drop_unused(&mut self, track: Track) {
        let of_track = |packet: &Packet| match packet {
            Packet::Config(config) => config.track() == track,
            Packet::Frame(frame) => frame.track == track,
            Packet::Discontinuity => false,
        };
        let last = self.packets.iter().rposition(|(packet, _)| of_track(packet));
        if let Some(at) = last
            && let Some((Packet::Config(unused), _)) = self.packets.get(at)
        {
            self.bytes -= unused.record().len();
            self.packets.remove(at);
        }
    }

    fn take_frame(&mut self, frame: &Frame) -> bool {
        match frame.track {
            Track::Video => self.take_picture(frame.dts, frame.keyframe),
            Track::Audio => self.take_sound(frame.dts),
        }
    }

    fn take_picture(&mut self, at: Timestamp, keyframe: bool) -> bool {
        let Some(first) = self.pictures.first().copied() else {
            if keyframe && self.video.is_some() {
                self.pictures.push(at);
            }
            return false;
        };
        self.pictures.push(at);
        if keyframe {
            self.second_keyframe.get_or_insert(at);
        }
        let span = at.since(first);
        span >= MAX_MEASURING || (keyframe && span >= MIN_MEASURING)
    }

    fn take_sound(&mut self, at: Timestamp) -> bool {
        if self.audio.is_none() {
            return false;
        }
        let (first, newest) = self.sound.get_or_insert((at, at));
        *newest = at.max(*newest);
        let span = newest.since(*first);
        match (&self.video, self.pictures.first()) {
            (None, _) => span >= MAX_WAIT_FOR_VIDEO,
            (Some(_), None) => span >= MAX_MEASURING,
            (Some(_), Some(picture)) => newest.since(*picture) >= MAX_MEASURING,
        }
    }

    /// Another session begins before anything was published: only its own frames count, and of
    /// the configurations those in force.
    fn start_over(&mut self) {
        let held = std::mem::take(self);
        for (packet, arrived) in held.packets {
            if let Packet::Config(config) = packet {
                self.take_config(&config, arrived);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::frame::{AudioCodec, VideoCodec};

    fn video(record: usize) -> Packet {
        Packet::Config(TrackConfig::Video(VideoConfig {
            codec: VideoCodec::H264,
            record: Bytes::from(vec![0; record]),
            width: 16,
            height: 16,
            rfc6381: "avc1.64001f".to_owned(),
        }))
    }

    fn audio(record: usize) -> Packet {
        Packet::Config(TrackConfig::Audio(AudioConfig {
            codec: AudioCodec::Aac,
            record: Bytes::from(vec![0; record]),
            sample_rate: 48_000,
            channels: 2,
            samples_per_frame: Some(1024),
            rfc6381: "mp4a.40.2".to_owned(),
        }))
    }

    fn frame(track: Track, ms: i64) -> Packet {
        let at = Timestamp::from_micros(ms * 1000);
        let data = Bytes::from_static(b"frame");
        Packet::Frame(Frame { track, dts: at, pts: at, keyframe: true, data })
    }

    /// The same moment for all: arrival plays no part here.
    fn take(held: &mut Held, packet: &Packet) -> bool {
        held.take(packet, WallClock::default())
    }

    #[test]
    fn configurations_without_frames_replace_each_other() {
        let mut held = Held::default();
        for _ in 0..10_000 {
            assert!(!take(&mut held, &video(1000)));
            assert!(!take(&mut held, &audio(1000)));
        }
        assert_eq!((held.packets.len(), held.bytes), (2, 2000));

        // One that frames were decoded with stays.
        take(&mut held, &frame(Track::Video, 0));
        take(&mut held, &video(500));
        assert_eq!((held.packets.len(), held.bytes), (4, 2505));
    }

    #[test]
    fn configurations_between_frames_count_towards_the_limit() {
        let mut held = Held::default();
        let mebibyte = 1024 * 1024;
        let ready = (0..=MAX_HELD_BYTES / mebibyte).any(|n| {
            take(&mut held, &video(mebibyte));
            take(&mut held, &frame(Track::Video, i64::try_from(n).unwrap()))
        });
        assert!(ready, "{} bytes are held", held.bytes);
    }

    #[test]
    fn starting_over_keeps_the_configurations_in_force() {
        let mut held = Held::default();
        for n in 0..10 {
            take(&mut held, &video(100 + n));
            take(&mut held, &frame(Track::Video, 0));
        }
        take(&mut held, &audio(7));
        take(&mut held, &Packet::Discontinuity);
        assert_eq!((held.packets.len(), held.bytes), (2, 116));
        assert!(!held.is_playable());
    }
}
