//! A stream of fragmented MP4 in pieces.
#![no_main]
use rivulet_media::fmp4::Demuxer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut demuxer = Demuxer::new();
    for piece in data.chunks(500) {
        let Ok(()) = demuxer.push(piece) else { return };
        while let Ok(Some(_)) = demuxer.poll() {}
    }
});
