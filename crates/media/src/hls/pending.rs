//! Frames of a follower that wait until it is known where they belong.

use std::collections::VecDeque;

use crate::frame::{Frame, Packet, Track, TrackConfig};
use crate::time::WallClock;

/// Frames that the leader does not come after, or that nobody began with, are let go beyond this
/// much; an encoder's delay is far below.
const MAX_PENDING_BYTES: usize = 32 * 1024 * 1024;
/// The same for packets without content.
const MAX_PENDING_PACKETS: usize = 8192;

type Arrived = (Packet, WallClock);

/// Packets of both tracks, each in decoding order.
#[derive(Debug, Default)]
pub(super) struct Pending {
    video: VecDeque<Arrived>,
    audio: VecDeque<Arrived>,
    bytes: usize,
}

impl Pending {
    pub(super) fn push(&mut self, packet: Packet, arrived: WallClock) {
        let Some(track) = track(&packet) else { return };
        self.bytes += size(&packet);
        self.queue(track).push_back((packet, arrived));
    }

    /// A packet that could not be used yet.
    pub(super) fn put_back(&mut self, frame: Frame, arrived: WallClock) {
        let packet = Packet::Frame(frame);
        self.bytes += size(&packet);
        if let Some(track) = track(&packet) {
            self.queue(track).push_front((packet, arrived));
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes > MAX_PENDING_BYTES || self.video.len() + self.audio.len() > MAX_PENDING_PACKETS
    }

    pub(super) fn next(&self, track: Track) -> Option<&Packet> {
        let queue = match track {
            Track::Video => &self.video,
            Track::Audio => &self.audio,
        };
        queue.front().map(|(packet, _)| packet)
    }

    /// The next frame of a track, when no configuration comes before it.
    pub(super) fn next_frame(&self, track: Track) -> Option<&Frame> {
        match self.next(track)? {
            Packet::Frame(frame) => Some(frame),
            Packet::Config(_) | Packet::Discontinuity => None,
        }
    }

    /// The first frame of a track, whatever comes before it.
    pub(super) fn first_frame(&self, track: Track) -> Option<&Frame> {
        let queue = match track {
            Track::Video => &self.video,
            Track::Audio => &self.audio,
        };
        queue.iter().find_map(|(packet, _)| match packet {
            Packet::Frame(frame) => Some(frame),
            Packet::Config(_) | Packet::Discontinuity => None,
        })
    }

    /// Takes the next packet of a track if it is a configuration.
    pub(super) fn take_config(&mut self, track: Track) -> Option<TrackConfig> {
        match self.next(track)? {
            Packet::Config(_) => {}
            Packet::Frame(_) | Packet::Discontinuity => return None,
        }
        match self.pop(track) {
            Some((Packet::Config(config), _)) => Some(config),
            _ => None,
        }
    }

    /// Takes the next packet of a track if it is a frame.
    pub(super) fn take_frame(&mut self, track: Track) -> Option<(Frame, WallClock)> {
        self.next_frame(track)?;
        match self.pop(track) {
            Some((Packet::Frame(frame), arrived)) => Some((frame, arrived)),
            _ => None,
        }
    }

    /// Lets go of everything but the configurations, which are given back.
    pub(super) fn clear(&mut self) -> Vec<TrackConfig> {
        let all = std::mem::take(self);
        let config = |(packet, _)| match packet {
            Packet::Config(config) => Some(config),
            Packet::Frame(_) | Packet::Discontinuity => None,
        };
        all.video.into_iter().chain(all.audio).filter_map(config).collect()
    }

    fn pop(&mut self, track: Track) -> Option<Arrived> {
        let popped = self.queue(track).pop_front()?;
        self.bytes -= size(&popped.0);
        Some(popped)
    }

    fn queue(&mut self, track: Track) -> &mut VecDeque<Arrived> {
        match track {
            Track::Video => &mut self.video,
            Track::Audio => &mut self.audio,
        }
    }
}

fn track(packet: &Packet) -> Option<Track> {
    match packet {
        Packet::Config(config) => Some(config.track()),
        Packet::Frame(frame) => Some(frame.track),
        Packet::Discontinuity => None,
    }
}

fn size(packet: &Packet) -> usize {
    match packet {
        Packet::Config(config) => config.record().len(),
        Packet::Frame(frame) => frame.data.len(),
        Packet::Discontinuity => 0,
    }
}
