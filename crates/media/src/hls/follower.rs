//! A rendition that follows the one which decides where segments begin.
//!
//! Its playlist has the leader's media sequence numbers, discontinuities, dates and target
//! duration, from the first segment on. What it has no frames for is a gap (RFC 8216bis
//! §4.4.4.7): players take that span from another variant and come back.
//!
//! A change of its own configuration, as after a restart of its encoder, gives a new
//! initialisation segment and no discontinuity. §4.4.4.3 demands one only where the format, the
//! tracks or the sequence of timestamps change, and they stay; for other encoding parameters it
//! merely recommends one, while §6.2.4 demands the same discontinuities in all variants. So the
//! tracks that the first segment after a discontinuity has are those of all the segments up to the
//! next one: a track that is new is left out, one that has gone stays silent.

use super::cadence::{FrameDuration, FrameRate, Plan, Timing};
use super::gap::{Gap, Limits};
use super::marks::Marks;
use super::output::Output;
use super::packager::Resume;
use super::patience::Patience;
use super::pending::Pending;
use super::running::{Left, Running};
use super::settings::Settings;
use super::tracks::Tracks;
use crate::frame::{AudioConfig, Packet, Track};
use crate::time::{Timestamp, WallClock};

/// What a follower is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    /// Pictures encoded here, with sound where there is any.
    Encoded,
    /// The sound of the source without its pictures.
    AudioOnly,
}

/// Packages a rendition whose segments another one decides.
///
/// It begins by listing gaps, and does so again from [`Follower::lost`] on;
/// [`Follower::expect`] says that frames will come.
#[derive(Debug)]
pub struct Follower {
    settings: Settings,
    what: Following,
    /// Segments before this one are not its own.
    first: u64,
    /// What its pictures are known to come at.
    rate: Option<FrameRate>,
    leader: Option<Timing>,
    sound: Option<AudioConfig>,
    plan: Option<Plan>,
    marks: Marks,
    pending: Pending,
    tracks: Tracks,
    patience: Patience,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// What the leader publishes is listed as missing: `open` is the segment that has begun so.
    Missing {
        open: Option<Gap>,
        until: Option<Until>,
    },
    /// The next segment can begin as soon as its first frame has come.
    Waiting,
    /// Frames come.
    Running(Box<Running>),
    Ended,
}

/// From when on there will be frames.
#[derive(Clone, Copy, Debug)]
struct Until {
    /// From the first mark at or after this,
    at: Timestamp,
    /// and from this segment on.
    sequence: u64,
}

impl Follower {
    /// A follower that has seen nothing of its leader, and lists nothing before
    /// `resume.next_sequence`. One that joins a broadcast later is told the leader's
    /// [`Output::Timing`] first, and begins with the leader's next segment.
    #[must_use]
    pub fn new(settings: Settings, what: Following, resume: Resume) -> Self {
        Self {
            settings,
            what,
            first: resume.next_sequence,
            rate: None,
            leader: None,
            sound: None,
            plan: None,
            marks: Marks::default(),
            pending: Pending::default(),
            tracks: Tracks::new(what),
            patience: Patience::default(),
            phase: Phase::Missing { open: None, until: None },
        }
    }

    /// Says how many pictures will come in a second, when it is not the leader's rate: parts are
    /// whole frames then. It has no effect once anything is published.
    #[must_use]
    pub fn at_rate(self, rate: FrameRate) -> Self {
        Self { rate: Some(rate), ..self }
    }

    /// Takes the leader's next outputs, as soon as they are there and all that came at once: a
    /// part and that its segment ends with it are known together.
    pub fn lead(&mut self, outputs: &[Output], out: &mut Vec<Output>) {
        for output in outputs {
            self.note(output, out);
        }
        self.work(out);
        self.keep_up(out);
    }

    /// Takes a packet of its own, which came at `arrived`. Its stamps are on the leader's
    /// timeline; where that breaks off, the leader says.
    pub fn push(&mut self, packet: &Packet, arrived: WallClock, out: &mut Vec<Output>) {
        let of = match packet {
            Packet::Config(config) => config.track(),
            Packet::Frame(frame) => frame.track,
            Packet::Discontinuity => return,
        };
        if self.what == Following::AudioOnly && of == Track::Video {
            return;
        }
        self.pending.push(packet.clone(), arrived);
        self.work(out);
        if self.pending.is_full() {
            self.give_up(out);
        }
    }

    /// Frames that are presented from `from` on will come: the first of them is a keyframe.
    pub fn expect(&mut self, from: Timestamp) {
        let open = self.leave();
        if !matches!(self.phase, Phase::Ended) {
            self.phase = Phase::Missing { open, until: Some(Until { at: from, sequence: 0 }) };
        }
    }

    /// No frames come until they are expected again: the leader's parts are listed as gaps.
    pub fn lost(&mut self, out: &mut Vec<Output>) {
        let open = self.leave();
        if !matches!(self.phase, Phase::Ended) {
            self.phase = Phase::Missing { open, until: None };
        }
        self.work(out);
    }

    /// Publishes what is left, and [`Output::End`]. Nothing that comes later has an effect.
    pub fn end(&mut self, out: &mut Vec<Output>) {
        if matches!(self.phase, Phase::Ended) {
            return;
        }
        self.marks.close();
        self.work(out);
        if matches!(&self.phase, Phase::Running(_)) {
            self.phase = self.end_stretch(out);
        }
        let open = self.leave();
        self.phase = Phase::Missing { open, until: None };
        self.work(out);
        self.phase = Phase::Ended;
        out.push(Output::End);
    }

    fn note(&mut self, output: &Output, out: &mut Vec<Output>) {
        match output {
            Output::Timing(timing) => self.leader = Some(*timing),
            Output::Init(init) => self.sound.clone_from(&init.audio),
            Output::SegmentStart(start) if start.sequence < self.first => return,
            Output::SegmentStart(_) => self.fix(out),
            Output::Part(_) | Output::SegmentEnd(_) | Output::End => {}
        }
        self.marks.take(output);
        self.patience.wait(output);
    }

    /// Fixes what can never change, before anything is published.
    fn fix(&mut self, out: &mut Vec<Output>) {
        let (Some(leader), None) = (self.leader, self.plan) else { return };
        let (frame, rate) = match self.what {
            Following::Encoded => {
                let rate = self.rate.or(leader.frame_rate);
                (rate.and_then(FrameDuration::of_rate), rate)
            }
            Following::AudioOnly => (self.sound.as_ref().and_then(FrameDuration::of_sound), None),
        };
        let plan = Plan::following(leader, self.settings.latency, frame, rate);
        out.push(Output::Timing(plan.timing));
        self.plan = Some(plan);
    }

    /// Leaves whatever goes on; gives the segment that it leaves open. What is pending is of an
    /// encoder that is gone.
    fn leave(&mut self) -> Option<Gap> {
        for config in self.pending.clear() {
            self.tracks.configure(config);
        }
        match std::mem::replace(&mut self.phase, Phase::Waiting) {
            Phase::Missing { open, .. } => open,
            Phase::Waiting => None,
            Phase::Running(running) => {
                running.abandon(self.marks.front().as_ref(), &mut self.tracks)
            }
            Phase::Ended => {
                self.phase = Phase::Ended;
                None
            }
        }
    }

    /// Goes on as far as what is known allows.
    fn work(&mut self, out: &mut Vec<Output>) {
        let before = out.len();
        self.step(out);
        let is_end = |output: &Output| matches!(output, Output::SegmentEnd(_));
        if out.iter().skip(before).any(is_end) {
            self.patience.renew();
        }
    }

    fn step(&mut self, out: &mut Vec<Output>) {
        let Some(plan) = self.plan else { return };
        loop {
            let next = match &mut self.phase {
                Phase::Missing { .. } => self.mirror(plan, out),
                Phase::Waiting => self.begin(plan),
                Phase::Running(_) => self.run(out),
                Phase::Ended => None,
            };
            let Some(next) = next else { return };
            self.phase = next;
        }
    }

    /// Lists what the leader has published as missing.
    fn mirror(&mut self, plan: Plan, out: &mut Vec<Output>) -> Option<Phase> {
        let Phase::Missing { open, until } = &mut self.phase else { return None };
        let limits = Limits { part: plan.timing.part_target, segment: plan.segment_limit };
        let early = plan.frame / 2;
        while let Some(mark) = self.marks.front() {
            let comes = |until: Until| {
                mark.start.at + early >= until.at && mark.start.sequence >= until.sequence
            };
            if open.is_none() && until.is_some_and(comes) {
                return Some(Phase::Waiting);
            }
            if mark.start.discontinuity && open.is_none() {
                self.tracks.reset();
            }
            if !open.get_or_insert(Gap::of(&mark)).mirror(&mark, limits, out) {
                break;
            }
            *open = None;
            self.marks.pop(1);
        }
        let least = until.map_or(Timestamp::MAX, |until| until.at - early);
        self.tracks.pass_over(&mut self.pending, least);
        None
    }

    /// Looks for the frame that the next segment begins with.
    fn begin(&mut self, plan: Plan) -> Option<Phase> {
        let mark = self.marks.front()?;
        if mark.start.discontinuity {
            self.tracks.reset();
        }
        Some(match Running::begin(plan, &mark, &mut self.pending, &mut self.tracks)? {
            Ok(running) => Phase::Running(Box::new(running)),
            // The segment's beginning will not come any more.
            Err(at) => {
                let until = Some(Until { at, sequence: mark.start.sequence + 1 });
                Phase::Missing { open: Some(Gap::of(&mark)), until }
            }
        })
    }

    /// Cuts the frames that have come.
    fn run(&mut self, out: &mut Vec<Output>) -> Option<Phase> {
        let Phase::Running(running) = &mut self.phase else { return None };
        let left = running.feed(&mut self.pending, &self.marks, &mut self.tracks, out);
        self.marks.pop(running.take_ended());
        match left? {
            Left::Discontinuity => return Some(self.end_stretch(out)),
            Left::Renewed(at) => self.finish(at, out),
            Left::Broken(at) => {
                let sequence = self.marks.front().map_or(0, |mark| mark.start.sequence + 1);
                let open = self.abandon();
                return Some(Phase::Missing { open, until: Some(Until { at, sequence }) });
            }
        }
        Some(Phase::Waiting)
    }

    /// The leader's timeline breaks off: what is known of it is published, or given up where too
    /// much of it did not come.
    fn end_stretch(&mut self, out: &mut Vec<Output>) -> Phase {
        let Phase::Running(running) = &self.phase else { return Phase::Waiting };
        let last = running.last(&self.marks);
        let sequence = last.map_or(0, |last| last.start.sequence + 1);
        match last {
            Some(last) if running.is_nearly_at(last.end()) => {
                self.finish(last.end(), out);
                Phase::Waiting
            }
            Some(_) | None => {
                let until = Some(Until { at: Timestamp::ZERO, sequence });
                Phase::Missing { open: self.abandon(), until }
            }
        }
    }

    fn finish(&mut self, until: Timestamp, out: &mut Vec<Output>) {
        if let Phase::Running(running) = std::mem::replace(&mut self.phase, Phase::Waiting) {
            self.marks.pop(running.finish(until, &mut self.tracks, out));
        }
    }

    fn abandon(&mut self) -> Option<Gap> {
        match std::mem::replace(&mut self.phase, Phase::Waiting) {
            Phase::Running(running) => {
                running.abandon(self.marks.front().as_ref(), &mut self.tracks)
            }
            Phase::Missing { .. } | Phase::Waiting | Phase::Ended => None,
        }
    }

    /// Gives up what is too far behind.
    fn keep_up(&mut self, out: &mut Vec<Output>) {
        let Some(plan) = self.plan else { return };
        // What the leader itself has not completed cannot be late.
        let is_due = self.marks.front().is_some_and(|mark| mark.complete);
        let is_late = is_due && self.patience.is_over(plan.timing.target_duration());
        if self.marks.are_too_many() || is_late {
            self.give_up(out);
        }
    }

    /// Goes on with the segment after the leader's newest.
    fn give_up(&mut self, out: &mut Vec<Output>) {
        let until = match &self.phase {
            Phase::Ended => return,
            Phase::Missing { until, .. } => *until,
            Phase::Waiting | Phase::Running(_) => {
                Some(Until { at: Timestamp::ZERO, sequence: self.marks.next_sequence() })
            }
        };
        let waited = self.marks.front().filter(|_| matches!(self.phase, Phase::Waiting));
        let open = self.leave().or(waited.as_ref().map(Gap::of));
        self.phase = Phase::Missing { open, until };
        self.work(out);
    }
}
