//! The real program on a folder of its own.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::http::connect;
use super::trust::Stream;
use super::{
    Authority, Database, Encoder, Ffmpeg, Http, Site, Sockets, Source, Trust, site, until,
};

/// How long a server may take to stop while nobody is connected who has a reason to stay.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// How a server is started.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Least level in its log.
    pub(crate) log: &'static str,
    /// Further arguments.
    pub(crate) arguments: Vec<String>,
    /// What it keeps its rows in.
    pub(crate) database: Database,
    /// Whom its clients trust, where it is encrypted.
    pub(crate) trust: Option<Trust>,
    /// What it listens on, where it does not open that itself.
    pub(crate) sockets: Option<Arc<Sockets>>,
}

impl Setup {
    /// With these arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|it| (*it).to_owned()).collect();
        Self { arguments, ..Self::default() }
    }

    /// With a certificate of this authority.
    pub(crate) fn encrypted_by(authority: &Authority) -> Self {
        Self { arguments: authority.flags(), trust: Some(authority.trust()), ..Self::default() }
    }

    /// On such a database.
    pub(crate) fn on(database: Database) -> Self {
        Self { database, ..Self::default() }
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            log: "info",
            arguments: Vec::new(),
            database: Database::Sqlite,
            trust: None,
            sockets: None,
        }
    }
}

/// A running server. Dropping it stops it, and fails if it leaves anything to complain about.
pub(crate) struct Server {
    pub(crate) site: Site,
    setup: Setup,
    child: Option<Child>,
    pub(crate) http: SocketAddr,
    pub(crate) rtmp: SocketAddr,
}

/// Runs the program to its end on a data folder with a database of SQLite.
pub(crate) fn rivulet(data: &Path, arguments: &[&str]) -> Output {
    site::command(data).args(arguments).output().unwrap()
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    pub(crate) async fn start_with(setup: Setup) -> Self {
        let site = Site::new(setup.database).await;
        Self::start_on(site, setup).await
    }

    /// Starts a server on what is there already.
    pub(crate) async fn start_on(site: Site, setup: Setup) -> Self {
        let nowhere: SocketAddr = ([127, 0, 0, 1], 0).into();
        let mut server = Self { site, setup, child: None, http: nowhere, rtmp: nowhere };
        server.start_again().await;
        server
    }

    /// Starts a server that was stopped or killed, at the same addresses.
    pub(crate) async fn start_again(&mut self) {
        assert!(self.child.is_none(), "it is running");
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        let mut command = self.site.command();
        command
            .args(["--log-format", "json", "--log", self.setup.log])
            .args(["--http", &self.http.to_string(), "--rtmp", &self.rtmp.to_string()])
            .args(&self.setup.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(sockets) = &self.setup.sockets {
            command = sockets.handed_to(&command);
        }
        let child = command.stderr(log).spawn().unwrap();
        let pid = child.id();
        self.child = Some(child);
        let run = until("the server is ready", async || {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {ended:?}\n{}", self.log());
            let run = fs::read(self.data().join("run.json")).ok()?;
            let run: Value = serde_json::from_slice(&run).ok()?;
            (run["pid"] == pid).then_some(run)
        })
        .await;
        let address = |scheme: &str, url: &Value| {
            url.as_str().unwrap().strip_prefix(scheme).unwrap().parse().unwrap()
        };
        self.http = address(&format!("{}://", self.scheme()), &run["http"]);
        self.rtmp = address("rtmp://", &run["rtmp"]);
    }

    /// From the next start on, it is started like this; its database stays.
    pub(crate) fn set_up(&mut self, setup: Setup) {
        self.setup = setup;
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) async fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended().await
    }

    /// Ends it as a power cut would.
    pub(crate) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        assert_eq!(self.ended().await.signal(), Some(9));
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(self.child.as_ref().unwrap()), signal).unwrap();
    }

    async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        until("the server has ended", async || child.try_wait().unwrap()).await
    }

    pub(crate) fn data(&self) -> &Path {
        self.site.data()
    }

    fn log_file(&self) -> PathBuf {
        self.data().join("stories.log")
    }

    /// Everything it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Runs the program to its end on what this server keeps.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.site.run(arguments)
    }

    /// Runs `rivulet admin`, and gives what it prints.
    pub(crate) fn admin(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["admin"], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The first stream key of the primary channel.
    pub(crate) fn key(&self) -> String {
        self.admin(&["stream-keys"]).lines().next().unwrap().to_owned()
    }

    /// Makes a channel; gives its stream key.
    pub(crate) fn create_channel(&self, name: &str) -> String {
        self.admin(&["create-channel", name])
    }

    /// The address of a page or document.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.http)
    }

    /// How its addresses begin.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.setup.trust.is_some() { "https" } else { "http" }
    }

    /// The address for an encoder.
    pub(crate) fn publish_url(&self, key: &str) -> String {
        format!("rtmp://{}/live/{key}", self.rtmp)
    }

    pub(crate) fn client(&self) -> Http {
        Http::over(self.http, self.setup.trust.clone())
    }

    /// A connection to its pages, encrypted where they are.
    pub(crate) async fn connect(&self) -> Box<dyn Stream> {
        connect(self.http, self.setup.trust.as_ref()).await.unwrap()
    }

    /// Publishes to the primary channel with ffmpeg.
    pub(crate) fn publish(&self, ffmpeg: &Ffmpeg) -> super::ffmpeg::Publishing {
        ffmpeg.publish(&self.publish_url(&self.key()))
    }

    /// Publishes to the primary channel frame by frame.
    pub(crate) async fn encode(&self, source: Source) -> Encoder {
        Encoder::connect(self, &self.key(), source).await.unwrap()
    }

    /// What a channel is doing.
    pub(crate) async fn status(&self, channel: &str) -> Value {
        let answer = self.client().get(&format!("/api/v1/channels/{channel}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["status"].take()
    }

    /// Waits until the primary channel is `offline`, `live` or `interrupted`; gives its status.
    pub(crate) async fn becomes(&self, state: &str) -> Value {
        self.channel_becomes("primary", state).await
    }

    pub(crate) async fn channel_becomes(&self, channel: &str, state: &str) -> Value {
        until(&format!("{channel} is {state}"), async || {
            let status = self.status(channel).await;
            (status["state"] == state).then_some(status)
        })
        .await
    }

    /// The running encoders of its broadcasts, as `proc(5)` has them: children that
    /// are told where keyframes are.
    pub(crate) fn encoders(&self) -> Vec<Pid> {
        self.child.as_ref().map(|child| encoders_of(child.id())).unwrap_or_default()
    }

    /// Resident memory in bytes, as `proc_pid_status(5)` has it.
    pub(crate) fn memory(&self) -> u64 {
        let pid = self.child.as_ref().unwrap().id();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Lines of the log that a healthy server never writes.
    fn complaints(&self) -> Vec<String> {
        let is_complaint =
            |line: &&str| line.contains("\"level\":\"ERROR\"") || line.contains("panicked");
        self.log().lines().filter(is_complaint).map(str::to_owned).collect()
    }
}

fn encoders_of(parent: u32) -> Vec<Pid> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children = children.collect::<Vec<_>>().join(" ");
    let children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    children.filter(|pid| is_encoder(*pid)).filter_map(Pid::from_raw).collect()
}

fn is_encoder(pid: i32) -> bool {
    let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    command.split('\0').any(|argument| argument == "-force_key_frames")
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.child.take().map(stop);
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
            return;
        }
        if let Some(status) = stopped {
            assert!(status.success(), "the server ended with {status}");
        }
        assert_eq!(self.complaints(), Vec::<String>::new());
    }
}

fn stop(mut child: Child) -> ExitStatus {
    let _ = kill_process(Pid::from_child(&child), Signal::TERM);
    let deadline = Instant::now() + STOP_PATIENCE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            return child.wait().unwrap();
        }
        std::thread::sleep(super::GLANCE);
    }
}
