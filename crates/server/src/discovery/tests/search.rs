//! Both engines find the same, and take nothing that is typed for syntax.

use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::discovery::search::{Entry, Key, Kind, Query, Question, Within, rank};
use crate::discovery::store::search::{SearchStore, Write};

on_both_databases!(
    entries_are_found_by_words_and_beginnings,
    what_is_removed_is_not_found,
    nothing_typed_is_syntax,
    an_index_of_another_form_is_made_anew,
);

struct Fixture {
    scratch: Scratch,
    db: Db,
    search: SearchStore,
}

impl Fixture {
    async fn new(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let search = SearchStore::open(db.clone()).await.unwrap();
        let puts: Vec<Write> = entries().into_iter().map(Write::Put).collect();
        search.write(&puts).await.unwrap();
        Self { scratch, db, search }
    }

    /// The subjects found, the best first.
    async fn finds(&self, typed: &str, kind: Option<Kind>) -> Vec<String> {
        finds(&self.search, typed, kind).await
    }

    async fn tear_down(self) {
        self.db.close().await;
        drop(self.scratch);
    }
}

async fn finds(search: &SearchStore, typed: &str, kind: Option<Kind>) -> Vec<String> {
    let Some(query) = Query::parse(typed) else { return Vec::new() };
    let question = Question { query, kind, within: Within::Everything };
    let candidates = search.exact(&question).await.unwrap();
    let ranked = rank(&question.query, candidates, |_| 0);
    ranked.into_iter().map(|key| key.subject).collect()
}

fn entries() -> Vec<Entry> {
    let entry = |kind, subject: &str, name: &str, about: &str, text: &str| {
        Entry::new(Key::new(kind, subject), name, about, text)
    };
    vec![
        entry(Kind::Channel, "mozart", "Mozart at Night", "music classical", "Sonatas, mostly."),
        entry(Kind::Channel, "birds", "Birds & Café", "nature nest", "A camera in Munich"),
        entry(Kind::Channel, "quote", "O'Brien \"100%\" _live_", "talk", ""),
        entry(Kind::Channel, "kanji", "日本語ラジオ", "radio", "東京から"),
        entry(Kind::Live, "birds", "Feeding time at the nest", "Birds & Café nature", ""),
        entry(Kind::Category, "music", "Music", "", "Everything that sounds"),
    ]
}

async fn entries_are_found_by_words_and_beginnings(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    for (typed, expected) in [
        ("mozart", vec!["mozart"]),
        ("MOZART night", vec!["mozart"]),
        ("moz", vec!["mozart"]),
        ("sonat", vec!["mozart"]),
        ("cafe", vec!["birds", "birds"]),
        ("münich", vec!["birds"]),
        ("music", vec!["music", "mozart"]),
        ("日本", vec!["kanji"]),
        ("o'brien", vec!["quote"]),
        ("100%", vec!["quote"]),
        ("mozart birds", vec![]),
    ] {
        assert_eq!(fixture.finds(typed, None).await, expected, "{typed}");
    }
    assert_eq!(fixture.finds("nest", Some(Kind::Live)).await, ["birds"]);
    assert_eq!(fixture.finds("music", Some(Kind::Category)).await, ["music"]);
    assert_eq!(fixture.finds("sounds", Some(Kind::Live)).await, Vec::<String>::new());
    fixture.tear_down().await;
}

async fn what_is_removed_is_not_found(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let key = Key::new(Kind::Channel, "mozart");
    let renamed = Entry::new(key.clone(), "Salieri", "music", "");
    fixture.search.write(&[Write::Put(renamed.clone())]).await.unwrap();
    for gone in ["mozart", "sonatas", "mozrat"] {
        assert_eq!(fixture.finds(gone, None).await, Vec::<String>::new(), "{gone}");
    }
    assert_eq!(fixture.finds("salieri", None).await, ["mozart"]);
    let digests = fixture.search.digests().await.unwrap();
    assert_eq!(digests.len(), entries().len());
    assert!(digests.contains(&(key.clone(), renamed.digest())));
    fixture.search.write(&[Write::Remove(key.clone()), Write::Remove(key)]).await.unwrap();
    assert_eq!(fixture.finds("salieri", None).await, Vec::<String>::new());
    fixture.tear_down().await;
}

async fn nothing_typed_is_syntax(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let long = "mozart ".repeat(1500);
    let odd = [
        "\"",
        "'",
        "\\",
        "*",
        "^",
        "%",
        "_",
        "(",
        ")",
        "{name} : x",
        "NEAR(a b, 2)",
        "a AND",
        "OR",
        "NOT x",
        "name:mozart",
        "-x",
        "+",
        "!",
        "&",
        "|",
        "<->",
        ":*",
        "'a':*A",
        "';--",
        "\0",
        "a\0b",
        "\u{feff}",
        "\u{202e}abc",
        "$1",
        "?1",
        "{}",
        "[]",
        "moz*rt",
        "mo%t",
        "m_zart",
        "AND",
        "NEAR",
        "\u{1f600}",
        "ß",
        "ﷺ",
        "\u{0915}\u{093f}",
        "﷽﷽",
        &long,
    ];
    for typed in odd {
        for kind in [None, Some(Kind::Channel)] {
            let found = fixture.finds(typed, kind).await;
            assert!(found.len() < 4, "{typed:?}: {found:?}");
        }
    }
    fixture.tear_down().await;
}

async fn an_index_of_another_form_is_made_anew(engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let again = SearchStore::open(fixture.db.clone()).await.unwrap();
    assert_eq!(again.digests().await.unwrap().len(), entries().len());
    fixture.db.command("UPDATE search_about SET form = 0").execute().await.unwrap();
    let anew = SearchStore::open(fixture.db.clone()).await.unwrap();
    assert!(anew.digests().await.unwrap().is_empty());
    fixture.tear_down().await;
}
