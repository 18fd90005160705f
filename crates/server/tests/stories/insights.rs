//! How the site was is kept and told: to admins, to streamers, and to Prometheus.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::{
    Browser, Database, Http, PATIENCE, Person, Program, Server, Setup, Source, Viewer,
    on_both_databases, until,
};

/// Where the dashboard lies.
const DASHBOARD: &str = include_str!("../../../../deploy/grafana-dashboard.json");
/// Countries of networks that nobody has, and of this machine.
const COUNTRIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/countries.mmdb");

/// A player that says how it fares.
async fn report(server: &Server) {
    let report = json!({
        "session": "player", "rendition": 0, "latency_ms": 1200, "buffer_ms": 800,
        "bandwidth_bps": 9_000_000, "stalls": 1, "stall_ms": 500, "dropped_frames": 3,
        "decoded_frames": 300, "errors": 0, "switches": 2, "visible": true,
    });
    let client = server.client();
    let taken = client.post("/api/v1/channels/primary/playback", report.to_string()).await;
    assert!([204, 429].contains(&taken.status), "{}", taken.text());
}

/// Prometheus on a folder of its own, watching a server.
struct Prometheus {
    child: Child,
    http: Http,
    folder: tempfile::TempDir,
}

impl Prometheus {
    fn watch(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prometheus.yml");
        let config = format!(
            "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\n\
             scrape_configs:\n  - job_name: rivulet\n    static_configs:\n      \
             - targets: ['{}']\n",
            server.http
        );
        std::fs::write(&file, config).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap();
        drop(port);
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Prometheus is not installed; on Debian: apt-get install prometheus");
        Self { child, http: Http::new(address), folder }
    }

    /// The results of a query.
    async fn query(&self, query: &str) -> Option<Vec<Value>> {
        let path = format!("/api/v1/query?query={}", encoded(query));
        let answer = self.http.try_get(&path).await.ok()?;
        let mut answer: Value = serde_json::from_slice(&answer.body).ok()?;
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        serde_json::from_value(answer["data"]["result"].take()).ok()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        assert!(self.folder.path().exists());
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// How a program on this machine asks.
const HERE: (&str, &str) = ("host", "localhost");

/// Every query of the dashboard, as Grafana would ask it with everything chosen.
fn queries(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    let asked = targets.map(|target| {
        let query = target["expr"].as_str().unwrap();
        let query = query.replace("$__rate_interval", "10s");
        ["$job", "$instance", "$channel"].iter().fold(query, |it, name| it.replace(name, ".*"))
    });
    asked.collect()
}

#[tokio::test]
async fn prometheus_reads_everything_that_the_dashboard_asks() {
    let server = Server::start_with(Setup::with(&["--geoip", COUNTRIES])).await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let prometheus = Prometheus::watch(&server);
    let queries = queries(&serde_json::from_str(DASHBOARD).unwrap());
    assert!(queries.len() > 30, "{}", queries.len());
    for query in queries {
        until(&format!("`{query}` has data"), async || {
            report(&server).await;
            let found = prometheus.query(&query).await?;
            (!found.is_empty()).then_some(())
        })
        .await;
    }
    let up = prometheus.query("up").await.unwrap();
    assert_eq!(up[0]["value"][1], "1", "{up:?}");
    for (query, least) in [
        ("rivulet_viewers_by_country{country=\"DE\"}", 1.0),
        ("rivulet_host_memory_used_bytes", 1e6),
        ("owncast_instance_active_viewer_count", 1.0),
        ("rivulet_on_air{channel=\"rivulet\"}", 1.0),
    ] {
        let found = prometheus.query(query).await.unwrap();
        let value: f64 = found[0]["value"][1].as_str().unwrap().parse().unwrap();
        assert!(value >= least, "{query}: {found:?}");
    }
    viewer.leaves_content().await;
    // And by the judgement of Prometheus' own tool.
    let text = server.client().get_with("/metrics", &[HERE]).await;
    assert_eq!(text.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let complaints = checked(prometheus.folder.path(), &text.text());
    let ours: Vec<_> = complaints.lines().filter(|line| line.starts_with("rivulet_")).collect();
    assert!(ours.is_empty(), "{complaints}");
}

/// What `promtool check metrics` says.
fn checked(folder: &Path, text: &str) -> String {
    let file = folder.join("metrics.txt");
    std::fs::write(&file, text).unwrap();
    let input = std::fs::File::open(&file).unwrap();
    let output = Command::new("promtool").args(["check", "metrics"]).stdin(input).output().unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn figures_are_for_this_machine_and_for_tokens() {
    let server = Server::start().await;
    let client = server.client();
    let form = [HERE, ("accept", "application/openmetrics-text; version=1.0.0")];
    let metrics = client.get_with("/metrics", &form).await;
    assert_eq!(metrics.status, 200, "{}", metrics.text());
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    assert!(metrics.text().ends_with("# EOF\n"));
    let through = [HERE, ("x-forwarded-for", "192.0.2.1")];
    assert_eq!(client.get_with("/metrics", &through).await.status, 403);

    let password = server.admin(&["reset-password", "admin"]);
    let mut admin = Person::signed_in(&server, "admin", &password).await;
    for (scope, status) in [("site", 200), ("chat", 403)] {
        let asked = json!({ "label": scope, "scopes": [scope] });
        let token = admin.post("/api/v1/account/api-tokens", asked).await.json();
        let bearer = format!("Bearer {}", token["secret"].as_str().unwrap());
        let fields = [("x-forwarded-for", "192.0.2.1"), ("authorization", bearer.as_str())];
        let answer = client.get_with("/metrics", &fields).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.text());
    }
}

on_both_databases!(what_was_measured_outlives_the_server);

async fn what_was_measured_outlives_the_server(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["reset-password", "admin"]);
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let admin = Program::sign_in(&server, "admin", &password).await;
    let now = until("the viewer is seen", async || {
        report(&server).await;
        let figures = admin.get("/api/v1/channels/primary/figures").await.json();
        let now = &figures["now"]["figures"];
        (now["viewers"] == 1.0 && now["players"] == 1.0).then(|| now.clone())
    })
    .await;
    assert_eq!(now["latency_median_ms"], 1200.0);
    viewer.leaves_content().await;
    drop(encoder);
    assert!(server.stop().await.success());
    server.start_again().await;

    // The minute that was running is there too.
    let admin = Program::sign_in(&server, "admin", &password).await;
    let site = admin.get("/api/v1/admin/figures").await.json();
    assert_eq!(site["step_seconds"], 60);
    let first = &site["points"][0]["figures"];
    assert!(first["memory_percent"].as_f64().unwrap() > 0.0, "{site}");
    let channel = admin.get("/api/v1/channels/primary/figures").await.json();
    let points = channel["points"].as_array().unwrap();
    let peak = points.iter().filter_map(|it| it["figures"]["viewers_peak"].as_f64());
    assert_eq!(peak.reduce(f64::max), Some(1.0), "{channel}");
    assert!(points.iter().any(|it| !it["parts"]["players"].is_null()), "{channel}");
    let wrong = admin.get("/api/v1/channels/primary/figures?broadcast=nonsense").await;
    assert_eq!(wrong.status, 404);
    let wrong = admin.get("/api/v1/admin/figures?from=5&to=4").await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn what_is_too_much_is_told_until_it_is_over() {
    let server = Server::start().await;
    let password = server.admin(&["reset-password", "admin"]);
    let admin = Program::sign_in(&server, "admin", &password).await;
    let limits = async |disk: u32| {
        let patch = json!({ "alerts": { "disk_percent": disk } });
        let answer = admin.patch("/api/v1/admin/settings", &patch).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    let alert = async || {
        let alerts = admin.get("/api/v1/admin/alerts").await.json();
        let alerts = alerts["alerts"].as_array().unwrap().clone();
        alerts.into_iter().find(|it| it["kind"] == "disk")
    };
    limits(1).await;
    let raised = until("the disk is found too full", alert).await;
    assert_eq!(raised["cleared_at"], Value::Null, "{raised}");
    assert!(raised["sentence"].as_str().unwrap().contains("make room"), "{raised}");
    limits(0).await;
    until("it is over", async || alert().await.filter(|it| !it["cleared_at"].is_null())).await;
    assert!(server.log().contains("make room"));
    let metrics = server.client().get_with("/metrics", &[HERE]).await.text();
    assert!(metrics.contains("rivulet_alerts{kind=\"disk\"} 0\n"), "{metrics}");
}

#[tokio::test]
async fn the_log_is_read_and_followed() {
    let server = Server::start().await;
    let password = server.admin(&["reset-password", "admin"]);
    let admin = Program::sign_in(&server, "admin", &password).await;
    let page = admin.get("/api/v1/admin/logs?text=READY").await.json();
    let lines = page["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "{page}");
    assert_eq!(
        (&lines[0]["level"], &lines[0]["target"]),
        (&json!("info"), &json!("rivulet::running"))
    );
    let newest = page["newest"].as_u64().unwrap();
    assert!(newest >= lines[0]["number"].as_u64().unwrap());
    let none = admin.get(&format!("/api/v1/admin/logs?after={newest}&level=error")).await.json();
    assert_eq!(none["lines"], json!([]));
    assert_eq!(admin.get("/api/v1/admin/logs?limit=0").await.status, 400);
    let guest = Program::guest(&server);
    for path in ["/api/v1/admin/logs", "/api/v1/admin/logs/tail", "/api/v1/admin/alerts"] {
        assert_eq!(guest.get(path).await.status, 401, "{path}");
    }

    let mut tail = TcpStream::connect(server.http).await.unwrap();
    let request = format!(
        "GET /api/v1/admin/logs/tail?text=publish HTTP/1.1\r\nhost: stories\r\n\
         authorization: Bearer {}\r\n\r\n",
        admin.token()
    );
    tail.write_all(request.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let mut hears = async |what: &str| {
        while !String::from_utf8_lossy(&heard).contains(what) {
            let read = timeout(PATIENCE, tail.read_buf(&mut heard)).await;
            let read = read.unwrap_or_else(|_| panic!("{what} is not heard")).unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&heard));
        }
        String::from_utf8_lossy(&heard).into_owned()
    };
    let head = hears("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"), "{head}");
    let _encoder = server.encode(Source::testcard()).await;
    let line = hears("event: line\n").await;
    let line = if line.contains("publishes") { line } else { hears("publishes").await };
    assert!(line.contains("\nid: ") && line.contains("\"level\":\"info\""), "{line}");
}

#[tokio::test]
async fn those_who_run_the_site_see_how_it_is_and_what_is_logged() {
    let password = "a quiet river at noon";
    let server = Server::start_with(Setup::with(&["--admin-password", password])).await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/admin/insights")).await;
    page.fill("Name or mail address", "admin").await;
    page.fill("Password", password).await;
    page.press("Enter").await;
    page.says("Machine and viewers").await;
    page.shows("a line", "Boolean(document.querySelector('.insight-line')?.getAttribute('d'))")
        .await;
    page.evaluate("document.querySelector('.insight-chart summary').click()").await;
    let row = "document.querySelector('.insight-chart tbody td')?.innerText";
    page.shows("the table behind it", &format!("{row} === '0'")).await;
    let violations = page.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");

    page.click("Server log").await;
    page.says("ready").await;
    let _encoder = server.encode(Source::testcard()).await;
    page.says("an encoder publishes to rivulet").await;
    page.fill("With these words", "publishes").await;
    let others = "!document.body.innerText.includes('rivulet::running')";
    page.shows("nothing else", others).await;
    page.says("an encoder publishes to rivulet").await;
    page.is_content().await;
}
