//! Where a page of a list ended. Clients hand it back as it is.

use rivulet_media::time::WallClock;

use crate::api::ApiError;
use crate::ids::{BroadcastId, ScheduledStreamId};
use crate::live::Mark;
use crate::schedule::everybody::Place;
use crate::schedule::recurrence::WallTime;

pub(super) fn of_occurrence((at, stream, name): Place) -> String {
    format!("{}_{stream}_{name}", at.as_unix_millis())
}

pub(super) fn read_occurrence(text: &str) -> Result<Place, ApiError> {
    let mut parts = text.splitn(3, '_');
    let at = parts.next().and_then(millis);
    let stream = parts.next().and_then(ScheduledStreamId::parse);
    let name = parts.next().and_then(WallTime::parse);
    at.zip(stream).zip(name).map(|((at, stream), name)| (at, stream, name)).ok_or_else(wrong)
}

pub(super) fn of_broadcast(mark: Mark) -> String {
    format!("{}_{}", mark.started_at.as_unix_millis(), mark.id)
}

pub(super) fn read_broadcast(text: &str) -> Result<Mark, ApiError> {
    let (at, id) = text.split_once('_').ok_or_else(wrong)?;
    let mark = millis(at).zip(BroadcastId::parse(id));
    mark.map(|(started_at, id)| Mark { started_at, id }).ok_or_else(wrong)
}

fn millis(text: &str) -> Option<WallClock> {
    text.parse().ok().map(WallClock::from_unix_millis)
}

fn wrong() -> ApiError {
    let detail = "`cursor` is what the answer before said as `next`";
    ApiError::bad_request(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_others_are_refused() {
        let at = WallClock::from_unix_millis(1_795_000_000_123);
        let place =
            (at, ScheduledStreamId::generate(), WallTime::parse("2026-11-22T20:00").unwrap());
        assert_eq!(read_occurrence(&of_occurrence(place)).unwrap(), place);
        let mark = Mark { started_at: at, id: BroadcastId::generate() };
        assert_eq!(read_broadcast(&of_broadcast(mark)).unwrap(), mark);
        for wrong in ["", "_", "__", "1_2_3", "1795000000123", "x_y"] {
            assert!(read_occurrence(wrong).is_err() && read_broadcast(wrong).is_err(), "{wrong}");
        }
    }
}
