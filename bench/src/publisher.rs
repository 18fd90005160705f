//! Publishes channels from one source in real time, on a thread of its own, so that a busy
//! measurement does not delay what it measures.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use rivulet_media::flv::{Tag, TagKind};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::link::{Publishing, Target};
use crate::source::Source;
use crate::stamp;

/// Channels start spread over this long, so that their keyframes do not coincide.
const STAGGER: Duration = Duration::from_secs(2);

/// One publisher has been let in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted {
    /// From the first packet of the TCP connection to `NetStream.Publish.Start`.
    pub(crate) after: Duration,
    /// When the connection was begun.
    pub(crate) began: Instant,
}

/// When a frame of the source was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// Number of the video frame in the source.
    pub(crate) frame: u32,
    /// Microseconds since the Unix epoch.
    pub(crate) micros: u64,
}

/// Publishers at work.
pub(crate) struct Publishers {
    stop: watch::Sender<bool>,
    accepted: mpsc::Receiver<Accepted>,
    thread: JoinHandle<Result<Vec<Sent>>>,
    count: usize,
}

impl Publishers {
    /// Begins publishing to every target.
    pub(crate) fn start(source: Arc<Source>, targets: Vec<Target>) -> Self {
        let count = targets.len();
        let (stop, stopped) = watch::channel(false);
        let (accepting, accepted) = mpsc::channel(count.max(1));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(publish_all(&source, targets, &accepting, &stopped))
        });
        Self { stop, accepted, thread, count }
    }

    /// Waits until every publisher has been let in.
    pub(crate) async fn all_accepted(&mut self) -> Result<Vec<Accepted>> {
        let mut all = Vec::new();
        while all.len() < self.count {
            all.push(self.accepted.recv().await.context("a publisher was refused")?);
        }
        Ok(all)
    }

    /// Ends them; an error says that one was cut off before. Returns what the first one sent.
    pub(crate) fn stop(self) -> Result<Vec<Sent>> {
        // The thread has gone already when one was cut off; `join` says why.
        let _ = self.stop.send(true);
        self.thread.join().map_err(|_| anyhow::anyhow!("the publishers panicked"))?
    }
}

async fn publish_all(
    source: &Arc<Source>,
    targets: Vec<Target>,
    accepting: &mpsc::Sender<Accepted>,
    stopped: &watch::Receiver<bool>,
) -> Result<Vec<Sent>> {
    let (count, began) = (targets.len(), Instant::now());
    let mut tasks = JoinSet::new();
    for (index, target) in targets.into_iter().enumerate() {
        let start = began + STAGGER.mul_f64(index as f64 / count as f64);
        let channel = Channel {
            source: Arc::clone(source),
            target,
            start,
            accepting: accepting.clone(),
            stopped: stopped.clone(),
        };
        tasks.spawn(async move { Ok::<_, anyhow::Error>((index, channel.run().await?)) });
    }
    let mut first = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        let (index, sent) = ended??;
        if index == 0 {
            first = sent;
        }
    }
    Ok(first)
}

struct Channel {
    source: Arc<Source>,
    target: Target,
    start: Instant,
    accepting: mpsc::Sender<Accepted>,
    stopped: watch::Receiver<bool>,
}

impl Channel {
    async fn run(mut self) -> Result<Vec<Sent>> {
        sleep_until(self.start).await;
        let began = Instant::now();
        let mut publishing = Publishing::open(&self.target).await?;
        let accepted = Accepted { after: began.elapsed(), began };
        // Nobody waits for it where only the load matters.
        let _ = self.accepting.try_send(accepted);
        for header in &self.source.headers {
            publishing.send(header).await?;
        }
        let sent = self.send_frames(&mut publishing).await?;
        publishing.close().await?;
        Ok(sent)
    }

    /// Repeats the source with timestamps that go on, until told to stop.
    async fn send_frames(&mut self, publishing: &mut Publishing) -> Result<Vec<Sent>> {
        let began = Instant::now();
        let mut log = Vec::new();
        for round in 0_u32.. {
            let mut frame = 0;
            for tag in &self.source.frames {
                let timestamp =
                    self.source.length * round + Duration::from_millis(tag.timestamp_ms.into());
                tokio::select! {
                    biased;
                    _ = self.stopped.wait_for(|stop| *stop) => return Ok(log),
                    () = sleep_until(began + timestamp) => {}
                }
                let micros = stamp::now_micros();
                publishing.send(&stamped(tag, timestamp, micros)?).await?;
                if tag.kind == TagKind::Video {
                    log.push(Sent { frame, micros });
                    frame += 1;
                }
            }
        }
        Ok(log)
    }
}

/// The tag at another time; a picture tells when it was sent.
pub(crate) fn stamped(tag: &Tag, timestamp: Duration, micros: u64) -> Result<Tag> {
    let body = match tag.kind {
        TagKind::Video if stamp::fits(&tag.body) => stamp::write(&tag.body, micros),
        TagKind::Video | TagKind::Audio | TagKind::Script => tag.body.clone(),
    };
    let timestamp_ms = u32::try_from(timestamp.as_millis()).context("49 days are enough")?;
    Ok(Tag { kind: tag.kind, timestamp_ms, body })
}
