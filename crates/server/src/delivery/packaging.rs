//! One task per broadcast: packets in, segments into its window.

use std::sync::Arc;

use rivulet_media::frame::Packet;
use rivulet_media::hls::{LatencyLevel, Options, Output, Packager, Resume, Settings, Window};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc;

use super::stream::Stream;
use super::{AFTERGLOW, Shared};
use crate::live::{Air, Listener};
use crate::telemetry;

/// Packets taken at one time before the window is locked.
const MAX_BATCH: usize = 64;

/// Begins packaging every broadcast that goes on air.
pub(super) async fn run(shared: Arc<Shared>, mut begins: mpsc::Receiver<Arc<Air>>) {
    let stopping = shared.tasks.stopping();
    loop {
        let air = tokio::select! {
            air = begins.recv() => air,
            () = stopping.cancelled() => return,
        };
        let Some(air) = air else { return };
        match shared.channels.by_id(air.channel).await {
            Ok(Some(channel)) => {
                let stream = shared.stream(&channel);
                let packaging = package(Arc::clone(&shared), stream, air);
                shared.tasks.spawn("packaging", packaging);
            }
            Ok(None) => {
                tracing::warn!(channel.id = %air.channel, "a channel went while going on air")
            }
            Err(error) => {
                tracing::error!(error = telemetry::chain(&error), "a broadcast cannot be packaged");
            }
        }
    }
}

async fn package(shared: Arc<Shared>, stream: Arc<Stream>, air: Arc<Air>) {
    let Some(Listener { configs, mut packets }) = air.listen() else { return };
    let mut line = Line::new(shared, stream, air);
    line.take(configs);

    let stopping = line.shared.tasks.stopping();
    loop {
        let received = tokio::select! {
            received = packets.recv() => received,
            () = stopping.cancelled() => return,
        };
        let mut batch = Vec::new();
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
        line.take(batch);
    }
    line.finish().await;
}

/// One broadcast's way from packets to its window.
struct Line {
    shared: Arc<Shared>,
    air: Arc<Air>,
    stream: Arc<Stream>,
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
        let id = air.period.broadcast.short();
        let window = Window::new(Options {
            id: id.as_str().into(),
            latency,
            next_sequence: resume.next_sequence,
            // The encoder is somebody else's: it promises nothing.
            independent_segments: false,
        });
        stream.begin(id, window);
        let packager = Packager::new(Settings { latency }, resume);
        Self { shared, air, stream, packager, outputs: Vec::new() }
    }

    fn take(&mut self, packets: Vec<Packet>) {
        let arrived = self.shared.clock.wall();
        for packet in &packets {
            self.packager.push(packet, arrived, &mut self.outputs);
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
        self.stream.apply(&mut self.outputs);
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
        self.stream.ended();
        let stopping = self.shared.tasks.stopping();
        tokio::select! {
            () = tokio::time::sleep(AFTERGLOW) => {
                self.stream.forget(&self.air.period.broadcast.short());
            }
            () = stopping.cancelled() => {}
        }
    }
}
