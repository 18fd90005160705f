//! Making an archive, also while the server runs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};

use super::manifest::{Entry, Manifest};
use super::{DATABASE, FORMAT, KEPT, KEY, MANIFEST, MAX_DEPTH, MAX_FILES, max_bytes};
use crate::backup::{BackupError, Place, space};
use crate::channels::Channels;
use crate::clock::{self, Clock};
use crate::db::{Counted, Db, Engine, Location};
use crate::seal::Keyring;

/// A block of a tar: the first header is one, so this is where the manifest's text begins.
const BLOCK: u64 = 512;

/// What was archived.
pub(crate) struct Archived {
    pub(crate) tables: Vec<Counted>,
    /// All of them, the database and the key among them.
    pub(crate) files: usize,
    pub(crate) size_bytes: u64,
}

/// Archives everything of a site into `file`, which must not be there unless it may be replaced.
pub(crate) async fn make(
    place: &Place,
    file: &Path,
    clock: Clock,
) -> Result<Archived, BackupError> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let db = Db::open_read_only(&place.database).await?;
    let kept: u64 = kept_files(&place.data_dir)?.iter().map(|(_, size)| size).sum();
    space::for_bytes(folder, (2 * db.size_bytes().await?).saturating_add(kept))?;
    let drafts = Drafts { archive: beside(file, ".draft"), database: beside(file, ".db.draft") };
    drafts.remove();
    db.save(&drafts.database).await?;
    let engine = if db.engine() == Engine::Sqlite { "sqlite" } else { "postgresql" };
    db.close().await;

    let saved = Db::open_read_only(&Location::File(drafts.database.clone())).await?;
    let (schema, tables) = (saved.version().await?.unwrap_or_default(), saved.counts().await?);
    let sealed = Channels::hold_secrets(&saved).await?;
    saved.close().await;
    if sealed {
        // Without it, what is sealed in the database is lost: that would be no backup.
        Keyring::open(&place.key_file)?;
    }
    let manifest = Manifest {
        format: FORMAT,
        schema,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: clock::rfc3339(clock.wall()),
        engine: engine.to_owned(),
        files: Vec::new(),
    };
    let files = write(manifest, place, &drafts, clock)?;
    fs::rename(&drafts.archive, file).map_err(BackupError::at(file))?;
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(BackupError::at(folder))?;
    let size_bytes = fs::metadata(file).map_err(BackupError::at(file))?.len();
    Ok(Archived { tables, files, size_bytes })
}

/// Writes the archive's draft; gives how many files are in it.
fn write(
    manifest: Manifest,
    place: &Place,
    drafts: &Drafts,
    clock: Clock,
) -> Result<usize, BackupError> {
    let mut sources = vec![(DATABASE.to_owned(), drafts.database.clone())];
    sources.extend(place.key_file.exists().then(|| (KEY.to_owned(), place.key_file.clone())));
    // Listed after the database was copied: what its rows name is there, unless it was removed.
    let kept = kept_files(&place.data_dir)?;
    sources.extend(kept.into_iter().map(|(name, _)| {
        let path = place.data_dir.join(&name);
        (name, path)
    }));
    let failed = BackupError::at(&drafts.archive);
    let mut writer = Writer::begin(manifest, &sources, drafts, clock).map_err(failed)?;
    for (name, path) in &sources {
        let opened = match File::open(path) {
            // Its row is gone as well, or will be.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            opened => opened.map_err(BackupError::at(path))?,
        };
        writer.append(name, opened).map_err(BackupError::at(path))?;
    }
    writer.finish().map_err(BackupError::at(&drafts.archive))
}

/// Writes files one after the other and notes their digests on the way. The manifest that lists
/// them comes first: its place is kept free, and filled in the end.
struct Writer {
    tar: tar::Builder<File>,
    manifest: Manifest,
    reserved: usize,
    mtime: u64,
}

impl Writer {
    fn begin(
        manifest: Manifest,
        sources: &[(String, PathBuf)],
        drafts: &Drafts,
        clock: Clock,
    ) -> io::Result<Self> {
        let mut longest = manifest.clone();
        let entry = |(name, _): &(String, PathBuf)| Entry {
            path: name.clone(),
            size_bytes: u64::MAX,
            sha256: "0".repeat(64),
        };
        longest.files = sources.iter().map(entry).collect();
        let reserved = serde_json::to_vec(&longest)?.len();
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&drafts.archive)?;
        let tar = tar::Builder::new(file);
        let mtime = u64::try_from(clock.wall().as_unix_millis() / 1000).unwrap_or_default();
        let mut writer = Self { tar, manifest, reserved, mtime };
        let blank = vec![b' '; reserved];
        let mut header = writer.header(reserved as u64);
        writer.tar.append_data(&mut header, MANIFEST, blank.as_slice())?;
        Ok(writer)
    }

    fn header(&self, size: u64) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(self.mtime);
        header
    }

    fn append(&mut self, name: &str, file: File) -> io::Result<()> {
        let size = file.metadata()?.len();
        let mut header = self.header(size);
        let mut reader = Hashing::new(file.take(size));
        self.tar.append_data(&mut header, name, &mut reader)?;
        if reader.read != size {
            return Err(io::Error::other("it was cut short while it was read: try again"));
        }
        let sha256 = reader.hex();
        self.manifest.files.push(Entry { path: name.to_owned(), size_bytes: size, sha256 });
        Ok(())
    }

    fn finish(self) -> io::Result<usize> {
        let mut text = serde_json::to_vec(&self.manifest)?;
        // Blanks after a document mean nothing.
        text.resize(self.reserved, b' ');
        let mut file = self.tar.into_inner()?;
        file.seek(SeekFrom::Start(BLOCK))?;
        file.write_all(&text)?;
        file.sync_all()?;
        Ok(self.manifest.files.len())
    }
}

/// A reader that notes the digest of what it read.
pub(super) struct Hashing<R> {
    inner: R,
    digest: Context,
    pub(super) read: u64,
}

impl<R> Hashing<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, digest: Context::new(&SHA256), read: 0 }
    }

    pub(super) fn hex(self) -> String {
        self.digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(buffer.split_at(read).0);
        self.read += read as u64;
        Ok(read)
    }
}

/// Files that are there while an archive is made, and go whatever happens.
struct Drafts {
    archive: PathBuf,
    database: PathBuf,
}

impl Drafts {
    fn remove(&self) {
        for file in [&self.archive, &self.database] {
            let _ = fs::remove_file(file);
        }
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        self.remove();
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// What is kept beside the database: paths below the data folder, and sizes.
fn kept_files(data_dir: &Path) -> Result<Vec<(String, u64)>, BackupError> {
    let mut found = Vec::new();
    for folder in KEPT {
        walk(data_dir, (*folder).to_owned(), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(
    data_dir: &Path,
    folder: String,
    found: &mut Vec<(String, u64)>,
) -> Result<(), BackupError> {
    let path = data_dir.join(&folder);
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(BackupError::at(path)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(BackupError::at(&path))?;
        // A name that is no text is none of ours.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let name = format!("{folder}/{name}");
        let kind = entry.file_type().map_err(BackupError::at(entry.path()))?;
        if kind.is_dir() && name.split('/').count() < MAX_DEPTH {
            walk(data_dir, name, found)?;
        } else if kind.is_file() && max_bytes(&name).is_some() {
            let size = entry.metadata().map_or(0, |metadata| metadata.len());
            found.push((name, size));
        }
    }
    if found.len() > MAX_FILES - 2 {
        return Err(BackupError::TooMany { limit: MAX_FILES });
    }
    Ok(())
}
