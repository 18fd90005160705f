//! What somebody uploads becomes an emote: decoded within limits, made small, and written anew, so
//! that nothing of the file itself reaches anybody.

use std::io::Cursor;
use std::time::Duration;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::imageops::FilterType;
use image::{
    AnimationDecoder as _, DynamicImage, Frame, GenericImageView as _, ImageFormat, ImageReader,
    Limits,
};

/// Longest side of what is uploaded, in pixels. Against pictures that are small files and fill
/// memory when decoded.
const MAX_SIDE: u32 = 1024;
/// Memory that decoding may take, in bytes.
const MAX_MEMORY: u64 = 32 * 1024 * 1024;
/// Frames of a moving emote.
const MAX_FRAMES: usize = 120;
/// Height of what is kept, in pixels: three times what is shown.
const HEIGHT: u32 = 96;
/// Widest emote, in pixels: as wide as five.
const MAX_WIDTH: u32 = 480;

/// A picture that can be kept.
#[derive(Debug)]
pub(in crate::chat) struct Picture {
    pub(in crate::chat) bytes: Vec<u8>,
    pub(in crate::chat) media_type: &'static str,
    pub(in crate::chat) width: u16,
    pub(in crate::chat) height: u16,
    pub(in crate::chat) animated: bool,
}

/// Why a file is no emote.
#[derive(Debug, thiserror::Error)]
pub(in crate::chat) enum PictureError {
    #[error("that is no PNG, JPEG, GIF or WebP: send one of these")]
    Format,
    #[error("the picture cannot be read, or is larger than 1024 pixels: send a smaller one")]
    Unreadable,
    #[error("the picture moves for longer than {MAX_FRAMES} frames: shorten it")]
    Frames,
}

/// Reads an upload. It takes a while, and must not keep others waiting.
pub(in crate::chat) fn picture(bytes: &[u8]) -> Result<Picture, PictureError> {
    let format = image::guess_format(bytes).map_err(|_| PictureError::Format)?;
    match format {
        ImageFormat::Gif => moving(bytes),
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP => still(bytes, format),
        _ => Err(PictureError::Format),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn still(bytes: &[u8], format: ImageFormat) -> Result<Picture, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let small = small(&reader.decode().map_err(|_| PictureError::Unreadable)?);
    let mut written = Cursor::new(Vec::new());
    small.write_to(&mut written, ImageFormat::Png).map_err(|_| PictureError::Unreadable)?;
    let (width, height) = sides(small.dimensions())?;
    let bytes = written.into_inner();
    Ok(Picture { bytes, media_type: "image/png", width, height, animated: false })
}

fn moving(bytes: &[u8]) -> Result<Picture, PictureError> {
    let unreadable = |_| PictureError::Unreadable;
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
    image::ImageDecoder::set_limits(&mut decoder, limits()).map_err(unreadable)?;
    let (mut frames, mut size) = (Vec::new(), (0, 0));
    for frame in decoder.into_frames() {
        let frame = frame.map_err(unreadable)?;
        if frames.len() >= MAX_FRAMES {
            return Err(PictureError::Frames);
        }
        let delay = Duration::from(frame.delay()).max(Duration::from_millis(20));
        let small = small(&DynamicImage::ImageRgba8(frame.into_buffer()));
        size = small.dimensions();
        let delay = image::Delay::from_saturating_duration(delay);
        frames.push(Frame::from_parts(small.to_rgba8(), 0, 0, delay));
    }
    let (width, height) = sides(size)?;
    let (animated, mut written) = (frames.len() > 1, Vec::new());
    let mut encoder = GifEncoder::new_with_speed(&mut written, 10);
    encoder.set_repeat(Repeat::Infinite).map_err(unreadable)?;
    encoder.encode_frames(frames).map_err(unreadable)?;
    drop(encoder);
    Ok(Picture { bytes: written, media_type: "image/gif", width, height, animated })
}

/// As high as it is kept, and as wide as that makes it.
fn small(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = picture.dimensions();
    if height <= HEIGHT && width <= MAX_WIDTH {
        return picture.clone();
    }
    picture.resize(MAX_WIDTH, HEIGHT, FilterType::Triangle)
}

fn sides((width, height): (u32, u32)) -> Result<(u16, u16), PictureError> {
    let side = |side: u32| u16::try_from(side).ok().filter(|side| *side > 0);
    side(width).zip(side(height)).ok_or(PictureError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut written = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height).write_to(&mut written, ImageFormat::Png).unwrap();
        written.into_inner()
    }

    #[test]
    fn pictures_are_made_small_and_written_anew() {
        let tall = picture(&png(200, 400)).unwrap();
        assert_eq!((tall.width, tall.height, tall.media_type), (48, 96, "image/png"));
        let tiny = picture(&png(28, 28)).unwrap();
        assert_eq!((tiny.width, tiny.height, tiny.animated), (28, 28, false));
        let mut with_more = png(28, 28);
        with_more.extend(b"<script>alert(1)</script>");
        assert_eq!(picture(&with_more).unwrap().bytes, tiny.bytes);
    }

    #[test]
    fn what_moves_goes_on_moving_within_limits() {
        let gif = |frames: usize| {
            let mut written = Vec::new();
            let frame = |_| Frame::new(image::RgbaImage::new(8, 8));
            let mut encoder = GifEncoder::new(&mut written);
            encoder.encode_frames((0..frames).map(frame)).unwrap();
            drop(encoder);
            written
        };
        let moving = picture(&gif(3)).unwrap();
        assert_eq!((moving.animated, moving.media_type), (true, "image/gif"));
        assert!(matches!(picture(&gif(MAX_FRAMES + 1)), Err(PictureError::Frames)));
    }

    #[test]
    fn what_is_no_picture_or_a_huge_one_is_refused() {
        for bytes in [&b""[..], b"<svg/>", b"GIF89a", b"\x89PNG\r\n\x1a\n\0\0", &png(1025, 1)] {
            assert!(picture(bytes).is_err());
        }
        let whole = png(28, 28);
        for end in 0..whole.len() - 12 {
            let _ = picture(&whole[..end]);
        }
    }
}
