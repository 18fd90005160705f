//! What is published: an FLV file made once by ffmpeg and kept in `target/bench/`, split into tags.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rivulet_media::flv::file::read_all;
use rivulet_media::flv::{Tag, TagKind};

use crate::sheet::repository;

/// 24 s hold 12 groups of 2 s and 1125 AAC frames of 1024 samples at 48 kHz: both tracks repeat whole.
const PLAIN_SECONDS: u32 = 24;
/// Longer than any latency measured, so that a counter in the picture is unambiguous; 28 groups and
/// 2625 AAC frames.
const COUNTER_SECONDS: u32 = 56;
const FRAMES_PER_SECOND: u32 = 30;
/// A picture at that rate; a sound frame is shorter.
const LONGEST_FRAME_MS: u32 = 34;
const COUNTER_BITS: u32 = 16;

/// A file that can be repeated for ever.
pub(crate) struct Source {
    /// Metadata and decoder configurations, sent once.
    pub(crate) headers: Vec<Tag>,
    /// Coded frames in file order.
    pub(crate) frames: Vec<Tag>,
    /// What is added to the timestamps each time round.
    pub(crate) length: Duration,
}

impl Source {
    /// 720p30 at 2.67 Mb/s, 2 s between keyframes: what the peers were measured with.
    pub(crate) fn plain() -> Result<Self> {
        Self::whole(&cached("source.flv", &plain_arguments())?, PLAIN_SECONDS)
    }

    /// The same with the number of the frame drawn into it as sixteen black or white blocks.
    pub(crate) fn counter() -> Result<Self> {
        Self::whole(&cached("counter.flv", &counter_arguments())?, COUNTER_SECONDS)
    }

    /// Any file; it repeats after its last timestamp and a frame.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut source = Self::read(path, Duration::ZERO)?;
        let last = source.frames.iter().map(|tag| tag.timestamp_ms).max().unwrap_or_default();
        source.length =
            Duration::from_millis(last.into()) + Duration::from_secs(1) / FRAMES_PER_SECOND;
        Ok(source)
    }

    fn read(path: &Path, length: Duration) -> Result<Self> {
        let file =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let tags = read_all(&file).with_context(|| format!("cannot read {}", path.display()))?;
        let (headers, frames): (Vec<_>, Vec<_>) = tags.into_iter().partition(is_header);
        ensure!(!frames.is_empty(), "{} holds no frames", path.display());
        let frames = frames.into_iter().filter(|tag| !is_end_of_sequence(tag)).collect();
        Ok(Self { headers, frames, length })
    }

    /// A file of ours, whose tracks both must last its whole length: every round would end with a
    /// hole otherwise, at which players stall and for which the server would be blamed.
    fn whole(path: &Path, seconds: u32) -> Result<Self> {
        let mut source = Self::read(path, Duration::from_secs(seconds.into()))?;
        let length = seconds * 1000;
        // The encoder's delay makes one AAC frame more than is needed.
        source.frames.retain(|tag| tag.timestamp_ms < length);
        for kind in [TagKind::Video, TagKind::Audio] {
            let of_kind = source.frames.iter().filter(|tag| tag.kind == kind);
            let last = of_kind.map(|tag| tag.timestamp_ms).max().unwrap_or_default();
            let missing = length - last;
            ensure!(
                missing <= LONGEST_FRAME_MS,
                "{} ends {missing} ms too early in {kind:?}; remove it, it is made again",
                path.display()
            );
        }
        Ok(source)
    }
}

/// `AVCPacketType` and `AACPacketType` 0 are decoder configurations.
fn is_header(tag: &Tag) -> bool {
    tag.kind == TagKind::Script || tag.body.get(1) == Some(&0)
}

fn is_end_of_sequence(tag: &Tag) -> bool {
    tag.kind == TagKind::Video && tag.body.get(1) == Some(&2)
}

fn cached(name: &str, arguments: &[String]) -> Result<PathBuf> {
    let directory = repository().join("target/bench");
    let path = directory.join(name);
    if !path.exists() {
        std::fs::create_dir_all(&directory)?;
        let unfinished = directory.join(format!("unfinished-{name}"));
        let status = std::process::Command::new("ffmpeg").args(arguments).arg(&unfinished).status();
        ensure!(
            status.context("ffmpeg is needed to make the source")?.success(),
            "ffmpeg could not make {name}"
        );
        std::fs::rename(&unfinished, &path)?;
    }
    Ok(path)
}

/// Film grain keeps the encoder at its bitrate; filler would be stripped by some servers.
fn plain_arguments() -> Vec<String> {
    arguments(PLAIN_SECONDS, "noise=alls=14:allf=t")
}

/// One block per bit, most significant first, over the top 64 rows.
fn counter_arguments() -> Vec<String> {
    let blocks = (0..COUNTER_BITS).map(|bit| {
        let (x, divisor) = ((COUNTER_BITS - 1 - bit) * 80, 1_u32 << bit);
        format!("drawbox=x={x}:y=0:w=80:h=64:color=white:t=fill:enable='mod(floor(n/{divisor}),2)'")
    });
    let black = "noise=alls=10:allf=t,drawbox=x=0:y=0:w=1280:h=80:color=black:t=fill".to_owned();
    arguments(COUNTER_SECONDS, &[vec![black], blocks.collect()].concat().join(","))
}

/// No argument holds a space. The inputs end by themselves: a limit on the pictures (`-frames:v`)
/// would cut off the sound that is still in the encoder.
fn arguments(seconds: u32, filter: &str) -> Vec<String> {
    let text = format!(
        "-y -loglevel error -f lavfi -i testsrc2=size=1280x720:rate={FRAMES_PER_SECOND}:duration={seconds} \
         -f lavfi -i sine=frequency=440:sample_rate=48000:duration={seconds} -vf {filter} \
         -c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -bf 0 \
         -g 60 -keyint_min 60 -sc_threshold 0 -b:v 2540k -maxrate 2540k -bufsize 2540k \
         -c:a aac -ac 2 -b:a 128k -flvflags no_duration_filesize -f flv"
    );
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use rivulet_media::flv::file::Writer;

    use super::*;

    #[test]
    fn tells_headers_from_frames_and_leaves_the_end_out() {
        let bodies = [
            (TagKind::Script, &b"meta"[..]),
            (TagKind::Video, b"\x17\x00cfg"),
            (TagKind::Video, b"\x17\x01pic"),
            (TagKind::Video, b"\x17\x02"),
        ];
        let mut writer = Writer::new();
        for (kind, body) in bodies {
            writer.write(&Tag { kind, timestamp_ms: 0x0100_0020, body: body.into() }).unwrap();
        }
        let path = std::env::temp_dir().join(format!("bench-source-{}.flv", std::process::id()));
        std::fs::write(&path, writer.take()).unwrap();
        let source = Source::open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(source.headers.len(), 2);
        assert_eq!(source.frames.len(), 1);
        assert_eq!(source.length.as_millis(), 0x0100_0020 + 33);
    }
}
