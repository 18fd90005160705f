//! Command lines: that of our server's child, taken from the process, and Owncast's.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::process;

use super::rung::Rung;
use crate::process::children;

/// Marks the child that encodes among those that make still pictures.
const ENCODES: &str = "-force_key_frames";
/// The shell that joins pipes to numbers knows one digit; 0 to 2 have their use.
const FIRST_PIPE: usize = 3;
const MAX_PIPES: usize = 7;
/// Frames per second of the source, and seconds between its keyframes.
const FRAME_RATE: u32 = 30;
const GROUP_SECONDS: u32 = 2;
/// Segments in Owncast's playlists at latency level 1, the one of two seconds.
const LISTED: u32 = 15;

/// A command line as the kernel has it.
#[derive(Clone, Debug)]
pub(super) struct Command {
    words: Vec<String>,
}

/// The child of our server that encodes.
pub(super) struct Child {
    pub(super) pid: u32,
    pub(super) command: Command,
}

impl Child {
    /// `None` while there is none, or while it has not become ffmpeg yet.
    pub(super) fn of(server: u32) -> Option<Self> {
        let encodes = |words: &Vec<String>| {
            words.iter().any(|word| word == ENCODES) && words.get(1).is_some_and(|w| w != "child")
        };
        let (pid, words) = children(server).into_iter().find(|(_, words)| encodes(words))?;
        Some(Self { pid, command: Command { words } })
    }
}

impl Command {
    pub(super) fn program(&self) -> &str {
        self.words.first().map_or("ffmpeg", String::as_str)
    }

    /// Widths and heights, in the order of the rungs.
    pub(super) fn sizes(&self) -> Vec<(u32, u32)> {
        let graph = self.words.iter().skip_while(|word| *word != "-filter_complex").nth(1);
        let filters = graph.map_or("", String::as_str).split([',', ';', '[', ']']);
        filters
            .filter_map(|filter| {
                let (width, height) = filter.strip_prefix("scale=")?.split_once(':')?;
                Some((width.parse().ok()?, height.parse().ok()?))
            })
            .collect()
    }

    /// The same again, writing to these pipes, with the niceness of our child.
    pub(super) fn again(&self, pipes: &[impl AsRef<Path>]) -> Result<process::Command> {
        let wanted = self.words.iter().filter(|word| is_output(word)).count();
        ensure!(wanted == pipes.len() && wanted <= MAX_PIPES, "{wanted} pipes are too many");
        let joined: String =
            (0..wanted).map(|i| format!(" {}>\"${}\"", FIRST_PIPE + i, i + 1)).collect();
        let script = format!("exec{joined}; shift {wanted}; exec nice -n 5 \"$@\"");
        let mut command = process::Command::new("sh");
        command.args(["-c", &script, "sh"]).args(pipes.iter().map(AsRef::as_ref));
        let mut next = FIRST_PIPE;
        for word in &self.words {
            if is_output(word) {
                command.arg(format!("pipe:{next}"));
                next += 1;
            } else {
                command.arg(word);
            }
        }
        Ok(command)
    }
}

fn is_output(word: &str) -> bool {
    word.strip_prefix("pipe:").is_some_and(|number| number != "0")
}

/// How many pipes a child writes to.
pub(super) fn pipes(command: &Command) -> usize {
    command.words.iter().filter(|word| is_output(word)).count()
}

/// As Owncast 0.2 starts it with latency level 1, but into a folder: its server, which takes the
/// files over HTTP and writes them there, is left out, and so is what that costs.
pub(super) fn owncast(
    command: &Command,
    rungs: &[Rung],
    effort: u8,
    folder: &Path,
) -> Result<Vec<String>> {
    let preset = ["ultrafast", "superfast", "veryfast", "faster", "fast"]
        .get(usize::from(effort))
        .context("the effort is 0 to 4")?;
    let sizes = command.sizes();
    ensure!(sizes.len() == rungs.len(), "{} rungs are scaled, not {}", sizes.len(), rungs.len());
    let mut line = "-hide_banner -loglevel warning -fflags +genpts -flags +cgop -i pipe:0 \
                    -map v:0 -c:v:0 copy -map a:0? -c:a:0 copy"
        .to_owned();
    let group = FRAME_RATE * GROUP_SECONDS;
    for (index, (rung, (width, height))) in (1..).zip(rungs.iter().zip(sizes)) {
        let most = rung.kbps * 108 / 100;
        line += &format!(
            " -map v:0 -c:v:{index} libx264 -b:v:{index} {kbps}k -maxrate:v:{index} {most}k \
             -g:v:{index} {group} -keyint_min:v:{index} {group} -r:v:{index} {FRAME_RATE} \
             -x264-params:v:{index} scenecut=0:open_gop=0 -bufsize:v:{index} {most}k \
             -profile:v:{index} high -map a:0? -c:a:{index} copy \
             -filter:v:{index} scale={width}:{height} -sws_flags bilinear -preset:v:{index} {preset}",
            kbps = rung.kbps,
        );
    }
    line += &format!(
        " -f hls -hls_time {GROUP_SECONDS} -hls_list_size {LISTED} \
        -hls_flags program_date_time+independent_segments+omit_endlist \
        -segment_format_options mpegts_flags=mpegts_copyts=1 -tune zerolatency -pix_fmt yuv420p \
        -sc_threshold 0 -master_pl_name stream.m3u8 -max_muxing_queue_size 400"
    );
    let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let map: Vec<String> = (0..=rungs.len()).map(|index| format!("v:{index},a:{index}")).collect();
    let file = |name: &str| folder.join("%v").join(name).display().to_string();
    words.extend(["-var_stream_map".to_owned(), map.join(" ")]);
    words.extend(["-hls_segment_filename".to_owned(), file("stream-bench-%d.ts")]);
    words.push(file("stream.m3u8"));
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child() -> Command {
        let line = "/usr/bin/ffmpeg -f mp4 -i pipe:0 -filter_complex \
                    [0:v:0]split=2[s1][s2];[s1]scale=854:480,setsar=1[v1];[s2]scale=640:360[v2] \
                    -map [v1] -f mp4 pipe:22 -map [v2] -f mp4 pipe:24";
        Command { words: line.split_whitespace().map(str::to_owned).collect() }
    }

    #[test]
    fn the_same_command_writes_to_other_pipes() {
        let again = child().again(&["/a", "/b"]).unwrap();
        let words: Vec<_> = again.as_std().get_args().map(|word| word.to_str().unwrap()).collect();
        let line = words.join(" ");
        let script = "-c exec 3>\"$1\" 4>\"$2\"; shift 2; exec nice -n 5 \"$@\" sh /a /b /usr/bin/ffmpeg -f mp4 -i pipe:0 ";
        assert!(line.starts_with(script), "{line}");
        assert!(line.ends_with("pipe:3 -map [v2] -f mp4 pipe:4"), "{line}");
        assert!(child().again(&["/a"]).is_err());
    }

    #[test]
    fn owncast_is_given_the_same_sizes_and_bitrates() {
        assert_eq!(child().sizes(), [(854, 480), (640, 360)]);
        let rungs = [Rung { height: 480, kbps: 1200 }, Rung { height: 360, kbps: 700 }];
        let line = owncast(&child(), &rungs, 2, Path::new("/x")).unwrap().join(" ");
        for told in [
            "-b:v:1 1200k -maxrate:v:1 1296k",
            "-filter:v:2 scale=640:360",
            "-preset:v:2 veryfast",
            "v:0,a:0 v:1,a:1 v:2,a:2",
        ] {
            assert!(line.contains(told), "{told}: {line}");
        }
    }
}
