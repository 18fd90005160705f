//! What a follower's tracks are, and what goes on from one stretch of its frames to the next.

use super::cutter::Publication;
use super::follower::Following;
use super::output::Init;
use super::pending::Pending;
use crate::fmp4::init_segment;
use crate::frame::{AudioConfig, Track, TrackConfig, VideoConfig};
use crate::time::Timestamp;

/// The tracks that an initialisation segment describes.
type Described = (Option<VideoConfig>, Option<AudioConfig>);

/// A follower's tracks.
#[derive(Debug)]
pub(super) struct Tracks {
    what: Following,
    video: Option<VideoConfig>,
    audio: Option<AudioConfig>,
    /// What the last initialisation segment describes.
    described: Option<Described>,
    /// Whether there must be the same tracks as described last: no discontinuity came since.
    fixed: bool,
    /// Sound up to here is published; a new stretch must not repeat it.
    pub(super) sounded: Timestamp,
    pub(super) publication: Publication,
}

impl Tracks {
    pub(super) fn new(what: Following) -> Self {
        let publication = Publication {
            sequence: 0,
            discontinuity_sequence: 0,
            discontinuity: false,
            given: None,
            init: None,
            fragment: 0,
        };
        Self {
            what,
            video: None,
            audio: None,
            described: None,
            fixed: false,
            sounded: Timestamp::ZERO,
            publication,
        }
    }

    /// The track whose frames begin segments.
    pub(super) fn leading(&self) -> Track {
        match self.what {
            Following::Encoded => Track::Video,
            Following::AudioOnly => Track::Audio,
        }
    }

    /// Takes a configuration; says whether it differs from the last.
    pub(super) fn configure(&mut self, config: TrackConfig) -> bool {
        let changes = self.changes(&config);
        match config {
            TrackConfig::Video(config) => self.video = Some(config),
            TrackConfig::Audio(config) => self.audio = Some(config),
        }
        changes
    }

    /// Whether a configuration differs from the last of its track.
    pub(super) fn changes(&self, config: &TrackConfig) -> bool {
        match config {
            TrackConfig::Video(config) => self.video.as_ref() != Some(config),
            TrackConfig::Audio(config) => self.audio.as_ref() != Some(config),
        }
    }

    /// Whether frames of the leading track can be decoded.
    pub(super) fn is_configured(&self) -> bool {
        match self.leading() {
            Track::Video => self.video.is_some(),
            Track::Audio => self.audio.is_some(),
        }
    }

    /// A discontinuity: the tracks may be others from here on.
    pub(super) fn reset(&mut self) {
        self.fixed = false;
        self.sounded = Timestamp::ZERO;
    }

    /// The configurations that a stretch begins with; they are described if they are new.
    pub(super) fn begin(&mut self) -> Described {
        let mut tracks = (self.video.clone(), self.audio.clone());
        if let (true, Some((video, audio))) = (self.fixed, &self.described) {
            tracks.0 = video.clone().map(|old| tracks.0.unwrap_or(old));
            tracks.1 = audio.clone().map(|old| tracks.1.unwrap_or(old));
        }
        self.fixed = true;
        if self.described.as_ref() != Some(&tracks) {
            let bytes = init_segment(tracks.0.as_ref(), tracks.1.as_ref());
            let (video, audio) = tracks.clone();
            // The number is set when the first segment that needs it is published.
            self.publication.init = Some(Init { number: 0, video, audio, bytes });
            self.described = Some(tracks.clone());
        }
        tracks
    }

    /// Lets go of pending frames that are shown before `least`; configurations count.
    pub(super) fn pass_over(&mut self, pending: &mut Pending, least: Timestamp) {
        for track in [Track::Video, Track::Audio] {
            loop {
                if let Some(config) = pending.take_config(track) {
                    self.configure(config);
                } else if pending.next_frame(track).is_some_and(|frame| frame.pts < least) {
                    pending.take_frame(track);
                } else {
                    break;
                }
            }
        }
    }
}
