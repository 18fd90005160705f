//! The archive that `rivulet backup` makes and `rivulet restore` reads: a tar of the POSIX form
//! (ustar, IEEE Std 1003.1-1988) without compression. First comes `manifest.json`, which lists the
//! other files with their sizes and digests; then `rivulet.db`, a database of SQLite whatever the
//! server uses; then `secret.key`, where there is one; then the files that are kept beside the
//! database, in their folders.

mod manifest;
mod read;
mod write;

pub(super) use manifest::Manifest;
pub(super) use read::{extract, is_archive};
pub(crate) use write::make;

/// The form of the archives that this program makes; it reads the older ones too.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
pub(super) const DATABASE: &str = "rivulet.db";
pub(super) const KEY: &str = "secret.key";
/// Folders in the data folder whose files belong to the database's rows. Who keeps files elsewhere
/// adds that folder here; what can be made again or is too large for every backup does not belong.
pub(super) const KEPT: &[&str] = &["stills"];

// What a forged archive could choose:

/// Files in an archive: each costs memory while the manifest is checked.
const MAX_FILES: usize = 1_000_000;
/// Bytes of a manifest, which is read at once: as long as so many files make it.
const MAX_MANIFEST_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of a key file.
const MAX_KEY_BYTES: u64 = 1024;
/// Bytes of a file that is kept beside the database.
const MAX_KEPT_BYTES: u64 = 1024 * 1024 * 1024;
/// Bytes of a path: what the POSIX form holds without being split.
const MAX_PATH_BYTES: usize = 100;
/// Folders within folders.
const MAX_DEPTH: usize = 8;

/// Whether a file of that path may be in an archive, and how large. Anything else could be written
/// to anywhere.
fn max_bytes(path: &str) -> Option<u64> {
    match path {
        DATABASE => return Some(u64::MAX),
        KEY => return Some(MAX_KEY_BYTES),
        _ => {}
    }
    let (folder, rest) = path.split_once('/')?;
    let plain = |name: &str| {
        !name.is_empty() && name != "." && name != ".." && !name.contains(['\\', '\0'])
    };
    let fits = path.len() <= MAX_PATH_BYTES && rest.split('/').count() < MAX_DEPTH;
    (KEPT.contains(&folder) && fits && rest.split('/').all(plain)).then_some(MAX_KEPT_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_belongs_into_an_archive_has_a_place_in_it() {
        for path in ["rivulet.db", "secret.key", "stills/a.jpg", "stills/0199/60.jpg"] {
            assert!(max_bytes(path).is_some(), "{path}");
        }
        let long = format!("stills/{}", "a".repeat(94));
        let deep = format!("stills{}", "/a".repeat(8));
        for path in [
            "",
            "/",
            "lock",
            "run.json",
            "manifest.json",
            "stills",
            "stills/",
            "/etc/passwd",
            "../secret.key",
            "stills/../secret.key",
            "stills/..",
            "stills/./a",
            "stills//a",
            "/stills/a",
            "./stills/a",
            "stills\\a",
            "stills/..\\a",
            "stills/a\0",
            "Stills/a",
            "stills2/a",
            "rivulet.db/a",
            &long,
            &deep,
        ] {
            assert_eq!(max_bytes(path), None, "{path}");
        }
    }
}
