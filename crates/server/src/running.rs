//! Where a running server is reached: for people on standard output, for scripts in `run.json`.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::Config;
use crate::seal::{self, Secret};

/// Where a running server says how to reach it.
fn run_file(data_dir: &Path) -> PathBuf {
    data_dir.join("run.json")
}

/// Where a first run leaves its secrets.
fn first_run_file(data_dir: &Path) -> PathBuf {
    data_dir.join("first-run.txt")
}

/// Where a running server is reached.
pub(crate) struct Running {
    pub(crate) http: SocketAddr,
    pub(crate) rtmp: Option<SocketAddr>,
}

impl Running {
    /// Says how to reach the server: to people on standard output, to scripts in `run.json`.
    pub(crate) fn announce(&self, config: &Config, new_key: Option<&Secret>) -> anyhow::Result<()> {
        let (http, rtmp) = (self.page(config), self.publish_url());
        let run = serde_json::json!({
            "pid": std::process::id(),
            "http": url("http", self.http),
            "rtmp": self.rtmp.map(|addr| url("rtmp", addr)),
        });
        let first_run = first_run_file(&config.data_dir);
        if let Some(key) = new_key {
            let text = format!("Stream key: {}\n", key.reveal());
            seal::write_private(&first_run, text.as_bytes())?;
        }
        let secrets = fs::read_to_string(&first_run).unwrap_or_default();
        banner(&format!(
            "\n  Rivulet {} is running\n\n  Page:       {http}\n  Publish to: {rtmp}\n  {secrets}",
            env!("CARGO_PKG_VERSION")
        ));
        tracing::info!(http = %self.http, rtmp = self.rtmp.map(tracing::field::display), "ready");
        let file = run_file(&config.data_dir);
        seal::write_private(&file, run.to_string().as_bytes())
            .with_context(|| format!("cannot write {}", file.display()))
    }

    fn page(&self, config: &Config) -> String {
        config.public_url.clone().unwrap_or_else(|| url("http", self.http))
    }

    fn publish_url(&self) -> String {
        self.rtmp.map_or_else(|| "switched off".to_owned(), |addr| url("rtmp", addr) + "/live")
    }

    pub(crate) fn withdraw(&self, config: &Config) {
        // A file left behind by a crash is overwritten at the next start; so is this one.
        let _ = fs::remove_file(run_file(&config.data_dir));
    }
}

/// An address as a person on this machine types it.
fn url(scheme: &str, addr: SocketAddr) -> String {
    if addr.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", addr.port())
    } else {
        format!("{scheme}://{addr}")
    }
}

fn banner(text: &str) {
    use std::io::Write as _;
    // Nobody reads standard output of a service: not being able to write there is no failure.
    let _ = writeln!(io::stdout(), "{text}");
}

/// Where the server that runs on a data folder takes encoders: its `run.json`.
pub(crate) fn rtmp_url(data_dir: &Path) -> anyhow::Result<String> {
    let file = run_file(data_dir);
    let text = fs::read_to_string(&file).with_context(|| {
        format!("no server runs on the data folder {}: start it with `rivulet`", data_dir.display())
    })?;
    let run: serde_json::Value = serde_json::from_str(&text)?;
    let rtmp = run.get("rtmp").and_then(serde_json::Value::as_str);
    Ok(rtmp.context("the running server has RTMP switched off")?.to_owned())
}
