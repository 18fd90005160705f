//! Backups: archives that somebody makes and restores by hand, and copies of the database that the
//! server makes by itself.
//!
//! Invariants: a backup is one moment of the database, whoever writes meanwhile; it is written
//! beside its place and renamed, so that one with its name is whole; only its owner can read it. A
//! database that holds anything is copied before it is migrated, or it is not migrated. A restore
//! looks at everything before it replaces anything, and what it replaces is moved aside.

mod actor;
mod archive;
mod desk;
mod error;
mod folder;
mod names;
mod place;
mod restore;
mod rotation;
mod routes;
mod space;
mod staging;

use std::path::{Path, PathBuf};

use rivulet_media::time::WallClock;

pub(crate) use actor::keep;
pub(crate) use archive::make;
pub(crate) use desk::Desk;
pub(crate) use error::BackupError;
pub(crate) use place::{Place, refuse_unfinished};
pub(crate) use restore::{Existing, Restore};
pub(crate) use routes::{described, routes};

use crate::db::Db;
use folder::Folder;

/// Copies the database before it is migrated, if it waits for that and holds anything; gives the
/// copy's file.
///
/// # Errors
/// When a newer program wrote the database, or it could not be copied: then it must not be migrated.
pub(crate) async fn before_migration(
    db: &Db,
    data_dir: &Path,
    now: WallClock,
) -> Result<Option<PathBuf>, BackupError> {
    let Some(version) = db.waits_for().await? else { return Ok(None) };
    if db.is_empty().await? {
        return Ok(None);
    }
    let folder = Folder::of(data_dir);
    let file = folder.save(db, names::before(version, now)).await;
    let file = file.map_err(|source| BackupError::BeforeMigration(Box::new(source)))?;
    folder.prune_befores().await?;
    Ok(Some(file))
}

/// The newest copy in a data folder that the server made by itself, and when.
pub(crate) async fn newest(data_dir: &Path) -> Result<Option<(PathBuf, WallClock)>, BackupError> {
    let folder = Folder::of(data_dir);
    let newest = folder.times().await?.into_iter().max();
    Ok(newest.map(|at| (folder.path(&names::regular(at)), at)))
}

#[cfg(test)]
mod tests;
