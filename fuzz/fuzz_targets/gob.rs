//! Go's gob, as Owncast stores settings: whatever it is, it is a value or an error, and soon.
#![no_main]
#[path = "../../crates/server/src/owncast/moving/gob.rs"]
mod gob;
use thiserror as _;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (one, other) = (gob::decode(data), gob::decode(data));
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
});
