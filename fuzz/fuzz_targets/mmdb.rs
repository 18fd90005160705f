//! A database of countries, whatever it is: it is read or refused, and looking something up ends.
#![no_main]
#[expect(dead_code, reason = "the target opens no files")]
#[path = "../../crates/server/src/geo/mod.rs"]
mod geo;
use {maxminddb as _, thiserror as _, tracing as _};

use geo::{Country, Geo};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(geo) = Geo::read(data.to_vec()) else { return };
    for address in [[192, 0, 2, 1], [198, 51, 100, 200], [0, 0, 0, 0], [255, 255, 255, 255]] {
        let country = geo.country(address.into());
        assert_eq!(country.and_then(|it| Country::parse(&it.to_string())), country);
    }
    let _ = geo.country([0xff; 16].into());
});
