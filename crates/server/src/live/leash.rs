//! What a publisher is held by: how it learns that it has lost its place, and why.

use std::sync::OnceLock;

use tokio_util::sync::CancellationToken;

/// Why a publisher has lost its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Eviction {
    /// Another publisher has it.
    TakenOver,
    /// Somebody ended the broadcast: what the publisher is told.
    Ended(String),
}

/// One publisher's.
#[derive(Default)]
pub(super) struct Leash {
    token: CancellationToken,
    why: OnceLock<Eviction>,
}

impl Leash {
    /// The publisher has lost its place. The first reason counts.
    pub(super) fn evict(&self, why: Eviction) {
        let _ = self.why.set(why);
        self.token.cancel();
    }

    pub(super) fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    pub(super) fn eviction(&self) -> Eviction {
        self.why.get().cloned().unwrap_or(Eviction::TakenOver)
    }
}
