//! What a file that somebody calls a picture is, by its first bytes and its own header, before any
//! decoder sees it.
//!
//! PNG (W3C, 2003) §11.2.2; JPEG (ITU-T T.81) Annex B; WebP (RFC 9649) §2.

/// A form of picture that owners may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    Webp,
}

/// What a picture's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Markers before the frame header of a JPEG. Against a file of nothing but markers.
const MAX_MARKERS: usize = 256;

/// Reads a picture's header; `None` when it is not one of ours, or is damaged.
pub(super) fn inspect(bytes: &[u8]) -> Option<Header> {
    let (format, (width, height)) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (Format::Png, png(bytes)?)
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        (Format::Jpeg, jpeg(bytes)?)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (Format::Webp, webp(bytes)?)
    } else {
        return None;
    };
    (width > 0 && height > 0).then_some(Header { format, width, height })
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    Some((be32(bytes, 16)?, be32(bytes, 20)?))
}

fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    for _ in 0..MAX_MARKERS {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            // Fill bytes may stand before any marker.
            0xff => at += 1,
            // A frame header of any process: SOF0 to SOF15 without DHT, JPG and DAC.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((be16(bytes, at + 7)?, be16(bytes, at + 5)?));
            }
            // The scan, or the end: there is no frame header.
            0xda | 0xd9 => return None,
            _ => at = at.checked_add(2)?.checked_add(be16(bytes, at + 2)? as usize)?,
        }
    }
    None
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((le24(bytes, 24)? + 1, le24(bytes, 27)? + 1)),
        b"VP8 " if bytes.get(23..26)? == [0x9d, 0x01, 0x2a] => {
            let size = |at| {
                Some(u32::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]) & 0x3fff))
            };
            Some((size(26)?, size(28)?))
        }
        b"VP8L" if *bytes.get(20)? == 0x2f => {
            let bits = u32::from_le_bytes(*bytes.get(21..)?.first_chunk()?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(format: Format, width: u32, height: u32) -> Option<Header> {
        Some(Header { format, width, height })
    }

    #[test]
    fn pictures_are_known_by_their_headers() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x05\0\0\0\x02\xd0\x08\x02";
        assert_eq!(inspect(png), header(Format::Png, 1280, 720));
        let jpeg =
            b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc4\0\x02\xff\xc2\0\x0b\x08\x02\xd0\x05\0\x03";
        assert_eq!(inspect(jpeg), header(Format::Jpeg, 1280, 720));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\0\x05\xd0\x02";
        assert_eq!(inspect(lossy), header(Format::Webp, 1280, 720));
        let lossless =
            [&b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f"[..], &((719 << 14) | 1279_u32).to_le_bytes()];
        assert_eq!(inspect(&lossless.concat()), header(Format::Webp, 1280, 720));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x04\0\xcf\x02\0";
        assert_eq!(inspect(extended), header(Format::Webp, 1280, 720));
        let ours = include_bytes!("../../assets/offline.jpg");
        assert_eq!(inspect(ours), header(Format::Jpeg, 1280, 720));
    }

    #[test]
    fn nothing_else_is_a_picture_and_no_end_is_a_panic() {
        for bytes in [&b""[..], b"GIF89a", b"<svg/>", b"RIFF\0\0\0\0WAVE", b"\xff\xd8\xff\xda\0\0"]
        {
            assert_eq!(inspect(bytes), None, "{bytes:?}");
        }
        let zero = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\x02\xd0";
        assert_eq!(inspect(zero), None);
        let ours = include_bytes!("../../assets/offline.jpg");
        for length in 0..700 {
            let _ = inspect(&ours[..length]);
        }
        // Whatever a header says: no arithmetic overflows, and nothing is read beyond the end.
        for at in 0..64 {
            for value in [0, 1, 0x7f, 0xc0, 0xff] {
                let mut bytes = ours[..700].to_vec();
                bytes[at] = value;
                let _ = inspect(&bytes);
            }
        }
        let markers = [&b"\xff\xd8"[..], &b"\xff\xe0\0\x02".repeat(10_000)].concat();
        assert_eq!(inspect(&markers), None);
    }
}
