//! Files beside the database: emoji, the logo, and what stays where it is.

use std::collections::VecDeque;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::report::Part;
use super::{Moving, OwncastError};
use crate::chat::ChatError;

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
        let mut part = Part::new("emoji (files)");
        let chat = &self.owncast.doors().chat;
        for file in files(&self.source.folder.join("emoji")) {
            part.rows += 1;
            let stem = file.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
            let name = emoji_name(stem);
            let Some(bytes) = read(&file) else {
                part.kept += 1;
                part.remark(format!("{} is too large, or no file", file.display()));
                continue;
            };
            match chat.add_emoji(&self.channel, (&self.actor, &name, bytes)).await {
                Ok(()) => {
                    part.moved += 1;
                    if name != stem {
                        part.remark(format!(":{stem}: is called :{name}: here"));
                    }
                }
                Err(ChatError::Taken(_)) => part.again += 1,
                Err(error) if error.is_refusal() => {
                    part.kept += 1;
                    part.remark(format!("{} stays where it is: {error}", file.display()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(part)
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
