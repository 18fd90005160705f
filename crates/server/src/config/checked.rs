//! What the program may rely on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::encryption::{Encryption, HTTPS, encryption};
use super::raw::Settings;
use super::share::Share;
use crate::acme;
use crate::api::{Quotas, QuotasError};
use crate::db::{Location, LocationError};
use crate::mail::{self, AddressError, ServerError};
use crate::outbound::{Allowed, AllowedError};
use crate::seal::Secret;
use crate::telemetry::LogFormat;

/// SQLite's file in the data folder.
const DATABASE_FILE: &str = "rivulet.db";
/// How long the playlist of a broadcast that is over stands unless somebody says otherwise, as on
/// Owncast.
const DEFAULT_AFTERGLOW: Duration = Duration::from_secs(300);
/// And at most: the end of every broadcast stays in memory for as long.
const MAX_AFTERGLOW_SECONDS: u64 = 3600;
/// The newest release of Owncast whose surface is here complete.
const DEFAULT_OWNCAST_VERSION: &str = "0.2.5";
/// Owncast's own directory.
const DEFAULT_OWNCAST_DIRECTORY: &str = "https://directory.owncast.online";
/// Hours between copies of the database unless somebody says otherwise.
const DEFAULT_BACKUP_HOURS: u64 = 1;
/// And at most: who wants fewer wants none.
const MAX_BACKUP_HOURS: u64 = 168;

/// The configuration of one run.
#[derive(Debug)]
pub(crate) struct Config {
    /// Folder for everything that is kept.
    pub(crate) data_dir: PathBuf,
    /// Where the database is.
    pub(crate) database: Location,
    /// Where pages, API and video are served.
    pub(crate) http: Listen,
    /// Where encoders connect; `None` when switched off.
    pub(crate) rtmp: Option<Listen>,
    /// What the world calls this site, without a slash at the end.
    pub(crate) public_url: Option<String>,
    /// Where the certificate for https comes from; `None` where the server does not encrypt by itself.
    pub(crate) tls: Option<Encryption>,
    /// Proxies whose forwarding headers count.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// How long the playlist of a broadcast that is over stands.
    pub(crate) afterglow: Duration,
    /// A stream key that the primary channel gets.
    pub(crate) stream_key: Option<Secret>,
    /// A password that the account `admin` gets.
    pub(crate) admin_password: Option<Secret>,
    /// Who may make an account, where the site's settings do not say.
    pub(crate) registration: Option<String>,
    /// How mail is sent; `None` when it is not.
    pub(crate) mail: Option<mail::Settings>,
    /// How often somebody may ask the API.
    pub(crate) api_limits: Quotas,
    /// The ffmpeg to use; `None` for the one in `PATH`.
    pub(crate) ffmpeg: Option<PathBuf>,
    /// How much of this machine may be spent on encoding.
    pub(crate) transcode_limit: Share,
    /// How often the database is copied into the data folder; `None` when it is not.
    pub(crate) backup_every: Option<Duration>,
    /// The database of countries; `None` for one that lies in the data folder.
    pub(crate) geoip: Option<PathBuf>,
    /// Private places that requests of the server's own may go to.
    pub(crate) allow_private: Allowed,
    /// Authorities that requests of the server's own trust besides those of this machine.
    pub(crate) extra_ca: Option<PathBuf>,
    /// The version that Owncast's clients are told.
    pub(crate) owncast_version: String,
    /// Where Owncast's directory is.
    pub(crate) owncast_directory: String,
    /// Form of the log lines; `None` chooses by where they go.
    pub(crate) log_format: Option<LogFormat>,
    /// Least level to log.
    pub(crate) log: String,
}

/// An address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listen {
    /// The address asked for.
    pub(crate) addr: SocketAddr,
    /// Whether nobody asked: then IPv4 serves where there is no IPv6.
    pub(crate) is_default: bool,
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read {path}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path}: {reason}")]
    BadFile { path: PathBuf, reason: String },
    #[error("database is not understood: {0}")]
    BadDatabase(#[from] LocationError),
    #[error("`{value}` is not an address for {name}: write it as [::]:8080 or 127.0.0.1:8080")]
    BadAddress { name: &'static str, value: String },
    #[error("`{0}` is not a share for transcode_limit: write hundredths, from 1 to 100")]
    BadShare(u8),
    #[error("`{0}` is not a public URL: write it as https://live.example.org, without a path")]
    BadUrl(String),
    #[error("tls_cert and tls_key are set together or not at all: one is missing")]
    HalfTls,
    #[error("acme is not understood: {0}")]
    BadAcme(#[from] acme::SettingsError),
    #[error("the certificate comes from tls_cert or by acme: set one of them")]
    TwoCertificates,
    #[error("with a certificate the site is encrypted: write public_url as https://…, not `{0}`")]
    PlainUrl(String),
    #[error("`{0}` is not a network for trusted_proxies: write it as 127.0.0.1/32 or 10.0.0.0/8")]
    BadNetwork(String),
    #[error("smtp is not understood: {0}")]
    BadSmtp(#[from] ServerError),
    #[error("mail_from is not understood: {0}")]
    BadMailFrom(#[from] AddressError),
    #[error("smtp and mail_from are set together or not at all: one is missing")]
    HalfMail,
    #[error("api_limits is not understood: {0}")]
    BadQuotas(#[from] QuotasError),
    #[error("allow_private is not understood: {0}")]
    BadPrivate(#[from] AllowedError),
    #[error("`{0}` is not a version for owncast_version: write it as 0.2.5")]
    BadVersion(String),
    #[error("`{0}` is no address for owncast_directory: write it as https://directory.example.org")]
    BadDirectory(String),
    #[error("afterglow is {0} seconds: it can be 0 to 3600")]
    BadAfterglow(u64),
    #[error("backup_every is {0} hours: it can be 0 (never) to 168 (once a week)")]
    BadBackupEvery(u64),
}

impl Config {
    /// Checks what was written and fills in the defaults.
    pub(crate) fn check(mut settings: Settings) -> Result<Self, ConfigError> {
        let tls = encryption(&mut settings)?;
        let data_dir = settings.data_dir.unwrap_or_else(|| PathBuf::from("data"));
        let proxies = settings.trusted_proxies.unwrap_or_default();
        let public_url = settings.public_url.map(|url| public_url(&url)).transpose()?;
        if let (Some(_), Some(url)) = (&tls, &public_url)
            && !url.starts_with(HTTPS)
        {
            return Err(ConfigError::PlainUrl(url.clone()));
        }
        Ok(Self {
            database: match &settings.database {
                Some(url) => Location::parse(url.reveal())?,
                None => Location::File(data_dir.join(DATABASE_FILE)),
            },
            data_dir,
            http: listen("http", settings.http.as_deref(), 8080)?,
            rtmp: match settings.rtmp.as_deref() {
                Some("off") => None,
                rtmp => Some(listen("rtmp", rtmp, 1935)?),
            },
            public_url,
            tls,
            trusted_proxies: proxies.iter().map(|text| network(text)).collect::<Result<_, _>>()?,
            afterglow: afterglow(settings.afterglow)?,
            stream_key: settings.stream_key,
            admin_password: settings.admin_password,
            registration: settings.registration,
            mail: mail(settings.smtp.as_ref(), settings.mail_from.as_deref())?,
            api_limits: settings
                .api_limits
                .map_or(Ok(Quotas::default()), |text| Quotas::parse(&text))?,
            ffmpeg: settings.ffmpeg,
            transcode_limit: share(settings.transcode_limit)?,
            backup_every: backup_every(settings.backup_every)?,
            geoip: settings.geoip,
            allow_private: Allowed::parse(settings.allow_private.as_deref().unwrap_or_default())?,
            extra_ca: settings.extra_ca,
            owncast_version: owncast_version(settings.owncast_version)?,
            owncast_directory: owncast_directory(settings.owncast_directory)?,
            log_format: settings.log_format.map(LogFormat::from),
            log: settings.log.unwrap_or_else(|| "info".to_owned()),
        })
    }
}

impl Config {
    /// The same for a new site in this folder.
    pub(crate) fn elsewhere(self, data_dir: PathBuf) -> Self {
        Self { database: Location::File(data_dir.join(DATABASE_FILE)), data_dir, ..self }
    }

    /// How addresses at the server's own port begin.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Whether people reach the site encrypted, by the server itself or by a proxy.
    pub(crate) fn is_https(&self) -> bool {
        self.tls.is_some() || self.public_url.as_ref().is_some_and(|url| url.starts_with(HTTPS))
    }
}

fn owncast_version(version: Option<String>) -> Result<String, ConfigError> {
    let version = version.unwrap_or_else(|| DEFAULT_OWNCAST_VERSION.to_owned());
    let is_number = |part: &str| part.len() <= 4 && part.parse::<u16>().is_ok();
    let parts = version.split('.').count();
    let fits = parts == 3 && version.split('.').all(is_number);
    if fits { Ok(version) } else { Err(ConfigError::BadVersion(version)) }
}

fn owncast_directory(url: Option<String>) -> Result<String, ConfigError> {
    let url = url.unwrap_or_else(|| DEFAULT_OWNCAST_DIRECTORY.to_owned());
    let url = url.trim_end_matches('/').to_owned();
    let fits = url.starts_with("https://") || url.starts_with("http://");
    if fits { Ok(url) } else { Err(ConfigError::BadDirectory(url)) }
}

fn afterglow(seconds: Option<u64>) -> Result<Duration, ConfigError> {
    match seconds {
        None => Ok(DEFAULT_AFTERGLOW),
        Some(seconds) if seconds <= MAX_AFTERGLOW_SECONDS => Ok(Duration::from_secs(seconds)),
        Some(seconds) => Err(ConfigError::BadAfterglow(seconds)),
    }
}

fn backup_every(hours: Option<u64>) -> Result<Option<Duration>, ConfigError> {
    match hours.unwrap_or(DEFAULT_BACKUP_HOURS) {
        0 => Ok(None),
        hours if hours <= MAX_BACKUP_HOURS => Ok(Some(Duration::from_secs(hours * 3600))),
        hours => Err(ConfigError::BadBackupEvery(hours)),
    }
}

fn mail(smtp: Option<&Secret>, from: Option<&str>) -> Result<Option<mail::Settings>, ConfigError> {
    match (smtp, from) {
        (None, None) => Ok(None),
        (Some(smtp), Some(from)) => {
            let server = mail::Server::parse(smtp.reveal())?;
            Ok(Some(mail::Settings { server, from: mail::Address::new(from)? }))
        }
        _ => Err(ConfigError::HalfMail),
    }
}

fn share(percent: Option<u8>) -> Result<Share, ConfigError> {
    percent.map_or(Ok(Share::default()), |percent| {
        Share::of_percent(percent).ok_or(ConfigError::BadShare(percent))
    })
}

fn listen(name: &'static str, value: Option<&str>, port: u16) -> Result<Listen, ConfigError> {
    let Some(value) = value else {
        let addr = SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port);
        return Ok(Listen { addr, is_default: true });
    };
    // `:8080` is what many programs accept for every address.
    let full = if value.starts_with(':') { format!("[::]{value}") } else { value.to_owned() };
    let addr =
        full.parse().map_err(|_| ConfigError::BadAddress { name, value: value.to_owned() })?;
    Ok(Listen { addr, is_default: value.starts_with(':') })
}

impl Listen {
    /// The IPv4 form, for machines without IPv6.
    pub(crate) fn ipv4(self) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), self.addr.port())
    }
}

fn public_url(text: &str) -> Result<String, ConfigError> {
    let bad = || ConfigError::BadUrl(text.to_owned());
    let trimmed = text.trim_end_matches('/');
    let url: http::Uri = trimmed.parse().map_err(|_| bad())?;
    let web = matches!(url.scheme_str(), Some("http" | "https"));
    let bare = url.path() == "/" && url.query().is_none() && url.authority().is_some();
    if web && bare { Ok(trimmed.to_owned()) } else { Err(bad()) }
}

fn network(text: &str) -> Result<IpNet, ConfigError> {
    let text = text.trim();
    let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| ConfigError::BadNetwork(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::default()
    }

    #[test]
    fn an_empty_configuration_has_the_documented_defaults() {
        let config = Config::check(settings()).unwrap();
        assert_eq!(config.data_dir, PathBuf::from("data"));
        assert_eq!(config.http.addr.to_string(), "[::]:8080");
        assert_eq!(config.rtmp.unwrap().addr.to_string(), "[::]:1935");
        assert_eq!(config.log, "info");
        assert_eq!(config.afterglow, Duration::from_secs(300));
        assert_eq!(config.backup_every, Some(Duration::from_secs(3600)));
    }

    #[test]
    fn copies_of_the_database_can_be_switched_off() {
        let every = |hours| {
            let settings = Settings { backup_every: Some(hours), ..settings() };
            Config::check(settings).unwrap().backup_every
        };
        assert_eq!(every(0), None);
        assert_eq!(every(168), Some(Duration::from_secs(168 * 3600)));
    }

    #[test]
    fn rtmp_can_be_switched_off_and_ports_alone_mean_every_address() {
        let rtmp = Some("off".to_owned());
        let http = Some(":9000".to_owned());
        let config = Config::check(Settings { rtmp, http, ..settings() }).unwrap();
        assert!(config.rtmp.is_none());
        assert_eq!(config.http.addr.to_string(), "[::]:9000");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_remedy() {
        let http = Some("localhost".to_owned());
        let refused = Config::check(Settings { http, ..settings() }).unwrap_err();
        assert!(refused.to_string().contains("127.0.0.1:8080"), "{refused}");
        for url in ["live.example.org", "ftp://a", "https://a/path", ""] {
            let public_url = Some(url.to_owned());
            assert!(Config::check(Settings { public_url, ..settings() }).is_err(), "{url}");
        }
        assert!(Config::check(Settings { afterglow: Some(3601), ..settings() }).is_err());
        assert!(Config::check(Settings { backup_every: Some(169), ..settings() }).is_err());
        for (smtp, from) in [
            (Some("smtps://a:hush@mail.example.org"), None),
            (None, Some("ada@example.org")),
            (Some("smtps://a:hush@mail.example.org"), Some("ada")),
            (Some("mail.example.org:hush"), Some("ada@example.org")),
        ] {
            let smtp = smtp.map(|url| Secret::from(url.to_owned()));
            let mail_from = from.map(str::to_owned);
            let refused = Config::check(Settings { smtp, mail_from, ..settings() }).unwrap_err();
            assert!(!refused.to_string().contains("hush"), "{refused}");
        }
        let trusted_proxies = Some(vec!["10.0.0.0/99".to_owned()]);
        assert!(Config::check(Settings { trusted_proxies, ..settings() }).is_err());
    }
}
