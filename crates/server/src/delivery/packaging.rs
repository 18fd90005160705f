//! One task per broadcast: packets in, segments into its window.

use std::sync::Arc;
use std::time::Duration;

use rivulet_media::frame::Packet;
use rivulet_media::hls::{LatencyLevel, Options, Output, Packager, Resume, Settings, Window};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::stream::Stream;
use crate::channels::Channel;
use crate::ids::{ChannelId, media_file_id};
use crate::live::{Air, Listener};
use crate::telemetry;

/// Packets taken at one time before the window is locked.
const MAX_BATCH: usize = 64;

/// How long to wait before asking a database again that did not answer.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Begins packaging every broadcast that goes on air.
pub(super) async fn run(shared: Arc<Shared>, mut begins: mpsc::Receiver<Arc<Air>>) {
    let stopping = shared.tasks.stopping();
    loop {
        let air = tokio::select! {
            air = begins.recv() => air,
            () = stopping.cancelled() => return,
        };
        let Some(air) = air else { return };
        // Before anything else: what the encoder sends from now on waits for us.
        let Some(listener) = air.listen() else { continue };
        shared.tasks.spawn("packaging", package(Arc::clone(&shared), air, listener));
    }
}

async fn package(shared: Arc<Shared>, air: Arc<Air>, listener: Listener) {
    let stopping = shared.tasks.stopping();
    let Some(channel) = find(&shared, air.channel, &stopping).await else { return };
    let stream = shared.stream(&channel);
    let Listener { configs, mut packets } = listener;
    let mut line = Line::new(shared, stream, air);
    let mut batch = configs;
    loop {
        line.take(&mut batch);
        let received = tokio::select! {
            received = packets.recv() => received,
            () = stopping.cancelled() => return,
        };
        match received {
            Ok(packet) => batch.push(packet),
            Err(RecvError::Lagged(lost)) => batch.push(line.lost(lost)),
            Err(RecvError::Closed) => break,
        }
        while batch.len() < MAX_BATCH {
            match packets.try_recv() {
                Ok(packet) => batch.push(packet),
                Err(TryRecvError::Lagged(lost)) => batch.push(line.lost(lost)),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
    }
    line.finish().await;
}

/// The channel's settings. A database that does not answer is asked again: the broadcast goes on
/// meanwhile, and joins its viewers late rather than never.
async fn find(shared: &Shared, id: ChannelId, stopping: &CancellationToken) -> Option<Channel> {
    loop {
        match shared.channels.by_id(id).await {
            Ok(channel) => return channel,
            Err(error) => {
                let error = telemetry::chain(&error);
                tracing::error!(channel.id = %id, error, "a broadcast cannot be packaged yet");
            }
        }
        tokio::select! {
            () = sleep(ASK_AGAIN) => {}
            () = stopping.cancelled() => return None,
        }
    }
}

/// One broadcast's way from packets to its window.
struct Line {
    shared: Arc<Shared>,
    air: Arc<Air>,
    stream: Arc<Stream>,
    /// The broadcast's short id.
    id: String,
    packager: Packager,
    outputs: Vec<Output>,
}

impl Line {
    fn new(shared: Arc<Shared>, stream: Arc<Stream>, air: Arc<Air>) -> Self {
        let latency = LatencyLevel::new(air.latency_level).unwrap_or_default();
        let resume = Resume {
            next_sequence: air.resume.next_sequence,
            discontinuity_sequence: air.resume.discontinuity_sequence,
        };
        let id = media_file_id();
        let window = Window::new(Options {
            id: id.as_str().into(),
            latency,
            next_sequence: resume.next_sequence,
            // The encoder is somebody else's: it promises nothing.
            independent_segments: false,
        });
        stream.begin(id.clone(), window);
        let packager = Packager::new(Settings { latency }, resume);
        Self { shared, air, stream, id, packager, outputs: Vec::new() }
    }

    /// Takes all `packets`, and leaves an empty list to fill again.
    fn take(&mut self, packets: &mut Vec<Packet>) {
        let arrived = self.shared.clock.wall();
        for packet in packets.drain(..) {
            self.packager.push(&packet, arrived, &mut self.outputs);
        }
        self.publish();
    }

    fn publish(&mut self) {
        if self.outputs.is_empty() {
            return;
        }
        for output in &self.outputs {
            if let Output::SegmentStart(segment) = output {
                self.air.advance(segment.sequence + 1, segment.discontinuity_sequence);
            }
        }
        self.stream.apply(&self.id, &mut self.outputs);
        self.air.count_viewers(self.stream.viewers.count());
    }

    /// This task was behind by more than the fan-out holds: what is missing is a discontinuity.
    fn lost(&self, packets: u64) -> Packet {
        tracing::warn!(
            channel.id = %self.air.channel, lost = packets,
            "packaging is behind the encoder; this machine is overloaded"
        );
        Packet::Discontinuity
    }

    /// The broadcast is over: its playlist ends, stands for a while, and goes.
    async fn finish(mut self) {
        self.packager.end(&mut self.outputs);
        self.publish();
        self.stream.ended(&self.id);
        let stopping = self.shared.tasks.stopping();
        tokio::select! {
            () = tokio::time::sleep(self.shared.afterglow) => {
                self.stream.forget(&self.id);
            }
            () = stopping.cancelled() => {}
        }
    }
}
