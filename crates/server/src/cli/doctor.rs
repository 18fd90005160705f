//! `rivulet doctor`: looks at what the server needs, and says what to mend.

mod names;

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use tokio::runtime::Handle;

use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::{Config, Listen};
use crate::db::{Db, DbError, Engine};
use crate::ids::JobId;
use crate::mail::{Address, Letter, MailError, Message, Post};
use crate::seal::Keyring;
use crate::telemetry::chain;
use crate::transcode::{Ability, Ffmpeg};
use crate::web::Web;
use crate::{app, backup, running, transcode};

/// Free space below which recordings and uploads would soon fill the disk, in bytes.
const LITTLE_SPACE: u64 = 1024 * 1024 * 1024;
/// Every viewer holds a connection, and every connection an open file.
const FEW_FILES: u64 = 4096;
const MINUTE_MS: i64 = 60_000;
/// The first second of 2026: a clock before it was never set.
const EARLIEST_TIME: i64 = 1_767_225_600_000;

/// What a check found.
enum Finding {
    Good(String),
    /// Works, but not as well as it could.
    Warn(String),
    /// The server will not run.
    Bad(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, text) = match self {
            Self::Good(text) => ("ok  ", text),
            Self::Warn(text) => ("warn", text),
            Self::Bad(text) => ("FAIL", text),
        };
        write!(f, "{mark}  {text}")
    }
}

/// What the doctor is asked.
#[derive(Args)]
pub(super) struct Doctor {
    /// Send a test mail to this address
    #[arg(long, value_name = "ADDRESS")]
    mail_to: Option<String>,
}

impl Doctor {
    /// Checks everything and fails when something would keep the server from running.
    pub(super) async fn run(&self, config: &Config) -> anyhow::Result<()> {
        let to = self.mail_to.as_deref().map(Address::new).transpose()?;
        examine(config, to).await
    }
}

async fn examine(config: &Config, mail_to: Option<Address>) -> anyhow::Result<()> {
    let running = running::rtmp_url(&config.data_dir).is_ok();
    let mut findings = vec![data_dir(&config.data_dir), space(&config.data_dir)];
    findings.extend(storage(config).await);
    findings.push(port("http", config.http, running));
    findings.extend(config.rtmp.map(|listen| port("rtmp", listen, running)));
    findings.extend(names::names(config).await);
    findings.extend([open_files(), clock(), pages()]);
    findings.push(mail(config, mail_to).await);
    findings.extend(ffmpeg(config).await);

    let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
    super::print(&lines.join("\n"))?;
    match findings.iter().filter(|finding| matches!(finding, Finding::Bad(_))).count() {
        0 => Ok(()),
        1 => bail!("one thing must be mended before the server can run"),
        bad => bail!("{bad} things must be mended before the server can run"),
    }
}

fn data_dir(path: &Path) -> Finding {
    let probe = path.join(".doctor");
    let written = app::make_data_dir(path).and_then(|()| Ok(fs::write(&probe, b"probe")?));
    match written.and_then(|()| Ok(fs::remove_file(&probe)?)) {
        Ok(()) => Finding::Good(format!("the data folder {} can be written", path.display())),
        Err(error) => Finding::Bad(format!(
            "the data folder {} cannot be written ({error:#}): change its owner, or choose another \
             with --data-dir",
            path.display()
        )),
    }
}

fn space(path: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(path) else {
        return Finding::Warn("the free space of the data folder's disk is unknown".to_owned());
    };
    match disk.f_bavail.saturating_mul(disk.f_frsize) {
        free if free < LITTLE_SPACE => Finding::Warn(format!(
            "{} MB are free on the data folder's disk: make room before recording",
            free / 1_000_000
        )),
        free => Finding::Good(format!("{} GB are free for data", free / 1_000_000_000)),
    }
}

/// The key file and the database of a folder that has been used before. Looks and changes nothing:
/// the server may be running.
async fn storage(config: &Config) -> Vec<Finding> {
    match Db::open_read_only(&config.database).await {
        Ok(db) => {
            let mut findings = vec![which(&db, config).await, sound(&db).await];
            findings.push(keys(&db, &config.data_dir).await);
            db.close().await;
            findings.push(newest_copy(config).await);
            findings
        }
        Err(error @ DbError::Missing { .. }) => vec![Finding::Good(error.to_string())],
        Err(error) => vec![Finding::Bad(chain(&error))],
    }
}

async fn which(db: &Db, config: &Config) -> Finding {
    let engine = match db.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let place = &config.database;
    match (db.version().await, db.waits_for().await) {
        (Ok(version), Ok(waits_for)) => {
            let version = version.unwrap_or_default();
            let later = waits_for.map(|newest| format!("; the next start brings it to {newest}"));
            let later = later.unwrap_or_default();
            Finding::Good(format!("the database is {engine} at {place}, schema {version}{later}"))
        }
        (Err(error), _) | (_, Err(error)) => Finding::Bad(chain(&error)),
    }
}

/// The newest of the copies that the server makes by itself.
async fn newest_copy(config: &Config) -> Finding {
    let now = Clock::system().wall();
    let newest = match backup::newest(&config.data_dir).await {
        Ok(newest) => newest,
        Err(error) => return Finding::Warn(chain(&error)),
    };
    let Some((file, at)) = newest else {
        return Finding::Warn(
            "there is no copy of the database yet: a running server makes them, unless \
             --backup-every is 0"
                .to_owned(),
        );
    };
    let age = (now.as_unix_millis() - at.as_unix_millis()) / MINUTE_MS;
    let said = format!("the newest copy of the database is {age} minutes old: {}", file.display());
    match config.backup_every {
        Some(every) if i128::from(age * MINUTE_MS) > 2 * every.as_millis().cast_signed() => {
            Finding::Warn(format!("{said}: see in the log why there is no newer one"))
        }
        _ => Finding::Good(said),
    }
}

async fn sound(db: &Db) -> Finding {
    match db.check().await {
        Ok(true) => Finding::Good("the database is sound".to_owned()),
        Ok(false) => Finding::Bad("the database is damaged: restore a backup".to_owned()),
        Err(error) => Finding::Bad(chain(&error)),
    }
}

async fn keys(db: &Db, data_dir: &Path) -> Finding {
    let keyring = match Keyring::open(&app::key_file(data_dir)) {
        Ok(keyring) => Arc::new(keyring),
        Err(error) => return Finding::Bad(chain(&error)),
    };
    match Channels::new(db.clone(), keyring, Clock::system()).check_keyring().await {
        Ok(()) => Finding::Good("the key file opens the stream keys".to_owned()),
        Err(error) => Finding::Bad(chain(&error)),
    }
}

fn port(name: &str, listen: Listen, running: bool) -> Finding {
    let bound = TcpListener::bind(listen.addr).or_else(|error| {
        if listen.is_default { TcpListener::bind(listen.ipv4()) } else { Err(error) }
    });
    match bound {
        Ok(_) => Finding::Good(format!("{name} can listen on {}", listen.addr)),
        Err(error) if error.kind() == ErrorKind::AddrInUse && running => {
            Finding::Good(format!("{name} listens on {}: the server is running", listen.addr))
        }
        Err(error) => Finding::Bad(format!(
            "{name} cannot listen on {} ({error}): stop what uses it, or choose another with --{name}",
            listen.addr
        )),
    }
}

fn open_files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    // The server raises the soft limit to the hard one.
    match limit.maximum {
        Some(files) if files < FEW_FILES => Finding::Warn(format!(
            "{files} files may be open at once, and every viewer needs one: raise it (ulimit -Hn \
             65536, or LimitNOFILE= in the service file)"
        )),
        Some(files) => Finding::Good(format!("{files} files may be open at once")),
        None => Finding::Good("any number of files may be open at once".to_owned()),
    }
}

fn clock() -> Finding {
    let now = Clock::system().wall();
    if now.as_unix_millis() < EARLIEST_TIME {
        return Finding::Warn(
            "the clock is years behind: set it (timedatectl set-ntp true)".to_owned(),
        );
    }
    Finding::Good(format!("the clock says {}", crate::clock::rfc3339(now)))
}

fn pages() -> Finding {
    if Web::load().is_built() {
        Finding::Good("the web application is built in".to_owned())
    } else {
        Finding::Warn(
            "the web application is not built in: run `make demo`, or `npm ci && npm run build` in \
             web/, and build again"
                .to_owned(),
        )
    }
}

/// Whether people can be written to. With an address, by writing to it.
async fn mail(config: &Config, to: Option<Address>) -> Finding {
    let Some(settings) = &config.mail else {
        let what = "mail is not configured: nobody can reset a password by mail (set smtp and \
                    mail_from)";
        let asked = to.is_some();
        return if asked { Finding::Bad(what.to_owned()) } else { Finding::Warn(what.to_owned()) };
    };
    let server = &settings.server;
    let tried = async {
        let post = Post::new(settings)?;
        let Some(to) = to else {
            post.check().await?;
            return Ok(format!("mail goes through {server}"));
        };
        let found = format!("the mail server {server} took a test mail for {to}");
        let letter = Letter { to, site: "Rivulet".to_owned(), message: Message::Test };
        post.send(&letter, JobId::generate(), Clock::system().wall()).await?;
        Ok::<_, MailError>(found)
    };
    match tried.await {
        Ok(found) => Finding::Good(found),
        Err(error) => Finding::Bad(format!("mail through {server} fails: {}", chain(&error))),
    }
}

/// Without it, broadcasts have their own quality only.
async fn ffmpeg(config: &Config) -> Vec<Finding> {
    let configured = config.ffmpeg.as_deref();
    let Some(ffmpeg) = Ffmpeg::find(configured, Handle::current()) else {
        return vec![Finding::Warn(match configured {
            Some(path) => format!("{} is no program: correct --ffmpeg", path.display()),
            None => "ffmpeg is not installed: no further qualities (apt install ffmpeg)".to_owned(),
        })];
    };
    let program = ffmpeg.program().display();
    match ffmpeg.version().await {
        Ok(version) => {
            let found = Finding::Good(format!("ffmpeg {} is at {program}", version.text));
            std::iter::once(found).chain(encoders(&ffmpeg).await).collect()
        }
        Err(error) => vec![Finding::Warn(format!("{program} does not run: {}", chain(&error)))],
    }
}

/// Every encoder, tried here and now. One for H.264 is needed; hardware is a help.
async fn encoders(ffmpeg: &Ffmpeg) -> Vec<Finding> {
    let abilities = transcode::tried(ffmpeg).await;
    let of = |(encoder, ability): (_, &Ability)| match ability {
        Ability::Works => format!("{encoder} works (tried)"),
        Ability::Missing => format!("{encoder} is not in this ffmpeg"),
        Ability::Fails { why } => format!("{encoder} does not work here (tried): {why}"),
    };
    let mut findings: Vec<_> = abilities.tried().map(of).map(Finding::Good).collect();
    findings.push(match abilities.h264() {
        Some(encoder) => Finding::Good(format!("renditions are encoded with {encoder}")),
        None => Finding::Warn(
            "no encoder for H.264 works: no further qualities (install an ffmpeg with libx264)"
                .to_owned(),
        ),
    });
    findings
}
