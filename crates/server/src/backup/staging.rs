//! A backup unpacked beside the site, brought to this program's schema and looked at from every
//! side, before anything is replaced by it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::{self, DATABASE, KEY, Manifest};
use super::place::{copy_private, make_folder};
use super::{BackupError, Place, space};
use crate::channels::Channels;
use crate::clock::Clock;
use crate::db::{Counted, Db, Location};
use crate::seal::Keyring;

/// A backup that can be restored.
pub(super) struct Staging {
    folder: Scrap,
    /// `None` for a copy of the database alone.
    pub(super) manifest: Option<Manifest>,
    /// The schema it had.
    pub(super) schema: i64,
    pub(super) tables: Vec<Counted>,
    /// What comes besides the database, with sizes.
    pub(super) files: Vec<(String, u64)>,
}

/// A folder that goes whatever happens.
struct Scrap(PathBuf);

impl Drop for Scrap {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Staging {
    /// Unpacks `file`, an archive or a copy of the database, into a new folder, and checks it.
    pub(super) async fn of(
        file: &Path,
        place: &Place,
        folder: PathBuf,
    ) -> Result<Self, BackupError> {
        make_folder(&folder)?;
        let scrap = Scrap(folder);
        let folder = scrap.0.as_path();
        let manifest = if archive::is_archive(file)? {
            Some(archive::extract(file, folder)?)
        } else {
            let size = fs::metadata(file).map_err(BackupError::at(file))?.len();
            space::for_bytes(folder, size)?;
            copy_private(file, &folder.join(DATABASE)).map_err(BackupError::at(file))?;
            None
        };
        let (schema, tables) = check_database(file, &folder.join(DATABASE)).await?;
        if let Some(said) = manifest.as_ref().filter(|manifest| manifest.schema != schema) {
            let reason = format!("its list says schema {}, its database {schema}", said.schema);
            return Err(BackupError::Damaged { path: file.to_owned(), reason });
        }
        let files = manifest.iter().flat_map(|manifest| &manifest.files);
        let files = files.filter(|entry| entry.path != DATABASE);
        let files = files.map(|entry| (entry.path.clone(), entry.size_bytes)).collect();
        // A copy of the database alone belongs to the key that is there.
        let key = if manifest.is_some() { folder.join(KEY) } else { place.key_file.clone() };
        check_key(&folder.join(DATABASE), &key).await?;
        Ok(Self { folder: scrap, manifest, schema, tables, files })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder.0
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder().join(DATABASE)
    }
}

/// Checks the unpacked database and migrates it; gives the schema it had, and its rows.
async fn check_database(backup: &Path, file: &Path) -> Result<(i64, Vec<Counted>), BackupError> {
    let location = Location::File(file.to_owned());
    let damaged = |reason| BackupError::Damaged { path: backup.to_owned(), reason };
    let db = Db::open_read_only(&location).await?;
    let schema = db.version().await?.unwrap_or_default();
    let faults = db.faults().await?;
    db.close().await;
    if !faults.is_empty() {
        return Err(damaged(faults.join("; ")));
    }
    let db = Db::open(&location).await?;
    let tables = db.counts().await?;
    db.close().await;
    Ok((schema, tables))
}

/// What is sealed in the database can be opened with the key that comes with it.
async fn check_key(database: &Path, key: &Path) -> Result<(), BackupError> {
    let db = Db::open_read_only(&Location::File(database.to_owned())).await?;
    if Channels::hold_secrets(&db).await? {
        let keyring = Arc::new(Keyring::open(key)?);
        Channels::new(db.clone(), keyring, Clock::system()).check_keyring().await?;
    }
    db.close().await;
    Ok(())
}
