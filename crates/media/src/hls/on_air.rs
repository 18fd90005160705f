//! Continuous stretches of frames: where one begins, what it carries, why it ends.

use std::time::Duration;

use super::boundaries::Boundaries;
use super::cadence::Plan;
use super::cutter::{Beginning, Cutter, Publication, Sink};
use super::held::MAX_MEASURING;
use super::output::{Init, Output};
use crate::fmp4::init_segment;
use crate::frame::{AudioConfig, Frame, Packet, Track, TrackConfig, VideoConfig};
use crate::time::{Timestamp, WallClock};

/// A frame never lasts longer: a track that is silent for more than this is gone, and stamps that
/// jump further do not continue.
const MAX_SILENCE: Duration = Duration::from_secs(10);
/// Stamps that run backwards by more do not continue.
const MAX_STEP_BACK: Duration = Duration::from_secs(1);
/// Stamps are kept within 35 years, so that no arithmetic on a forged one overflows.
const MAX_STAMP_MICROS: i64 = 1 << 50;
/// A tick of the video timescale, rounded up: decoding times grow by at least this.
const TICK: Duration = Duration::from_micros(12);

/// What is known of a track, whether or not it is being published.
#[derive(Debug)]
struct Source<C> {
    config: Option<C>,
    /// Highest stamp since the last jump.
    newest: Option<Timestamp>,
}

impl<C: PartialEq + Clone> Source<C> {
    /// Takes a configuration; says whether it differs from the last.
    fn configure(&mut self, config: &C) -> bool {
        let changed = self.config.as_ref() != Some(config);
        if changed {
            self.config = Some(config.clone());
        }
        changed
    }
}

#[derive(Debug)]
enum Stretch {
    /// Nothing can be decoded yet; `since` is when the first frame was passed over.
    Waiting { since: Option<Timestamp> },
    /// `audio_changed`: the sound that comes is not what the stretch describes, so it is left out
    /// and the stretch ends at the next keyframe.
    Running { cutter: Box<Cutter>, audio_changed: bool },
}

/// A rendition whose timing is fixed.
#[derive(Debug)]
pub(super) struct OnAir {
    plan: Plan,
    video: Source<VideoConfig>,
    audio: Source<AudioConfig>,
    stretch: Stretch,
    publication: Publication,
    /// What the last initialisation segment describes.
    described: Option<(Option<VideoConfig>, Option<AudioConfig>)>,
}

impl OnAir {
    /// `first_sound` is when sound was heard first, if it was.
    pub(super) fn new(
        plan: Plan,
        publication: Publication,
        first_sound: Option<Timestamp>,
    ) -> Self {
        Self {
            plan,
            video: Source { config: None, newest: None },
            audio: Source { config: None, newest: first_sound.map(believable) },
            stretch: Stretch::Waiting { since: None },
            publication,
            described: None,
        }
    }

    pub(super) fn push(&mut self, packet: &Packet, arrived: WallClock, out: &mut Vec<Output>) {
        match packet {
            Packet::Config(TrackConfig::Video(config)) => {
                if self.video.configure(config) && self.carries(Track::Video) {
                    self.end_stretch(None, out);
                }
            }
            Packet::Config(TrackConfig::Audio(config)) => {
                if self.audio.configure(config) && self.carries(Track::Audio) {
                    self.change_audio(out);
                }
            }
            Packet::Frame(frame) => self.push_frame(frame, arrived, out),
            Packet::Discontinuity => self.end_stretch(None, out),
        }
    }

    /// Publishes everything that is left.
    pub(super) fn end(mut self, out: &mut Vec<Output>) {
        self.end_stretch(None, out);
    }

    fn carries(&self, track: Track) -> bool {
        matches!(&self.stretch, Stretch::Running { cutter, .. } if cutter.carries(track))
    }

    fn change_audio(&mut self, out: &mut Vec<Output>) {
        match &mut self.stretch {
            Stretch::Running { cutter, audio_changed } if cutter.carries(Track::Video) => {
                *audio_changed = true;
            }
            _ => self.end_stretch(None, out),
        }
    }

    fn push_frame(&mut self, frame: &Frame, arrived: WallClock, out: &mut Vec<Output>) {
        let configured = match frame.track {
            Track::Video => self.video.config.is_some(),
            Track::Audio => self.audio.config.is_some(),
        };
        if !configured {
            return;
        }
        let frame = self.admit(frame, out);
        match frame.track {
            Track::Video => self.push_video(&frame, arrived, out),
            Track::Audio => self.push_audio(&frame, arrived, out),
        }
    }

    /// The frame with stamps that can follow those before it; a jump ends the stretch.
    fn admit(&mut self, frame: &Frame, out: &mut Vec<Output>) -> Frame {
        let (mut dts, pts) = (believable(frame.dts), believable(frame.pts));
        let newest = match frame.track {
            Track::Video => self.video.newest,
            Track::Audio => self.audio.newest,
        };
        let mut highest = dts;
        if let Some(newest) = newest {
            let jumps = dts.since(newest) > MAX_SILENCE || newest.since(dts) > MAX_STEP_BACK;
            if jumps && self.carries(frame.track) {
                self.end_stretch(None, out);
            } else if !jumps && frame.track == Track::Video && dts <= newest {
                dts = newest + TICK;
            }
            highest = if jumps { dts } else { dts.max(newest) };
        }
        match frame.track {
            Track::Video => self.video.newest = Some(highest),
            Track::Audio => self.audio.newest = Some(highest),
        }
        Frame { dts, pts, ..frame.clone() }
    }

    fn push_video(&mut self, frame: &Frame, arrived: WallClock, out: &mut Vec<Output>) {
        if frame.keyframe && !self.suits(frame.dts) {
            self.end_stretch(Some(frame.dts), out);
            self.begin(frame.dts, Track::Video);
        }
        self.cut(frame, arrived, out);
    }

    fn push_audio(&mut self, frame: &Frame, arrived: WallClock, out: &mut Vec<Output>) {
        let silence = self.video.newest.map(|picture| frame.dts.since(picture));
        if self.carries(Track::Video) && silence.is_some_and(|silence| silence > MAX_SILENCE) {
            self.end_stretch(None, out);
        }
        if let Stretch::Waiting { since } = &mut self.stretch {
            let since = *since.get_or_insert(frame.dts);
            let pictures_may_come = self.video.config.is_some()
                && silence.is_none_or(|silence| silence <= MAX_SILENCE)
                && frame.dts.since(since) < MAX_MEASURING;
            if pictures_may_come {
                return;
            }
            self.begin(frame.dts, Track::Audio);
        }
        self.cut(frame, arrived, out);
    }

    fn cut(&mut self, frame: &Frame, arrived: WallClock, out: &mut Vec<Output>) {
        let Stretch::Running { cutter, audio_changed } = &mut self.stretch else { return };
        if frame.track == Track::Audio && *audio_changed {
            return;
        }
        let mut sink = Sink { publication: &mut self.publication, out };
        cutter.push(frame, arrived, &mut sink);
    }

    /// Whether the stretch can go on over a keyframe at `at` with the tracks it has.
    fn suits(&self, at: Timestamp) -> bool {
        matches!(&self.stretch, Stretch::Running { cutter, audio_changed: false }
            if cutter.carries(Track::Video)
                && cutter.carries(Track::Audio) == self.is_audible(at))
    }

    /// Whether sound has been heard lately.
    fn is_audible(&self, at: Timestamp) -> bool {
        self.audio.config.is_some()
            && self.audio.newest.is_some_and(|newest| at.since(newest) <= MAX_SILENCE)
    }

    /// Begins a stretch led by `leading`.
    fn begin(&mut self, at: Timestamp, leading: Track) {
        let video = self.video.config.clone().filter(|_| leading == Track::Video);
        let audible = leading == Track::Audio || self.is_audible(at);
        let audio = self.audio.config.clone().filter(|_| audible);
        let boundaries = Boundaries::Decided;
        let beginning = Beginning { video: video.is_some(), audio: audio.as_ref(), at, boundaries };
        let cutter = Box::new(Cutter::new(self.plan, beginning));
        self.stretch = Stretch::Running { cutter, audio_changed: false };
        let tracks = (video, audio);
        if self.described.as_ref() != Some(&tracks) {
            self.describe(tracks);
        }
    }

    fn describe(&mut self, tracks: (Option<VideoConfig>, Option<AudioConfig>)) {
        let bytes = init_segment(tracks.0.as_ref(), tracks.1.as_ref());
        self.described = Some(tracks.clone());
        let (video, audio) = tracks;
        // The number is set when the first segment that needs it is published.
        self.publication.init = Some(Init { number: 0, video, audio, bytes });
    }

    /// Publishes what the stretch holds; its newest picture lasts until `until` where it is given.
    fn end_stretch(&mut self, until: Option<Timestamp>, out: &mut Vec<Output>) {
        let waiting = Stretch::Waiting { since: None };
        if let Stretch::Running { cutter, .. } = std::mem::replace(&mut self.stretch, waiting) {
            let mut sink = Sink { publication: &mut self.publication, out };
            cutter.finish(until, &mut sink);
        }
        self.publication.discontinuity |= self.publication.sequence > 0;
    }
}

fn believable(stamp: Timestamp) -> Timestamp {
    Timestamp::from_micros(stamp.as_micros().clamp(0, MAX_STAMP_MICROS))
}
