//! Packets that wait for the measurement of the first group of pictures.

use std::time::Duration;

use super::cadence::{Cadence, FrameDuration};
use super::lane::even_frame;
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
        let frame = self.audio.as_ref().and_then(|config| {
            Some(FrameDuration::of_audio(even_frame(config)?, config.sample_rate.max(1)))
        });
        Cadence::of_audio(frame)
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
        let at = if known { self.packets.len() } else { 0 };
        self.packets.insert(at, (Packet::Config(config.clone()), arrived));
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

    /// Another session begins before anything was published: only its own frames count.
    fn start_over(&mut self) {
        self.packets.retain(|(packet, _)| matches!(packet, Packet::Config(_)));
        *self = Self {
            packets: std::mem::take(&mut self.packets),
            video: self.video.take(),
            audio: self.audio.take(),
            ..Self::default()
        };
    }
}
