//! What ffmpeg is told: arguments as pure functions.

use std::time::Duration;

use super::image::Format;
use super::model::Kind;
use crate::transcode::OnceLimits;

/// A frame with more pixels is not decoded: 40 million, above 8K. Against a header of a few bytes
/// that claims gigabytes.
pub(super) const MAX_PIXELS: u64 = 40_000_000;

/// Longest side that a thumbnail is made with: what link previews ask for.
const THUMBNAIL_WIDTH: u32 = 1280;
/// Width of a small one: a card of a list, or a phone, at twice their pixels.
const SMALL_WIDTH: u32 = 640;
/// Width of a storyboard's pictures, which are looked at in rows.
const STORYBOARD_WIDTH: u32 = 320;
/// Width and rate of a preview, as on Owncast.
const PREVIEW_WIDTH: u32 = 480;
const PREVIEW_RATE: u32 = 8;
/// How much of the newest groups of pictures a preview shows at most, in seconds.
const PREVIEW_SECONDS: u32 = 3;

/// Pictures per second of the offline clip: nothing moves.
const CLIP_RATE: u32 = 15;
/// How long the offline clip is, as on Owncast, in seconds.
const CLIP_SECONDS: u32 = 8;

const MEBIBYTE: usize = 1024 * 1024;

/// What a picture of a broadcast may cost.
pub(super) fn limits(kind: Kind) -> OnceLimits {
    let output_bytes = match kind {
        Kind::Thumbnail | Kind::Small | Kind::Storyboard => MEBIBYTE,
        Kind::Gif | Kind::Webp => 4 * MEBIBYTE,
    };
    OnceLimits { time: Duration::from_secs(15), output_bytes }
}

/// What an owner's picture may cost.
pub(super) const PICTURE_LIMITS: OnceLimits =
    OnceLimits { time: Duration::from_secs(30), output_bytes: 2 * MEBIBYTE };

/// What the clip may cost.
pub(super) const CLIP_LIMITS: OnceLimits =
    OnceLimits { time: Duration::from_secs(60), output_bytes: 8 * MEBIBYTE };

/// A picture of fragmented MP4 on standard input.
pub(super) fn still(kind: Kind) -> Vec<String> {
    let mut arguments = beginning();
    if matches!(kind, Kind::Thumbnail | Kind::Small | Kind::Storyboard) {
        // What comes before the keyframe in its part cannot be decoded right. Decoders of VP9 and
        // AV1 try, and fail at all of it, which must not count.
        arguments.extend(words("-skip_frame nokey -max_error_rate 1"));
    }
    arguments.extend(words("-f mp4 -protocol_whitelist pipe -i pipe:0 -map 0:v:0"));
    match kind {
        Kind::Thumbnail => jpeg(&mut arguments, THUMBNAIL_WIDTH, 4),
        Kind::Small => jpeg(&mut arguments, SMALL_WIDTH, 6),
        Kind::Storyboard => jpeg(&mut arguments, STORYBOARD_WIDTH, 6),
        Kind::Gif => {
            let palette =
                "split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=bayer";
            moving(&mut arguments, Some(palette));
            arguments.extend(words("-loop 0 -f gif pipe:1"));
        }
        Kind::Webp => {
            moving(&mut arguments, None);
            arguments.extend(words("-c:v libwebp_anim -quality 50 -compression_level 2"));
            arguments.extend(words("-loop 0 -f webp pipe:1"));
        }
    }
    arguments
}

/// An owner's picture, as a JPEG without anything that a camera wrote beside it. What is
/// transparent stands on the colour of the pages.
pub(super) fn picture(format: Format, (width, height): (u32, u32)) -> Vec<String> {
    let demuxer = match format {
        Format::Png => "png_pipe",
        Format::Jpeg => "jpeg_pipe",
        Format::Webp => "webp_pipe",
    };
    let mut arguments = beginning();
    arguments.extend(words(&format!("-f {demuxer} -protocol_whitelist pipe -i pipe:0")));
    arguments.extend(words("-map_metadata -1 -frames:v 1 -threads 1 -vf"));
    arguments.push(format!(
        "scale=w='min({width},iw)':h='min({height},ih)':force_original_aspect_ratio=decrease:\
         force_divisible_by=2,setsar=1,format=rgba,split[a][b];\
         [a]lutrgb=r=16:g=22:b=29:a=255[under];[under][b]overlay=format=rgb"
    ));
    arguments.extend(words("-c:v mjpeg -pix_fmt yuvj420p -q:v 3 -f mjpeg pipe:1"));
    arguments
}

/// A clip that shows a JPEG on standard input, with silence, as FLV: a group of pictures every two
/// seconds, in a profile that every player knows.
pub(super) fn clip() -> Vec<String> {
    let mut arguments = beginning();
    arguments.extend(words("-f mjpeg -protocol_whitelist pipe -i pipe:0"));
    arguments.extend(words("-f lavfi -i anullsrc=r=48000:cl=stereo"));
    arguments.push("-filter_complex".to_owned());
    arguments.push(format!(
        "[0:v]scale=1280:720:force_original_aspect_ratio=decrease:force_divisible_by=2,\
         pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=0x10161d,setsar=1,format=yuv420p,\
         loop=loop=-1:size=1,setpts=N/{CLIP_RATE}/TB[v]"
    ));
    arguments.extend(words("-map [v] -map 1:a"));
    arguments.extend(words(&format!("-r {CLIP_RATE} -t {CLIP_SECONDS} -g {}", 2 * CLIP_RATE)));
    arguments.extend(words("-c:v libx264 -preset veryfast -tune stillimage -profile:v main"));
    arguments.extend(words("-threads 1 -sc_threshold 0 -bf 0 -crf 26 -c:a aac -b:a 48k"));
    arguments.extend(words("-f flv pipe:1"));
    arguments
}

/// What every call begins with. One thread for decoding and one for scaling: these can wait, and
/// others cannot. Inputs say besides that they may open nothing but their pipe, whatever their bytes
/// name.
fn beginning() -> Vec<String> {
    words(&format!(
        "-hide_banner -loglevel error -filter_threads 1 -filter_complex_threads 1 \
         -threads 1 -max_pixels {MAX_PIXELS}"
    ))
}

fn jpeg(arguments: &mut Vec<String>, width: u32, quality: u32) {
    arguments.extend(words("-frames:v 1 -threads 1 -vf"));
    // Square pixels, even sides, never larger than the source.
    arguments
        .push(format!("scale=w='trunc(min({width},iw*sar)/2)*2':h='trunc(ow/dar/2)*2',setsar=1"));
    arguments
        .extend(words(&format!("-c:v mjpeg -pix_fmt yuvj420p -q:v {quality} -f mjpeg pipe:1")));
}

fn moving(arguments: &mut Vec<String>, palette: Option<&str>) {
    arguments.extend(words(&format!("-t {PREVIEW_SECONDS} -threads 1 -an -vf")));
    let scale = format!("scale=w='trunc(min({PREVIEW_WIDTH},iw*sar)/2)*2':h='trunc(ow/dar/2)*2'");
    let mut filter = format!("fps={PREVIEW_RATE},{scale}:flags=bilinear,setsar=1");
    if let Some(palette) = palette {
        filter.push(',');
        filter.push_str(palette);
    }
    arguments.push(filter);
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_opened_but_the_pipe() {
        let stills =
            [Kind::Thumbnail, Kind::Small, Kind::Gif, Kind::Webp, Kind::Storyboard].map(still);
        let pictures =
            [Format::Png, Format::Jpeg, Format::Webp].map(|format| picture(format, (1280, 720)));
        for arguments in stills.into_iter().chain(pictures).chain([clip()]) {
            let line = arguments.join(" ");
            let inputs: Vec<_> =
                line.match_indices(" -i ").map(|(at, _)| line.split_at(at)).collect();
            for (before, after) in inputs {
                let piped = before.ends_with(" -protocol_whitelist pipe")
                    && after.starts_with(" -i pipe:0 ");
                assert!(piped || after.starts_with(" -i anullsrc="), "{line}");
            }
        }
    }
}
