//! The data folder: what is where in it, and that one server has it to itself.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// The key file in a data folder.
pub(crate) fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("secret.key")
}

/// Makes the data folder, for its owner alone.
pub(crate) fn make_data_dir(data_dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
        .with_context(|| format!("cannot make the data folder {}", data_dir.display()))
}

/// Two servers on one data folder would hand out the same sequence numbers.
pub(crate) fn lock(data_dir: &Path) -> anyhow::Result<File> {
    let path = data_dir.join("lock");
    let file = File::create(&path)
        .with_context(|| format!("cannot write to the data folder {}", data_dir.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another Rivulet runs on the data folder {}: stop it, or choose another with --data-dir",
            data_dir.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
    }
}
