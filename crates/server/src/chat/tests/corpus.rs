//! Every file of the fuzz corpus "chat_wire", through the same functions as the fuzz target.

use std::path::Path;

use crate::chat::wire::{ours, owncast};

/// A corpus with fewer files has been lost.
const FEWEST_FILES: usize = 10;

#[test]
fn nothing_in_the_corpus_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/chat_wire");
    let files: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(files.len() >= FEWEST_FILES, "there are {}", files.len());
    for file in files {
        println!("{}", file.display());
        let bytes = std::fs::read(file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(message) = ours::parse(&text) {
            let again = serde_json::to_string(&message).unwrap();
            assert_eq!(ours::parse(&again).as_ref(), Ok(&message));
        }
        owncast::parse(&text);
    }
}
