//! The source's packets on their way into a child.

use std::time::Instant;

use rivulet_media::fmp4;
use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
use rivulet_media::time::Timestamp;
use tokio::io::AsyncWriteExt as _;
use tokio::process::ChildStdin;
use tokio::sync::broadcast::error::TryRecvError;

use super::{Ended, Feed, Report, Watch, turns};

/// Gives a child the source's packets.
pub(super) struct Feeder<'a> {
    watch: &'a Watch<'a>,
    stdin: ChildStdin,
    mux: fmp4::Feed,
    waits_for_keyframe: bool,
}

impl<'a> Feeder<'a> {
    pub(super) fn new(watch: &'a Watch<'a>, stdin: ChildStdin, mux: fmp4::Feed) -> Self {
        Self { watch, stdin, mux, waits_for_keyframe: true }
    }

    /// Feeds the child until there is a reason to stop.
    pub(super) async fn run(&mut self, feed: Feed) -> Ended {
        let Feed { configs, mut packets } = feed;
        self.write(&self.mux.init(), None).await;
        if let Some(audio) = &self.watch.order.audio {
            self.pass_on(&Packet::Config(TrackConfig::Audio(audio.clone())));
        }
        for packet in configs {
            if let Some(ended) = self.take(packet).await {
                return ended;
            }
        }
        let mut turns = turns(self.watch.start);
        loop {
            let taken = match packets.try_recv() {
                Ok(packet) => self.take(packet).await,
                Err(TryRecvError::Empty) => {
                    turns.tick().await;
                    None
                }
                Err(TryRecvError::Closed) => Some(Ended::Stopped),
                Err(TryRecvError::Lagged(lost)) => {
                    self.waits_for_keyframe = true;
                    self.watch.tell(Report::Skipped { packets: lost }).await;
                    None
                }
            };
            if let Some(ended) = taken {
                return ended;
            }
        }
    }

    /// Takes one packet of the source.
    async fn take(&mut self, packet: Packet) -> Option<Ended> {
        match &packet {
            Packet::Config(config) => {
                let order = self.watch.order;
                let same = match config {
                    TrackConfig::Video(video) => *video == order.video,
                    TrackConfig::Audio(audio) => order.audio.as_ref() == Some(audio),
                };
                return (!same).then_some(Ended::Reconfigured);
            }
            Packet::Discontinuity => {}
            Packet::Frame(frame) if self.may_begin(frame) => {
                if self.waits_for_keyframe {
                    self.waits_for_keyframe = false;
                    self.watch.tell(Report::Resumes { from: frame.pts }).await;
                }
                match frame.track {
                    Track::Audio => self.sound(frame, &packet).await,
                    Track::Video => self.frame(frame).await,
                }
            }
            Packet::Frame(_) => {}
        }
        None
    }

    fn may_begin(&self, frame: &Frame) -> bool {
        !self.waits_for_keyframe || (frame.track == Track::Video && frame.keyframe)
    }

    async fn sound(&mut self, frame: &Frame, packet: &Packet) {
        self.pass_on(packet);
        if self.watch.order.encodes_sound() {
            self.frame(frame).await;
        }
    }

    /// Sound that rungs take as it is does not pass through ffmpeg.
    fn pass_on(&self, packet: &Packet) {
        self.watch.sound().push(packet.clone());
    }

    async fn frame(&mut self, frame: &Frame) {
        let bytes = self.mux.write(frame);
        self.write(&bytes, (frame.track == Track::Video).then_some(frame.pts)).await;
    }

    async fn write(&mut self, bytes: &[u8], picture: Option<Timestamp>) {
        self.watch.vitals().write_begins(Instant::now());
        if self.stdin.write_all(bytes).await.is_err() {
            // It has closed its input: it ends, or it hangs. Others will see which.
            return std::future::pending().await;
        }
        self.watch.vitals().write_ends(Instant::now(), picture);
    }
}
