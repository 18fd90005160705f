//! ffmpeg as encoder and as player.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::process::Child;
use tokio::time::timeout;

use super::PATIENCE;

/// What ffmpeg publishes: moving pictures and a tone of its own.
#[derive(Clone, Debug)]
pub(crate) struct Ffmpeg {
    program: String,
    /// What is sent as it is, instead of pictures and sound.
    recording: Option<PathBuf>,
    /// A filter that makes it slower.
    stretched: Option<String>,
    pictures: Option<Pictures>,
    /// Sample rate and number of channels.
    sound: Option<(u32, u32)>,
    video: Vec<String>,
    audio: Vec<String>,
}

#[derive(Clone, Debug)]
struct Pictures {
    rate: &'static str,
    filter: &'static str,
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Ffmpeg {
    /// H.264 and AAC as most encoders send them: 30 pictures per second, a keyframe every two
    /// seconds, 48 kHz stereo.
    pub(crate) fn testsrc() -> Self {
        Self {
            program: "ffmpeg".to_owned(),
            recording: None,
            stretched: None,
            pictures: Some(Pictures { rate: "30", filter: "null" }),
            sound: Some((48_000, 2)),
            video: words(
                "-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -b:v 300k -g 60",
            ),
            audio: words("-c:a aac -b:a 96k"),
        }
    }

    /// A recording of `testdata/flv`, over and over, sent by an ffmpeg that speaks Enhanced RTMP.
    pub(crate) fn enhanced(recording: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/flv");
        let recording = Some(folder.join(recording));
        Self { program: enhanced_program(), recording, ..Self::testsrc() }
    }

    /// The recording, so much slower.
    pub(crate) fn stretched(mut self, factor: &str) -> Self {
        self.stretched = Some(format!("setts=ts=TS*{factor}"));
        self
    }

    /// Pictures per second, such as `30000/1001`.
    pub(crate) fn fps(mut self, rate: &'static str) -> Self {
        self.pictures.as_mut().unwrap().rate = rate;
        self
    }

    /// A filter for the pictures.
    pub(crate) fn filter(mut self, filter: &'static str) -> Self {
        self.pictures.as_mut().unwrap().filter = filter;
        self
    }

    /// Pictures from one keyframe to the next.
    pub(crate) fn gop(self, pictures: u32) -> Self {
        self.encoded_with(&format!("-g {pictures} -sc_threshold 0"))
    }

    /// Further options of the video encoder.
    pub(crate) fn encoded_with(mut self, options: &str) -> Self {
        self.video.extend(words(options));
        self
    }

    pub(crate) fn sampled(mut self, rate: u32, channels: u32) -> Self {
        self.sound = Some((rate, channels));
        self
    }

    pub(crate) fn without_sound(mut self) -> Self {
        self.sound = None;
        self
    }

    pub(crate) fn without_pictures(mut self) -> Self {
        self.pictures = None;
        self
    }

    /// Publishes in real time until dropped.
    pub(crate) fn publish(&self, url: &str) -> Publishing {
        let mut command = Command::new(&self.program);
        command.args(["-nostdin", "-hide_banner", "-loglevel", "error"]);
        match &self.recording {
            Some(file) => {
                command.args(["-re", "-stream_loop", "-1", "-i"]).arg(file).args(["-c", "copy"]);
                if let Some(filter) = &self.stretched {
                    command.args(["-bsf", filter]);
                }
            }
            None => self.generate(&mut command),
        }
        command.args(["-f", "flv", url]);
        Publishing { child: spawn(command) }
    }

    fn generate(&self, command: &mut Command) {
        if let Some(Pictures { rate, .. }) = &self.pictures {
            let input = format!("testsrc2=size=320x180:rate={rate}");
            command.args(["-re", "-f", "lavfi", "-i", &input]);
        }
        if let Some((rate, _)) = self.sound {
            let input = format!("sine=frequency=440:sample_rate={rate}");
            command.args(["-re", "-f", "lavfi", "-i", &input]);
        }
        if let Some(Pictures { filter, .. }) = &self.pictures {
            command.args(["-vf", filter, "-pix_fmt", "yuv420p"]).args(&self.video);
        }
        if let Some((_, channels)) = self.sound {
            command.args(["-ac", &channels.to_string()]).args(&self.audio);
        }
    }
}

fn enhanced_program() -> String {
    std::env::var("RIVULET_FFMPEG_ENHANCED").unwrap_or_else(|_| {
        let script = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())";
        let found = Command::new("python3").args(["-c", script]).output().unwrap();
        assert!(
            found.status.success(),
            "no ffmpeg that speaks Enhanced RTMP: `make test` installs one, or name one in \
             RIVULET_FFMPEG_ENHANCED"
        );
        String::from_utf8(found.stdout).unwrap().trim().to_owned()
    })
}

fn spawn(command: Command) -> Child {
    tokio::process::Command::from(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A publishing ffmpeg. Dropping it kills it, which leaves the connection without goodbye.
pub(crate) struct Publishing {
    child: Child,
}

impl Publishing {
    /// Waits until the server has thrown it out; gives what ffmpeg says about it.
    pub(crate) async fn gets_refused(self) -> String {
        let output = timeout(PATIENCE, self.child.wait_with_output()).await;
        let output = output.expect("an encoder was not refused in time").unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

/// What ffprobe sees of a stream: one line `codec,width,height` or `codec` for each track.
pub(crate) async fn probe(url: &str) -> String {
    let mut command = Command::new("ffprobe");
    command.args(["-loglevel", "error", "-show_entries", "stream=codec_name,width,height"]);
    command.args(["-of", "csv=p=0", url]);
    run(command, PATIENCE).await
}

/// The flags of a stream's first video packet: `K` for a keyframe.
pub(crate) async fn first_packet(url: &str) -> String {
    let mut command = Command::new("ffprobe");
    command.args(["-loglevel", "error", "-select_streams", "v", "-show_entries", "packet=flags"]);
    command.args(["-read_intervals", "%+#1", "-of", "csv=p=0", url]);
    let flags = run(command, PATIENCE).await;
    flags.lines().next().unwrap_or_default().chars().take(1).collect()
}

/// Decodes `frames` pictures of a stream; gives how many came.
pub(crate) async fn decode(url: &str, frames: u32) -> usize {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-loglevel", "error", "-i", url, "-map", "0:v:0"]);
    command.args(["-frames:v", &frames.to_string(), "-f", "framecrc", "-"]);
    let lines = run(command, PATIENCE).await;
    lines.lines().filter(|line| !line.starts_with('#')).count()
}

/// Draws one picture into a file, whose name says its form.
pub(crate) fn draw(path: &Path, picture: &str) {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture]);
    assert!(command.args(["-frames:v", "1"]).arg(path).status().unwrap().success());
}

async fn run(command: Command, patience: Duration) -> String {
    let what = format!("{command:?}");
    let output = tokio::process::Command::from(command).kill_on_drop(true).output();
    let output = timeout(patience, output).await.unwrap_or_else(|_| panic!("{what} hangs"));
    let output = output.unwrap();
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
