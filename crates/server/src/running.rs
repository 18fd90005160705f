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

/// What a first run made up, line by line.
#[derive(Default)]
pub(crate) struct Secrets<'a> {
    /// Of the primary channel.
    pub(crate) stream_key: Option<&'a Secret>,
    /// The first account's name and password, and the code to choose another.
    pub(crate) sign_in: Option<(&'a str, &'a Secret, &'a Secret)>,
}

/// The names of the lines in the file of a first run.
const STREAM_KEY: &str = "Stream key";
const SIGN_IN: &str = "Sign in as";
const PASSWORD: &str = "Password";
const SET_UP: &str = "Set up at";

/// Keeps what a first run made up, for whoever runs the server to read.
pub(crate) fn keep_secrets(data_dir: &Path, made: &Secrets<'_>) -> anyhow::Result<()> {
    let file = first_run_file(data_dir);
    let mut text = fs::read_to_string(&file).unwrap_or_default();
    if let Some(key) = made.stream_key {
        text += &format!("{STREAM_KEY}: {}\n", key.reveal());
    }
    if let Some((name, password, code)) = made.sign_in {
        text += &format!("{SIGN_IN}: {name}\n{PASSWORD}: {}\n", password.reveal());
        text += &format!("{SET_UP}: /setup?code={}\n", code.reveal());
    }
    if text.is_empty() {
        return Ok(());
    }
    seal::write_private(&file, text.as_bytes()).with_context(|| {
        format!(
            "cannot write {}: `rivulet admin stream-keys` prints the stream key all the same, and \
             `rivulet admin reset-password admin` makes a new password",
            file.display()
        )
    })
}

/// Removes the first account's password and its link, which are good for nothing more.
pub(crate) fn forget_sign_in(data_dir: &Path) {
    let file = first_run_file(data_dir);
    let Ok(text) = fs::read_to_string(&file) else { return };
    let is_of_it = |line: &&str| [SIGN_IN, PASSWORD, SET_UP].iter().any(|it| line.starts_with(it));
    let rest: String =
        text.lines().filter(|line| !is_of_it(line)).map(|line| format!("{line}\n")).collect();
    let done = match rest.is_empty() {
        true => fs::remove_file(&file),
        false => seal::write_private(&file, rest.as_bytes()),
    };
    if let Err(error) = done {
        tracing::warn!(%error, file = %file.display(), "a password that works no more is still there: remove it");
    }
}

/// What a first run made, for the banner. Standard output of a service is a log, which others read
/// and which is kept: there the secrets' place is named instead.
fn secrets(first_run: &Path, private: bool, page: &str) -> Vec<(String, String)> {
    // Without a file, all of it was made in the configuration or with `rivulet admin`.
    let text = fs::read_to_string(first_run).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    let shown = |(name, value): (&str, &str)| {
        let value = match name {
            _ if !private && name != SIGN_IN => format!("in {}", first_run.display()),
            SET_UP => format!("{page}{value}"),
            _ => value.to_owned(),
        };
        (name.to_owned(), value)
    };
    lines.map(shown).collect()
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
            "http": url(config.scheme(), self.http),
            "rtmp": self.rtmp.map(|addr| url("rtmp", addr)),
        });
        let private = first_run || io::stdout().is_terminal();
        let secrets = secrets(&first_run_file(&config.data_dir), private, &http);
        let mut lines = format!("\n  Rivulet {} is running\n\n", env!("CARGO_PKG_VERSION"));
        let places = [("Page".to_owned(), http), ("Publish to".to_owned(), rtmp)];
        for (name, value) in places.into_iter().chain(secrets) {
            lines += &format!("  {:<12}{value}\n", format!("{name}:"));
        }
        banner(&lines);
        tracing::info!(http = %self.http, rtmp = self.rtmp.map(tracing::field::display), "ready");
        let file = run_file(&config.data_dir);
        seal::write_private(&file, run.to_string().as_bytes())
            .with_context(|| format!("cannot write {}", file.display()))
    }

    fn page(&self, config: &Config) -> String {
        config.public_url.clone().unwrap_or_else(|| url(config.scheme(), self.http))
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
    fn a_log_names_the_file_and_a_terminal_shows_what_is_in_it() {
        let folder = std::env::temp_dir().join(format!("rivulet-run-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = first_run_file(&folder);
        let shown = |private| {
            let lines = secrets(&file, private, "http://localhost:8080").into_iter();
            lines.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
        };
        assert_eq!(shown(true), Vec::<String>::new());
        let [key, password, code] = ["hush-hush", "s3cret", "c0de"].map(Secret::new);
        let sign_in = Some(("admin", &password, &code));
        keep_secrets(&folder, &Secrets { stream_key: Some(&key), sign_in }).unwrap();
        let private = [
            "Stream key: hush-hush",
            "Sign in as: admin",
            "Password: s3cret",
            "Set up at: http://localhost:8080/setup?code=c0de",
        ];
        assert_eq!(shown(true), private);
        let place = format!("in {}", file.display());
        assert_eq!(shown(false)[..2], [format!("Stream key: {place}"), private[1].to_owned()]);
        assert!(shown(false)[2..].iter().all(|line| line.ends_with(&place)));
        forget_sign_in(&folder);
        assert_eq!(shown(true), private[..1]);
        fs::remove_dir_all(folder).unwrap();
    }
}
