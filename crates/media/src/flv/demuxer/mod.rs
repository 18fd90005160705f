//! From the tags of one publisher to the packets of a broadcast.

mod audio;
mod video;

use std::time::Duration;

use audio::AudioTrack;
use bytes::Bytes;
use video::VideoTrack;

use super::audio::{AudioContent, AudioTag};
use super::video::{VideoContent, VideoTag};
use super::{Tag, TagError, TagKind, Unsupported};
use crate::frame::{Frame, Packet, Track, TrackConfig};
use crate::time::Timestamp;
use crate::timeline::Timeline;

/// How many tags of a track in a row may be unreadable: a publisher that sends nothing else costs
/// time and shows nothing. At 30 pictures a second this is over eight seconds, longer than any glitch.
pub const MAX_DAMAGED_IN_A_ROW: u32 = 256;

/// How large a configuration may be: each is kept for the broadcast and sent to every player, so a
/// large one would be multiplied by the audience. Real ones are below 4 KiB.
pub const MAX_CONFIG_BYTES: usize = 64 * 1024;

/// How often a publisher's clock may jump within [`JUMP_WINDOW`] of media: every jump ends a
/// segment and stays in the playlists, so a clock of random stamps would flood them.
pub const MAX_JUMPS: u32 = 30;

/// The stretch of media over which jumps are counted.
pub const JUMP_WINDOW: Duration = Duration::from_secs(60);

/// How far showing a picture may be from its decoding: more than any reordering needs, and a
/// damaged field cannot stretch a segment by hours.
const MAX_COMPOSITION_MS: u32 = 10_000;

/// The part of a millisecond that `timestampOffsetNano` may add.
const MAX_OFFSET: Duration = Duration::from_nanos(999_999);

/// Why a publisher's connection must be closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Refused: the streamer must choose another codec, and the text says which.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// Violation: nothing readable has come for [`MAX_DAMAGED_IN_A_ROW`] tags of one track.
    #[error("{MAX_DAMAGED_IN_A_ROW} tags in a row could not be read")]
    Damaged(#[source] TagError),
    /// Violation: more than [`MAX_JUMPS`] jumps within [`JUMP_WINDOW`].
    #[error("the timestamps jump without end")]
    Timestamps,
}

/// Turns the tags of one publisher connection into packets.
///
/// What is wrong with a single tag never ends a broadcast: an unreadable tag, a frame whose NAL
/// units do not add up, a configuration that makes no sense is dropped and counted
/// ([`Demuxer::damaged`]); frames after an unreadable configuration are dropped until a readable
/// one. An [`Error`] is returned where going on is pointless: a codec that no player could be given,
/// on a track that has not begun yet; nothing but damage; a clock of random stamps.
///
/// Frames that come before their configuration are dropped and not counted: encoders that were
/// publishing before the connection was accepted send some.
#[derive(Debug)]
pub struct Demuxer {
    timeline: Timeline,
    video: VideoTrack,
    audio: AudioTrack,
    damaged: u64,
    /// In a row, and so the next.
    damaged_video: u32,
    damaged_audio: u32,
    jumps: u32,
    jumps_since: Timestamp,
}

/// A frame that has been read, before it is placed on the timeline.
struct Sample {
    track: Track,
    /// Present if it must be told before the frame.
    config: Option<TrackConfig>,
    keyframe: bool,
    offset: Duration,
    composition_ms: i32,
    data: Bytes,
}

impl Demuxer {
    /// A demuxer whose first frame is placed at `start`: zero, or where an earlier session's
    /// [`end`](Self::end) was. The caller marks the discontinuity between two sessions.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self {
            timeline: Timeline::new(start),
            video: VideoTrack::default(),
            audio: AudioTrack::default(),
            damaged: 0,
            damaged_video: 0,
            damaged_audio: 0,
            jumps: 0,
            jumps_since: start,
        }
    }

    /// Reads one tag and appends what it yields to `out`: a configuration if it differs from the
    /// last one, a discontinuity if the clock jumped, a frame. Script data yields nothing.
    pub fn push(&mut self, tag: &Tag, out: &mut Vec<Packet>) -> Result<(), Error> {
        let (result, begun, in_a_row) = match tag.kind {
            TagKind::Video => {
                (self.push_video(tag, out), self.video.has_begun(), &mut self.damaged_video)
            }
            TagKind::Audio => {
                (self.push_audio(tag, out), self.audio.has_begun(), &mut self.damaged_audio)
            }
            TagKind::Script => return Ok(()),
        };
        match result {
            Ok(None) => Ok(()),
            Ok(Some(jumped)) => {
                *in_a_row = 0;
                if jumped { self.count_jump() } else { Ok(()) }
            }
            Err(TagError::Unsupported(unsupported)) if !begun => Err(unsupported.into()),
            Err(reason) => {
                *in_a_row += 1;
                let in_a_row = *in_a_row;
                self.count_damage(in_a_row, reason)
            }
        }
    }

    /// How many tags were dropped because they were damaged.
    #[must_use]
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Where the next session of the same broadcast begins: after the last frame.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.timeline.end()
    }

    /// Says whether a frame came, and if so, whether the clock jumped before it.
    fn push_video(&mut self, tag: &Tag, out: &mut Vec<Packet>) -> Result<Option<bool>, TagError> {
        let Some(video) = VideoTag::parse(&tag.body)? else { return Ok(None) };
        match video.content {
            VideoContent::Config(record) => {
                let config = self.video.configure(video.codec, video.track_id, &record)?;
                out.extend(config.map(TrackConfig::Video).map(Packet::Config));
                Ok(None)
            }
            VideoContent::Frame(picture) => {
                if picture.composition_ms.unsigned_abs() > MAX_COMPOSITION_MS {
                    return Err(TagError::invalid("the composition time"));
                }
                let read = self.video.read(video.codec, video.track_id, &picture)?;
                let sample = read.map(|read| Sample {
                    track: Track::Video,
                    config: read.config.map(TrackConfig::Video),
                    keyframe: read.keyframe,
                    offset: video.offset,
                    composition_ms: picture.composition_ms,
                    data: read.data,
                });
                Ok(sample.map(|sample| self.place(tag.timestamp_ms, sample, out)))
            }
        }
    }

    /// As for video.
    fn push_audio(&mut self, tag: &Tag, out: &mut Vec<Packet>) -> Result<Option<bool>, TagError> {
        let Some(audio) = AudioTag::parse(&tag.body)? else { return Ok(None) };
        match audio.content {
            AudioContent::Config(record) => {
                let config = self.audio.configure(audio.codec, audio.track_id, &record)?;
                out.extend(config.map(TrackConfig::Audio).map(Packet::Config));
                Ok(None)
            }
            AudioContent::Frame(data) => {
                let read = self.audio.read(audio.codec, audio.track_id, &data)?;
                let sample = read.map(|read| Sample {
                    track: Track::Audio,
                    config: read.config.map(TrackConfig::Audio),
                    keyframe: true,
                    offset: audio.offset,
                    composition_ms: 0,
                    data: read.data,
                });
                Ok(sample.map(|sample| self.place(tag.timestamp_ms, sample, out)))
            }
        }
    }

    /// Appends a frame and what must be told before it; says whether the clock jumped.
    fn place(&mut self, stamp_ms: u32, sample: Sample, out: &mut Vec<Packet>) -> bool {
        let Sample { track, config, keyframe, offset, composition_ms, data } = sample;
        let placed = self.timeline.place(track, stamp_ms);
        if placed.jumped {
            out.push(Packet::Discontinuity);
        }
        out.extend(config.map(Packet::Config));
        // Less than the millisecond that lies between two frames at least, so order is kept.
        let dts = placed.dts + offset.min(MAX_OFFSET);
        let composition_us = i64::from(composition_ms) * 1000;
        let pts = Timestamp::from_micros(dts.as_micros().saturating_add(composition_us));
        out.push(Packet::Frame(Frame { track, dts, pts, keyframe, data }));
        placed.jumped
    }

    fn count_damage(&mut self, in_a_row: u32, reason: TagError) -> Result<(), Error> {
        self.damaged += 1;
        if in_a_row < MAX_DAMAGED_IN_A_ROW {
            return Ok(());
        }
        Err(match reason {
            TagError::Unsupported(unsupported) => unsupported.into(),
            damaged @ TagError::Damaged(_) => Error::Damaged(damaged),
        })
    }

    fn count_jump(&mut self) -> Result<(), Error> {
        if self.end().since(self.jumps_since) > JUMP_WINDOW {
            self.jumps_since = self.end();
            self.jumps = 0;
        }
        self.jumps += 1;
        if self.jumps > MAX_JUMPS { Err(Error::Timestamps) } else { Ok(()) }
    }
}

/// The track that is used where a publisher sends several of a kind: the one with the lowest number
/// that has been announced.
#[derive(Debug, Default)]
struct Chosen(Option<u8>);

impl Chosen {
    /// Whether a configuration of `track_id` is of the chosen track, which it may become.
    fn announces(&mut self, track_id: u8) -> bool {
        let chosen = self.0.is_none_or(|chosen| track_id <= chosen);
        if chosen {
            self.0 = Some(track_id);
        }
        chosen
    }

    /// Whether a frame of `track_id` is of the chosen track; the first of all is.
    fn carries(&mut self, track_id: u8) -> bool {
        *self.0.get_or_insert(track_id) == track_id
    }
}

#[cfg(test)]
mod tests;
