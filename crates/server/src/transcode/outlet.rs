//! What a broadcast's rungs give to whoever packages them.
//!
//! A packager that does not take packets does not hold up the child, nor anybody else: what it has
//! no room for is lost, it is told so as soon as there is room, and each rung goes on at its next
//! keyframe.

use std::collections::HashMap;
use std::sync::Arc;

use rivulet_media::frame::{Packet, Track, TrackConfig};
use rivulet_media::time::Timestamp;
use tokio::sync::mpsc;

use super::ladder::Ladder;

/// What may wait for the packager: about two seconds of eight rungs with sound. More is lost.
pub(super) const MAX_WAITING_EVENTS: usize = 1024;

/// What happens to the rungs of a broadcast.
#[derive(Clone, Debug)]
pub(crate) enum RungEvent {
    /// These are the renditions from now on; none of them is there yet, and those with the numbers
    /// in `starting` soon will be.
    Ladder { ladder: Arc<Ladder>, starting: Vec<u8> },
    /// All frames of a rung that are shown from there on will come.
    Resumes { number: u8, from: Timestamp },
    /// Configurations and frames of a rung, in decoding order within each track.
    Packets { number: u8, packets: Vec<Packet> },
    /// Nothing comes until it resumes.
    Lost { number: u8 },
}

/// How a rung stands with the packager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// It was told that nothing comes.
    Lost,
    /// It gets everything.
    Flows,
    /// Something did not fit; it must still be told.
    Broken,
}

#[derive(Debug)]
struct Rung {
    flow: Flow,
    /// The newest configurations, which a rung that goes on begins with.
    video: Option<Packet>,
    audio: Option<Packet>,
}

/// The sending side.
#[derive(Debug)]
pub(super) struct Outlet {
    events: mpsc::Sender<RungEvent>,
    rungs: HashMap<u8, Rung>,
    /// Packets that nobody took.
    dropped: u64,
}

impl Outlet {
    pub(super) fn new(events: mpsc::Sender<RungEvent>) -> Self {
        Self { events, rungs: HashMap::new(), dropped: 0 }
    }

    /// Resolves when nobody takes anything any more.
    pub(super) async fn closed(&self) {
        self.events.closed().await;
    }

    /// There is a new ladder. Waits until that is taken, for nothing makes sense without it.
    pub(super) async fn ladder(&mut self, ladder: Arc<Ladder>, starting: Vec<u8>) {
        self.lose_all();
        self.rungs.clear();
        // Nobody there: the broadcast ends by that.
        let _ = self.events.send(RungEvent::Ladder { ladder, starting }).await;
    }

    /// A rung's frames will come from there on, decoded with the configurations that came last.
    pub(super) fn resumes(&mut self, number: u8, from: Timestamp) {
        let flow = self.rung(number).flow;
        if flow == Flow::Broken && !self.tell(RungEvent::Lost { number }) {
            return;
        }
        let told = self.tell(RungEvent::Resumes { number, from });
        self.rung(number).flow = if told { Flow::Flows } else { Flow::Lost };
        let rung = self.rung(number);
        let configs: Vec<_> = [&rung.video, &rung.audio].into_iter().flatten().cloned().collect();
        if told && !configs.is_empty() {
            self.hand_on(number, configs);
        }
    }

    /// Hands on a rung's packets.
    pub(super) fn packets(&mut self, number: u8, packets: Vec<Packet>) {
        self.remember(number, &packets);
        if self.rung(number).flow == Flow::Flows {
            return self.hand_on(number, packets);
        }
        let Some(at) = packets.iter().position(|packet| keyframe(packet).is_some()) else {
            self.dropped += packets.len() as u64;
            return;
        };
        let (before, after) = packets.split_at(at);
        self.dropped += before.len() as u64;
        let Some(from) = after.first().and_then(keyframe) else { return };
        self.resumes(number, from);
        if self.rung(number).flow == Flow::Flows {
            self.hand_on(number, after.to_vec());
        } else {
            self.dropped += after.len() as u64;
        }
    }

    /// Nothing comes of a rung.
    pub(super) fn lost(&mut self, number: u8) {
        if self.rung(number).flow != Flow::Lost {
            let told = self.tell(RungEvent::Lost { number });
            self.rung(number).flow = if told { Flow::Lost } else { Flow::Broken };
        }
    }

    /// Nothing comes of any rung.
    pub(super) fn lose_all(&mut self) {
        let numbers: Vec<u8> = self.rungs.keys().copied().collect();
        for number in numbers {
            self.lost(number);
        }
    }

    /// Packets lost so far because nobody took them.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    fn hand_on(&mut self, number: u8, packets: Vec<Packet>) {
        let count = packets.len() as u64;
        if !self.tell(RungEvent::Packets { number, packets }) {
            self.dropped += count;
            self.rung(number).flow = Flow::Broken;
        }
    }

    fn tell(&self, event: RungEvent) -> bool {
        self.events.try_send(event).is_ok()
    }

    fn remember(&mut self, number: u8, packets: &[Packet]) {
        let rung = self.rung(number);
        for packet in packets {
            match packet {
                Packet::Config(TrackConfig::Video(_)) => rung.video = Some(packet.clone()),
                Packet::Config(TrackConfig::Audio(_)) => rung.audio = Some(packet.clone()),
                Packet::Frame(_) | Packet::Discontinuity => {}
            }
        }
    }

    fn rung(&mut self, number: u8) -> &mut Rung {
        let new = || Rung { flow: Flow::Lost, video: None, audio: None };
        self.rungs.entry(number).or_insert_with(new)
    }
}

/// When a picture is shown that decoding can begin with.
fn keyframe(packet: &Packet) -> Option<Timestamp> {
    match packet {
        Packet::Frame(frame) if frame.track == Track::Video && frame.keyframe => Some(frame.pts),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use rivulet_media::frame::{Frame, VideoCodec, VideoConfig};

    use super::*;

    fn config() -> Packet {
        Packet::Config(TrackConfig::Video(VideoConfig {
            codec: VideoCodec::H264,
            record: Bytes::new(),
            width: 16,
            height: 16,
            rfc6381: "avc1.64001f".to_owned(),
        }))
    }

    fn picture(ms: i64, keyframe: bool) -> Packet {
        let at = Timestamp::from_millis(ms);
        let data = Bytes::new();
        Packet::Frame(Frame { track: Track::Video, dts: at, pts: at, keyframe, data })
    }

    /// Such as `1+2` for two packets of rung 1, `1!` for a loss and `1@40` for where it resumes.
    fn heard(events: &mut mpsc::Receiver<RungEvent>) -> Vec<String> {
        let mut heard = Vec::new();
        while let Ok(event) = events.try_recv() {
            heard.push(match event {
                RungEvent::Ladder { .. } => "ladder".to_owned(),
                RungEvent::Resumes { number, from } => format!("{number}@{}", from.as_millis()),
                RungEvent::Packets { number, packets } => format!("{number}+{}", packets.len()),
                RungEvent::Lost { number } => format!("{number}!"),
            });
        }
        heard
    }

    #[test]
    fn a_rung_is_told_as_it_comes_and_goes() {
        let (events, mut hearing) = mpsc::channel(10);
        let mut outlet = Outlet::new(events);
        outlet.lost(1);
        outlet.resumes(1, Timestamp::ZERO);
        outlet.packets(1, vec![config(), picture(0, true)]);
        outlet.packets(1, vec![picture(40, false)]);
        outlet.lose_all();
        outlet.lose_all();
        assert_eq!(heard(&mut hearing), ["1@0", "1+2", "1+1", "1!"]);
        assert_eq!(outlet.dropped(), 0);
    }

    #[test]
    fn what_is_configured_before_a_rung_begins_is_handed_on_with_it() {
        let (events, mut hearing) = mpsc::channel(10);
        let mut outlet = Outlet::new(events);
        outlet.packets(1, vec![config()]);
        outlet.resumes(1, Timestamp::ZERO);
        outlet.packets(1, vec![picture(0, true)]);
        assert_eq!(heard(&mut hearing), ["1@0", "1+1", "1+1"]);
    }

    #[test]
    fn who_takes_nothing_is_told_what_was_lost_and_goes_on_at_a_keyframe() {
        let (events, mut hearing) = mpsc::channel(2);
        let mut outlet = Outlet::new(events);
        outlet.resumes(1, Timestamp::ZERO);
        outlet.packets(1, vec![config(), picture(0, true)]);
        for n in 1..5 {
            outlet.packets(1, vec![picture(n * 40, n == 3)]);
        }
        outlet.lost(1);
        assert_eq!(outlet.dropped(), 4);
        assert_eq!(heard(&mut hearing), ["1@0", "1+2"]);
        outlet.packets(1, vec![picture(200, false)]);
        assert!(heard(&mut hearing).is_empty());
        // There is room for the loss and the place alone, and then not even for those.
        outlet.packets(1, vec![picture(240, true), picture(280, false)]);
        assert_eq!(heard(&mut hearing), ["1!", "1@240"]);

        let (events, mut hearing) = mpsc::channel(4);
        outlet.events = events;
        outlet.packets(1, vec![picture(320, false), picture(360, true), picture(400, false)]);
        assert_eq!(heard(&mut hearing), ["1!", "1@360", "1+1", "1+2"]);
        assert_eq!(outlet.dropped(), 9);
    }
}
