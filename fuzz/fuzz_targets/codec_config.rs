//! One configuration record or frame, through every codec.
#![no_main]
use rivulet_media::codec::{aac, ac3, av1, avc, flac, hevc, mp3, opus, vp9};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = (avc::Record::parse(data), avc::Sps::parse(data), avc::random_access(data));
    let _ = (hevc::Record::parse(data), av1::Record::parse(data), av1::picture_size(data));
    let _ = (vp9::Record::parse(data), vp9::keyframe_size(data), aac::parse(data));
    let _ = (opus::parse(data), opus::samples(data), flac::parse(data));
    let _ = (ac3::Header::parse(data), mp3::Header::parse(data));
});
