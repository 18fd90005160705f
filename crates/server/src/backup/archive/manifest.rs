//! The first file of an archive: what made it, and what is in it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{DATABASE, FORMAT, MAX_FILES, max_bytes};

/// What an archive says about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// Version of the database's schema.
    pub(crate) schema: i64,
    /// Version of the program that made it.
    pub(crate) program: String,
    /// When, as RFC 3339 has it.
    pub(crate) made_at: String,
    /// The engine of the server's database: `sqlite` or `postgresql`.
    pub(crate) engine: String,
    pub(crate) files: Vec<Entry>,
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) size_bytes: u64,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
}

/// What every manifest of every format says.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

/// Why a manifest is not acceptable.
pub(super) enum Objection {
    Newer(u32),
    Wrong(String),
}

impl Manifest {
    /// Reads what an archive says about itself, and refuses what it must not say.
    pub(super) fn parse(json: &[u8]) -> Result<Self, Objection> {
        let wrong = |error: serde_json::Error| Objection::Wrong(format!("its manifest: {error}"));
        let Form { format } = serde_json::from_slice(json).map_err(wrong)?;
        if format > FORMAT {
            return Err(Objection::Newer(format));
        }
        let manifest: Self = serde_json::from_slice(json).map_err(wrong)?;
        manifest.check().map_err(Objection::Wrong)?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        if self.files.len() > MAX_FILES {
            return Err(format!("it lists more than {MAX_FILES} files"));
        }
        let mut seen = HashSet::new();
        for Entry { path, size_bytes, .. } in &self.files {
            match max_bytes(path) {
                None => return Err(format!("{path:?} does not belong into a backup")),
                Some(limit) if *size_bytes > limit => {
                    return Err(format!("{path} has {size_bytes} bytes, and {limit} are allowed"));
                }
                Some(_) => {}
            }
            if !seen.insert(path) {
                return Err(format!("it lists {path} twice"));
            }
        }
        if seen.iter().any(|path| *path == DATABASE) {
            Ok(())
        } else {
            Err("it holds no database".to_owned())
        }
    }

    /// Bytes of all files.
    pub(super) fn size_bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, entry| entry.size_bytes.saturating_add(sum))
    }
}
