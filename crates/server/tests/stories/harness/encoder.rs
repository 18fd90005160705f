//! An encoder of our own, which does what real ones do only when something breaks.

use std::path::Path;
use std::time::Duration;

use rivulet_media::flv::{Tag, TagKind, file};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Link, PATIENCE, Refused, Server};

/// What an encoder sends, over and over.
#[derive(Clone)]
pub(crate) struct Source {
    headers: Vec<Tag>,
    frames: Vec<Tag>,
    length: Duration,
    first_stamp: u32,
    /// How many times too long everything takes to come; stamps say nothing of it.
    slowness: u32,
}

impl Source {
    /// 720p30 with a keyframe every two seconds and sound.
    pub(crate) fn testcard() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::read(&folder.join("assets/testcard.flv"), Duration::from_secs(8))
    }

    /// 160 × 90 with B-frames and sound.
    pub(crate) fn small() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::read(&folder.join("../../testdata/flv/h264_aac.flv"), Duration::from_secs(2))
    }

    fn read(path: &Path, length: Duration) -> Self {
        let tags = file::read_all(&std::fs::read(path).unwrap()).unwrap();
        let (headers, frames) = tags
            .into_iter()
            .filter(|tag| tag.kind != TagKind::Script && !is_end_of_sequence(tag))
            .partition(is_header);
        Self { headers, frames, length, first_stamp: 0, slowness: 1 }
    }

    /// Begins with this timestamp, in milliseconds.
    pub(crate) fn stamped_from(mut self, milliseconds: u32) -> Self {
        self.first_stamp = milliseconds;
        self
    }

    /// Comes this many times too slowly, as from an encoder that does not keep up.
    pub(crate) fn slowed(mut self, times: u32) -> Self {
        self.slowness = times;
        self
    }

    /// Adds so many bytes to every picture: a NAL unit of filler data (H.264 §7.3.2.7).
    pub(crate) fn padded(mut self, bytes: usize) -> Self {
        const FILLER: u8 = 12;
        let length = u32::try_from(bytes).unwrap().to_be_bytes();
        let filler = [&length[..], &[FILLER], &vec![0xff; bytes - 2], &[0x80]].concat();
        for tag in self.frames.iter_mut().filter(|tag| tag.kind == TagKind::Video) {
            tag.body = [&tag.body[..], &filler].concat().into();
        }
        self
    }

    /// Of the tracks, this one alone.
    pub(crate) fn only(mut self, kind: TagKind) -> Self {
        self.headers.retain(|tag| tag.kind == kind);
        self.frames.retain(|tag| tag.kind == kind);
        self
    }
}

/// Whether a tag sets up a decoder: AVC and AAC in the layout of FLV's first version.
fn is_header(tag: &Tag) -> bool {
    packet_type(tag) == Some(0)
}

fn is_end_of_sequence(tag: &Tag) -> bool {
    tag.kind == TagKind::Video && packet_type(tag) == Some(2)
}

fn packet_type(tag: &Tag) -> Option<u8> {
    tag.body.get(1).copied()
}

/// What an encoder is told to do.
enum Order {
    /// Go on with stamps that are off by so many milliseconds.
    Jump(i32),
    /// Send something else from now on.
    Switch(Source),
    /// Send nothing more and stay connected.
    Stall,
    /// Say goodbye.
    Finish,
}

/// A publishing encoder. Dropping it closes its connection without goodbye.
pub(crate) struct Encoder {
    orders: mpsc::Sender<Order>,
    task: JoinHandle<End>,
}

/// How an encoder ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Finished,
    CutOff,
}

impl Encoder {
    /// Publishes to the channel of a key.
    pub(crate) async fn connect(
        server: &Server,
        key: &str,
        source: Source,
    ) -> Result<Self, Refused> {
        let link = Link::publish(server.rtmp, "live", key).await?;
        let (orders, received) = mpsc::channel(8);
        let first_stamp = source.first_stamp;
        let work = Work { link, source, orders: received, stamp_offset: first_stamp };
        Ok(Self { orders, task: tokio::spawn(work.run()) })
    }

    /// Moves its clock.
    pub(crate) async fn jump(&self, milliseconds: i32) {
        self.order(Order::Jump(milliseconds)).await;
    }

    /// Sends something else.
    pub(crate) async fn switch_to(&self, source: Source) {
        self.order(Order::Switch(source)).await;
    }

    /// Goes silent without closing the connection.
    pub(crate) async fn stall(&self) {
        self.order(Order::Stall).await;
    }

    /// Closes the connection without goodbye.
    pub(crate) async fn drop_out(self) {
        self.task.abort();
        assert!(self.task.await.is_err(), "it had ended before");
    }

    /// Stops the stream as encoders do when asked to.
    pub(crate) async fn finish(self) {
        self.order(Order::Finish).await;
        assert_eq!(self.task.await.unwrap(), End::Finished);
    }

    /// Waits until the server has closed the connection.
    pub(crate) async fn gets_cut_off(self) {
        let end = timeout(PATIENCE, self.task).await.expect("the encoder is still connected");
        assert_eq!(end.unwrap(), End::CutOff);
    }

    /// Whether it is connected.
    pub(crate) fn is_connected(&self) -> bool {
        !self.task.is_finished()
    }

    async fn order(&self, order: Order) {
        assert!(self.orders.send(order).await.is_ok(), "the encoder was cut off");
    }
}

struct Work {
    link: Link,
    source: Source,
    orders: mpsc::Receiver<Order>,
    stamp_offset: u32,
}

impl Work {
    async fn run(mut self) -> End {
        let mut began = Instant::now();
        loop {
            match self.play_from(began).await {
                // The new source begins where the old one was, on the clock and in its stamps.
                Next::Switch(source) => {
                    let elapsed = began.elapsed();
                    self.stamp_offset = self.stamp_offset.wrapping_add(millis(elapsed));
                    self.source = source;
                    began = Instant::now();
                }
                Next::Finish => {
                    self.link.finish().await;
                    return End::Finished;
                }
                Next::CutOff => return End::CutOff,
            }
        }
    }

    async fn play_from(&mut self, began: Instant) -> Next {
        let Source { headers, frames, length, slowness, .. } = self.source.clone();
        for header in &headers {
            if self.send(header, Duration::ZERO).await.is_err() {
                return Next::CutOff;
            }
        }
        for round in 0.. {
            for tag in &frames {
                let at = length * round + Duration::from_millis(tag.timestamp_ms.into());
                if let Some(next) = self.wait_until(began + at * slowness).await {
                    return next;
                }
                if self.send(tag, at).await.is_err() {
                    return Next::CutOff;
                }
            }
        }
        unreachable!("a source is repeated without end")
    }

    /// Waits for a frame's time; meanwhile obeys.
    async fn wait_until(&mut self, time: Instant) -> Option<Next> {
        loop {
            tokio::select! {
                () = sleep_until(time) => return None,
                order = self.orders.recv() => match order {
                    Some(Order::Jump(by)) => {
                        self.stamp_offset = self.stamp_offset.wrapping_add_signed(by);
                    }
                    Some(Order::Switch(source)) => return Some(Next::Switch(source)),
                    Some(Order::Finish) => return Some(Next::Finish),
                    Some(Order::Stall) => {
                        while self.link.next().await.is_some() {}
                        return Some(Next::CutOff);
                    }
                    None => return Some(Next::CutOff),
                },
            }
        }
    }

    async fn send(&mut self, tag: &Tag, at: Duration) -> std::io::Result<()> {
        let timestamp_ms = self.stamp_offset.wrapping_add(millis(at));
        self.link.send(&Tag { timestamp_ms, ..tag.clone() }).await
    }
}

enum Next {
    Switch(Source),
    Finish,
    CutOff,
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap()
}
