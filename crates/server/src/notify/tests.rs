//! What is decided about answers, and what is told.

use rivulet_media::time::WallClock;
use serde_json::Map;

use super::delivering::End;
use super::model::Event;
use super::*;

#[test]
fn who_refuses_is_not_asked_again_and_who_fails_is() {
    for (status, end) in [
        (200, End::Taken),
        (202, End::Taken),
        (302, End::Again),
        (400, End::Refused),
        (404, End::Refused),
        (408, End::Again),
        (429, End::Again),
        (500, End::Again),
        (503, End::Again),
    ] {
        assert_eq!(End::of(status), end, "{status}");
    }
}

#[test]
fn every_event_says_how_the_stream_is_but_for_those_from_elsewhere() {
    let facts = Facts { name: "Town".to_owned(), online: true, ..Facts::default() };
    for kind in EventKind::ALL.iter().copied() {
        let at = WallClock::from_unix_millis(0);
        let event = Event { kind, id: "x".to_owned(), at, more: Map::new() };
        let document = event.document(&facts);
        assert_eq!(document["type"], kind.as_str());
        let data = &document["eventData"];
        let has_status = data["status"]["online"] == true;
        assert_eq!(has_status, kind != EventKind::FediverseFollow, "{kind}");
        assert_eq!(data["timestamp"], "1970-01-01T00:00:00.000Z");
        assert_eq!(data["name"] == "Town", kind.as_str().starts_with("STREAM_"), "{kind}");
    }
}
