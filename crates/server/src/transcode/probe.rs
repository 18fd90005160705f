//! What this machine's ffmpeg can really do: each encoder is given a picture, one after the other,
//! at low priority. That an encoder is listed says nothing: its hardware may be missing or busy.

use std::time::Duration;

use bytes::Bytes;
use rivulet_media::frame::{VideoCodec, VideoConfig};
use rivulet_media::hls::FrameRate;

use super::FfmpegError;
use super::abilities::{Abilities, Ability, Encoder, MAX_WHY_LEN};
use super::arguments::encoding as encoding_of;
use super::ffmpeg::{Ffmpeg, OnceLimits};
use super::ladder::{Cost, Source, ladder};
use super::said::without_names;
use super::wishes::{CodecWish, Encoding, VideoWish, Wish, Wishes};

/// How long one encoder may take over a picture: a driver that hangs must not hold up the others.
const PICTURE_LIMITS: OnceLimits = OnceLimits { time: Duration::from_secs(10), output_bytes: 4096 };
/// Every hardware encoder takes pictures of this size; some take none that are much smaller.
const PICTURE: (u16, u16) = (320, 240);
/// How long measuring may take: a machine that needs longer encodes nothing in real time.
const SPEED_LIMITS: OnceLimits = OnceLimits { time: Duration::from_secs(20), output_bytes: 4096 };
/// What is encoded to measure: large enough for all cores, two seconds of it.
const SPEED_PICTURE: (u16, u16) = (1280, 720);
const SPEED_FRAMES: usize = 60;
/// Different pictures among them.
const SPEED_PICTURES: u8 = 6;

/// Tries one encoder, with what it is told in a broadcast: one that takes other options only is of
/// no use.
pub(super) async fn probe(ffmpeg: &Ffmpeg, encoder: Encoder) -> Ability {
    let picture = vec![Bytes::from(vec![128; picture_bytes(PICTURE)]); 2];
    match trial(ffmpeg, encoder).await {
        Ok(options) => {
            let arguments = arguments(encoder, PICTURE, options);
            judge(ffmpeg.once(&arguments, picture, PICTURE_LIMITS).await)
        }
        Err(error) => judge(Err(error)),
    }
}

fn judge(tried: Result<Vec<u8>, FfmpegError>) -> Ability {
    match tried {
        Ok(_) => Ability::Works,
        Err(FfmpegError::Failed { said, .. }) if said.contains("Unknown encoder") => {
            Ability::Missing
        }
        Err(FfmpegError::Failed { said, .. }) => Ability::Fails { why: reason(&said) },
        Err(error) => Ability::Fails { why: crate::telemetry::chain(&error) },
    }
}

/// What the encoder is told in a broadcast whose pictures are those that it is tried with.
async fn trial(ffmpeg: &Ffmpeg, encoder: Encoder) -> Result<Vec<String>, FfmpegError> {
    let version = ffmpeg.version().await?;
    let (width, height) = PICTURE;
    let (codec, record, rfc6381) = (VideoCodec::H264, Bytes::new(), "avc1.64000d".to_owned());
    let video = VideoConfig { codec, record, width, height, rfc6381 };
    let frame_rate = Some(FrameRate::from_millihertz(25_000));
    let source = Source { video: Some(video), audio: None, frame_rate, bitrate: None };
    let codec = if encoder.codec() == VideoCodec::Av1 { CodecWish::Av1 } else { CodecWish::H264 };
    let encoding = Encoding { codec, size: None, frame_rate: None, bitrate_kbps: 500, effort: 2 };
    let wish = Wish { video: VideoWish::Encode(encoding), ..Wish::passthrough() };
    let wishes = Wishes { variants: vec![wish], audio_only: false };
    let mut abilities = Abilities::of_ffmpeg();
    abilities.note(encoder, Ability::Works);
    let ladder = ladder(&source, &wishes, &abilities);
    Ok(ladder.rungs.iter().flat_map(|rung| encoding_of(rung, version)).collect())
}

/// Measures how much x264 would encode with all of so many cores. By processor time, so that it
/// is the same however busy the machine is now; a machine that is always busy shows in children
/// that fall behind. Rather too little than too much: starting up counts, and the pictures are
/// noisy ones.
pub(super) async fn measure(ffmpeg: &Ffmpeg, cores: usize) -> Result<Cost, FfmpegError> {
    let kinds: Vec<Bytes> = (0..SPEED_PICTURES).map(noise).collect();
    let pictures = kinds.iter().cycle().take(SPEED_FRAMES).cloned().collect();
    let effort = "-c:v libx264 -preset veryfast -tune zerolatency -b:v 2500k -maxrate 2500k \
                  -bufsize 2500k";
    let arguments = arguments(Encoder::X264, SPEED_PICTURE, words(effort));
    let (_, cpu) = ffmpeg.once_counted(&arguments, pictures, SPEED_LIMITS).await?;
    if cpu.is_zero() {
        // This system does not say what a process uses.
        return Ok(assumed(cores));
    }
    let kilopixels = u64::from(SPEED_PICTURE.0) * u64::from(SPEED_PICTURE.1) / 1000;
    let all = (kilopixels * (SPEED_FRAMES * cores) as u64) as f64;
    Ok(Cost((all / cpu.as_secs_f64().max(0.01)) as u64))
}

/// What to take for the capacity before it is measured, or when it cannot be: little, and children
/// refine it.
pub(super) fn assumed(cores: usize) -> Cost {
    const PER_CORE: u64 = 30_000;
    Cost(PER_CORE * cores as u64)
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// From raw pictures on standard input, encoded with `options`, to nowhere.
fn arguments(encoder: Encoder, (width, height): (u16, u16), options: Vec<String>) -> Vec<String> {
    let (before, filter) = match encoder {
        Encoder::Vaapi => ("-vaapi_device /dev/dri/renderD128", "-vf format=nv12,hwupload"),
        Encoder::Qsv => ("", "-vf format=nv12"),
        _ => ("", ""),
    };
    let mut arguments = words(&format!(
        "-hide_banner -v error {before} -f rawvideo -pix_fmt yuv420p -s {width}x{height} -r 25 \
         -protocol_whitelist pipe -i pipe:0 {filter}"
    ));
    arguments.extend(options);
    arguments.extend(words("-f null -"));
    arguments
}

fn picture_bytes((width, height): (u16, u16)) -> usize {
    usize::from(width) * usize::from(height) * 3 / 2
}

/// A picture with edges, slopes and noise that moves from one to the next.
fn noise(number: u8) -> Bytes {
    let (width, height) = (usize::from(SPEED_PICTURE.0), usize::from(SPEED_PICTURE.1));
    let mut random = u32::from(number) + 1;
    let mut picture = Vec::with_capacity(picture_bytes(SPEED_PICTURE));
    for y in 0..height {
        for x in 0..width {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let moved = x + usize::from(number) * 8;
            let block = ((moved / 64) ^ (y / 48)) * 24;
            let shade = block + moved / 8 + (random >> 28) as usize;
            picture.push((shade & 0xff) as u8);
        }
    }
    picture.resize(picture_bytes(SPEED_PICTURE), 128);
    picture.into()
}

/// What an encoder complained of first, without ffmpeg's own names.
fn reason(said: &str) -> String {
    let first = said.lines().find(|line| !line.trim().is_empty() && !line.starts_with("Svt["));
    without_names(first.unwrap_or("it says nothing")).chars().take(MAX_WHY_LEN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_short() {
        for (said, why) in [
            (
                "[h264_nvenc @ 0x55c984ca3580] Cannot load libcuda.so.1\nError initializing",
                "Cannot load libcuda.so.1",
            ),
            (
                "[AVHWDeviceContext @ 0x5590fc15da80] No VA display found for device /dev/dri/renderD128.",
                "No VA display found for device /dev/dri/renderD128.",
            ),
            ("Svt[error]: no\n\nOut of memory", "Out of memory"),
            ("", "it says nothing"),
        ] {
            assert_eq!(reason(said), why);
        }
        assert_eq!(reason(&"x".repeat(1000)).len(), MAX_WHY_LEN);
    }

    #[tokio::test]
    async fn encoders_are_tried_for_real() {
        let ffmpeg = Ffmpeg::direct("ffmpeg");
        assert_eq!(probe(&ffmpeg, Encoder::X264).await, Ability::Works);
        for encoder in Encoder::ALL {
            match probe(&ffmpeg, encoder).await {
                Ability::Works | Ability::Missing => {}
                Ability::Fails { why } => assert!(!why.is_empty() && !why.contains("0x"), "{why}"),
            }
        }
        let other = probe(&Ffmpeg::direct("false"), Encoder::X264).await;
        assert!(matches!(other, Ability::Fails { .. }), "{other:?}");
    }

    #[tokio::test]
    async fn speed_is_measured() {
        let speed = measure(&Ffmpeg::direct("ffmpeg"), 1).await.unwrap();
        // From a small computer on a busy day to a large one.
        assert!((1_000..10_000_000).contains(&speed.0), "{speed:?}");
    }
}
