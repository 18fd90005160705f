//! A low-latency HLS player without a screen, which checks every answer against the rules.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rivulet_media::hls::conformance::{Asked, Checker, Playlist};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::http::{Answer, Http};
use super::{PATIENCE, Patience, Server, until};

/// Every so many loads, a playlist is asked for without what is known already.
const DELTA_EVERY: usize = 3;

/// A viewer at work.
pub(crate) struct Viewer {
    seen: Arc<Mutex<Seen>>,
    leave: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What a viewer has seen.
#[derive(Default)]
pub(crate) struct Seen {
    checker: Checker,
    /// The master playlist.
    pub(crate) master: String,
    /// The newest media playlist.
    pub(crate) playlist: Playlist,
    /// How much of complete segments has been listed since the first load.
    pub(crate) watched: Duration,
    /// Discontinuities among them.
    pub(crate) discontinuities: usize,
    /// Those of them that are gaps.
    pub(crate) gaps: usize,
    /// Answers that were no playlist and no media.
    pub(crate) refusals: Vec<String>,
    /// How often the server was gone and came back.
    pub(crate) restarts: usize,
    silence_is_expected: bool,
    slowness_is_expected: bool,
    newest: Option<u64>,
}

impl Viewer {
    /// Opens a master playlist and goes on to what it lists first.
    pub(crate) fn watch(server: &Server, master: &str) -> Self {
        Self::begin(server, master, None)
    }

    /// Opens the primary channel's master playlist and goes on to this rendition.
    pub(crate) fn watch_rendition(server: &Server, number: u8) -> Self {
        Self::begin(server, "/hls/stream.m3u8", Some(format!("{number}/stream.m3u8")))
    }

    fn begin(server: &Server, master: &str, variant: Option<String>) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (leave, left) = watch::channel(false);
        let player = Player {
            main: server.client(),
            side: server.client(),
            folder: String::new(),
            fetched: HashSet::new(),
            began: Instant::now(),
            loads: 0,
            seen: Arc::clone(&seen),
        };
        let address = server.http;
        let task = tokio::spawn(player.run(address, master.to_owned(), variant, left));
        Self { seen, leave, task }
    }

    /// What it has seen so far.
    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Waits until it has seen this.
    pub(crate) async fn sees<T>(&self, what: &str, look: impl Fn(&Seen) -> Option<T>) -> T {
        until(&format!("the viewer sees {what}"), async || {
            assert!(!self.task.is_finished(), "the viewer gave up");
            look(&self.seen())
        })
        .await
    }

    /// Waits until so much more has been listed.
    pub(crate) async fn sees_more(&self, seconds: u64) {
        let before = self.seen().watched;
        let more = before + Duration::from_secs(seconds);
        self.sees(&format!("{seconds} s more"), |seen| (seen.watched >= more).then_some(())).await;
    }

    /// Waits until the playlist says that the broadcast is over.
    pub(crate) async fn sees_the_end(&self) {
        until("the playlist has ended", async || self.seen().playlist.ended.then_some(())).await;
    }

    /// From now on it is the encoder's fault when nothing new comes.
    pub(crate) fn expects_silence(&self, expected: bool) {
        self.seen().silence_is_expected = expected;
    }

    /// The encoder is slower than its stamps say: dates, which are those of arrival, come apart
    /// from durations (§4.4.4.6).
    pub(crate) fn expects_slowness(&self) {
        self.expects_silence(true);
        self.seen().slowness_is_expected = true;
    }

    /// Leaves; fails if the server broke a rule.
    pub(crate) async fn leaves_content(self) -> Seen {
        self.leave.send_replace(true);
        timeout(PATIENCE, self.task).await.expect("the viewer does not leave").unwrap();
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        seen.assert_conformance();
        assert_eq!(seen.refusals, Vec::<String>::new());
        seen
    }
}

impl Seen {
    /// What has judged it, for judging several renditions together.
    pub(crate) fn checker(&self) -> &Checker {
        &self.checker
    }

    fn assert_conformance(&self) {
        let findings = self.checker.findings().iter();
        let findings = findings.filter(|it| !self.slowness_is_expected || it.rule != "4.4.4.6");
        let findings: Vec<String> = findings.map(ToString::to_string).collect();
        assert!(findings.is_empty(), "{findings:#?}");
    }

    fn take(&mut self, at: Duration, asked: Option<Asked>, text: &str) {
        if self.silence_is_expected {
            self.checker.interrupted();
        }
        self.checker.observe(at, asked, text);
        let Some(playlist) = self.checker.latest() else { return };
        let complete = playlist.segments.iter().filter(|it| it.duration.is_some());
        for segment in complete.filter(|it| self.newest.is_none_or(|newest| it.sequence > newest)) {
            self.watched += segment.duration.unwrap_or_default();
            self.discontinuities += usize::from(segment.discontinuity);
            self.gaps += usize::from(segment.gap);
        }
        let newest = playlist.segments.iter().rfind(|it| it.duration.is_some());
        self.newest = self.newest.max(newest.map(|it| it.sequence));
        self.playlist = playlist.clone();
    }

    /// The server is new: what it remembers of the time before is little, and nothing of it wrong.
    fn start_over(&mut self) {
        self.assert_conformance();
        self.checker = Checker::new();
        self.playlist = Playlist::default();
        self.restarts += 1;
    }
}

struct Player {
    main: Http,
    side: Http,
    folder: String,
    fetched: HashSet<String>,
    began: Instant,
    loads: usize,
    seen: Arc<Mutex<Seen>>,
}

impl Player {
    async fn run(
        mut self,
        address: SocketAddr,
        master: String,
        wanted: Option<String>,
        mut left: watch::Receiver<bool>,
    ) {
        let (text, variant) = self.load_listing(&master, wanted.as_deref()).await;
        let (root, _) = master.rsplit_once('/').unwrap();
        let (folder, _) = variant.rsplit_once('/').unwrap();
        self.folder = format!("{root}/{folder}");
        self.seen().master = text;
        loop {
            let turn = tokio::select! {
                turn = self.turn() => turn,
                _ = left.wait_for(|left| *left) => return,
            };
            match turn {
                Turn::Next => {}
                Turn::Over => return,
                Turn::Gone => self.wait_for_server(address).await,
            }
        }
    }

    /// One load, and everything new in it.
    async fn turn(&mut self) -> Turn {
        let asked = next(&self.seen().playlist);
        let hint = self.seen().playlist.hint.clone();
        let path = self.playlist_path(asked);
        let (load, hinted) = tokio::join!(self.main.try_get(&path), self.fetch(hint.as_deref()));
        let Ok(answer) = load else { return Turn::Gone };
        match answer.status {
            200 => {
                let at = self.began.elapsed();
                self.seen().take(at, asked, &answer.text());
                self.loads += 1;
            }
            503 if self.seen().silence_is_expected => return Turn::Next,
            404 if self.seen().playlist.ended => return Turn::Over,
            status => {
                let refusal = format!("{path}: {status} {}", answer.text());
                self.seen().refusals.push(refusal);
                return Turn::Over;
            }
        }
        for uri in self.new_files() {
            let bytes = match &hinted {
                Some(bytes) if hint.as_ref() == Some(&uri) => Some(bytes.clone()),
                _ => self.fetch(Some(&uri)).await,
            };
            if let Some(bytes) = bytes {
                self.seen().checker.observe_media(&uri, &bytes);
                self.fetched.insert(uri);
            }
        }
        if self.seen().playlist.ended { Turn::Over } else { Turn::Next }
    }

    fn playlist_path(&self, asked: Option<Asked>) -> String {
        let path = format!("{}/stream.m3u8", self.folder);
        let Some((sequence, part)) = asked else { return path };
        let part = part.map(|part| format!("&_HLS_part={part}")).unwrap_or_default();
        let skip = if self.loads.is_multiple_of(DELTA_EVERY) { "&_HLS_skip=YES" } else { "" };
        format!("{path}?_HLS_msn={sequence}{part}{skip}")
    }

    /// A listed file. One that was only hinted at need not come.
    async fn fetch(&self, uri: Option<&str>) -> Option<bytes::Bytes> {
        let uri = uri?;
        let answer = self.side.try_get(&format!("{}/{uri}", self.folder)).await.ok()?;
        (answer.status == 200).then_some(answer.body)
    }

    /// Listed and not fetched yet: initialisation segments first.
    fn new_files(&self) -> Vec<String> {
        let seen = self.seen();
        let segments = &seen.playlist.segments;
        let maps = segments.iter().filter_map(|segment| segment.map.clone());
        let parts = segments.iter().flat_map(|it| &it.parts).filter(|part| !part.gap);
        let parts = parts.map(|part| part.uri.clone());
        let whole = segments.iter().filter(|segment| !segment.gap);
        let whole = whole.filter_map(|segment| segment.uri.clone());
        let mut new: Vec<String> = Vec::new();
        for uri in maps.chain(parts).chain(whole) {
            if !self.fetched.contains(&uri) && !new.contains(&uri) {
                new.push(uri);
            }
        }
        new
    }

    async fn wait_for_server(&mut self, address: SocketAddr) {
        self.main = Http::new(address);
        self.side = Http::new(address);
        let path = self.playlist_path(None);
        self.load_when_there(&path).await;
        self.seen().start_over();
    }

    /// A master playlist as soon as it lists this variant, or any; and the variant.
    async fn load_listing(&self, master: &str, wanted: Option<&str>) -> (String, String) {
        let patience = Patience::until("the master playlist lists what is wanted");
        loop {
            let text = self.load_when_there(master).await.text();
            let mut variants = text.lines().filter(|line| !line.starts_with('#'));
            let variant = variants.find(|variant| wanted.is_none_or(|wanted| *variant == wanted));
            if let Some(variant) = variant.map(str::to_owned) {
                return (text, variant);
            }
            patience.wait().await;
        }
    }

    async fn load_when_there(&self, path: &str) -> Answer {
        let patience = Patience::until("there is a playlist");
        loop {
            match self.main.try_get(path).await {
                Ok(answer) if answer.status == 200 && !is_clip(&answer) => return answer,
                _ => patience.wait().await,
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

/// Whether a master playlist leads to what stands while nothing is on: a viewer waits for more.
fn is_clip(master: &Answer) -> bool {
    master.text().lines().any(|line| line.starts_with("offline/"))
}

enum Turn {
    Next,
    /// The broadcast is over, or the server refuses.
    Over,
    /// The server does not answer.
    Gone,
}

/// The part after the newest that is listed.
fn next(playlist: &Playlist) -> Option<Asked> {
    let newest = playlist.segments.last()?;
    Some(match newest.duration {
        None => (newest.sequence, Some(newest.parts.len() as u64)),
        Some(_) => (newest.sequence + 1, Some(0)),
    })
}
