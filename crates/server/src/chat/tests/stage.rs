//! Those who read are not sent away by what concerns others.

use rivulet_media::time::WallClock;
use tokio::sync::broadcast::error::TryRecvError;

use crate::chat::model::Told;
use crate::chat::model::settings::Settings;
use crate::chat::stage::{Frame, Stage};
use crate::chat::wire::Dialect;
use crate::chat::wire::ours::{MaySpeak, RoomDocument};
use crate::ids::ChatterId;

#[tokio::test]
async fn a_script_of_a_moderator_sends_nobody_away() {
    let document = RoomDocument {
        modes: Settings::default().modes(),
        may_speak: MaySpeak::of(Ok(())),
        pinned: None,
        poll: None,
        emotes_version: 0,
        last_seq: 0,
    };
    let stage = Stage::new(Vec::new(), 0, document);
    let (mut reader, _) = stage.enter(None, (Dialect::Ours, true));
    let (mut client, _) = stage.enter(None, (Dialect::Owncast, true));
    for n in 0..1000 {
        stage.tell(ChatterId::generate(), Told::Sanctions);
        stage.clear(&[n.to_string()], WallClock::from_unix_millis(n));
    }
    stage.flush();
    // All of it is one frame, and that is for Owncast's clients.
    for frames in [reader.frames.as_mut().unwrap(), client.frames.as_mut().unwrap()] {
        let Ok(Frame::Theirs(theirs)) = frames.try_recv() else { panic!("no frame of Owncast's") };
        assert_eq!(std::str::from_utf8(&theirs).unwrap().lines().count(), 1000);
        assert!(matches!(frames.try_recv(), Err(TryRecvError::Empty)));
    }
    let (silent, _) = stage.enter(None, (Dialect::Ours, false));
    assert!(silent.frames.is_none());
}
