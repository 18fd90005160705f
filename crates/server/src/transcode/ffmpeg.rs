//! The ffmpeg of this machine, and the one place where processes begin.
//!
//! A child must not outlive the server, not even one that is killed with SIGKILL and can clean up
//! nothing. Linux does that for who asks (`PR_SET_PDEATHSIG`), but the asking must happen inside the
//! child, before it becomes ffmpeg. So the server starts itself again as `rivulet child … -- ffmpeg
//! …` ([`Descendant`]), which asks, lowers its own priority, and turns into ffmpeg.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustix::fs::{Access, OFlags};
use rustix::io::FdFlags;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::FfmpegError;
use super::vitals::usage;

/// Niceness of a child whose output somebody watches live: passthrough goes first.
const NICE_LIVE: i32 = 5;
/// Niceness of one that can wait.
const NICE_BACKGROUND: i32 = 15;
/// Where memory runs out, the kernel takes a child before the server (-1000 to 1000).
const OOM_SCORE_ADJ: &str = "500";
/// How long ffmpeg may take to say its version: it loads a hundred libraries from a cold disk.
const VERSION_LIMITS: OnceLimits =
    OnceLimits { time: Duration::from_secs(20), output_bytes: 64 * 1024 };
/// How long a child that was killed may take to die.
const DEATH: Duration = Duration::from_secs(2);
/// Bytes kept of what a short-lived ffmpeg says: its last words; the rest is read and dropped.
const MAX_SAID_BYTES: usize = 4096;

/// An ffmpeg that can be run. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ffmpeg {
    program: PathBuf,
    beginning: Beginning,
    children: Handle,
    version: Arc<OnceCell<Version>>,
}

/// What a child process is started as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// This program, which turns into ffmpeg.
    Descendant,
    /// ffmpeg itself: unit tests are not the program that could turn into it.
    #[cfg(test)]
    Direct,
}

/// What an ffmpeg calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// As it says it, such as `5.1.9-0+deb12u1`.
    pub(crate) text: String,
    /// Its major number; builds between releases have none, and count as newer than all.
    pub(crate) major: u32,
}

/// What a short-lived ffmpeg may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnceLimits {
    /// From its start to its end.
    pub(crate) time: Duration,
    /// How much it may write to standard output.
    pub(crate) output_bytes: usize,
}

/// How urgent a child's work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Somebody watches it live.
    Live,
    /// It can wait.
    Background,
}

impl Ffmpeg {
    /// The configured ffmpeg (a path, or a name looked up in `PATH`), or the one in `PATH`. Children
    /// are forked on `children`, the runtime of a thread that lives as long as the program.
    pub(crate) fn find(configured: Option<&Path>, children: Handle) -> Option<Self> {
        let wanted = configured.unwrap_or(Path::new("ffmpeg"));
        let program = look_up(wanted, env::var_os("PATH"))?;
        Some(Self { program, beginning: Beginning::Descendant, children, version: Arc::default() })
    }

    /// Where it is.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Which version it is; asked once.
    pub(crate) async fn version(&self) -> Result<&Version, FfmpegError> {
        self.version
            .get_or_try_init(async || {
                let said = self.once(&["-version".to_owned()], Vec::new(), VERSION_LIMITS).await?;
                let said = String::from_utf8_lossy(&said);
                Version::parse(&said).ok_or_else(|| FfmpegError::NotFfmpeg(self.program.clone()))
            })
            .await
    }

    /// Runs ffmpeg to its end at low priority: `input` goes to its standard input, and what it
    /// writes to standard output comes back. Dropping the future ends the process.
    pub(crate) async fn once(
        &self,
        arguments: &[String],
        input: Vec<Bytes>,
        limits: OnceLimits,
    ) -> Result<Vec<u8>, FfmpegError> {
        self.once_counted(arguments, input, limits).await.map(|(output, _)| output)
    }

    /// The same; says how much processor time it took, too.
    pub(super) async fn once_counted(
        &self,
        arguments: &[String],
        input: Vec<Bytes>,
        limits: OnceLimits,
    ) -> Result<(Vec<u8>, Duration), FfmpegError> {
        let mut child = self.start(Urgency::Background, arguments).await?;
        let work = exchange(&mut child, input, limits.output_bytes);
        let ended = timeout(limits.time, work).await;
        end(&mut child, Duration::ZERO).await;
        ended.unwrap_or(Err(FfmpegError::TooSlow(limits.time)))
    }

    /// Starts ffmpeg with all three pipes. Dropping the child kills it.
    pub(super) async fn start(
        &self,
        urgency: Urgency,
        arguments: &[String],
    ) -> Result<Child, FfmpegError> {
        let failed = |source| FfmpegError::Start { program: self.program.clone(), source };
        let mut command = self.command(urgency).map_err(failed)?;
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            // Ctrl-C at the terminal is for the server, which then stops its children in order.
            .process_group(0);
        // Awaited at once: only the forking must happen over there.
        let forked = self.children.spawn(async move { command.spawn() }).await;
        forked.map_err(io::Error::other).and_then(|forked| forked).map_err(failed)
    }

    /// Starts ffmpeg with `count` pipes that it writes to beside the usual three. `arguments` is
    /// given the numbers by which it knows them.
    pub(super) async fn start_with_pipes(
        &self,
        count: usize,
        arguments: impl FnOnce(&[RawFd]) -> Vec<String> + Send + 'static,
    ) -> Result<Piped, FfmpegError> {
        let failed = |source| FfmpegError::Start { program: self.program.clone(), source };
        let mut command = self.command(Urgency::Live).map_err(failed)?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .process_group(0);
        let forked = self.children.spawn(async move { fork_with_pipes(command, count, arguments) });
        forked.await.map_err(io::Error::other).and_then(|forked| forked).map_err(failed)
    }

    fn command(&self, urgency: Urgency) -> io::Result<Command> {
        let mut command = match self.beginning {
            Beginning::Descendant => {
                let mut command = Command::new(this_program()?);
                command.arg0("rivulet").arg("child");
                command.args(["--parent", &std::process::id().to_string()]);
                command.args(["--nice", &urgency.nice().to_string(), "--"]).arg(&self.program);
                command
            }
            #[cfg(test)]
            Beginning::Direct => Command::new(&self.program),
        };
        // The settings may hold a stream key, and concern nobody else.
        for (name, _) in env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"RIVULET_") {
                command.env_remove(name);
            }
        }
        Ok(command)
    }

    /// Some program in the place of ffmpeg.
    #[cfg(test)]
    pub(super) fn direct(program: impl Into<PathBuf>) -> Self {
        let (program, children) = (program.into(), Handle::current());
        Self { program, beginning: Beginning::Direct, children, version: Arc::default() }
    }
}

impl Urgency {
    const fn nice(self) -> i32 {
        match self {
            Self::Live => NICE_LIVE,
            Self::Background => NICE_BACKGROUND,
        }
    }
}

/// A child, and what it writes.
pub(super) struct Piped {
    pub(super) child: Child,
    /// Reading from them never waits.
    pub(super) outputs: Vec<File>,
}

/// Forks a child that inherits the writing ends of new pipes. All forking happens on one thread, so
/// no other child can be forked while they can be inherited.
fn fork_with_pipes(
    mut command: Command,
    count: usize,
    arguments: impl FnOnce(&[RawFd]) -> Vec<String>,
) -> io::Result<Piped> {
    let (mut outputs, mut inherited) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (reader, writer) = io::pipe()?;
        rustix::io::fcntl_setfd(&writer, FdFlags::empty())?;
        rustix::fs::fcntl_setfl(&reader, OFlags::NONBLOCK)?;
        outputs.push(File::from(OwnedFd::from(reader)));
        inherited.push(writer);
    }
    let numbers: Vec<RawFd> = inherited.iter().map(|writer| writer.as_raw_fd()).collect();
    let child = command.args(arguments(&numbers)).spawn()?;
    Ok(Piped { child, outputs })
}

/// Awaits a child, and kills one that does not end for so long. One that cannot die, because a
/// driver holds it in the kernel, is left to be reaped when it can.
pub(super) async fn end(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    if let Ok(status) = timeout(patience, child.wait()).await {
        return status.ok();
    }
    match timeout(DEATH, child.kill()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "a child cannot be ended"),
        Err(_) => tracing::error!(pid = child.id(), "a child was killed and does not die"),
    }
    None
}

/// This program's own file, even where an update has replaced it since.
fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { env::current_exe() }
}

/// The file that `wanted` names: itself when it is a path, otherwise the first of its name in a
/// folder of `path`.
fn look_up(wanted: &Path, path: Option<OsString>) -> Option<PathBuf> {
    let runs = |file: &PathBuf| {
        file.is_file() && rustix::fs::access(file.as_path(), Access::EXEC_OK).is_ok()
    };
    if wanted.components().count() > 1 {
        return std::path::absolute(wanted).ok().filter(runs);
    }
    env::split_paths(&path?).map(|folder| folder.join(wanted)).find(runs)
}

impl Version {
    fn parse(said: &str) -> Option<Self> {
        let text = said.strip_prefix("ffmpeg version ")?.split_whitespace().next()?.to_owned();
        let release = text.strip_prefix('n').unwrap_or(&text);
        let digits = release.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        Some(Self { major: digits.parse().unwrap_or(u32::MAX), text })
    }
}

/// Writes, reads and waits at the same time, so that no full pipe stops both sides.
async fn exchange(
    child: &mut Child,
    input: Vec<Bytes>,
    max_bytes: usize,
) -> Result<(Vec<u8>, Duration), FfmpegError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        let Some(mut stdin) = stdin else { return Ok(()) };
        for bytes in input {
            // It may have seen enough before it has seen everything.
            if stdin.write_all(&bytes).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let read = async {
        let Some(stdout) = stdout else { return Ok(Vec::new()) };
        let mut output = Vec::new();
        let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
        let read = stdout.take(limit).read_to_end(&mut output).await;
        read.map_err(FfmpegError::Exchange)?;
        if output.len() > max_bytes { Err(FfmpegError::TooMuch(max_bytes)) } else { Ok(output) }
    };
    let listen = async { Ok(last_words(stderr).await) };
    let pid = child.id().unwrap_or_default();
    let ((), output, said) = tokio::try_join!(write, read, listen)?;
    // Its work is done, and nobody has taken note of its end yet: the system still knows it.
    let cpu = usage(pid).unwrap_or_default().cpu;
    let status = child.wait().await.map_err(FfmpegError::Exchange)?;
    if status.success() {
        Ok((output, cpu))
    } else {
        Err(FfmpegError::Failed { code: status.code(), said })
    }
}

/// The end of what is said until the pipe closes.
async fn last_words(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let mut kept = Vec::new();
    let mut piece = [0; 1024];
    while let Ok(read @ 1..) = pipe.read(&mut piece).await {
        kept.extend_from_slice(piece.get(..read).unwrap_or_default());
        let too_many = kept.len().saturating_sub(MAX_SAID_BYTES);
        kept.drain(..too_many);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

/// `rivulet child`: what the server starts in order to become ffmpeg.
#[derive(clap::Args)]
pub(crate) struct Descendant {
    /// The server's process
    #[arg(long)]
    parent: u32,
    /// How far to step back for others (0 to 19)
    #[arg(long, default_value_t = 0)]
    nice: i32,
    /// The program to become, and its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

impl Descendant {
    /// Turns this process into the one asked for. Comes back only when that is impossible.
    pub(crate) fn begin(self) -> anyhow::Error {
        use std::os::unix::process::CommandExt as _;
        if let Err(error) = die_with(self.parent) {
            return error;
        }
        // Neither is needed for the work; some containers forbid both.
        let _ = rustix::process::nice(self.nice);
        let _ = std::fs::write("/proc/self/oom_score_adj", OOM_SCORE_ADJ);
        let mut words = self.command.into_iter();
        let Some(program) = words.next() else {
            return anyhow::anyhow!("no program to become: this command is the server's own");
        };
        let failed = std::process::Command::new(&program).args(words).exec();
        anyhow::Error::new(failed).context(format!("cannot run {}", program.display()))
    }
}

/// Ends this process as soon as `parent` ends, and at once if it has ended already.
fn die_with(parent: u32) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let now = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
    anyhow::ensure!(
        now.is_some_and(|pid| u32::try_from(pid) == Ok(parent)),
        "the server that started this has ended, or nobody but you has: this command is its own"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: OnceLimits = OnceLimits { time: Duration::from_secs(30), output_bytes: 100 };

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn versions_are_read_as_builds_write_them() {
        for (said, major) in [
            ("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026", 5),
            ("ffmpeg version n7.1 Copyright", 7),
            ("ffmpeg version 9.0.2-static https://johnvansickle.com", 9),
            ("ffmpeg version N-119876-g1234abc Copyright", u32::MAX),
        ] {
            assert_eq!(Version::parse(said).map(|version| version.major), Some(major), "{said}");
        }
        assert_eq!(Version::parse("GNU bash, version 5.2"), None);
    }

    #[test]
    fn a_name_is_looked_up_and_a_path_is_not() {
        let path = || Some(OsString::from("/nowhere:/bin:/usr/bin"));
        assert_eq!(look_up(Path::new("sh"), path()), Some("/bin/sh".into()));
        assert_eq!(look_up(Path::new("/bin/sh"), None), Some("/bin/sh".into()));
        // A folder, and a file that is no program.
        assert_eq!(look_up(Path::new("/bin"), path()), None);
        assert_eq!(look_up(Path::new("/etc/passwd"), path()), None);
        assert_eq!(look_up(Path::new("no-such-program"), path()), None);
    }

    #[tokio::test]
    async fn what_goes_in_comes_out_even_when_it_fills_every_pipe() {
        let input = vec![Bytes::from(vec![7; 1 << 20]); 4];
        let limits = OnceLimits { output_bytes: 4 << 20, ..LIMITS };
        let output = Ffmpeg::direct("/bin/cat").once(&[], input, limits).await.unwrap();
        assert_eq!(output.len(), 4 << 20);
    }

    #[tokio::test]
    async fn one_that_reads_nothing_may_succeed() {
        let input = vec![Bytes::from(vec![7; 1 << 20])];
        let shell = Ffmpeg::direct("/bin/sh");
        let output = shell.once(&words(&["-c", "echo enough"]), input, LIMITS).await.unwrap();
        assert_eq!(output, b"enough\n");
    }

    #[tokio::test]
    async fn every_way_to_fail_is_told_apart() {
        let shell = Ffmpeg::direct("/bin/sh");
        let run = async |script, limits| shell.once(&words(&["-c", script]), vec![], limits).await;
        let said = run("echo no such codec >&2; exit 3", LIMITS).await.unwrap_err().to_string();
        assert_eq!(said, "ffmpeg failed (3): no such codec");
        let much = run("yes", LIMITS).await.unwrap_err();
        assert!(matches!(much, FfmpegError::TooMuch(100)), "{much}");
        let hasty = OnceLimits { time: Duration::from_millis(100), ..LIMITS };
        let slow = run("exec sleep 60", hasty).await.unwrap_err();
        assert!(matches!(slow, FfmpegError::TooSlow(_)), "{slow}");
        let none = Ffmpeg::direct("/nowhere/ffmpeg").once(&[], vec![], LIMITS).await.unwrap_err();
        assert!(matches!(none, FfmpegError::Start { .. }), "{none}");
    }

    #[tokio::test]
    async fn an_ffmpeg_says_its_version_and_another_program_does_not() {
        let ffmpeg = Ffmpeg::find(None, Handle::current()).unwrap();
        let ffmpeg = Ffmpeg::direct(ffmpeg.program());
        assert!(ffmpeg.version().await.unwrap().major >= 4);
        let error = Ffmpeg::direct("/bin/echo").version().await.unwrap_err();
        assert!(matches!(error, FfmpegError::NotFfmpeg(_)), "{error}");
    }
}
