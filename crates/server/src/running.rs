//! Where a running server is reached: for people on standard output, for scripts in `run.json`.

use std::fs;
use std::io::{self, IsTerminal as _};
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

/// Keeps the stream key that a first run made, for whoever runs the server to read.
pub(crate) fn keep_secret(data_dir: &Path, key: &Secret) -> anyhow::Result<()> {
    let file = first_run_file(data_dir);
    let text = format!("Stream key: {}\n", key.reveal());
    seal::write_private(&file, text.as_bytes()).with_context(|| {
        format!(
            "cannot write {}: the stream key is there all the same, see `rivulet admin stream-keys`",
            file.display()
        )
    })
}

/// What a first run made, for the banner. Standard output of a service is a log, which others read
/// and which is kept: there the secret's place is named instead.
fn secrets(first_run: &Path, private: bool) -> String {
    match fs::read_to_string(first_run) {
        Ok(secrets) if private => secrets,
        Ok(_) => format!("Stream key: in {}\n", first_run.display()),
        // It was made in the configuration or with `rivulet admin`.
        Err(_) => String::new(),
    }
}

/// Where a running server is reached.
pub(crate) struct Running {
    pub(crate) http: SocketAddr,
    pub(crate) rtmp: Option<SocketAddr>,
}

impl Running {
    /// Says how to reach the server: to people on standard output, to scripts in `run.json`.
    pub(crate) fn announce(&self, config: &Config, first_run: bool) -> anyhow::Result<()> {
        let (http, rtmp) = (self.page(config), self.publish_url());
        let run = serde_json::json!({
            "pid": std::process::id(),
            "http": url("http", self.http),
            "rtmp": self.rtmp.map(|addr| url("rtmp", addr)),
        });
        let private = first_run || io::stdout().is_terminal();
        let secrets = secrets(&first_run_file(&config.data_dir), private);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_names_the_file_and_a_terminal_shows_the_key() {
        let folder = std::env::temp_dir().join(format!("rivulet-run-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = first_run_file(&folder);
        assert_eq!(secrets(&file, true), "");
        keep_secret(&folder, &Secret::new("hush-hush")).unwrap();
        assert_eq!(secrets(&file, true), "Stream key: hush-hush\n");
        assert_eq!(secrets(&file, false), format!("Stream key: in {}\n", file.display()));
        fs::remove_dir_all(folder).unwrap();
    }
}
