//! A ZIP archive of emotes (APPNOTE.TXT 6.3.10): files that are stored or deflated, and nothing else
//! that archives can do.
//!
//! An archive says of itself how large it is, and may lie: only so much is inflated as a picture may
//! have, whatever it says, and each byte of the archive stands for one file at most.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

/// Files of one archive. Against one with millions of empty ones.
const MAX_FILES: usize = 300;
/// The largest picture, in bytes, inflated.
const MAX_PICTURE: u64 = 512 * 1024;
/// All pictures together, in bytes: more is no archive of emotes.
const MAX_INFLATED: usize = 64 * 1024 * 1024;
/// The end of an archive: its length without a comment, and the longest comment.
const END: usize = 22;
const MAX_COMMENT: usize = 65_535;

const END_MARK: &[u8] = b"PK\x05\x06";
const ENTRY_MARK: &[u8] = b"PK\x01\x02";
const FILE_MARK: &[u8] = b"PK\x03\x04";

/// Why an archive, or a file of it, is none that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::chat) enum PackError {
    #[error("that is no ZIP archive: send one with pictures in it")]
    NoArchive,
    #[error("an archive has at most {MAX_FILES} files: send several")]
    Many,
    #[error("the pictures of the archive are too large together: send several archives")]
    Large,
    #[error("a picture has at most 512 KiB: make it smaller")]
    Picture,
    #[error("the file cannot be read: make the archive anew, without a password")]
    Unreadable,
}

/// A file by the name of its emote.
type File = (String, Result<Vec<u8>, PackError>);

/// The pictures of an archive. It takes a while, and must not keep others waiting.
pub(in crate::chat) fn pictures(archive: &[u8]) -> Result<Vec<File>, PackError> {
    let end = end(archive).ok_or(PackError::NoArchive)?;
    let count = usize::from(short(end, 10).ok_or(PackError::NoArchive)?);
    let begin = long(end, 16).ok_or(PackError::NoArchive)?;
    if count > MAX_FILES {
        return Err(PackError::Many);
    }
    let mut rest = archive.get(begin..).ok_or(PackError::NoArchive)?;
    let (mut files, mut inflated) = (Vec::new(), 0);
    for _ in 0..count {
        let entry = Entry::read(rest).ok_or(PackError::NoArchive)?;
        rest = rest.get(entry.length..).ok_or(PackError::NoArchive)?;
        let Some(name) = emote(entry.name) else { continue };
        let file = entry.inflate(archive);
        inflated += file.as_ref().map_or(0, Vec::len);
        if inflated > MAX_INFLATED {
            return Err(PackError::Large);
        }
        files.push((name, file));
    }
    Ok(files)
}

/// What the archive's list says of a file (4.3.12).
struct Entry<'a> {
    is_locked: bool,
    method: u16,
    packed: usize,
    at: usize,
    name: &'a str,
    /// Of what it says.
    length: usize,
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        bytes.starts_with(ENTRY_MARK).then_some(())?;
        let (name, extra) = (usize::from(short(bytes, 28)?), usize::from(short(bytes, 30)?));
        let comment = usize::from(short(bytes, 32)?);
        Some(Self {
            is_locked: short(bytes, 8)? & 1 == 1,
            method: short(bytes, 10)?,
            packed: long(bytes, 20)?,
            at: long(bytes, 42)?,
            // What is no UTF-8 names no emote.
            name: std::str::from_utf8(bytes.get(46..46 + name)?).unwrap_or_default(),
            length: 46 + name + extra + comment,
        })
    }

    fn inflate(&self, archive: &[u8]) -> Result<Vec<u8>, PackError> {
        let packed = self.packed(archive).ok_or(PackError::Unreadable)?;
        match self.method {
            _ if self.is_locked => Err(PackError::Unreadable),
            0 if u64::try_from(packed.len()).is_ok_and(|it| it <= MAX_PICTURE) => {
                Ok(packed.to_vec())
            }
            0 => Err(PackError::Picture),
            8 => {
                let mut file = Vec::new();
                let mut inflated = DeflateDecoder::new(packed).take(MAX_PICTURE + 1);
                let length = inflated.read_to_end(&mut file).map_err(|_| PackError::Unreadable)?;
                let fits = u64::try_from(length).is_ok_and(|it| it <= MAX_PICTURE);
                if fits { Ok(file) } else { Err(PackError::Picture) }
            }
            _ => Err(PackError::Unreadable),
        }
    }

    /// The bytes of the file, behind what it says of itself (4.3.7).
    fn packed<'f>(&self, archive: &'f [u8]) -> Option<&'f [u8]> {
        let file = archive.get(self.at..)?;
        file.starts_with(FILE_MARK).then_some(())?;
        let begin = 30 + usize::from(short(file, 26)?) + usize::from(short(file, 28)?);
        file.get(begin..begin.checked_add(self.packed)?)
    }
}

/// The end of the archive (4.3.16).
fn end(archive: &[u8]) -> Option<&[u8]> {
    let from = archive.len().saturating_sub(END + MAX_COMMENT);
    let tail = archive.get(from..)?;
    let at = tail.windows(END_MARK.len()).rposition(|window| window == END_MARK)?;
    tail.get(at..).filter(|end| end.len() >= END)
}

/// What the emote of a file is called; `None` for what is no picture.
fn emote(path: &str) -> Option<String> {
    let file = path.rsplit(['/', '\\']).next()?;
    let (stem, extension) = file.rsplit_once('.')?;
    // Archives made on a Mac have a shadow of each file.
    let is_shadow = file.starts_with('.') || path.starts_with("__MACOSX");
    let extension = extension.to_ascii_lowercase();
    let is_picture = matches!(&*extension, "png" | "jpg" | "jpeg" | "gif" | "webp");
    (is_picture && !is_shadow).then(|| stem.to_owned())
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    /// An archive as others make them: name, method, bytes as they are packed.
    fn archive(files: &[(&str, u16, Vec<u8>)]) -> Vec<u8> {
        let (mut bytes, mut list) = (Vec::new(), Vec::new());
        for (name, method, packed) in files {
            let at = u32::try_from(bytes.len()).unwrap();
            let length = u32::try_from(packed.len()).unwrap().to_le_bytes();
            let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
            let head = |mark: &[u8]| [mark, &[20, 0, 0, 0], &method.to_le_bytes()].concat();
            bytes.extend(
                [&head(FILE_MARK)[..], &[0; 8], &length, &[0; 4], &name_length, &[0; 2]].concat(),
            );
            bytes.extend([name.as_bytes(), packed].concat());
            let mark = [ENTRY_MARK, &[20, 0]].concat();
            list.extend(
                [&head(&mark)[..], &[0; 8], &length, &[0; 4], &name_length, &[0; 12]].concat(),
            );
            list.extend([&at.to_le_bytes()[..], name.as_bytes()].concat());
        }
        let count = u16::try_from(files.len()).unwrap().to_le_bytes();
        let (size, at) = (list.len() as u32, bytes.len() as u32);
        bytes.extend(list);
        bytes.extend([END_MARK, &[0; 4], &count, &count].concat());
        bytes.extend([&size.to_le_bytes()[..], &at.to_le_bytes(), &[0; 2]].concat());
        bytes
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn pictures_are_named_as_their_files() {
        let archive = archive(&[
            ("pack/Wave.png", 0, b"one".to_vec()),
            ("pack/hello.GIF", 8, deflated(b"two")),
            ("readme.txt", 0, b"no".to_vec()),
            ("__MACOSX/Wave.png", 0, b"no".to_vec()),
            ("pack/", 0, Vec::new()),
        ]);
        let files = pictures(&archive).unwrap();
        let expected = [("Wave", b"one".to_vec()), ("hello", b"two".to_vec())];
        assert_eq!(files, expected.map(|(name, file)| (name.to_owned(), Ok(file))));
    }

    #[test]
    fn bombs_and_broken_archives_are_refused() {
        let bomb = archive(&[("bomb.png", 8, deflated(&vec![0; 64 * 1024 * 1024]))]);
        assert!(bomb.len() < 100_000);
        assert_eq!(pictures(&bomb).unwrap(), [("bomb".to_owned(), Err(PackError::Picture))]);
        let many: Vec<_> = (0..MAX_FILES + 1).map(|_| ("a.png", 0, Vec::new())).collect();
        assert_eq!(pictures(&archive(&many)), Err(PackError::Many));
        let packed = deflated(&vec![0; 512 * 1024]);
        let large: Vec<_> = (0..200).map(|_| ("a.png", 8, packed.clone())).collect();
        assert_eq!(pictures(&archive(&large)), Err(PackError::Large));
        let mut same = archive(&[("a.png", 12, b"x".to_vec())]);
        assert_eq!(pictures(&same).unwrap()[0].1, Err(PackError::Unreadable));
        for broken in [&b""[..], b"PK", b"PK\x05\x06", &[0; 100]] {
            assert_eq!(pictures(broken), Err(PackError::NoArchive));
        }
        // Whatever is changed in it or missing of it, it ends.
        for at in 0..same.len() {
            same[at] ^= 0xff;
            let _ = pictures(&same);
            let _ = pictures(&same[..at]);
            same[at] ^= 0xff;
        }
    }
}
