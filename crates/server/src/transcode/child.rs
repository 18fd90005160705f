//! One ffmpeg at work: frames of the source in, frames of its rungs out, until one side ends.
//!
//! Writing, reading and listening go on at the same time, so a full pipe on one side never stops the
//! other. A child that stops working is killed; every child is awaited.
//!
//! A child is served in turns rather than at every packet: waking up costs more than all that is done
//! with one, and the source's two tracks and eight rungs wake hundreds of times a second.

mod feeder;
mod pipes;

use std::fs::File;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::try_join;
use rivulet_media::fmp4;
use rivulet_media::frame::{Packet, Track};
use rivulet_media::time::Timestamp;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin};
use tokio::sync::broadcast;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::FfmpegError;
use super::arguments::{Order, Output, arguments};
use super::ffmpeg::{self, Ffmpeg, Piped};
use super::said::Said;
use super::vitals::{Usage, Vitals, usage};
use feeder::Feeder;
use pipes::{Batch, Pipes};

/// How often a child is given what came and asked for what it made: often enough that the delay
/// is lost in that of encoding.
const TURN: Duration = Duration::from_millis(15);
/// How often a child is looked at.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Every how many looks progress is reported.
const LOOKS_PER_REPORT: u32 = 2;
/// How long the last frames may take after the input has ended.
const DRAIN: Duration = Duration::from_secs(5);
/// How long a child may take to end that has closed all its pipes.
const EXIT: Duration = Duration::from_secs(1);

/// What a child is fed with.
pub(crate) struct Feed {
    /// The configurations in force, then what was kept from a keyframe on.
    pub(crate) configs: Vec<Packet>,
    /// What comes then; closed when the broadcast is over.
    pub(crate) packets: broadcast::Receiver<Packet>,
}

/// What a child does.
#[derive(Debug)]
pub(super) enum Report {
    /// It runs.
    Started { pid: u32 },
    /// From the keyframe presented at `from` on, all frames will come.
    Resumes { from: Timestamp },
    /// Packets of rungs, each rung's in decoding order within each track.
    Packets(Vec<RungPackets>),
    /// The source was faster than the child; packets up to the next keyframe are left out. `Resumes`
    /// follows.
    Skipped { packets: u64 },
    /// Once a second.
    Progress(Progress),
}

/// Packets of one rung.
#[derive(Debug)]
pub(super) struct RungPackets {
    pub(super) number: u8,
    pub(super) packets: Vec<Packet>,
}

/// How a child is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Progress {
    /// Pictures made so far, of all rungs.
    pub(super) frames: u64,
    /// Seconds of media made in a second, over the last one.
    pub(super) speed: f64,
    /// How far the newest picture made is behind the newest one given.
    pub(super) lag: Duration,
    /// What it has used.
    pub(super) cpu: Duration,
    pub(super) memory_bytes: u64,
}

/// Why a child ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// It was told to, or the source ended. The last frames have come.
    Stopped,
    /// By itself; with the last lines that it said.
    Exited { code: Option<i32>, said: Vec<String> },
    /// It did not work any more, and was killed.
    Hung { said: Vec<String> },
    /// The source changed its configuration: another child must take over.
    Reconfigured,
    /// It could not be started.
    NotStarted(FfmpegError),
}

/// Runs one child to its end.
pub(super) async fn run(
    ffmpeg: &Ffmpeg,
    order: Order,
    feed: Feed,
    report: mpsc::Sender<Report>,
    stop: CancellationToken,
) -> Ended {
    let Piped { mut child, outputs } = match start(ffmpeg, &order).await {
        Ok(piped) => piped,
        Err(error) => return Ended::NotStarted(error),
    };
    let watch = Watch {
        order: &order,
        report: &report,
        vitals: Mutex::default(),
        said: Mutex::default(),
        sound: Mutex::default(),
        start: tokio::time::Instant::now(),
    };
    let ended = watch.work(&mut child, outputs, feed, &stop).await;
    let patience = if matches!(ended, Some(Ended::Hung { .. })) { Duration::ZERO } else { EXIT };
    let status = ffmpeg::end(&mut child, patience).await;
    let said = watch.said().take();
    match ended {
        None => Ended::Exited { code: status.and_then(|status| status.code()), said },
        Some(Ended::Hung { .. }) => Ended::Hung { said },
        Some(ended) => ended,
    }
}

async fn start(ffmpeg: &Ffmpeg, order: &Order) -> Result<Piped, FfmpegError> {
    let version = ffmpeg.version().await?.clone();
    let order = order.clone();
    let count = order.outputs().len();
    ffmpeg.start_with_pipes(count, move |pipes| arguments(&order, &version, pipes)).await
}

/// What everything around one child shares.
struct Watch<'a> {
    order: &'a Order,
    report: &'a mpsc::Sender<Report>,
    vitals: Mutex<Vitals>,
    said: Mutex<Said>,
    /// Sound that rungs take as it is, until it goes on with their pictures: at most what comes
    /// before a child that makes none is found to hang.
    sound: Mutex<Vec<Packet>>,
    /// What its turns are counted from.
    start: tokio::time::Instant,
}

impl Watch<'_> {
    /// Feeds the child and reads from it. `None` when the child has closed its pipes first.
    async fn work(
        &self,
        child: &mut Child,
        outputs: Vec<File>,
        feed: Feed,
        stop: &CancellationToken,
    ) -> Option<Ended> {
        let pid = child.id().unwrap_or_default();
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        self.tell(Report::Started { pid }).await;
        let outputs = self.order.outputs().into_iter().zip(outputs);
        let reading = self.read(Pipes::new(outputs, turns(self.start)));
        let mut working = pin!(try_join(reading, self.listen(stderr)));
        let ended = tokio::select! {
            ended = self.feed(stdin, feed, stop) => ended,
            ended = self.look(pid) => ended,
            () = self.report.closed() => Ended::Stopped,
            read = &mut working => {
                self.note(read.map(|_| ()));
                return None;
            }
        };
        if matches!(ended, Ended::Stopped | Ended::Reconfigured) {
            // Its input is closed by now; it finishes what it has.
            if let Ok(read) = timeout(DRAIN, working).await {
                self.note(read.map(|_| ()));
            }
        }
        Some(ended)
    }

    /// Reports; waits while nobody takes what was reported before, which is no fault of the child.
    async fn tell(&self, report: Report) {
        if let Err(mpsc::error::TrySendError::Full(report)) = self.report.try_send(report) {
            self.vitals().waits_for_us(true, Instant::now());
            // Nobody there: `run` ends by that.
            let _ = self.report.send(report).await;
            self.vitals().waits_for_us(false, Instant::now());
        }
    }

    /// Gives the child what comes, until there is a reason to stop. Dropping this closes its input.
    async fn feed(&self, stdin: Option<ChildStdin>, feed: Feed, stop: &CancellationToken) -> Ended {
        let Some(stdin) = stdin else { return std::future::pending().await };
        let sound = self.order.audio.as_ref().filter(|_| self.order.encodes_sound());
        let mux = fmp4::Feed::new(Some(&self.order.video), sound);
        let mux = match self.order.pace() {
            Some(picture) => mux.paced(picture),
            None => mux,
        };
        let mut feeder = Feeder::new(self, stdin, mux);
        tokio::select! {
            () = stop.cancelled() => Ended::Stopped,
            ended = feeder.run(feed) => ended,
        }
    }

    /// Reads the child's pipes to their end.
    async fn read(&self, mut pipes: Pipes) -> Result<(), fmp4::Error> {
        while let Some(batch) = pipes.next().await? {
            self.hand_on(batch).await;
        }
        self.hand_on(Vec::new()).await;
        Ok(())
    }

    /// Hands on what the child made, with the sound that goes with it.
    async fn hand_on(&self, batch: Batch) {
        let pictures = batch.iter().flat_map(|(_, packets)| packets).filter_map(picture);
        self.vitals().answer(pictures);
        let sound = std::mem::take(&mut *self.sound());
        let mut rungs = Vec::new();
        if !sound.is_empty() {
            let numbers = self.order.copies_sound();
            rungs.extend(numbers.map(|number| RungPackets { number, packets: sound.clone() }));
        }
        for (what, packets) in batch {
            match what {
                Output::Video { number } => rungs.push(RungPackets { number, packets }),
                Output::Audio { numbers, .. } => rungs.extend(
                    numbers
                        .into_iter()
                        .map(|number| RungPackets { number, packets: packets.clone() }),
                ),
            }
        }
        if !rungs.is_empty() {
            self.tell(Report::Packets(rungs)).await;
        }
    }

    /// Reads what the child says to its end.
    async fn listen(&self, stderr: Option<ChildStderr>) -> Result<(), fmp4::Error> {
        let Some(mut stderr) = stderr else { return Ok(()) };
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = stderr.read(&mut bytes).await {
            self.said().push(bytes.get(..count).unwrap_or_default());
        }
        Ok(())
    }

    /// Looks at the child until it hangs.
    async fn look(&self, pid: u32) -> Ended {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (mut looks, mut before) = (0, (Instant::now(), None));
        loop {
            ticks.tick().await;
            let now = Instant::now();
            if self.vitals().is_hung(now) {
                return Ended::Hung { said: Vec::new() };
            }
            looks += 1;
            if looks % LOOKS_PER_REPORT == 0 {
                let progress = self.progress(usage(pid).unwrap_or_default(), now, &mut before);
                // One that nobody has time for is followed by another.
                let _ = self.report.try_send(Report::Progress(progress));
            }
        }
    }

    fn progress(
        &self,
        Usage { cpu, memory_bytes }: Usage,
        now: Instant,
        before: &mut (Instant, Option<Timestamp>),
    ) -> Progress {
        let vitals = self.vitals();
        let (then, reached) = std::mem::replace(before, (now, vitals.answered()));
        let made = vitals.answered().zip(reached).map(|(newest, then)| newest.since(then));
        let speed = made.unwrap_or_default().as_secs_f64()
            / now.saturating_duration_since(then).as_secs_f64().max(0.001);
        Progress { frames: vitals.frames(), speed, lag: vitals.lag(), cpu, memory_bytes }
    }

    /// Notes that what the child wrote could not be read.
    fn note(&self, ended: Result<(), fmp4::Error>) {
        if let Err(error) = ended {
            let line =
                format!("\nits output cannot be read: {}\n", crate::telemetry::chain(&error));
            self.said().push(line.as_bytes());
        }
    }

    fn vitals(&self) -> MutexGuard<'_, Vitals> {
        self.vitals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sound(&self) -> MutexGuard<'_, Vec<Packet>> {
        self.sound.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turns in which a child is served: the same for both sides, counted from `start`.
fn turns(start: tokio::time::Instant) -> tokio::time::Interval {
    let mut turns = tokio::time::interval_at(start, TURN);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    turns
}

/// When a picture is shown.
pub(super) fn picture(packet: &Packet) -> Option<Timestamp> {
    match packet {
        Packet::Frame(frame) if frame.track == Track::Video => Some(frame.pts),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
