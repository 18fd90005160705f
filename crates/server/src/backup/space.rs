//! Whether a disk has room, before something large is written to it.

use std::path::Path;

use super::BackupError;

/// What must be left for everybody else, in bytes.
const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
const MEGABYTE: u64 = 1_000_000;

/// # Errors
/// When the disk of `folder` has no room for so much, and a reserve.
pub(super) fn for_bytes(folder: &Path, bytes: u64) -> Result<(), BackupError> {
    // Where the system does not say, writing will tell.
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let (free, needed) = (disk.f_bavail.saturating_mul(disk.f_frsize), bytes + RESERVE_BYTES);
    if free >= needed {
        return Ok(());
    }
    let (needed_mb, free_mb) = (needed / MEGABYTE + 1, free / MEGABYTE);
    Err(BackupError::Full { path: folder.to_owned(), needed_mb, free_mb })
}
