//! What goes wrong with backups.

use std::io;
use std::path::PathBuf;

use crate::channels::ChannelsError;
use crate::db::DbError;
use crate::seal::SealError;

/// Why there is no backup, or why one is not restored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    #[error(
        "the database was not migrated, because it could not be copied first: mend what is said \
         here and start again, or go on with the older version"
    )]
    BeforeMigration(#[source] Box<BackupError>),
    #[error("{path} exists already: choose another name, or replace it with --force")]
    Exists { path: PathBuf },
    #[error("{path} cannot be read or written: check its owner and the free space")]
    File { path: PathBuf, source: io::Error },
    #[error(
        "{needed_mb} MB are needed on the disk of {path}, and {free_mb} MB are free: make room there"
    )]
    Full { path: PathBuf, needed_mb: u64, free_mb: u64 },
    #[error("{path} is no backup of Rivulet: {reason}")]
    NoBackup { path: PathBuf, reason: String },
    #[error("{path} is damaged: {reason}. Use another backup")]
    Damaged { path: PathBuf, reason: String },
    #[error(
        "{path} has the format {format}, and this program knows up to {known}: install the \
         version of Rivulet that made it, or a newer one"
    )]
    Newer { path: PathBuf, format: u32, known: u32 },
    #[error("more than {limit} files are kept: that is more than an archive holds")]
    TooMany { limit: usize },
    #[error("the key file and the database do not fit")]
    Keys(#[source] Box<ChannelsError>),
    #[error("something is there already and would be replaced: say --force to move it aside")]
    Occupied,
    #[error(
        "a restore was interrupted half-way ({marker} says where things are): run `rivulet restore` \
         again with --force"
    )]
    Unfinished { marker: PathBuf },
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl BackupError {
    /// Names the file that could not be read or written.
    pub(super) fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}

impl From<ChannelsError> for BackupError {
    fn from(error: ChannelsError) -> Self {
        Self::Keys(Box::new(error))
    }
}
