//! A server session, after the handshake, that lets everybody publish and play.
#![no_main]
use rivulet_media::rtmp::{Entropy, server::{Limits, Session}};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let now = std::time::Instant::now();
    let mut session = Session::new(Limits::default(), Entropy::new([7; 32]), now);
    let pieces = [[3; 3073].as_slice()].into_iter().chain(data.chunks(1000));
    for _ in pieces.map_while(|piece| session.receive(now, piece).ok().map(|()| {
        while session.poll().is_some() {}
        let _ = (session.accept_publish(), session.accept_play(None));
    })) {}
});
