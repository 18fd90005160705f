//! Files that are there whole or not at all.

use std::io;
use std::path::Path;

/// What a file is called while it is being written.
const UNFINISHED: &str = ".part";

/// Writes a file into `folder`, which is made where there is none. Whatever goes wrong leaves
/// nothing behind.
pub(super) async fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = folder.join(format!("{name}{UNFINISHED}"));
    let written = match tokio::fs::write(&unfinished, bytes).await {
        Ok(()) => tokio::fs::rename(&unfinished, folder.join(name)).await,
        Err(error) => Err(error),
    };
    if written.is_err() {
        // It may not be there either.
        let _ = tokio::fs::remove_file(&unfinished).await;
    }
    written
}

/// The names in `folder`; none when it is not there.
pub(super) async fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        names.extend(entry.file_name().into_string());
    }
    Ok(names)
}

/// Removes a file or a folder with its content; it is no matter when there is none.
pub(super) async fn remove(path: &Path) -> io::Result<()> {
    let removed = match tokio::fs::symlink_metadata(path).await {
        Ok(found) if found.is_dir() => tokio::fs::remove_dir_all(path).await,
        Ok(_) => tokio::fs::remove_file(path).await,
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        write(&inner, "1.jpg", b"one").await.unwrap();
        write(&inner, "1.jpg", b"two").await.unwrap();
        assert_eq!(std::fs::read(inner.join("1.jpg")).unwrap(), b"two");
        assert_eq!(names(&inner).await.unwrap(), ["1.jpg"]);
        // A folder stands where the file should go.
        std::fs::create_dir(inner.join("2.jpg")).unwrap();
        assert!(write(&inner, "2.jpg", b"two").await.is_err());
        assert_eq!(names(&inner).await.unwrap().len(), 2, "nothing unfinished is left");
        for name in ["1.jpg", "2.jpg", "3.jpg"] {
            remove(&inner.join(name)).await.unwrap();
        }
        assert!(names(&inner).await.unwrap().is_empty());
        assert!(names(&inner.join("none")).await.unwrap().is_empty());
    }
}
