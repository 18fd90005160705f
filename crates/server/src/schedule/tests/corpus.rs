//! Every file of the fuzz corpus "recurrence", through the same functions as the fuzz target.

use std::path::Path;

use crate::schedule::recurrence::{Rule, Series, WallTime, Zone};

/// A corpus with fewer files has been lost.
const FEWEST_FILES: usize = 12;

#[test]
fn nothing_in_the_corpus_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/recurrence");
    let files: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(files.len() >= FEWEST_FILES, "there are {}", files.len());
    let accepted = files.iter().filter(|file| {
        println!("{}", file.display());
        recurrence(&std::fs::read(file).unwrap())
    });
    assert!(accepted.count() >= 6, "most files are rules");
}

/// Whether it is the rule of a series.
fn recurrence(data: &[u8]) -> bool {
    let Ok(rule) = Rule::parse(&String::from_utf8_lossy(data)) else { return false };
    assert_eq!(Rule::parse(&rule.to_string()).as_ref(), Ok(&rule));
    let (first, zone) = (WallTime::parse("2026-11-22T02:30"), Zone::parse("Europe/Berlin"));
    let series = Series::new(first.unwrap(), zone.unwrap(), Some(rule));
    let Ok(series) = series else { return false };
    let begins = series.zone().at(series.first());
    let _ = (series.ends_by(), series.starts(begins).count());
    true
}
