//! One task per broadcast: packets in, segments into its windows.
//!
//! The source leads. Its packager decides where segments begin; the packagers of the other
//! renditions follow it. What the leader has made is always taken before what an encoder of ours
//! has made of the same pictures, so followers know every boundary before they get there.

use std::sync::Arc;
use std::time::Duration;

use rivulet_media::frame::Packet;
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::line::Line;
use crate::channels::Channel;
use crate::ids::ChannelId;
use crate::live::{Air, Listener};
use crate::telemetry;
use crate::transcode::RungEvent;

/// Packets taken at one time before the window is locked.
const MAX_BATCH: usize = 64;

/// How long to wait before asking a database again that did not answer.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// How long the encoders get to hand over their last frames once the source is over.
const LAST_FRAMES: Duration = Duration::from_secs(5);

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
    let mut rungs = air.rungs();
    let mut line = Line::new(shared, stream, air, &channel);
    if rungs.is_none() {
        line.alone();
    }
    let mut batch = configs;
    loop {
        line.take(&mut batch);
        tokio::select! {
            biased;
            received = packets.recv() => match received {
                Ok(packet) => batch.push(packet),
                Err(RecvError::Lagged(lost)) => batch.push(line.lost(lost)),
                Err(RecvError::Closed) => break,
            },
            event = next(&mut rungs) => {
                // The pictures that these were made from have been here before them.
                while drain(&mut packets, &line, &mut batch) {
                    line.take(&mut batch);
                }
                line.take(&mut batch);
                match event {
                    Some(event) => line.rung(event),
                    // Whoever encodes stops first; what it has made is no gap.
                    None if stopping.is_cancelled() => return,
                    None => {
                        rungs = None;
                        line.alone();
                    }
                }
                continue;
            }
            () = line.publish_held() => {}
            () = stopping.cancelled() => return,
        }
        drain(&mut packets, &line, &mut batch);
    }
    line.take(&mut batch);
    take_last(&mut line, &mut rungs, &stopping).await;
    finish(line, &stopping).await;
}

/// What the encoders of ours say next; never anything once there are none.
async fn next(rungs: &mut Option<mpsc::Receiver<RungEvent>>) -> Option<RungEvent> {
    match rungs {
        Some(rungs) => rungs.recv().await,
        None => std::future::pending().await,
    }
}

/// Fills the batch with what is there; says whether there was enough to fill it.
fn drain(packets: &mut Receiver<Packet>, line: &Line, batch: &mut Vec<Packet>) -> bool {
    while batch.len() < MAX_BATCH {
        match packets.try_recv() {
            Ok(packet) => batch.push(packet),
            Err(TryRecvError::Lagged(lost)) => batch.push(line.lost(lost)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return false,
        }
    }
    true
}

/// The source is over: the encoders hand over what they still hold.
async fn take_last(
    line: &mut Line,
    rungs: &mut Option<mpsc::Receiver<RungEvent>>,
    stopping: &CancellationToken,
) {
    let Some(rungs) = rungs else { return };
    let rest = async {
        loop {
            tokio::select! {
                event = rungs.recv() => match event {
                    Some(event) => line.rung(event),
                    None => break,
                },
                () = line.publish_held() => {}
            }
        }
    };
    tokio::select! {
        () = rest => {}
        () = sleep(LAST_FRAMES) => tracing::warn!("the encoders did not finish in time"),
        () = stopping.cancelled() => {}
    }
}

/// The broadcast is over: its playlists end, stand for a while, and go.
async fn finish(mut line: Line, stopping: &CancellationToken) {
    line.end();
    tokio::select! {
        () = sleep(line.afterglow()) => line.forget(),
        // Its windows hold much memory.
        () = line.replaced() => {}
        () = stopping.cancelled() => {}
    }
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
