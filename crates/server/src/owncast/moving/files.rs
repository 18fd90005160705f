//! Files beside the database: emoji, the logo, and what stays where it is.

use std::collections::VecDeque;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::report::Part;
use super::{Became, Moved, Moving, OwncastError};

/// What emoji are called where it is written down what became of them, and in the report.
const EMOJI: &str = "emoji (files)";
/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// Files of one folder and those in it.
const MAX_FILES: usize = 5000;
/// Folders in one.
const MAX_FOLDERS: usize = 500;
/// Longest name of an emoji, in characters.
const MAX_NAME: usize = 32;

impl Moving<'_> {
    /// A file of the data folder by its name, if it is one and not too large.
    pub(super) fn file(&self, name: &str) -> Option<(String, Vec<u8>)> {
        // A name alone: the database does not say which files of this machine are read.
        let mut parts = Path::new(name).components();
        let (Some(Component::Normal(only)), None) = (parts.next(), parts.next()) else {
            return None;
        };
        Some((name.to_owned(), read(&self.source.folder.join(only))?))
    }

    /// The emoji that can be shown here.
    pub(super) async fn emoji(&self) -> Result<Part, OwncastError> {
        let mut part = Part::new(EMOJI);
        let folder = self.source.folder.join("emoji");
        for file in files(&folder) {
            part.rows += 1;
            let place = file.strip_prefix(&folder).unwrap_or(&file);
            let key = self.short(place.to_string_lossy().into_owned());
            let known = self.owncast.shared.store.moved((EMOJI, &key)).await?;
            if known.is_some() {
                part.again += 1;
                continue;
            }
            let became = self.one_emoji(&file).await?;
            // What is not here stays in the folder, and is tried again.
            if let Some(id) = became.id() {
                let moved = Moved { source: EMOJI, key: &key, became: Some(id), kept: None };
                self.write_down(moved, self.begin().await?).await?;
            }
            part.count(became, None);
        }
        Ok(part)
    }

    async fn one_emoji(&self, file: &Path) -> Result<Became, OwncastError> {
        let stem = file.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
        let (name, place) = (emoji_name(stem), file.display());
        let Some(bytes) = read(file) else {
            return Ok(Became::Kept(Some(format!("{place} is too large, or no file"))));
        };
        let chat = &self.owncast.doors().chat;
        match chat.add_emoji(&self.channel, (&self.actor, &name, bytes)).await {
            Ok(()) if name == stem => Ok(Became::Here(name)),
            Ok(()) => {
                let remark = format!(":{stem}: is called :{name}: here");
                Ok(Became::Partly(name, remark))
            }
            Err(error) if error.is_refusal() => {
                Ok(Became::Kept(Some(format!("{place} stays where it is: {error}"))))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What is not read: it stays in the folder.
    pub(super) fn left_alone(&self) -> Part {
        let mut part = Part::new("public (files)");
        for file in files(&self.source.folder.join("public")) {
            part.rows += 1;
            part.kept += 1;
            part.remark(format!(
                "{} stays where it is: have a web server serve it",
                file.display()
            ));
        }
        part
    }
}

/// What an emoji is called here, of the name of its file.
fn emoji_name(stem: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    stem.chars().map(|c| if fits(c) { c } else { '_' }).take(MAX_NAME).collect()
}

/// The files in a folder and in those in it, by name. Links lead anywhere, and are not followed.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = VecDeque::from([folder.to_owned()]);
    let (mut found, mut seen) = (Vec::new(), 0);
    while let Some(folder) = folders.pop_front() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut entries: Vec<_> = entries.flatten().take(MAX_FILES).collect();
        entries.sort_by_key(fs::DirEntry::path);
        for entry in entries {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && seen < MAX_FOLDERS => {
                    seen += 1;
                    folders.push_back(entry.path());
                }
                Ok(kind) if kind.is_file() && found.len() < MAX_FILES => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found
}

fn read(file: &Path) -> Option<Vec<u8>> {
    let about = fs::symlink_metadata(file).ok()?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return None;
    }
    fs::read(file).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_have_names_that_can_be_typed() {
        assert_eq!(emoji_name("cat"), "cat");
        assert_eq!(emoji_name("cat wave.v2"), "cat_wave_v2");
        assert_eq!(emoji_name(&"ä".repeat(40)), "_".repeat(32));
    }

    #[test]
    fn links_are_not_followed() {
        let folder = std::env::temp_dir().join(format!("rivulet-links-{}", std::process::id()));
        fs::create_dir_all(folder.join("in")).unwrap();
        fs::write(folder.join("in/a.png"), "a").unwrap();
        std::os::unix::fs::symlink("/etc", folder.join("etc")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.join("name.png")).unwrap();
        assert_eq!(files(&folder), [folder.join("in/a.png")]);
        assert_eq!(read(&folder.join("name.png")), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
