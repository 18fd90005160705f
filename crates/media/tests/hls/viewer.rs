//! A packager and a window, and a viewer that loads everything they publish and checks it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use bytes::Bytes;
use rivulet_media::frame::{Packet, Track};
use rivulet_media::hls::conformance::Checker;
use rivulet_media::hls::request::{Delta, MediaName, Reload, Request};
use rivulet_media::hls::{
    LatencyLevel, Lookup, Options, Output, Packager, PlaylistAnswer, Resume, Settings, Window,
    playlist,
};
use rivulet_media::time::WallClock;

use crate::source::{Arrival, BEGAN};

pub(crate) struct Viewer {
    packager: Packager,
    pub(crate) window: Window,
    pub(crate) checker: Checker,
    pub(crate) outputs: Vec<Output>,
    loads: u32,
    /// When each track was seen last.
    seen: HashMap<Track, WallClock>,
    fetched: HashSet<String>,
    /// Initialisation segments and parts in the order they were fetched.
    pub(crate) media: Vec<(String, Bytes)>,
}

impl Viewer {
    pub(crate) fn new(latency: LatencyLevel, resume: Resume) -> Self {
        Self {
            packager: Packager::new(Settings { latency }, resume),
            window: Window::new(Options {
                id: "a1".into(),
                latency,
                next_sequence: resume.next_sequence,
                independent_segments: false,
            }),
            checker: Checker::new(),
            outputs: Vec::new(),
            loads: 0,
            seen: HashMap::new(),
            fetched: HashSet::new(),
            media: Vec::new(),
        }
    }

    /// Watches a whole broadcast at a level; fails when anything is found wrong.
    pub(crate) fn watch(level: u8, packets: &[Arrival]) -> Self {
        let mut viewer = Self::new(LatencyLevel::new(level).expect("a level"), Resume::default());
        viewer.take(packets);
        viewer.end();
        viewer.expect_conformance();
        viewer
    }

    pub(crate) fn take(&mut self, packets: &[Arrival]) {
        for (packet, at) in packets {
            self.push(packet, *at);
        }
    }

    pub(crate) fn push(&mut self, packet: &Packet, at: WallClock) {
        if self.seen.values().any(|seen| at.as_unix_millis() - seen.as_unix_millis() > 1000) {
            self.checker.interrupted();
        }
        if let Packet::Frame(frame) = packet {
            self.seen.insert(frame.track, at);
        }
        let mut out = Vec::new();
        self.packager.push(packet, at, &mut out);
        self.publish(out, at);
    }

    pub(crate) fn end(&mut self) {
        let mut out = Vec::new();
        self.packager.end(&mut out);
        self.publish(out, BEGAN);
    }

    #[track_caller]
    pub(crate) fn expect_conformance(&self) {
        let findings: Vec<String> =
            self.checker.findings().iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    pub(crate) fn text(&self, delta: Delta) -> String {
        playlist::render_media(&self.window.snapshot().expect("something is published"), delta)
    }

    /// Published parts: (sequence, index, duration).
    pub(crate) fn parts(&self) -> Vec<(u64, u32, Duration)> {
        let mut sequence = 0;
        self.outputs
            .iter()
            .filter_map(|output| match output {
                Output::SegmentStart(start) => {
                    sequence = start.sequence;
                    None
                }
                Output::Part(part) => Some((sequence, part.index, part.duration)),
                _ => None,
            })
            .collect()
    }

    /// Durations of complete segments.
    pub(crate) fn segments(&self) -> Vec<Duration> {
        self.outputs
            .iter()
            .filter_map(|output| match output {
                Output::SegmentEnd(duration) => Some(*duration),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn publish(&mut self, out: Vec<Output>, at: WallClock) {
        if out.is_empty() {
            return;
        }
        let asked = self.window.edge().map(|edge| (edge.sequence, Some(u64::from(edge.part) + 1)));
        for output in out {
            self.outputs.push(output.clone());
            self.window.apply(output);
        }
        let at = Duration::from_millis(
            u64::try_from(at.as_unix_millis() - BEGAN.as_unix_millis()).unwrap_or(0),
        );
        let Some(snapshot) = self.window.snapshot() else { return };
        // A player asks for a delta once it has a whole playlist.
        let delta = if self.loads.is_multiple_of(3) { Delta::Full } else { Delta::Skip };
        self.loads += 1;
        let reload = asked.map(|(sequence, part)| Reload { sequence, part });
        let answer = self.window.playlist_request(&Request { reload, delta });
        let asked = asked.filter(|_| answer == PlaylistAnswer::Ready);
        self.checker.observe(at, asked, &playlist::render_media(&snapshot, delta));
        self.fetch();
    }

    /// Fetches what is listed and new.
    fn fetch(&mut self) {
        let Some(latest) = self.checker.latest() else { return };
        let mut names = Vec::new();
        for segment in &latest.segments {
            names.extend(segment.map.clone());
            let (missing, there): (Vec<_>, Vec<_>) =
                segment.parts.iter().partition(|part| part.gap);
            names.extend(there.iter().map(|part| part.uri.clone()));
            names.extend(segment.uri.clone().filter(|_| !segment.gap));
            let whole = segment.uri.iter().filter(|_| segment.gap);
            for name in missing.iter().map(|part| &part.uri).chain(whole) {
                let name = MediaName::parse(name).expect("a name of ours");
                assert_eq!(self.window.lookup(&name), Lookup::Missing, "{name} is a gap");
            }
        }
        if let Some(hint) = &latest.hint {
            let name = MediaName::parse(hint).expect("a name of ours");
            assert_eq!(self.window.lookup(&name), Lookup::Hinted, "{hint}");
        }
        for name in names {
            if self.fetched.insert(name.clone()) {
                self.fetch_one(name);
            }
        }
    }

    fn fetch_one(&mut self, name: String) {
        let Lookup::Found(pieces) =
            self.window.lookup(&MediaName::parse(&name).expect("a name of ours"))
        else {
            panic!("{name} is listed and cannot be fetched");
        };
        let content = Bytes::from(pieces.concat());
        self.checker.observe_media(&name, &content);
        if !matches!(MediaName::parse(&name), Some(MediaName::Segment { .. })) {
            self.media.push((name, content));
        }
    }
}
