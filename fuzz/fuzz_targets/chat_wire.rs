//! What clients of chat send, in both dialects: whatever it is, it is read or refused, and what is
//! read says the same when it is written again.
#![no_main]
#[path = "../../crates/server/src/chat/wire/heard/mod.rs"]
mod heard;
use {ammonia as _, bytes as _, jiff as _, pulldown_cmark as _, rivulet_media as _, thiserror as _};
use {serde as _, unicode_normalization as _, unicode_security as _, utoipa as _};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(message) = heard::ours::parse(&text) {
        let again = serde_json::to_string(&message).unwrap();
        assert_eq!(heard::ours::parse(&again).as_ref(), Ok(&message));
        assert!(message.key().len() <= 64);
    }
    heard::owncast::parse(&text);
});
