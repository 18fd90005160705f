//! Every file of the fuzz corpus "chat_text", through the same function as the fuzz target.

use std::path::Path;

use super::Shelf;
use crate::chat::text::names::check_display_name;
use crate::chat::text::terms::{Action, How, Term, Terms};
use crate::chat::text::{Ways, render};
use crate::sanitise;

/// A corpus with fewer files has been lost.
const FEWEST_FILES: usize = 10;

#[test]
fn nothing_in_the_corpus_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/chat_text");
    let files: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(files.len() >= FEWEST_FILES, "there are {}", files.len());
    for file in files {
        println!("{}", file.display());
        look(&String::from_utf8_lossy(&std::fs::read(file).unwrap()));
    }
}

/// The first line is a list of terms, parted by commas; all of it is a message and a name.
fn look(text: &str) {
    let ours = render(text, &Shelf, Ways::Ours).html;
    assert_eq!(sanitise::chat(ours.as_str()), ours);
    let theirs = render(text, &Shelf, Ways::Owncast).html;
    assert_eq!(sanitise::owncast(theirs.as_str()), theirs);
    if let Ok(name) = check_display_name(text) {
        assert_eq!(check_display_name(name.as_str()), Ok(name));
    }
    let (list, said) = text.split_once('\n').unwrap_or((text, text));
    let term = |pattern: &str| Term {
        pattern: pattern.to_owned(),
        how: How::Wildcard,
        action: Action::Block,
    };
    let Ok(terms) = Terms::compile(&list.split(',').map(term).collect::<Vec<_>>()) else { return };
    assert!(terms.find(said).iter().all(|found| said.get(found.range.clone()).is_some()));
}
