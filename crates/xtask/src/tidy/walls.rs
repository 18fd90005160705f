//! The invariants of ARCHITECTURE.md that show in the text of the code: what is absent from where.

use super::Report;
use super::source::Source;
use super::tree::Tree;

/// Something that only a few files may name.
struct Wall {
    below: &'static str,
    words: &'static [&'static str],
    /// Ends of the paths that may, written from a `/` on.
    except: &'static [&'static str],
    remedy: &'static str,
}

const WALLS: &[Wall] = &[
    Wall {
        below: "crates/server/src/",
        words: &["sqlx::"],
        // An error may carry the database's as its source.
        except: &["/store.rs", "/store/", "/error.rs", "/db.rs", "/db/"],
        remedy: "put the statement into the store.rs of the room that owns the table",
    },
    Wall {
        below: "crates/server/src/",
        words: &["axum::"],
        except: &[
            "/routes.rs",
            "/routes/",
            "/socket.rs",
            "/watch/feed.rs",
            "/page.rs",
            "/api.rs",
            "/access/",
            "/http/",
            "/access/",
            "/router.rs",
            "/router/",
            "/web/",
        ],
        remedy: "keep HTTP in routes.rs, WebSockets in socket.rs, HTML in page.rs; the rest of a room takes and returns plain types",
    },
    Wall {
        below: "crates/server/src/",
        words: &["process::Command", "Command::new("],
        except: &["/transcode/ffmpeg.rs"],
        remedy: "children are started in transcode/ffmpeg.rs only",
    },
    Wall {
        below: "crates/server/src/",
        words: &["tokio::spawn", "task::spawn", "thread::spawn"],
        except: &["/tasks.rs"],
        remedy: "start it through `tasks::Tasks`, so that somebody awaits it and can tell it to stop",
    },
    Wall {
        below: "crates/",
        words: &["unbounded_channel", "mpsc::channel()", "unbounded("],
        except: &[],
        remedy: "give the queue a named maximum, and say what happens when it is full",
    },
    Wall {
        below: "crates/media/src/",
        words: &[
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "Instant::now",
            "SystemTime::now",
        ],
        except: &[],
        remedy: "this crate computes; take time, bytes and entropy as arguments",
    },
];

/// What makes a `static` mutable.
const MUTABLE: &[&str] =
    &["Mutex", "RwLock", "Atomic", "OnceLock", "OnceCell", "RefCell", "ArcSwap"];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for source in tree.rust("crates/").filter(|source| !source.is_test()) {
        if source.path.starts_with("crates/xtask/") {
            continue; // a tool for developers: it starts git, and it spells these words
        }
        for wall in WALLS.iter().filter(|wall| source.path.starts_with(wall.below)) {
            keep(wall, &source, report);
        }
        statics(&source, report);
    }
}

fn keep(wall: &Wall, source: &Source, report: &mut Report) {
    if wall.except.iter().any(|end| may(source.path, end)) {
        return;
    }
    for word in wall.words {
        for at in source.uses(word) {
            let what = format!("`{word}` does not belong here");
            report.fail(source.path, source.line(at), &what, wall.remedy);
        }
    }
}

fn may(path: &str, end: &str) -> bool {
    if end.ends_with('/') { path.contains(end) } else { path.ends_with(end) }
}

fn statics(source: &Source, report: &mut Report) {
    for at in source.uses("static").filter(|at| !source.code[..*at].ends_with('\'')) {
        let item = source.code[at..].split(['=', ';']).next().unwrap_or_default();
        if item.starts_with("static mut ") || MUTABLE.iter().any(|word| item.contains(word)) {
            report.fail(
                source.path,
                source.line(at),
                "a `static` that can change",
                "let a room own this state and hand out a handle",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    fn failures(path: &str, text: &str) -> usize {
        found(check, &[(path, text)]).failures.len()
    }

    #[test]
    fn every_wall_can_be_hit() {
        for wall in WALLS {
            let path = format!("{}live/model.rs", wall.below);
            for word in wall.words {
                assert!(failures(&path, &format!("fn f() {{ {word};x }}")) > 0, "{word}");
            }
        }
    }

    #[test]
    fn what_is_allowed_passes() {
        assert_eq!(failures("crates/server/src/live/store.rs", "use sqlx::Row;"), 0);
        assert_eq!(failures("crates/server/src/live/routes.rs", "use axum::Router;"), 0);
        assert_eq!(failures("crates/server/src/tasks.rs", "fn f() { tokio::spawn(x); }"), 0);
        assert_eq!(failures("crates/server/tests/story.rs", "use sqlx::Row;"), 0);
    }

    #[test]
    fn words_in_comments_texts_and_tests_do_not_count() {
        let text = "/// Unlike axum::Router.\nfn f() { \"sqlx::\"; }\n#[cfg(test)]\nmod tests { use sqlx::Row; }";
        assert_eq!(failures("crates/server/src/live/model.rs", text), 0);
    }

    #[test]
    fn statics_do_not_change() {
        let path = "crates/server/src/live/model.rs";
        assert_eq!(failures(path, "static COUNT: AtomicU64 = AtomicU64::new(0);"), 1);
        assert_eq!(failures(path, "static mut COUNT: u64 = 0;"), 1);
        assert_eq!(
            failures(path, "static NAMES: &[&str] = &[]; fn f(x: &'static Mutex<u8>) {}"),
            0
        );
    }
}
