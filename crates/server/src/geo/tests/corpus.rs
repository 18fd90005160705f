//! Every file of the fuzz corpus "mmdb", and every beginning of it, through the reader.

use std::path::Path;

use crate::geo::{Country, Geo};

/// A corpus with fewer files has been lost.
const FEWEST_FILES: usize = 7;

#[test]
fn nothing_in_the_corpus_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/mmdb");
    let files: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(files.len() >= FEWEST_FILES, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for end in 0..=bytes.len() {
            let Ok(geo) = Geo::read(bytes[..end].to_vec()) else { continue };
            for address in ["192.0.2.1", "198.51.100.200", "203.0.113.1", "2001:db8::1"] {
                let country = geo.country(address.parse().unwrap());
                let written = country.map(|it| it.to_string());
                assert_eq!(written.and_then(|it| Country::parse(&it)), country);
            }
        }
    }
}
