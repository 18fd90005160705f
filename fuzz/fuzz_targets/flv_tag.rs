//! One tag, read as sound and as pictures.
#![no_main]
use rivulet_media::flv::{Demuxer, Tag, TagKind};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for kind in [TagKind::Audio, TagKind::Video] {
        let tag = Tag { kind, timestamp_ms: 0, body: bytes::Bytes::copy_from_slice(data) };
        let _ = Demuxer::new(Default::default()).push(&tag, &mut Vec::new());
    }
});
