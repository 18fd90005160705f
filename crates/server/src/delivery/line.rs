//! One broadcast's way from packets to its windows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
use rivulet_media::hls::{
    Content, Follower, Following, FrameRate, Init, LatencyLevel, Options, Output, Packager, Part,
    Rates, Resume, Settings, Window,
};
use rivulet_media::time::{Timestamp, WallClock};
use tokio::sync::watch;
use tokio::time::timeout_at;

use super::Shared;
use super::rendition::{Expected, Kind, Label, Rendition};
use super::stream::{AUDIO_ONLY, Broadcast, SOURCE, Stream};
use crate::channels::Channel;
use crate::ids::media_file_id;
use crate::live::Air;
use crate::transcode::{Ladder, Passthrough, Rung, RungEvent};

/// Renditions there may ever be in one broadcast, should its source change its shape again and
/// again: a number stays with what it was given to.
const MAX_FOLLOWERS: usize = 9;

/// Segments of the leader that a new follower is told of, and lists as gaps: its playlist begins
/// near where the leader's does. A ladder is decided within the first of them, unless this machine is
/// still finding out what it can do.
const MAX_PAST_SEGMENTS: usize = 3;

/// How long a segment's beginning waits at most until its number is written down. Such a number may
/// come again when the server is killed within the same moment; viewers would rather see the stream.
const MAX_HOLD: Duration = Duration::from_secs(1);

/// The leader, those who follow it, and where what they make goes.
pub(super) struct Line {
    shared: Arc<Shared>,
    air: Arc<Air>,
    stream: Arc<Stream>,
    broadcast: Arc<Broadcast>,
    settings: Settings,
    resume: Resume,
    packager: Packager,
    leader: Arc<Rendition>,
    followers: Vec<Lane>,
    past: Past,
    /// What the leader has made of the newest packets.
    outputs: Vec<Output>,
    /// Segments with numbers below this may be listed.
    listable: watch::Receiver<u64>,
    /// The number after the newest that was given to a segment.
    given_out: u64,
    /// Until when what has a higher number is held back, while there is such; a time that is over
    /// stands until the numbers are written.
    held_until: Option<Instant>,
}

/// A rendition that follows.
struct Lane {
    rendition: Arc<Rendition>,
    kind: Kind,
    follower: Follower,
    outputs: Vec<Output>,
}

/// What the leader said lately, without its media.
#[derive(Default)]
struct Past {
    timing: Option<Output>,
    init: Option<Output>,
    since: VecDeque<Output>,
    segments: usize,
}

impl Line {
    pub(super) fn new(
        shared: Arc<Shared>,
        stream: Arc<Stream>,
        air: Arc<Air>,
        channel: &Channel,
    ) -> Self {
        let latency = LatencyLevel::new(air.latency_level).unwrap_or_default();
        let settings = Settings { latency };
        let resume = Resume {
            next_sequence: air.resume.next_sequence,
            discontinuity_sequence: air.resume.discontinuity_sequence,
        };
        let id = media_file_id();
        let label =
            Label { number: SOURCE, kind: Kind::Source, name: "Source".to_owned(), expected: None };
        // The encoder is somebody else's: it promises nothing.
        let window = window(&id, settings, resume, false);
        let leader = Arc::new(Rendition::new(label, window));
        let broadcast = Arc::new(Broadcast::new(id, Arc::clone(&leader), resume.next_sequence));
        stream.begin(Arc::clone(&broadcast));
        let packager = Packager::new(settings, resume);
        let listable = air.listable();
        let mut line = Self {
            shared,
            air,
            stream,
            broadcast,
            settings,
            resume,
            packager,
            leader,
            followers: Vec::new(),
            past: Past::default(),
            outputs: Vec::new(),
            listable,
            given_out: resume.next_sequence,
            held_until: None,
        };
        if channel.video.audio_only {
            line.add_audio();
        }
        line
    }

    /// Takes all `packets` of the source, and leaves an empty list to fill again.
    pub(super) fn take(&mut self, packets: &mut Vec<Packet>) {
        if packets.is_empty() {
            return;
        }
        let arrived = self.shared.clock.wall();
        for packet in packets.drain(..) {
            let from = self.outputs.len();
            self.packager.push(&packet, arrived, &mut self.outputs);
            self.give_out(from);
            self.lead(from);
            self.pass_sound_on(&packet, arrived);
        }
        self.publish();
    }

    /// Takes what the encoders of ours say.
    pub(super) fn rung(&mut self, event: RungEvent) {
        let arrived = self.shared.clock.wall();
        match event {
            RungEvent::Ladder { ladder, starting } => self.plan(&ladder, &starting),
            RungEvent::Resumes { number, from } => {
                let Some(lane) = self.lane(number) else { return };
                lane.follower.expect(from);
                lane.rendition.set_away(false);
                self.stream.tell(&self.broadcast);
            }
            RungEvent::Packets { number, packets } => {
                let Some(lane) = self.lane(number) else { return };
                for packet in &packets {
                    lane.follower.push(packet, arrived, &mut lane.outputs);
                }
            }
            RungEvent::Lost { number } => {
                let Some(lane) = self.lane(number) else { return };
                lane.follower.lost(&mut lane.outputs);
                lane.rendition.set_away(true);
                self.stream.tell(&self.broadcast);
            }
        }
        self.publish();
    }

    /// There are no encoders of ours, or no longer.
    pub(super) fn alone(&mut self) {
        self.lose_all_but(&[]);
        self.broadcast.settle(false);
        self.stream.tell(&self.broadcast);
        self.publish();
    }

    /// Nothing more comes of the encoded renditions, save those with these numbers.
    fn lose_all_but(&mut self, numbers: &[u8]) {
        let encoded = self.followers.iter_mut().filter(|lane| lane.kind == Kind::Encoded);
        for lane in encoded.filter(|lane| !numbers.contains(&lane.rendition.number)) {
            lane.follower.lost(&mut lane.outputs);
            lane.rendition.set_away(true);
        }
    }

    /// This task was behind by more than the fan-out holds: what is missing is a discontinuity.
    pub(super) fn lost(&self, packets: u64) -> Packet {
        tracing::warn!(
            channel.id = %self.air.channel, lost = packets,
            "packaging is behind the encoder; this machine is overloaded"
        );
        Packet::Discontinuity
    }

    /// The source is over: whatever is held back is published.
    pub(super) fn end(&mut self) {
        self.broadcast.settle_at_last();
        let from = self.outputs.len();
        self.packager.end(&mut self.outputs);
        self.give_out(from);
        self.lead(from);
        for lane in &mut self.followers {
            lane.follower.end(&mut lane.outputs);
        }
        self.publish_below(u64::MAX);
        self.stream.ended(&self.broadcast);
    }

    /// How long the ended playlist stands.
    pub(super) fn afterglow(&self) -> Duration {
        self.shared.afterglow
    }

    /// Resolves when another broadcast has begun on the channel: then nobody asks for this one.
    pub(super) async fn replaced(&self) {
        self.broadcast.closed().await;
    }

    /// The time of the ended playlist is over.
    pub(super) fn forget(&self) {
        self.stream.forget(&self.broadcast);
    }

    /// Shows the followers what the leader has made.
    fn lead(&mut self, from: usize) {
        let led = self.outputs.get(from..).unwrap_or_default();
        for lane in &mut self.followers {
            lane.follower.lead(led, &mut lane.outputs);
        }
        led.iter().for_each(|output| self.past.note(output));
    }

    fn pass_sound_on(&mut self, packet: &Packet, arrived: WallClock) {
        let is_sound = match packet {
            Packet::Config(TrackConfig::Audio(_)) | Packet::Discontinuity => true,
            Packet::Frame(Frame { track, .. }) => *track == Track::Audio,
            Packet::Config(TrackConfig::Video(_)) => false,
        };
        if !is_sound {
            return;
        }
        for lane in self.followers.iter_mut().filter(|lane| lane.kind == Kind::Audio) {
            lane.follower.push(packet, arrived, &mut lane.outputs);
        }
    }

    /// Has the numbers of new segments written down.
    fn give_out(&mut self, from: usize) {
        for output in self.outputs.get(from..).unwrap_or_default() {
            if let Output::SegmentStart(segment) = output {
                self.given_out = segment.sequence + 1;
                self.air.advance(self.given_out, segment.discontinuity_sequence);
            }
        }
    }

    /// Publishes what was made, but for segments whose numbers are not written down yet.
    fn publish(&mut self) {
        let listable = *self.listable.borrow_and_update();
        let now = self.shared.clock.monotonic();
        // The disk is slow: viewers do not wait for it, until it has caught up.
        let is_over = self.held_until.is_some_and(|until| until <= now);
        let is_held = self.publish_below(if is_over { u64::MAX } else { listable });
        let is_behind = is_over && self.given_out > listable;
        self.held_until = match self.held_until {
            Some(until) if is_held || is_behind => Some(until),
            _ => is_held.then(|| now + MAX_HOLD),
        };
    }

    /// Publishes what is held back when it may be; never resolves while nothing is.
    pub(super) async fn publish_held(&mut self) {
        let held = self.held_until.filter(|_| !self.outputs.is_empty());
        let Some(until) = held else { return std::future::pending().await };
        // An error means that nobody writes any more, as much as the time that is over.
        let _ = timeout_at(until.into(), self.listable.changed()).await;
        self.publish();
    }

    /// Publishes segments with numbers below this; whether others are left.
    fn publish_below(&mut self, listable: u64) -> bool {
        let mut held = hold_back(&mut self.outputs, listable);
        if !self.outputs.is_empty() {
            self.stream.apply(&self.broadcast, &self.leader, &mut self.outputs);
            self.air.count_viewers(self.stream.viewers.count());
        }
        let is_held = !held.is_empty();
        std::mem::swap(&mut self.outputs, &mut held);
        for lane in &mut self.followers {
            let held = hold_back(&mut lane.outputs, listable);
            if !lane.outputs.is_empty() {
                self.stream.apply(&self.broadcast, &lane.rendition, &mut lane.outputs);
            }
            lane.outputs = held;
        }
        is_held
    }

    fn lane(&mut self, number: u8) -> Option<&mut Lane> {
        self.followers.iter_mut().find(|lane| lane.rendition.number == number)
    }

    /// The rungs are decided, or decided anew.
    fn plan(&mut self, ladder: &Ladder, starting: &[u8]) {
        for rung in &ladder.rungs {
            let label = label(rung);
            match self.lane(rung.number) {
                Some(lane) => lane.rendition.relabel(label),
                None => self.add(label, Following::Encoded, Some(rung.frame_rate)),
            }
            if let Some(lane) = self.lane(rung.number) {
                lane.rendition.set_away(!starting.contains(&rung.number));
            }
        }
        // A source that has become another may have fewer of them.
        let numbers: Vec<u8> = ladder.rungs.iter().map(|rung| rung.number).collect();
        self.lose_all_but(&numbers);
        self.broadcast.settle(ladder.passthrough == Passthrough::Hidden);
        self.stream.tell(&self.broadcast);
    }

    fn add_audio(&mut self) {
        let name = "Audio only".to_owned();
        let label = Label { number: AUDIO_ONLY, kind: Kind::Audio, name, expected: None };
        self.add(label, Following::AudioOnly, None);
        if let Some(lane) = self.lane(AUDIO_ONLY) {
            lane.follower.expect(Timestamp::ZERO);
        }
    }

    fn add(&mut self, label: Label, what: Following, rate: Option<FrameRate>) {
        if self.followers.len() >= MAX_FOLLOWERS {
            tracing::warn!(channel.id = %self.air.channel, "no further rendition in this broadcast");
            return;
        }
        let kind = label.kind;
        let window = window(&self.broadcast.id, self.settings, self.resume, true);
        let rendition = Arc::new(Rendition::new(label, window));
        let follower = Follower::new(self.settings, what, self.resume);
        let follower = match rate {
            Some(rate) => follower.at_rate(rate),
            None => follower,
        };
        let mut lane = Lane { rendition, kind, follower, outputs: Vec::new() };
        let past: Vec<_> = self.past.outputs().cloned().collect();
        lane.follower.lead(&past, &mut lane.outputs);
        self.broadcast.add(Arc::clone(&lane.rendition));
        self.followers.push(lane);
    }
}

/// Takes out of `outputs` what must wait: from the first segment on whose number is not below
/// `listable`.
fn hold_back(outputs: &mut Vec<Output>, listable: u64) -> Vec<Output> {
    let first = outputs.iter().position(
        |output| matches!(output, Output::SegmentStart(segment) if segment.sequence >= listable),
    );
    first.map(|at| outputs.split_off(at)).unwrap_or_default()
}

impl Past {
    fn note(&mut self, output: &Output) {
        let kept = match output {
            Output::Timing(_) => {
                self.timing = Some(output.clone());
                return;
            }
            Output::Init(init) => {
                self.init = Some(Output::Init(Init { bytes: Bytes::new(), ..init.clone() }));
                return;
            }
            Output::Part(part) => Output::Part(Part { content: Content::Gap, ..part.clone() }),
            Output::SegmentStart(_) => {
                self.segments += 1;
                output.clone()
            }
            Output::SegmentEnd(_) | Output::End => output.clone(),
        };
        self.since.push_back(kept);
        while self.segments > MAX_PAST_SEGMENTS {
            match self.since.pop_front() {
                Some(Output::SegmentEnd(_)) => self.segments -= 1,
                Some(_) => {}
                None => self.segments = 0,
            }
        }
    }

    fn outputs(&self) -> impl Iterator<Item = &Output> {
        self.timing.iter().chain(&self.init).chain(&self.since)
    }
}

fn window(id: &str, settings: Settings, resume: Resume, independent_segments: bool) -> Window {
    Window::new(Options {
        id: id.into(),
        latency: settings.latency,
        next_sequence: resume.next_sequence,
        independent_segments,
    })
}

fn label(rung: &Rung) -> Label {
    let expected = Expected {
        rates: Rates { peak: rung.bandwidth, average: rung.average_bandwidth },
        codecs: rung.rfc6381.split(',').map(str::to_owned).collect(),
        resolution: Some((rung.width, rung.height)),
        frame_rate: Some(rung.frame_rate),
    };
    Label {
        number: rung.number,
        kind: Kind::Encoded,
        name: rung.name.clone(),
        expected: Some(expected),
    }
}

#[cfg(test)]
mod tests {
    use rivulet_media::hls::SegmentStart;

    use super::*;

    fn start(sequence: u64) -> Output {
        Output::SegmentStart(SegmentStart {
            sequence,
            discontinuity_sequence: 0,
            discontinuity: false,
            at: Timestamp::ZERO,
            program_date_time: WallClock::default(),
        })
    }

    #[test]
    fn only_segments_whose_numbers_are_not_written_wait() {
        let made = || {
            vec![Output::SegmentEnd(Duration::ZERO), start(7), Output::End, start(8), Output::End]
        };
        for (listable, published) in [(0, 1), (7, 1), (8, 3), (9, 5), (u64::MAX, 5)] {
            let mut outputs = made();
            let held = hold_back(&mut outputs, listable);
            assert_eq!((outputs.len(), held.len()), (published, 5 - published), "{listable}");
        }
    }
}
