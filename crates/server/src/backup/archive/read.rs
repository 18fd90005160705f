//! Reading an archive, which may be damaged or forged: nothing is written that its manifest does
//! not list, and nothing outside of the folder that is given.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::manifest::{Entry, Manifest, Objection};
use super::write::Hashing;
use super::{FORMAT, MANIFEST, MAX_MANIFEST_BYTES};
use crate::backup::{BackupError, space};

type Archive = tar::Archive<BufReader<File>>;
type Member<'a> = tar::Entry<'a, BufReader<File>>;

/// Whether the file looks like a tar and not like a database.
pub(crate) fn is_archive(file: &Path) -> Result<bool, BackupError> {
    const SQLITE: &[u8] = b"SQLite format 3\0";
    let mut beginning = Vec::new();
    let opened = File::open(file).map_err(BackupError::at(file))?;
    opened.take(SQLITE.len() as u64).read_to_end(&mut beginning).map_err(BackupError::at(file))?;
    Ok(beginning != SQLITE)
}

/// Unpacks an archive into the empty folder `into`, and compares every file with its digest.
pub(crate) fn extract(file: &Path, into: &Path) -> Result<Manifest, BackupError> {
    let opened = File::open(file).map_err(BackupError::at(file))?;
    let mut archive = Archive::new(BufReader::new(opened));
    let reader = Reader { file, into };
    // Raw: names and sizes are in the headers, and extensions that would replace them are refused.
    let members = archive.entries().map_err(|error| reader.no_backup(error.to_string()))?;
    let mut members = members.raw(true);
    let first = members.next().ok_or_else(|| reader.no_backup("it is empty".to_owned()))?;
    let manifest = reader.manifest(first)?;
    space::for_bytes(into, manifest.size_bytes())?;
    let mut missing: HashMap<&str, &Entry> =
        manifest.files.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    for member in members {
        let mut member = member.map_err(|error| reader.damaged(error.to_string()))?;
        let name = reader.name(&member)?;
        let Some(entry) = missing.remove(name.as_str()) else {
            return Err(reader.damaged(format!("{name:?} is not in its list, or is there twice")));
        };
        reader.extract(&mut member, entry)?;
    }
    if let Some(name) = missing.keys().next() {
        return Err(reader.damaged(format!("{name} is missing")));
    }
    Ok(manifest)
}

struct Reader<'a> {
    file: &'a Path,
    into: &'a Path,
}

impl Reader<'_> {
    fn manifest(&self, first: io::Result<Member>) -> Result<Manifest, BackupError> {
        let mut first = first.map_err(|error| self.no_backup(error.to_string()))?;
        if self.name(&first)? != MANIFEST || first.size() > MAX_MANIFEST_BYTES {
            return Err(self.no_backup("it does not begin with a manifest".to_owned()));
        }
        let mut json = Vec::new();
        first.read_to_end(&mut json).map_err(|error| self.damaged(error.to_string()))?;
        Manifest::parse(&json).map_err(|objection| match objection {
            Objection::Newer(format) => {
                BackupError::Newer { path: self.file.to_owned(), format, known: FORMAT }
            }
            Objection::Wrong(reason) => self.damaged(reason),
        })
    }

    /// The path of a plain file. Links, devices and extensions are none.
    fn name(&self, member: &Member) -> Result<String, BackupError> {
        let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
        if member.header().entry_type() == tar::EntryType::Regular {
            Ok(name)
        } else {
            Err(self.damaged(format!("{name:?} is no plain file")))
        }
    }

    /// Writes a file that the manifest lists: its path was checked there.
    fn extract(&self, member: &mut Member, entry: &Entry) -> Result<(), BackupError> {
        let name = &entry.path;
        if member.size() != entry.size_bytes {
            return Err(self.damaged(format!("{name} has another size than its list says")));
        }
        let path = self.into.join(name);
        let folder = path.parent().unwrap_or(self.into);
        fs::create_dir_all(folder).map_err(BackupError::at(folder))?;
        let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let mut target = created.map_err(BackupError::at(&path))?;
        let mut source = Hashing::new(member);
        io::copy(&mut source, &mut target).map_err(BackupError::at(&path))?;
        if source.read != entry.size_bytes || source.hex() != entry.sha256 {
            return Err(self.damaged(format!("{name} is not what was archived")));
        }
        Ok(())
    }

    fn no_backup(&self, reason: String) -> BackupError {
        BackupError::NoBackup { path: self.file.to_owned(), reason }
    }

    fn damaged(&self, reason: String) -> BackupError {
        BackupError::Damaged { path: self.file.to_owned(), reason }
    }
}
