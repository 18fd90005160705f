//! Codec configuration records, and the few fields of a bitstream that carrying it needs.
//!
//! Each module turns what an encoder announces into a [`VideoConfig`](crate::frame::VideoConfig) or
//! an [`AudioConfig`](crate::frame::AudioConfig), and says what must be known of a frame: whether
//! decoding can begin at it, how long it lasts. All of it reads untrusted bytes: every length is
//! checked, nothing panics, nothing allocates more than a small multiple of its input.

mod bits;
pub mod nal;

pub mod av1;
pub mod avc;
pub mod hevc;
pub mod vp9;

pub mod aac;
pub mod ac3;
pub mod flac;
pub mod mp3;
pub mod opus;

/// Why a configuration or a frame could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes end in the middle of a field.
    #[error("the data ends too early")]
    Truncated,
    /// A field has a value that its standard forbids.
    #[error("{0} is not valid")]
    Invalid(&'static str),
    /// Well-formed, but nothing that can be carried to viewers.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
}

/// A width and height in luma samples, neither of them zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureSize {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl PictureSize {
    /// Refuses an empty picture, and one larger than MP4's 16-bit fields (and any codec level) hold.
    fn new(width: u32, height: u32) -> Result<Self, Error> {
        match (u16::try_from(width), u16::try_from(height)) {
            (Ok(width @ 1..), Ok(height @ 1..)) => Ok(Self { width, height }),
            _ => Err(Error::Invalid("the picture size")),
        }
    }
}

/// Bytes from hexadecimal digits.
#[cfg(test)]
fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}
