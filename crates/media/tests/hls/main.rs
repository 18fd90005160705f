//! The way of a broadcast from an encoder's packets to playlists, checked by our own checker.

mod source;

use rivulet_media::hls::request::Delta;
use rivulet_media::hls::{LatencyLevel, Options, Packager, Resume, Settings, Window, playlist};

#[test]
fn smoke() {
    let mut packager = Packager::new(Settings::default(), Resume::default());
    let mut window = Window::new(Options {
        id: "a1".into(),
        latency: LatencyLevel::default(),
        next_sequence: 0,
        independent_segments: false,
    });
    let mut out = Vec::new();
    for (packet, at) in (source::Encoder { rate: 30000.0 / 1001.0, ..Default::default() }).packets()
    {
        packager.push(&packet, at, &mut out);
        out.drain(..).for_each(|output| window.apply(output));
    }
    eprintln!("{}", playlist::render_media(&window.snapshot().unwrap(), Delta::Full));
}
