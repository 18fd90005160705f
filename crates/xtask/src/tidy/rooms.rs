//! Which room of the server may enter which. The table below is the law; ARCHITECTURE.md shows it.

use std::collections::BTreeSet;

use super::source::{Source, in_name, line_of};
use super::tree::Tree;
use super::{Report, tree};

const SOURCES: &str = "crates/server/src/";
const MAP: &str = "ARCHITECTURE.md";
const OPENS: &str = "<!-- rooms -->";
const CLOSES: &str = "<!-- /rooms -->";

/// Modules that every room may use, and that use no room.
const GROUND_FLOOR: &[&str] = &[
    "access",
    "acme",
    "api",
    "attempts",
    "audit",
    "clock",
    "config",
    "db",
    "folding",
    "geo",
    "http",
    "ids",
    "jobs",
    "mail",
    "merge_patch",
    "names",
    "outbound",
    "running",
    "sanitise",
    "seal",
    "tasks",
    "telemetry",
    "threads",
    "tls",
];

/// Rooms, each a feature, and those above it that it may enter.
const ROOMS: &[(&str, &[&str])] = &[
    ("accounts", &[]),
    ("site", &["accounts"]),
    ("transcode", &[]),
    ("channels", &["accounts", "site", "transcode"]),
    ("backup", &["channels"]),
    ("live", &["channels", "transcode"]),
    ("ingest", &["live", "channels"]),
    ("web", &[]),
    ("delivery", &["live", "channels", "transcode"]),
    ("discovery", &["accounts", "site", "channels", "live", "delivery", "web"]),
    ("chat", &["accounts", "site", "channels", "live", "discovery"]),
    ("stills", &["accounts", "live", "delivery", "channels", "transcode"]),
    ("markers", &["live", "channels"]),
    ("schedule", &["live", "channels", "site"]),
    ("notify", &["channels", "live", "delivery"]),
    ("insights", &["site", "transcode", "channels", "live", "delivery", "chat", "notify"]),
    (
        "watch",
        &[
            "chat",
            "discovery",
            "live",
            "delivery",
            "insights",
            "stills",
            "markers",
            "schedule",
            "channels",
            "site",
            "web",
        ],
    ),
    (
        "owncast",
        &[
            "accounts",
            "site",
            "channels",
            "transcode",
            "live",
            "chat",
            "delivery",
            "insights",
            "stills",
            "schedule",
            "notify",
        ],
    ),
];

/// What assembles the rooms; each may enter every room besides what it names.
const ASSEMBLY: &[(&str, &[&str])] = &[
    ("router", &[]),
    ("app", &["router"]),
    ("cli", &["app", "router"]),
    ("main", &["app", "cli"]),
];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let present: BTreeSet<&str> = tree.paths().filter_map(module).collect();
    for source in tree.rust(SOURCES) {
        let Some(room) = module(source.path) else { continue };
        if !is_known(room) {
            report.fail(
                source.path,
                1,
                &format!("`{room}` has no line in the table of rooms"),
                "give it one in crates/xtask/src/tidy/rooms.rs and in ARCHITECTURE.md, below what it enters",
            );
            continue;
        }
        for (at, path) in paths(&source) {
            enter(tree, report, &source, at, &path);
        }
    }
    for name in named().filter(|name| !present.is_empty() && !present.contains(name)) {
        let what = format!("the table names `{name}`, which does not exist");
        report.fail("crates/xtask/src/tidy/rooms.rs", 1, &what, "take its line out");
    }
    compare_map(tree, report);
}

/// Judges one path of `source` that begins at the crate's root.
fn enter(tree: &Tree, report: &mut Report, source: &Source, at: usize, path: &[&str]) {
    let Some(from) = module(source.path) else { return };
    let Some(&to) = path.first().filter(|to| is_known(to) && **to != from) else { return };
    let line = source.line(at);
    if !may_enter(from, to) {
        report.fail(
            source.path,
            line,
            &format!("`{from}` may not enter `{to}`"),
            "let the caller pass in what is needed, or return an event; the table is in ARCHITECTURE.md",
        );
    }
    let inside = path.get(1).filter(|inside| is_room(to) && has_file(tree, to, inside));
    if let Some(inside) = inside.filter(|inside| !(from == "router" && **inside == "routes")) {
        report.fail(
            source.path,
            line,
            &format!("`{to}` is entered through `{inside}`, not through its door"),
            &format!("use what {to}/mod.rs offers, or let it re-export this"),
        );
    }
}

fn may_enter(from: &str, to: &str) -> bool {
    if GROUND_FLOOR.contains(&to) {
        return true;
    }
    let assembles = ASSEMBLY.iter().find(|(name, _)| *name == from);
    match (assembles, ROOMS.iter().find(|(name, _)| *name == from)) {
        (Some((_, named)), _) => is_room(to) || named.contains(&to),
        (None, Some((_, named))) => named.contains(&to),
        (None, None) => false,
    }
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|(room, _)| *room == name)
}

fn is_known(name: &str) -> bool {
    named().any(|known| known == name)
}

fn named() -> impl Iterator<Item = &'static str> {
    let rooms = ROOMS.iter().chain(ASSEMBLY).map(|(name, _)| *name);
    GROUND_FLOOR.iter().copied().chain(rooms)
}

/// The top-level module a file of the server belongs to.
fn module(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(SOURCES)?;
    let name = inside.split('/').next()?;
    if inside.contains('/') { Some(name) } else { name.strip_suffix(".rs") }
}

fn has_file(tree: &tree::Tree, room: &str, name: &str) -> bool {
    tree.text(&format!("{SOURCES}{room}/{name}.rs")).is_some()
        || tree.text(&format!("{SOURCES}{room}/{name}/mod.rs")).is_some()
}

/// Every path in the code that begins at the crate's root, spelled `crate::` or `super::`.
fn paths<'a>(source: &'a Source) -> Vec<(usize, Vec<&'a str>)> {
    let mut found = Vec::new();
    for at in source.uses("crate::") {
        let leaves = leaves(&source.code, at + "crate::".len());
        found.extend(leaves.into_iter().map(|leaf| (at, leaf)));
    }
    for at in source.uses("super::").filter(|at| climbs_out(source, *at)) {
        let start = at + supers(&source.code[at..]) * "super::".len();
        found.extend(leaves(&source.code, start).into_iter().map(|leaf| (at, leaf)));
    }
    found
}

fn supers(code: &str) -> usize {
    let mut rest = code;
    let mut count = 0;
    while let Some(after) = rest.strip_prefix("super::") {
        (rest, count) = (after, count + 1);
    }
    count
}

/// Whether the `super::` at `at` leaves the file's room. Only the first of a chain is counted.
fn climbs_out(source: &Source, at: usize) -> bool {
    let inside = source.path.strip_prefix(SOURCES).unwrap_or(source.path);
    let folders = inside.matches('/').count();
    let depth = if inside.ends_with("/mod.rs") { folders } else { folders + 1 };
    !source.code[..at].ends_with("super::") && supers(&source.code[at..]) >= depth
}

/// The paths of the use tree that begins at `start`: `a::{b, c::d}` gives `a b` and `a c d`.
fn leaves(code: &str, start: usize) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    tree_at(code, start, &[], &mut found);
    found
}

/// Reads the use tree at `start` and returns where it ends.
fn tree_at<'a>(
    code: &'a str,
    start: usize,
    prefix: &[&'a str],
    found: &mut Vec<Vec<&'a str>>,
) -> usize {
    let mut at = start + blanks(&code[start..]);
    if code[at..].starts_with('{') {
        loop {
            at = tree_at(code, at + 1, prefix, found);
            at += code[at..].find([',', '}', ';']).unwrap_or(code.len() - at);
            if !code[at..].starts_with(',') {
                return (at + 1).min(code.len());
            }
        }
    }
    let name = code[at..].split(|c| !in_name(c)).next().unwrap_or_default();
    at += name.len();
    let mut path = prefix.to_vec();
    path.extend((!name.is_empty()).then_some(name));
    match code[at..].strip_prefix("::") {
        Some(next) if !next.starts_with('<') => tree_at(code, at + 2, &path, found),
        _ => {
            found.push(path);
            at
        }
    }
}

fn blanks(code: &str) -> usize {
    code.len() - code.trim_start().len()
}

/// Fails where ARCHITECTURE.md shows another table than this file.
fn compare_map(tree: &Tree, report: &mut Report) {
    let Some(map) = tree.text(MAP) else { return };
    let shown = map.split_once(OPENS).and_then(|(_, rest)| rest.split_once(CLOSES));
    let shown = shown.map_or("", |(table, _)| table.trim());
    let expected = format!("```text\n{}```", rendered());
    if shown != expected {
        let line = map.find(OPENS).map_or(1, |at| line_of(map, at));
        let remedy = format!("put this between {OPENS} and {CLOSES}:\n{expected}");
        report.fail(MAP, line, "the table of rooms is not the one that is checked", &remedy);
    }
}

fn rendered() -> String {
    let floor = GROUND_FLOOR.join(" ");
    let mut table = format!("ground floor  {floor}\n\n");
    for (room, enters) in ROOMS {
        let enters = if enters.is_empty() { "–".to_owned() } else { enters.join(", ") };
        table.push_str(&format!("{room:<10} → {enters}\n"));
    }
    for (name, enters) in ASSEMBLY {
        let also: String = enters.iter().map(|name| format!(", {name}")).collect();
        table.push_str(&format!("{name:<10} → every room{also}\n"));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    /// Failures in a house whose other rooms are all present and empty.
    fn failures(path: &str, text: &str) -> Vec<String> {
        let homes: Vec<String> = named().map(|name| format!("{SOURCES}{name}.rs")).collect();
        let mut files: Vec<(&str, &str)> = homes.iter().map(|home| (home.as_str(), "")).collect();
        files.extend([("crates/server/src/live/model.rs", ""), (path, text)]);
        found(check, &files).failures
    }

    #[test]
    fn every_line_names_only_what_stands_above_it() {
        let mut above: BTreeSet<&str> = BTreeSet::new();
        for (room, enters) in ROOMS.iter().chain(ASSEMBLY) {
            assert!(enters.iter().all(|name| above.contains(name)), "{room}");
            assert!(above.insert(room), "{room} stands twice");
        }
    }

    #[test]
    fn a_room_enters_what_its_line_names() {
        let text = "use crate::live::Live;\nuse crate::{clock::Clock, channels::{Channels, Key}};";
        assert_eq!(failures("crates/server/src/ingest/mod.rs", text), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_room_is_refused_however_it_is_spelled() {
        for text in [
            "use crate::ingest::Ingest;",
            "use crate::{clock::Clock, ingest::{Ingest}};",
            "use crate::{\n    clock::Clock,\n    ingest,\n};",
            "fn f(x: crate::ingest::Ingest) {}",
            "use super::ingest::Ingest;",
        ] {
            let failures = failures("crates/server/src/live/mod.rs", text);
            assert_eq!(failures.len(), 1, "{text}: {failures:?}");
            assert!(failures[0].contains("`live` may not enter `ingest`"), "{failures:?}");
        }
        let deeper = failures("crates/server/src/live/model.rs", "use super::super::app::App;");
        assert_eq!(deeper.len(), 1, "{deeper:?}");
    }

    #[test]
    fn the_ground_floor_enters_no_room() {
        let failures = failures("crates/server/src/clock.rs", "use crate::live::Live;");
        assert!(failures[0].contains("`clock` may not enter `live`"), "{failures:?}");
    }

    #[test]
    fn rooms_are_entered_through_their_door() {
        let failures = failures("crates/server/src/ingest/mod.rs", "use crate::live::model::Live;");
        assert!(failures[0].contains("not through its door"), "{failures:?}");
    }

    #[test]
    fn a_room_may_name_itself_and_tests_may_name_anything() {
        let text =
            "use crate::live::model::Live;\n#[cfg(test)]\nmod tests { use crate::app::App; }";
        assert!(failures("crates/server/src/live/mod.rs", text).is_empty());
    }

    #[test]
    fn a_new_room_needs_a_line_and_an_empty_line_needs_a_room() {
        let unknown = failures("crates/server/src/kitchen/mod.rs", "");
        assert!(unknown[0].contains("`kitchen` has no line"), "{unknown:?}");
        let lonely = found(check, &[("crates/server/src/live/mod.rs", "")]).failures;
        assert!(lonely.iter().any(|failure| failure.contains("names `ingest`")), "{lonely:?}");
    }

    #[test]
    fn the_map_shows_this_table() {
        let stale = found(check, &[(MAP, "<!-- rooms -->\nlive → app\n<!-- /rooms -->")]).failures;
        assert!(stale[0].starts_with("ARCHITECTURE.md:1: "), "{stale:?}");
        let fresh = format!("{OPENS}\n```text\n{}```\n{CLOSES}\n", rendered());
        assert!(found(check, &[(MAP, &fresh)]).failures.is_empty());
    }
}
