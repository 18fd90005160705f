//! The copies of the database in the data folder: those that the server makes, and the one that an
//! admin asks for. One is made at a time: each takes the room of a whole database, and clears away
//! what an interrupted one has left.

use std::path::PathBuf;
use std::sync::Arc;

use rivulet_media::time::WallClock;
use tokio::sync::Mutex;

use super::folder::Folder;
use super::{BackupError, names};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

/// Copies of the database in the data folder.
#[derive(Clone)]
pub(crate) struct Desk {
    db: Db,
    pub(super) folder: Folder,
    pub(super) clock: Clock,
    one_at_a_time: Arc<Mutex<()>>,
}

/// A copy.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) name: String,
    pub(super) at: WallClock,
    pub(super) size_bytes: u64,
}

impl Desk {
    /// The copies of a data folder.
    pub(crate) fn new(db: Db, config: &Config, clock: Clock) -> Self {
        let folder = Folder::of(&config.data_dir);
        Self { db, folder, clock, one_at_a_time: Arc::default() }
    }

    /// What there is, the newest first.
    pub(super) async fn copies(&self) -> Result<Vec<Copy>, BackupError> {
        let mut copies = Vec::new();
        for name in self.folder.names().await? {
            let at = names::regular_time(&name).or_else(|| names::before_time(&name));
            let Some(at) = at else { continue };
            let path = self.folder.path(&name);
            // One that goes while the others are looked at is gone.
            let Ok(about) = tokio::fs::metadata(&path).await else { continue };
            copies.push(Copy { name, at, size_bytes: about.len() });
        }
        copies.sort_unstable_by(|a, b| b.at.cmp(&a.at).then_with(|| b.name.cmp(&a.name)));
        Ok(copies)
    }

    /// Makes a copy, after whatever copy is being made.
    pub(super) async fn copy(&self, now: WallClock) -> Result<PathBuf, BackupError> {
        let _turn = self.one_at_a_time.lock().await;
        let file = self.folder.save(&self.db, names::regular(now)).await?;
        self.folder.prune().await?;
        Ok(file)
    }

    /// Makes a copy now.
    pub(super) async fn copy_now(&self) -> Result<PathBuf, BackupError> {
        self.copy(self.clock.wall()).await
    }
}
