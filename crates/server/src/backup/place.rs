//! Where a site's things are, and moving them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::BackupError;
use super::archive::KEPT;
use crate::db::Location;

/// What SQLite puts beside its file.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];
/// Says the secrets of a first run, which a restore makes untrue.
const FIRST_RUN: &str = "first-run.txt";
/// Stands in the data folder while what is there belongs to two sites.
const MARKER: &str = "restore-unfinished.txt";

/// Where a site's things are.
pub(crate) struct Place {
    pub(crate) data_dir: PathBuf,
    pub(crate) key_file: PathBuf,
    pub(crate) database: Location,
}

impl Place {
    /// The files of a SQLite database that are there.
    pub(super) fn database_files(&self) -> Vec<PathBuf> {
        let Location::File(file) = &self.database else { return Vec::new() };
        let companion = |ending: &str| {
            let mut name = file.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        let companions = COMPANIONS.iter().map(|ending| companion(ending));
        present(std::iter::once(file.clone()).chain(companions))
    }

    /// What is there and belongs to a site, besides its database.
    pub(super) fn other_files(&self) -> Vec<PathBuf> {
        let kept = KEPT.iter().chain(&[FIRST_RUN]).map(|name| self.data_dir.join(name));
        present(std::iter::once(self.key_file.clone()).chain(kept))
    }
}

fn present(paths: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    paths.filter(|path| path.exists()).collect()
}

/// # Errors
/// When a restore was interrupted while it replaced things.
pub(crate) fn refuse_unfinished(data_dir: &Path) -> Result<(), BackupError> {
    let marker = data_dir.join(MARKER);
    if marker.exists() { Err(BackupError::Unfinished { marker }) } else { Ok(()) }
}

/// Says that things are being replaced, for as long as they are.
pub(super) struct Marker(PathBuf);

impl Marker {
    pub(super) fn put(data_dir: &Path, text: &str) -> Result<Self, BackupError> {
        let path = data_dir.join(MARKER);
        fs::write(&path, text).map_err(BackupError::at(&path))?;
        sync(data_dir)?;
        Ok(Self(path))
    }

    pub(super) fn remove(self) -> Result<(), BackupError> {
        fs::remove_file(&self.0).map_err(BackupError::at(self.0))
    }
}

/// Makes a folder for its owner alone, which must not be there.
pub(super) fn make_folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new().mode(0o700).create(path).map_err(BackupError::at(path))
}

/// Makes sure that everything on the disk of `folder` has reached it.
pub(super) fn sync(folder: &Path) -> Result<(), BackupError> {
    let opened = File::open(folder).map_err(BackupError::at(folder))?;
    rustix::fs::syncfs(opened).map_err(io::Error::from).map_err(BackupError::at(folder))
}

/// Moves a file or folder to where nothing is, or an empty folder; also onto another disk.
pub(super) fn move_to(from: &Path, to: &Path) -> Result<(), BackupError> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    if !from.is_dir() {
        copy_private(from, to).map_err(BackupError::at(to))?;
        return fs::remove_file(from).map_err(BackupError::at(from));
    }
    if !to.is_dir() {
        make_folder(to)?;
    }
    for entry in fs::read_dir(from).map_err(BackupError::at(from))? {
        let entry = entry.map_err(BackupError::at(from))?;
        move_to(&entry.path(), &to.join(entry.file_name()))?;
    }
    // A folder that another disk is mounted on stays, empty.
    let _ = fs::remove_dir(from);
    Ok(())
}

/// Copies a file into a new one that only its owner may read.
pub(super) fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_move_into_folders_that_cannot_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
        fs::create_dir_all(from.join("a/b")).unwrap();
        fs::write(from.join("a/b/1"), "one").unwrap();
        fs::create_dir_all(to.join("a")).unwrap();
        // Something stands in the way of a rename, as a mounted disk would.
        fs::write(to.join("a/2"), "two").unwrap();
        move_to(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a/b/1")).unwrap(), "one");
        assert_eq!(fs::read_to_string(to.join("a/2")).unwrap(), "two");
        assert!(!from.exists());
    }
}
