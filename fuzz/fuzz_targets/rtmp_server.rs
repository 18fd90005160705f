//! A server session, after the handshake, that lets everybody publish and play.
#![no_main]
use std::time::Instant;

use rivulet_media::rtmp::Entropy;
use rivulet_media::rtmp::server::{Limits, Session};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let now = Instant::now();
    let mut session = Session::new(Limits::default(), Entropy::new([7; 32]), now);
    for piece in [[3; 3073].as_slice()].into_iter().chain(data.chunks(1000)) {
        let Ok(()) = session.receive(now, piece) else { return };
        while session.poll().is_some() {}
        let _ = (session.accept_publish(), session.accept_play(None));
    }
});
