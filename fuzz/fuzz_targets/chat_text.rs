//! What people write in chat: rendering ends, and cleaning it again changes nothing.
#![no_main]
#[expect(dead_code, reason = "accounts fold names too")]
#[path = "../../crates/server/src/folding.rs"]
mod folding;
#[path = "../../crates/server/src/names.rs"]
mod names;
#[expect(dead_code, unused_imports, reason = "pages have another list")]
#[path = "../../crates/server/src/sanitise/mod.rs"]
mod sanitise;
#[expect(dead_code, unused_imports, reason = "the target needs a part of what the server has")]
#[path = "../../crates/server/src/chat/text/mod.rs"]
mod text;
use {ammonia as _, pulldown_cmark as _, serde as _, thiserror as _, utoipa as _};
use {rivulet_media as _, unicode_normalization as _, unicode_security as _};

use text::terms::{Action, How, Term, Terms};
use text::{EmoteRef, Ways, render};

struct Any;

impl text::Emotes for Any {
    fn find(&self, name: &str) -> Option<EmoteRef> {
        let (name, url) = (name.to_owned(), format!("/img/emoji/{name}"));
        Some(EmoteRef { name, url, width: None, animated: true })
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let typed = String::from_utf8_lossy(data);
    let ours = render(&typed, &Any, Ways::Ours).html;
    assert_eq!(sanitise::chat(ours.as_str()), ours);
    let theirs = render(&typed, &Any, Ways::Owncast).html;
    assert_eq!(sanitise::owncast(theirs.as_str()), theirs);
    if let Ok(name) = names::check_display_name(&typed) {
        // Who may have a reserved name is asked elsewhere; a name that is nobody's is not shown.
        assert!(names::is_reserved(&name.folded()) || !name.folded().as_str().is_empty());
        assert_eq!(names::check_display_name(name.as_str()), Ok(name));
    }
    let (list, said) = typed.split_once('\n').unwrap_or((&typed, &typed));
    let term =
        |it: &str| Term { pattern: it.to_owned(), how: How::Wildcard, action: Action::Block };
    let Ok(terms) = Terms::compile(&list.split(',').map(term).collect::<Vec<_>>()) else { return };
    assert!(terms.find(said).iter().all(|found| said.get(found.range.clone()).is_some()));
});
