//! How much a rung differs from the source: SSIM, and VMAF where the judging ffmpeg has it, of the
//! same pictures, matched by their timestamps. The source is what the same server passes through,
//! bit for bit what was sent to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// A third of a frame: how far a rung's pictures are put behind the source's. Containers round, and
/// Owncast's `-r` puts pictures up to half a frame late: either way each meets its own and not the
/// one beside it.
const BEHIND_SECONDS: f64 = 0.011;
/// The span is cut between two pictures, not on one.
const BEFORE_SECONDS: f64 = 0.011;
const FRAMES_PER_SECOND: f64 = 30.0;
/// What a scaler must not be: that of one of the two.
const SCALER: &str = "lanczos";

/// All renditions of a stretch of a broadcast, the source's own first.
pub(super) struct Recording {
    pub(super) files: Vec<PathBuf>,
    /// The source's time at the first picture of the first file.
    pub(super) begins: Duration,
}

/// Who compares.
pub(super) struct Judge {
    ffmpeg: PathBuf,
    from: Duration,
    length: Duration,
}

/// What was found.
pub(super) struct Verdict {
    pub(super) ssim: f64,
    pub(super) vmaf: Option<f64>,
    /// Of the pictures alone.
    pub(super) kbps: f64,
}

impl Judge {
    /// Compares so much of the source from `from` on, with the ffmpeg that `JUDGE_FFMPEG` names:
    /// Debian's has no libvmaf.
    pub(super) fn new(from: Duration, length: Duration) -> Self {
        let ffmpeg = std::env::var_os("JUDGE_FFMPEG").unwrap_or_else(|| "ffmpeg".into()).into();
        Self { ffmpeg, from, length }
    }

    /// Compares rendition `number` with the source.
    pub(super) async fn compare(&self, recording: &Recording, number: usize) -> Result<Verdict> {
        let source = recording.files.first().context("no source")?;
        let rung = recording.files.get(number).context("no such rung")?;
        let packets = packets(rung).await?;
        let origin = self::packets(source).await?.first().context("no picture")?.at;
        let into = self.from.saturating_sub(recording.begins).as_secs_f64();
        let from = origin + into - BEFORE_SECONDS;
        let span = from..from + self.length.as_secs_f64();
        let bytes: u64 = packets.iter().filter(|it| span.contains(&it.at)).map(|it| it.bytes).sum();
        let size = size(rung).await?;
        let pair = Pair { rung, source, from: span.start, to: span.end, size };
        let said = self.run(&pair, "ssim").await?;
        let ssim = number_after(&said, "All:").context("ssim said nothing")?;
        // A picture that is missing would be compared with its neighbour.
        let frames = number_after_last(&said, "frame=").context("ffmpeg counted nothing")?;
        let expected = self.length.as_secs_f64() * FRAMES_PER_SECOND;
        ensure!((frames - expected).abs() < 1.5, "{frames} frames were compared, not {expected}");
        let vmaf = match self.has_vmaf().await? {
            true => {
                let said = self.run(&pair, "libvmaf=n_threads=2").await?;
                Some(number_after(&said, "VMAF score: ").context("libvmaf said nothing")?)
            }
            false => None,
        };
        Ok(Verdict { ssim, vmaf, kbps: bytes as f64 * 8.0 / 1000.0 / self.length.as_secs_f64() })
    }

    async fn run(&self, pair: &Pair<'_>, filter: &str) -> Result<String> {
        let output = Command::new(&self.ffmpeg)
            .args(["-hide_banner", "-nostdin", "-copyts", "-i"])
            .arg(pair.rung)
            .args(["-copyts", "-i"])
            .arg(pair.source)
            .args(["-lavfi", &pair.graph(filter), "-f", "null", "-"])
            .output()
            .await
            .context("the judging ffmpeg cannot be run")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "the pictures cannot be compared: {said}");
        Ok(said)
    }

    async fn has_vmaf(&self) -> Result<bool> {
        let output = Command::new(&self.ffmpeg).args(["-v", "error", "-filters"]).output().await?;
        Ok(String::from_utf8_lossy(&output.stdout).contains(" libvmaf "))
    }
}

/// Two files and the span of timestamps that is compared.
struct Pair<'a> {
    rung: &'a Path,
    source: &'a Path,
    from: f64,
    to: f64,
    size: (u32, u32),
}

impl Pair<'_> {
    /// The filter takes each picture of the rung with the source's newest that is not after it.
    fn graph(&self, filter: &str) -> String {
        let Self { from, to, size: (width, height), .. } = self;
        let cut = format!("trim=start={from:.6}:end={to:.6},settb=1/90000");
        format!(
            "[0:v]{cut},setpts=PTS+{BEHIND_SECONDS}/TB[rung];\
             [1:v]{cut},scale={width}:{height}:flags={SCALER},setsar=1[source];\
             [rung]setsar=1[rung1];[rung1][source]{filter}"
        )
    }
}

/// A coded picture.
struct Packet {
    at: f64,
    bytes: u64,
}

async fn packets(file: &Path) -> Result<Vec<Packet>> {
    let text = probe(file, "packet=pts_time,size").await?;
    let packets = text.lines().filter_map(|line| {
        let mut fields = line.split(',');
        Some(Packet { at: fields.next()?.parse().ok()?, bytes: fields.next()?.parse().ok()? })
    });
    Ok(packets.collect())
}

async fn size(file: &Path) -> Result<(u32, u32)> {
    let text = probe(file, "stream=width,height").await?;
    let line = text.lines().find(|line| !line.is_empty()).context("no pictures")?;
    let (width, height) = line.split_once(',').context("no size")?;
    Ok((width.parse()?, height.trim_end_matches(',').parse()?))
}

async fn probe(file: &Path, entries: &str) -> Result<String> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0", "-show_entries", entries])
        .arg(file)
        .output()
        .await
        .context("ffprobe is needed")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} cannot be read: {said}", file.display());
    Ok(String::from_utf8(output.stdout)?)
}

/// The number behind the first occurrence of some words.
fn number_after(text: &str, words: &str) -> Option<f64> {
    number(text.split_once(words)?.1)
}

fn number_after_last(text: &str, words: &str) -> Option<f64> {
    number(text.rsplit_once(words)?.1)
}

fn number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ffmpeg_says_is_found() {
        let said = "frame=  100 fps=0\rframe=  720 fps=99 q=-0.0 Lsize=N/A\n\
                    [Parsed_ssim_6 @ 0x1] SSIM Y:0.9 (10.0) U:0.95 (13) V:0.95 (13) All:0.916 (10.8)\n\
                    [Parsed_libvmaf_6 @ 0x1] VMAF score: 93.218845\n";
        assert_eq!(number_after(said, "All:"), Some(0.916));
        assert_eq!(number_after(said, "VMAF score: "), Some(93.218_845));
        assert_eq!(number_after_last(said, "frame="), Some(720.0));
        assert_eq!(number_after("nothing", "All:"), None);
    }

    #[test]
    fn the_rung_is_compared_in_its_own_size() {
        let (rung, source) = (Path::new("a"), Path::new("b"));
        let pair = Pair { rung, source, from: 1.0, to: 2.5, size: (640, 360) };
        let graph = pair.graph("ssim");
        assert!(graph.contains("[0:v]trim=start=1.000000:end=2.500000"), "{graph}");
        assert!(graph.contains("scale=640:360:flags=lanczos"), "{graph}");
    }
}
