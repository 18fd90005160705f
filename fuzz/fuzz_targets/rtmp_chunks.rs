//! The chunk reader alone, with everything kept.
#![no_main]
use rivulet_media::rtmp::chunk::{Limits, MediaPolicy, Reader};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut reader = Reader::new(Limits::default());
    reader.set_media_policy(MediaPolicy::Keep);
    for mut piece in data.chunks(100) {
        while let Ok(Some(_)) = reader.read(&mut piece) {}
    }
});
