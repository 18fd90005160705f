//! From a broadcast's packets to parts and segments: what is published when.
//!
//! Nothing is published before the first group of pictures is measured, because the target
//! durations can never change afterwards; what was held back then goes through as if it had just
//! come. From then on the frames form continuous stretches, each with one initialisation segment
//! and one cutter. A stretch ends, and the next begins with an `EXT-X-DISCONTINUITY`, where the
//! source says so, a codec configuration changes, or a track comes or goes.

use super::cadence::Plan;
use super::cutter::Publication;
use super::held::Held;
use super::on_air::OnAir;
use super::output::Output;
use super::settings::Settings;
use crate::frame::Packet;
use crate::time::WallClock;

/// Where the numbering of a rendition goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resume {
    /// Media sequence number of the first segment. When it is not zero, that segment follows on
    /// something published before a restart, and carries an `EXT-X-DISCONTINUITY`.
    pub next_sequence: u64,
    /// Discontinuity sequence number of the last segment published before.
    pub discontinuity_sequence: u64,
}

/// Packages one rendition of one broadcast.
#[derive(Debug)]
pub struct Packager {
    settings: Settings,
    state: State,
}

#[derive(Debug)]
enum State {
    Measuring(Box<(Held, Publication)>),
    OnAir(Box<OnAir>),
    Ended,
}

impl Packager {
    /// A packager that has seen nothing yet.
    #[must_use]
    pub fn new(settings: Settings, resume: Resume) -> Self {
        let publication = Publication {
            sequence: resume.next_sequence,
            discontinuity_sequence: resume.discontinuity_sequence,
            discontinuity: resume.next_sequence > 0,
            given: None,
            init: None,
            fragment: 0,
        };
        Self { settings, state: State::Measuring(Box::new((Held::default(), publication))) }
    }

    /// Takes the next packet, which arrived at `arrived`, and appends what it makes public.
    pub fn push(&mut self, packet: &Packet, arrived: WallClock, out: &mut Vec<Output>) {
        match &mut self.state {
            State::Measuring(waiting) => {
                if waiting.0.take(packet, arrived) {
                    self.go_on_air(out);
                }
            }
            State::OnAir(on_air) => on_air.push(packet, arrived, out),
            State::Ended => {}
        }
    }

    /// Publishes what is left, and [`Output::End`]. Nothing that is pushed later has an effect.
    pub fn end(&mut self, out: &mut Vec<Output>) {
        if matches!(&self.state, State::Measuring(waiting) if waiting.0.is_playable()) {
            self.go_on_air(out);
        }
        match std::mem::replace(&mut self.state, State::Ended) {
            State::OnAir(on_air) => on_air.end(out),
            State::Measuring(_) => {}
            State::Ended => return,
        }
        out.push(Output::End);
    }

    /// Fixes what can never change, and lets through what was held back.
    fn go_on_air(&mut self, out: &mut Vec<Output>) {
        let state = std::mem::replace(&mut self.state, State::Ended);
        let State::Measuring(waiting) = state else {
            self.state = state;
            return;
        };
        let (held, publication) = *waiting;
        let plan = Plan::new(self.settings.latency, &held.cadence());
        out.push(Output::Timing(plan.timing));
        let mut on_air = OnAir::new(plan, publication, held.first_sound());
        for (packet, arrived) in held.into_packets() {
            on_air.push(&packet, arrived, out);
        }
        self.state = State::OnAir(Box::new(on_air));
    }
}
