//! Putting a backup in the place of a site, whose own things are moved aside.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rivulet_media::time::WallClock;

use super::archive::{DATABASE, KEPT, KEY};
use super::place::{Marker, make_folder, move_to, sync};
use super::staging::Staging;
use super::{BackupError, Place, names};
use crate::db::{Counted, Db, DbError, Location, copy};

/// A backup that was looked at and can be restored to a place.
pub(crate) struct Restore<'a> {
    place: &'a Place,
    staging: Staging,
    present: Present,
    /// Where what is replaced goes.
    aside: PathBuf,
}

/// What is at the place now.
struct Present {
    /// `None` when there is no database, or an empty one.
    database: Option<Rows>,
    files: Vec<PathBuf>,
}

/// What can be told of a database that will be moved aside.
enum Rows {
    Counted(Vec<Counted>),
    Unreadable,
}

/// What becomes of a site that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Stays,
    MovesAside,
}

impl<'a> Restore<'a> {
    /// Unpacks and checks a backup beside the site, and changes nothing of that.
    pub(crate) async fn of(
        file: &Path,
        place: &'a Place,
        now: WallClock,
    ) -> Result<Self, BackupError> {
        let folder = |what: &str| place.data_dir.join(format!("{what}-{}", names::time(now)));
        let staging = Staging::of(file, place, folder("restoring")).await?;
        let alone = staging.manifest.is_none();
        let files = if alone { Vec::new() } else { place.other_files() };
        let present = Present { database: rows_at(place).await?, files };
        Ok(Self { place, staging, present, aside: folder("replaced") })
    }

    /// What would be restored, and what is there now and would be replaced.
    pub(crate) fn report(&self) -> String {
        let mut text = String::new();
        let _ = match &self.staging.manifest {
            Some(manifest) => writeln!(
                text,
                "An archive made at {} by Rivulet {} from {}, schema {}.",
                manifest.made_at, manifest.program, manifest.engine, self.staging.schema
            ),
            None => writeln!(text, "A copy of the database, schema {}.", self.staging.schema),
        };
        let _ = writeln!(text, "\nTo be restored, whole and readable:");
        let _ = writeln!(text, "  database to {}", self.place.database);
        list_rows(&mut text, &self.staging.tables);
        list_files(&mut text, &self.staging.files);
        let Present { database, files } = &self.present;
        if database.is_none() && files.is_empty() {
            let _ = writeln!(text, "\nNothing is there now.");
            return text;
        }
        let _ = writeln!(text, "\nThere now, to be moved to {}:", self.aside.display());
        match database {
            Some(Rows::Counted(tables)) => {
                let _ = writeln!(text, "  the database {}", self.place.database);
                list_rows(&mut text, tables);
            }
            Some(Rows::Unreadable) => {
                let _ = writeln!(text, "  the database {}, damaged", self.place.database);
            }
            None => {}
        }
        for file in files {
            let _ = writeln!(text, "  {}", file.display());
        }
        text
    }

    /// Restores it; gives the folder to which something was moved aside.
    ///
    /// # Errors
    /// When something is there that is to stay. Nothing is changed then, nor when the database could
    /// not be filled.
    pub(crate) async fn apply(self, existing: Existing) -> Result<Option<PathBuf>, BackupError> {
        let occupied = self.present.database.is_some() || !self.present.files.is_empty();
        if occupied && existing == Existing::Stays {
            return Err(BackupError::Occupied);
        }
        make_folder(&self.aside)?;
        let data_dir = &self.place.data_dir;
        let (aside, staging) = (self.aside.display(), self.staging.folder().display());
        let said = format!("What was there is in {aside}; what was restored is in {staging}.\n");
        sync(data_dir)?;
        let marker = Marker::put(data_dir, &said)?;
        match &self.place.database {
            Location::File(file) => {
                self.move_aside(self.place.database_files())?;
                move_to(&self.staging.database(), file)?;
            }
            Location::Postgres(_) => {
                if let Err(error) = self.refill().await {
                    marker.remove()?;
                    return Err(error);
                }
            }
        }
        self.move_aside(self.present.files.clone())?;
        for (from, to) in self.moves() {
            move_to(&from, &to)?;
        }
        sync(data_dir)?;
        marker.remove()?;
        // Nothing is in it when nothing was there.
        Ok(std::fs::remove_dir(&self.aside).is_err().then(|| self.aside.clone()))
    }

    /// Everything besides the database, and where it goes.
    fn moves(&self) -> Vec<(PathBuf, PathBuf)> {
        let kept = KEPT.iter().map(|name| (*name, self.place.data_dir.join(name)));
        let moves = std::iter::once((KEY, self.place.key_file.clone())).chain(kept);
        let moves = moves.map(|(name, to)| (self.staging.folder().join(name), to));
        moves.filter(|(from, _)| from.exists()).collect()
    }

    fn move_aside(&self, files: Vec<PathBuf>) -> Result<(), BackupError> {
        for file in files {
            if let Some(name) = file.file_name() {
                move_to(&file, &self.aside.join(name))?;
            }
        }
        Ok(())
    }

    /// Replaces the rows of a PostgreSQL database, which are saved first.
    async fn refill(&self) -> Result<(), BackupError> {
        let target = Db::connect(&self.place.database).await?;
        if self.present.database.is_some() {
            target.save(&self.aside.join(DATABASE)).await?;
        }
        target.migrate().await?;
        let source = Db::open_read_only(&Location::File(self.staging.database())).await?;
        let copied = copy(&source, &target).await;
        source.close().await;
        target.close().await;
        copied?;
        Ok(())
    }
}

/// What the database of a place holds.
async fn rows_at(place: &Place) -> Result<Option<Rows>, BackupError> {
    let db = match Db::open_read_only(&place.database).await {
        Ok(db) => db,
        Err(DbError::Missing { .. }) => return Ok(None),
        // A file can be moved aside whatever is in it.
        Err(_) if !place.database_files().is_empty() => return Ok(Some(Rows::Unreadable)),
        Err(error) => return Err(error.into()),
    };
    let counted = match db.counts().await {
        Ok(tables) if tables.iter().all(|table| table.rows == 0) => Ok(None),
        Ok(tables) => Ok(Some(Rows::Counted(tables))),
        Err(_) if !place.database_files().is_empty() => Ok(Some(Rows::Unreadable)),
        Err(error) => Err(error.into()),
    };
    db.close().await;
    counted
}

fn list_rows(text: &mut String, tables: &[Counted]) {
    for Counted { table, rows } in tables.iter().filter(|table| table.rows > 0) {
        let _ = writeln!(text, "    {table}: {rows}");
    }
}

/// Files by their folders: there may be many.
fn list_files(text: &mut String, files: &[(String, u64)]) {
    let mut folders: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (path, size) in files {
        let folder = path.split_once('/').map_or(path.as_str(), |(folder, _)| folder);
        let (count, bytes) = folders.entry(folder).or_default();
        (*count, *bytes) = (*count + 1, bytes.saturating_add(*size));
    }
    for (folder, (count, bytes)) in folders {
        let _ = writeln!(text, "  {folder}: {count} files, {bytes} bytes");
    }
}
