//! AMF0: what is read is written and read again the same.
#![no_main]
use rivulet_media::rtmp::amf0::{decode, encode};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(values) = decode(data) else { return };
    let written = encode(&values);
    if let Ok(again) = decode(&written) {
        assert_eq!(encode(&again), written);
    }
});
