//! One task per broadcast: packets in, segments into its window.

use std::sync::Arc;
use std::time::Duration;

use rivulet_media::frame::Packet;
use rivulet_media::hls::{LatencyLevel, Output, Packager, Resume, Settings, Window};
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
            Ok(None) => tracing::warn!(channel.id = %air.channel, "a channel went while going on air"),
            Err(error) => {
                tracing::error!(error = telemetry::chain(&error), "a broadcast cannot be packaged");
            }
        }
    }
}

async fn package(shared: Arc<Shared>, stream: Arc<Stream>, air: Arc<Air>) {
    let Some(Listener { configs, mut packets }) = air.listen() else { return };
    let latency = LatencyLevel::new(air.latency_level).unwrap_or_default();
    let settings = Settings { latency };
    let resume = Resume {
        next_sequence: air.resume.next_sequence,
        discontinuity_sequence: air.resume.discontinuity_sequence,
    };
    let mut line = Line { shared, air, stream, packager: Packager::new(settings, resume), outputs: vec![] };
    line.stream.begin(Window::new(line.air.period.broadcast.short(), settings));
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
        self.stream.apply(&mut self.outputs);
        self.air.advance(
            self.packager.next_sequence(),
            self.packager.discontinuity_sequence(),
        );
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
            () = tokio::time::sleep(AFTERGLOW) => self.stream.forget(self.air.period.broadcast.short()),
            () = stopping.cancelled() => {}
        }
    }
}

/// How long a request waits for a broadcast's first segment, or for its encoder to come back: less
/// than the ten seconds after which hls.js gives up on an answer.
pub(super) const FIRST_SEGMENT_PATIENCE: Duration = Duration::from_secs(8);
