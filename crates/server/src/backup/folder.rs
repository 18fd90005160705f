//! The folder `backups` of a data folder: copies of the database that the server makes by itself.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rivulet_media::time::WallClock;

use super::{BackupError, names, rotation, space};
use crate::db::Db;

const FOLDER: &str = "backups";
/// What a copy is called while it is being written.
const UNFINISHED: &str = ".draft";
/// Copies from before migrations that are kept. A server that fails to migrate and is started over
/// and over makes one each time.
const MAX_BEFORES: usize = 5;

#[derive(Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) fn of(data_dir: &Path) -> Self {
        Self { path: data_dir.join(FOLDER) }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Copies the database into a file of that name; gives its path.
    pub(super) async fn save(&self, db: &Db, name: String) -> Result<PathBuf, BackupError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.path);
        made.map_err(BackupError::at(&self.path))?;
        // A crash may have left half of one.
        for draft in self.names().await?.into_iter().filter(|name| name.ends_with(UNFINISHED)) {
            self.remove(&draft).await?;
        }
        space::for_bytes(&self.path, db.size_bytes().await?)?;
        let (file, draft) = (self.path(&name), self.path(&format!("{name}{UNFINISHED}")));
        db.save(&draft).await?;
        tokio::fs::rename(&draft, &file).await.map_err(BackupError::at(&file))?;
        let folder =
            tokio::fs::File::open(&self.path).await.map_err(BackupError::at(&self.path))?;
        folder.sync_all().await.map_err(BackupError::at(&self.path))?;
        Ok(file)
    }

    /// When the copies that are made every few hours were made.
    pub(super) async fn times(&self) -> Result<Vec<WallClock>, BackupError> {
        Ok(self.names().await?.iter().filter_map(|name| names::regular_time(name)).collect())
    }

    /// Removes the copies that are kept no longer.
    pub(super) async fn prune(&self) -> Result<(), BackupError> {
        for at in rotation::superfluous(&self.times().await?) {
            self.remove(&names::regular(at)).await?;
        }
        Ok(())
    }

    /// Removes all but the newest copies from before migrations.
    pub(super) async fn prune_befores(&self) -> Result<(), BackupError> {
        let names = self.names().await?.into_iter();
        let mut befores: Vec<_> =
            names.filter_map(|name| Some((names::before_time(&name)?, name))).collect();
        befores.sort_unstable_by(|a, b| b.cmp(a));
        for (_, name) in befores.iter().skip(MAX_BEFORES) {
            self.remove(name).await?;
        }
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), BackupError> {
        let path = self.path(name);
        tokio::fs::remove_file(&path).await.map_err(BackupError::at(path))
    }

    /// Everything in it.
    pub(super) async fn names(&self) -> Result<Vec<String>, BackupError> {
        let mut entries = match tokio::fs::read_dir(&self.path).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(BackupError::at(&self.path)(error)),
        };
        let mut names = Vec::new();
        while let Some(entry) = entries.next_entry().await.map_err(BackupError::at(&self.path))? {
            names.extend(entry.file_name().into_string());
        }
        Ok(names)
    }
}
