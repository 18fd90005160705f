//! Arbitrary broadcasts: packaging must not panic, and the playlists must keep the rules.
#![no_main]

use rivulet_media::hls::conformance::exercise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| assert_eq!(exercise(data), []));
