//! Reports of players, in a query and by themselves.
#![no_main]
use rivulet_media::cmcd::Report;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (by_itself, query) = (Report::parse(&text), format!("CMCD={text}"));
    let _ = (by_itself, Report::in_query(&query), Report::in_query(&text));
});
