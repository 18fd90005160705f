//! Recurrence rules: what is read is written and read again the same, and a look at it ends.
#![no_main]
#[expect(dead_code, reason = "the target needs a part of what the server has")]
#[path = "../../crates/server/src/schedule/recurrence/mod.rs"]
mod recurrence;
use {jiff as _, thiserror as _};

use recurrence::{Rule, Series, WallTime, Zone};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(rule) = Rule::parse(&String::from_utf8_lossy(data)) else { return };
    assert_eq!(Rule::parse(&rule.to_string()).as_ref(), Ok(&rule));
    let (first, zone) = (WallTime::parse("2026-11-22T02:30"), Zone::parse("Europe/Berlin"));
    let Ok(series) = Series::new(first.unwrap(), zone.unwrap(), Some(rule)) else { return };
    let _ = (series.ends_by(), series.starts(series.zone().at(series.first())).count());
});
