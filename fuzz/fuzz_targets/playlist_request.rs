//! Query strings and file names of players, and playlists and fragments of other servers.
#![no_main]
use rivulet_media::{
    fmp4::reader,
    hls::{
        conformance::Checker,
        request::{MediaName, Request},
    },
};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = (Request::parse(&text), reader::read_fragments(data), reader::read_timescales(data));
    assert!(MediaName::parse(&text).is_none_or(|name| name.to_string() == text));
    let mut checker = Checker::new();
    (0..2).for_each(|second| checker.observe(std::time::Duration::from_secs(second), None, &text));
});
