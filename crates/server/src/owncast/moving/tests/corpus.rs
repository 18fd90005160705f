//! Every file of the fuzz corpus "gob", and every beginning of it, through the reader.

use crate::owncast::moving::gob::decode;

/// A corpus with fewer files has been lost.
const CORPUS: usize = 6;

#[test]
fn nothing_in_the_corpus_panics() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/gob");
    let files: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(files.len() >= CORPUS, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for end in 0..=bytes.len() {
            // An error is as good as a value.
            let _ = decode(&bytes[..end]);
        }
    }
}
