//! Whoever signs out, or is made to, is out of the rooms that they sit in.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;

use super::rooms::Shared;
use crate::ids::ChatterId;

/// Has rooms look again at whoever something has ended for, until the server stops.
pub(super) async fn run(shared: Arc<Shared>) {
    let stopping = shared.tasks.stopping();
    let mut ended = shared.doors.accounts.ended();
    loop {
        let account = tokio::select! {
            () = stopping.cancelled() => return,
            account = ended.recv() => account,
        };
        let who = match account {
            Ok(account) => Some(ChatterId::from(account)),
            // So many at once that some were missed: everybody is looked at.
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return,
        };
        for room in shared.open_rooms() {
            room.stage.recheck(who);
        }
    }
}
