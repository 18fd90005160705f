//! A real Chromium, driven over the DevTools protocol.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::client_async;

use super::devtools::DevTools;
use super::until;

const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--window-size=1440,900",
];

/// A running browser. Dropping it ends it.
pub(crate) struct Browser {
    child: Child,
    devtools: Arc<DevTools>,
    _profile: TempDir,
}

impl Browser {
    pub(crate) async fn launch() -> Self {
        Self::launch_trusting("").await
    }

    /// Which trusts the key with this SHA-256 (Base64).
    pub(crate) async fn launch_trusting(key: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let program = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        let child = Command::new(program)
            .args(FLAGS)
            .arg(format!("--ignore-certificate-errors-spki-list={key}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let address =
            until("the browser can be driven", async || devtools_address(profile.path())).await;
        let stream = TcpStream::connect(&address.0).await.unwrap();
        let url = format!("ws://{}{}", address.0, address.1);
        let (socket, _) = client_async(url, stream).await.unwrap();
        Self { child, devtools: DevTools::new(socket), _profile: profile }
    }

    /// Opens a page in a tab of its own.
    pub(crate) async fn open(&self, url: &str) -> Page {
        self.open_named("the page", url).await
    }

    /// Opens a page in which a script of ours runs before any of its own, each time it is loaded.
    pub(crate) async fn open_with(&self, script: &str, url: &str) -> Page {
        let page = self.open("about:blank").await;
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
        page.go(url).await;
        page
    }

    async fn open_named(&self, name: &'static str, url: &str) -> Page {
        let context = self.devtools.call(None, "Target.createBrowserContext", json!({})).await;
        let target =
            json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = self.devtools.call(None, "Target.createTarget", target).await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.devtools.call(None, "Target.attachToTarget", attach).await;
        let session = session["sessionId"].as_str().unwrap().to_owned();
        let mut page = Page { name, devtools: Arc::clone(&self.devtools), session, opened: 0.0 };
        page.call("Runtime.enable", json!({})).await;
        page.call("Page.enable", json!({})).await;
        page.call("Page.navigate", json!({ "url": url })).await;
        let there = if url == "about:blank" { "true" } else { "location.href !== 'about:blank'" };
        let loaded = format!("{there} && document.readyState === 'complete'");
        until(&format!("{url} is loaded"), async || {
            (page.evaluate(&loaded).await == true).then_some(())
        })
        .await;
        page.opened = page.time_origin().await;
        page
    }

    /// Opens a page of another site on this machine.
    pub(crate) async fn open_elsewhere(&self, document: String) -> Page {
        // Another name for the same machine, so that nothing of it is ours.
        let site = serve(document).await.replace("127.0.0.1", "localhost");
        self.open_named("the other site", &site).await
    }

    /// Opens a page with nothing but hls.js as it comes, playing a playlist.
    pub(crate) async fn open_bare_player(&self, playlist: &str) -> Page {
        self.open_player_with(playlist, json!({ "lowLatencyMode": true })).await
    }

    /// The same with a configuration of hls.js.
    pub(crate) async fn open_player_with(&self, playlist: &str, config: Value) -> Page {
        let script = installed("hls.js/dist/hls.min.js");
        let video = "<!doctype html><video muted autoplay playsinline></video>";
        let site = serve(video.to_owned()).await;
        let page = self.open_named("the bare player", &site).await;
        page.evaluate(&format!("{script};undefined")).await;
        let play = "const hls = window.hls = new Hls(CONFIG);
            window.fatal = [];
            hls.on(Hls.Events.ERROR, (_, data) => data.fatal && window.fatal.push(data.details));
            hls.loadSource(PLAYLIST);
            hls.attachMedia(document.querySelector('video'));
            undefined";
        let play = play.replace("CONFIG", &config.to_string());
        page.evaluate(&play.replace("PLAYLIST", &json!(playlist).to_string())).await;
        page
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

/// A script among the pages' dependencies.
fn installed(script: &str) -> String {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/node_modules");
    let missing = "`scripts/web.sh install` installs the pages' dependencies";
    fs::read_to_string(modules.join(script)).expect(missing)
}

/// Host with port, and path, of the browser's end of the protocol.
fn devtools_address(profile: &Path) -> Option<(String, String)> {
    let text = fs::read_to_string(profile.join("DevToolsActivePort")).ok()?;
    let (port, path) = text.split_once('\n')?;
    Some((format!("127.0.0.1:{port}"), path.to_owned()))
}

/// Another site on this machine: answers every request with one document. Gives its address.
async fn serve(document: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
            let response = format!("{head}Content-Length: {}\r\n\r\n{document}", document.len());
            // A browser that opens connections to spare sends nothing on them.
            tokio::spawn(async move {
                let mut request = [0; 4096];
                if stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                    let _ = stream.write_all(response.as_bytes()).await;
                }
            });
        }
    });
    format!("http://{address}/")
}

/// What the browser says of a document that was left while it was asked.
const GONE: &str = "Inspected target navigated or closed";

/// A tab.
pub(crate) struct Page {
    name: &'static str,
    devtools: Arc<DevTools>,
    session: String,
    opened: f64,
}

/// What the browser has decoded of a page's video.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoded {
    pub(crate) frames: u64,
    pub(crate) audio_bytes: u64,
    /// Place in the media, in seconds.
    pub(crate) time: f64,
}

impl Page {
    /// The value of an expression, awaited.
    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        let value = self.try_evaluate(expression).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    async fn try_evaluate(&self, expression: &str) -> Result<Value, String> {
        let arguments =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let session = Some(self.session.as_str());
        let mut result = self.devtools.try_call(session, "Runtime.evaluate", arguments).await?;
        assert!(result["exceptionDetails"].is_null(), "{}", result["exceptionDetails"]);
        Ok(result["result"]["value"].take())
    }

    /// Waits until an expression is true. A page that is about to be another one says nothing.
    pub(crate) async fn shows(&self, what: &str, expression: &str) {
        until(&format!("{} shows {what}", self.name), async || {
            match self.try_evaluate(expression).await {
                Ok(value) => (value == true).then_some(()),
                Err(error) if error == GONE => None,
                Err(error) => panic!("{expression}: {error}"),
            }
        })
        .await;
    }

    /// An attribute of the player's root element: `data-<name>`.
    pub(crate) async fn player(&self, name: &str) -> String {
        let script = format!("document.querySelector('[data-engine]')?.dataset[{}]", json!(name));
        self.evaluate(&script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an attribute of the player has this value.
    pub(crate) async fn player_is(&self, name: &str, value: &str) {
        let what = format!("the {name} of {} is {value}", self.name);
        until(&what, async || (self.player(name).await == value).then_some(())).await;
    }

    pub(crate) async fn decoded(&self) -> Decoded {
        let script = "(() => { const video = document.querySelector('video');
            if (!video) return null;
            return [video.getVideoPlaybackQuality().totalVideoFrames,
                video.webkitAudioDecodedByteCount, video.currentTime]; })()";
        let counts = self.evaluate(script).await;
        Decoded {
            frames: counts[0].as_u64().unwrap_or(0),
            audio_bytes: counts[1].as_u64().unwrap_or(0),
            time: counts[2].as_f64().unwrap_or(0.0),
        }
    }

    /// Waits until the browser has decoded so many more pictures, and sound with them.
    pub(crate) async fn plays(&self, frames: u64) {
        let before = self.decoded().await;
        let what = format!("{} decodes {frames} pictures more than {before:?}", self.name);
        until(&what, async || {
            let now = self.decoded().await;
            // Players that start over count from nothing again.
            let base = if now.frames < before.frames { 0 } else { before.frames };
            let heard = now.audio_bytes != before.audio_bytes;
            (now.frames >= base + frames && heard && now.time != before.time).then_some(())
        })
        .await;
    }

    /// Waits until the player has played so many pictures in a row without a stall: on a busy
    /// machine the browser itself may not keep up at first.
    pub(crate) async fn plays_smoothly(&self, frames: u64) {
        until(&format!("{} plays {frames} pictures without a stall", self.name), async || {
            let before = self.player("stalls").await;
            self.plays(frames).await;
            (self.player("stalls").await == before).then_some(())
        })
        .await;
    }

    /// Waits until this text can be read.
    pub(crate) async fn says(&self, text: &str) {
        let expression = format!("(document.body?.innerText ?? '').includes({})", json!(text));
        self.shows(&format!("the words {text:?}"), &expression).await;
    }

    /// What axe finds: rule and element of each violation. It judges what stands, not what is
    /// fading in or out, so nothing moves meanwhile.
    pub(crate) async fn accessibility_violations(&self) -> Vec<String> {
        self.violations_with(&[]).await
    }

    /// The same on the page as it is in a scheme: `light` or `dark`.
    pub(crate) async fn violations_in(&self, scheme: &str) -> Vec<String> {
        self.violations_with(&[("prefers-color-scheme", scheme)]).await
    }

    async fn violations_with(&self, wishes: &[(&str, &str)]) -> Vec<String> {
        self.wishes(&[&[("prefers-reduced-motion", "reduce")], wishes].concat()).await;
        self.evaluate(&format!("{};undefined", installed("axe-core/axe.min.js"))).await;
        let run = "axe.run().then((found) => found.violations.flatMap((rule) =>
            rule.nodes.map((node) => `${rule.id}: ${node.html}`)))";
        let violations = self.evaluate(run).await;
        serde_json::from_value(violations).unwrap()
    }

    /// From now on the page is shown to somebody whose device says these of them: names and values
    /// of media features.
    pub(crate) async fn wishes(&self, features: &[(&str, &str)]) {
        let feature = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
        let features: Vec<_> = features.iter().map(feature).collect();
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// From now on the page has the focus, whichever window is in front: keys alone reach it.
    pub(crate) async fn has_no_mouse(&self) {
        self.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
    }

    /// A picture of the page without anything behind it: PNG, as Base64.
    pub(crate) async fn picture_without_ground(&self) -> String {
        let nothing = json!({ "color": { "r": 0, "g": 0, "b": 0, "a": 0 } });
        self.call("Emulation.setDefaultBackgroundColorOverride", nothing).await;
        let picture = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
        picture["data"].as_str().unwrap().to_owned()
    }

    /// From now on the page is on a machine that is so many times slower.
    pub(crate) async fn slows_down(&self, times: u32) {
        self.call("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await;
    }

    /// How much the page's scripts hold on to: bytes and elements, once what nobody holds is gone.
    pub(crate) async fn holds(&self) -> (u64, u64) {
        self.call("HeapProfiler.collectGarbage", json!({})).await;
        let heap = self.call("Runtime.getHeapUsage", json!({})).await;
        let counted = self.call("Memory.getDOMCounters", json!({})).await;
        let number = |value: &Value| value.as_f64().unwrap_or_default() as u64;
        (number(&heap["usedSize"]), number(&counted["nodes"]))
    }

    /// Fails if the page was loaded anew since it was opened, or a script of it threw.
    pub(crate) async fn is_content(&self) {
        assert_eq!(self.time_origin().await, self.opened, "{} was reloaded", self.name);
        self.threw_nothing();
    }

    /// Fails if a script of the page threw, however often it was loaded.
    pub(crate) fn threw_nothing(&self) {
        assert_eq!(self.devtools.thrown(&self.session), Vec::<String>::new());
    }

    async fn time_origin(&self) -> f64 {
        self.evaluate("performance.timeOrigin").await.as_f64().unwrap()
    }

    pub(super) async fn call(&self, method: &str, arguments: Value) -> Value {
        self.devtools.call(Some(&self.session), method, arguments).await
    }
}
