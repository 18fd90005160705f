//! The command line of the ffmpeg that encodes the rungs of one broadcast.
//!
//! One input, fragmented MP4 on standard input, is decoded once; each rung, and each encoding of the
//! sound, leaves through a pipe of its own as fragmented MP4 of a single track, a frame to a
//! fragment. Why not as tracks of one file: ffmpeg's muxer (`movenc.c`) begins a fragment where the
//! durations so far say it should, not where its first frame says. With one track each frame is
//! written when the next one is known, and durations are exact; with several, frames of another
//! track push it out before, at a time that was guessed; and tracks wait for each other besides.
//!
//! Timestamps: `-copyts`, no frame rate conversion, encoders that count in microseconds, no edit
//! lists and no shifting. Keyframes: where the source has them (`-force_key_frames source`) and
//! nowhere else. Tried with ffmpeg 5.1 and 9.0 for [`Encoder::X264`] and, 9.0 alone,
//! [`Encoder::SvtAv1`]. The hardware encoders could not be run where this was written: ffmpeg 5.1 and
//! 9.0 take the options of NVENC, QSV and V4L2 M2M (and then miss the hardware); those of VAAPI and
//! VideoToolbox are what `ffmpeg -h encoder=…` and `libavcodec/videotoolboxenc.c` list. Each encoder
//! is tried with these very options before it is used, and given up when it fails nevertheless.

use std::os::fd::RawFd;
use std::time::Duration;

use rivulet_media::frame::{AudioConfig, VideoCodec, VideoConfig};

use super::abilities::Encoder;
use super::ffmpeg::Version;
use super::ladder::{Rung, Sound};

/// What a child is to make.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// The rungs; at least one.
    pub(super) rungs: Vec<Rung>,
    /// The source's pictures.
    pub(super) video: VideoConfig,
    /// The source's sound.
    pub(super) audio: Option<AudioConfig>,
}

/// One pipe's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// The pictures of a rung.
    Video { number: u8 },
    /// Encoded sound, for all rungs that want it so.
    Audio { encoded: EncodedSound, numbers: Vec<u8> },
}

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EncodedSound {
    bitrate_kbps: u32,
    sample_rate: u32,
    channels: u8,
}

/// Larger pictures are decoded by several threads, which costs a frame's time for each; 1080p is
/// decoded fast enough by one.
const MAX_PIXELS_FOR_ONE_THREAD: u32 = 1920 * 1088;

impl Order {
    /// What is encoded, in the order of the pipes.
    pub(super) fn outputs(&self) -> Vec<Output> {
        let video = self.rungs.iter().map(|rung| Output::Video { number: rung.number });
        let mut outputs: Vec<Output> = video.collect();
        for rung in &self.rungs {
            let Sound::Encode { bitrate_kbps, sample_rate, channels } = rung.audio else {
                continue;
            };
            let wanted = EncodedSound { bitrate_kbps, sample_rate, channels };
            let same = outputs.iter_mut().find_map(|output| match output {
                Output::Audio { encoded, numbers } if *encoded == wanted => Some(numbers),
                _ => None,
            });
            match same {
                Some(numbers) => numbers.push(rung.number),
                None => {
                    outputs.push(Output::Audio { encoded: wanted, numbers: vec![rung.number] });
                }
            }
        }
        outputs
    }

    /// How long a picture of the source lasts, as far as a rate says.
    pub(super) fn pace(&self) -> Option<Duration> {
        let rung = self.rungs.first()?;
        let millihertz = u64::from(rung.frame_rate.as_millihertz()) * u64::from(rung.keep_one_of);
        1_000_000_000_u64.checked_div(millihertz).map(Duration::from_micros)
    }

    /// Whether ffmpeg needs the source's sound at all: what is copied does not pass through it.
    pub(super) fn encodes_sound(&self) -> bool {
        self.audio.is_some()
            && self.rungs.iter().any(|rung| matches!(rung.audio, Sound::Encode { .. }))
    }

    /// The rungs that take the source's sound as it is.
    pub(super) fn copies_sound(&self) -> impl Iterator<Item = u8> {
        self.rungs.iter().filter(|rung| rung.audio == Sound::Copy).map(|rung| rung.number)
    }
}

/// The arguments, for an ffmpeg of this version that writes to these pipes.
pub(super) fn arguments(order: &Order, version: &Version, pipes: &[RawFd]) -> Vec<String> {
    let mut line = Line::default();
    input(&mut line, order);
    line.pair("-filter_complex", filters(order));
    for (output, pipe) in order.outputs().iter().zip(pipes) {
        match output {
            Output::Video { number } => {
                let Some(rung) = order.rungs.iter().find(|rung| rung.number == *number) else {
                    continue;
                };
                line.pair("-map", format!("[v{number}]"));
                video(&mut line, rung, version);
                line.add("-video_track_timescale 1000000");
            }
            Output::Audio { encoded, .. } => audio(&mut line, *encoded),
        }
        muxer(&mut line, *pipe);
    }
    line.words
}

/// What a rung's encoder is told, for trying it out.
pub(super) fn encoding(rung: &Rung, version: &Version) -> Vec<String> {
    let mut line = Line::default();
    video(&mut line, rung, version);
    line.words
}

/// Words in the making.
#[derive(Default)]
struct Line {
    words: Vec<String>,
}

impl Line {
    /// Adds words that are separated by blanks.
    fn add(&mut self, words: &str) {
        self.words.extend(words.split_whitespace().map(str::to_owned));
    }

    fn pair(&mut self, name: &str, value: impl Into<String>) {
        self.words.extend([name.to_owned(), value.into()]);
    }
}

fn input(line: &mut Line, order: &Order) {
    line.add("-hide_banner -nostdin -nostats -loglevel level+warning");
    if order.rungs.iter().any(|rung| rung.encoder == Encoder::Vaapi) {
        line.add("-vaapi_device /dev/dri/renderD128");
    }
    // The configurations say all there is to know: nothing is collected to guess from.
    line.add("-copyts -probesize 32 -analyzeduration 0 -fpsprobesize 0");
    let pixels = u32::from(order.video.width) * u32::from(order.video.height);
    if pixels <= MAX_PIXELS_FOR_ONE_THREAD {
        line.add("-thread_type slice");
    }
    // Their decoders keep frames for their threads. (H.264 would lose its B-frames by it.)
    if matches!(order.video.codec, VideoCodec::Av1 | VideoCodec::Vp9) {
        line.add("-flags:v +low_delay");
    }
    // Whatever a source could name in its bytes, nothing else is opened.
    line.add("-f mp4 -protocol_whitelist pipe -i pipe:0");
}

/// From the decoded picture to the picture of each rung.
fn filters(order: &Order) -> String {
    let split: String = order.rungs.iter().map(|rung| format!("[s{}]", rung.number)).collect();
    let mut graph = format!("[0:v:0]split={}{split}", order.rungs.len());
    for rung in &order.rungs {
        let Rung { number, width, height, .. } = rung;
        graph.push_str(&format!(";[s{number}]"));
        if rung.keep_one_of > 1 {
            // Counted from each keyframe, which is kept; variable 0 is its number.
            let every = rung.keep_one_of;
            graph.push_str(&format!("select='if(key,1+0*st(0,n),not(mod(n-ld(0),{every})))',"));
        }
        let format = match rung.encoder {
            Encoder::Vaapi => "nv12,hwupload",
            Encoder::Qsv => "nv12",
            _ => "yuv420p",
        };
        graph.push_str(&format!("scale={width}:{height},setsar=1,format={format}[v{number}]"));
    }
    graph
}

fn video(line: &mut Line, rung: &Rung, version: &Version) {
    // An encoder shares out the bits by the rate of the source, whatever is left out on the way to
    // it. x264 is told the rung's own.
    let share = if rung.encoder == Encoder::X264 { 1 } else { rung.keep_one_of };
    line.pair("-c:v", rung.encoder.name());
    for (name, kbit) in
        [("-b:v", rung.video_kbps), ("-maxrate", rung.max_kbps), ("-bufsize", rung.buffer_kbit)]
    {
        line.pair(name, format!("{}k", kbit.saturating_mul(share)));
    }
    encoder(line, rung);
    line.add("-force_key_frames source -enc_time_base 1:1000000");
    // The one is gone from 8.0, the other came with 5.1.
    line.add(if version.major < 6 { "-vsync passthrough" } else { "-fps_mode passthrough" });
}

/// What each encoder calls "no delay, and keyframes where they are asked for and nowhere else".
fn encoder(line: &mut Line, rung: &Rung) {
    let effort =
        |names: [&'static str; 5]| names.get(usize::from(rung.effort)).copied().unwrap_or(names[4]);
    match rung.encoder {
        Encoder::X264 => {
            line.pair("-preset", effort(["ultrafast", "superfast", "veryfast", "faster", "fast"]));
            line.add("-tune zerolatency -forced-idr 1 -bf 0");
            x264_params(line, rung);
            h264_level(line, rung);
        }
        Encoder::Nvenc => {
            line.pair("-preset", effort(["p1", "p2", "p3", "p4", "p5"]));
            line.add("-tune ll -rc cbr -g -1 -bf 0 -forced-idr 1 -no-scenecut 1");
            line.add("-delay 0 -zerolatency 1 -rc-lookahead 0");
            h264_level(line, rung);
        }
        Encoder::Vaapi => {
            line.add("-rc_mode VBR -g 65535 -bf 0 -async_depth 1");
            h264_level_number(line, rung);
        }
        Encoder::Qsv => {
            line.pair("-preset", effort(["veryfast", "veryfast", "faster", "fast", "medium"]));
            line.add("-g 65535 -bf 0 -forced_idr 1 -async_depth 1 -look_ahead 0 -adaptive_i 0");
            h264_level_number(line, rung);
        }
        // High, whose name it does not know.
        Encoder::V4l2m2m => line.add("-g 65535 -bf 0 -profile:v 100"),
        Encoder::VideoToolbox => {
            line.add("-realtime 1 -g 65535 -bf 0");
            h264_level(line, rung);
        }
        Encoder::SvtAv1 => {
            line.pair("-preset", effort(["11", "10", "10", "9", "8"]));
            // Low-delay prediction and no scene cuts; it knows no maximum then.
            line.add("-g 65535 -svtav1-params rc=2:pred-struct=1:scd=0:lookahead=0");
        }
    }
}

fn x264_params(line: &mut Line, rung: &Rung) {
    let rate = rung.frame_rate.as_millihertz();
    // Without 8x8dct `ultrafast` would be of the Baseline profile.
    let keys = "keyint=infinite:min-keyint=1:scenecut=0:8x8dct=1";
    line.pair("-x264-params", format!("{keys}:fps={rate}/1000"));
}

/// High profile and the level, as `4.1`.
fn h264_level(line: &mut Line, rung: &Rung) {
    line.pair("-profile:v", "high");
    line.pair("-level:v", format!("{}.{}", rung.level / 10, rung.level % 10));
}

/// The same where the level is a number, as `41`.
fn h264_level_number(line: &mut Line, rung: &Rung) {
    line.pair("-profile:v", "high");
    line.pair("-level:v", rung.level.to_string());
}

fn audio(line: &mut Line, encoded: EncodedSound) {
    line.add("-map 0:a:0 -c:a aac");
    line.pair("-b:a", format!("{}k", encoded.bitrate_kbps));
    line.pair("-ar", encoded.sample_rate.to_string());
    line.pair("-ac", encoded.channels.to_string());
}

fn muxer(line: &mut Line, pipe: RawFd) {
    line.add("-avoid_negative_ts disabled -flush_packets 1 -use_editlist 0");
    line.add("-movflags +frag_every_frame+empty_moov+default_base_moof+frag_discont");
    line.pair("-f", "mp4");
    line.words.push(format!("pipe:{pipe}"));
}

#[cfg(test)]
mod tests;
