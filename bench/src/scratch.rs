//! A directory that lives as long as a measurement, on a RAM disk where there is one.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// Removed with everything in it when dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Result<Self> {
        let ram = Path::new("/dev/shm");
        Self::below(if ram.is_dir() { ram.to_path_buf() } else { std::env::temp_dir() })
    }

    /// On a disk, for what is about keeping: a RAM disk keeps at no cost.
    pub(crate) fn on_disk() -> Result<Self> {
        Self::below(std::env::temp_dir())
    }

    fn below(parent: PathBuf) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("rivulet-bench-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Bytes of all files below, which on a RAM disk are memory too.
    pub(crate) fn bytes(&self) -> u64 {
        directory_bytes(&self.0)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A directory that cannot be removed is only litter; the measurement stands.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Files that vanish while being counted, as old segments do, count as nothing.
fn directory_bytes(directory: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => directory_bytes(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}
