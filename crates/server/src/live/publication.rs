//! What a publisher has while it is on air.

use std::sync::Arc;

use rivulet_media::frame::Packet;
use rivulet_media::time::Timestamp;
use tokio_util::sync::CancellationToken;

use super::air::Air;
use super::leash::{Eviction, Leash};
use super::model::Period;
use super::{REJOIN_GAP, Shared};
use crate::ids::SessionId;

/// A publisher's place on air. Dropping it leaves.
pub(crate) struct Publication {
    pub(super) shared: Arc<Shared>,
    pub(super) air: Arc<Air>,
    pub(super) leash: Arc<Leash>,
    pub(super) seat: u64,
    pub(super) session: SessionId,
    pub(super) begins: bool,
}

impl Publication {
    /// Where on the broadcast's timeline this publisher's frames begin.
    pub(crate) fn start(&self) -> Timestamp {
        if self.begins { Timestamp::ZERO } else { self.air.media_end() + REJOIN_GAP }
    }

    /// Cancelled when this publisher has lost its place.
    pub(crate) fn evicted(&self) -> CancellationToken {
        self.leash.token()
    }

    /// Why it has lost its place.
    pub(crate) fn eviction(&self) -> Eviction {
        self.leash.eviction()
    }

    /// Notes that the publisher is alive.
    pub(crate) fn heard(&self) {
        self.air.heard_at(self.shared.clock.monotonic());
    }

    /// Puts a packet on air.
    pub(crate) fn publish(&self, packet: Packet) {
        self.air.send(self.seat, packet);
    }

    /// Which broadcast this publisher carries.
    pub(crate) fn period(&self) -> Period {
        self.air.period
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        self.shared.leave(self.air.channel, self.session);
    }
}
