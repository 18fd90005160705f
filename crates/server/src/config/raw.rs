//! What somebody wrote: every setting is optional, and each has a flag, an environment variable
//! and a key in the file.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::{ConfigError, nearest};
use crate::seal::Secret;
use crate::telemetry::LogFormat;

/// The file that is read when it exists and none is named.
const DEFAULT_FILE: &str = "rivulet.toml";

/// The settings, as flags or environment variables.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Options {
    /// Settings file (TOML); ./rivulet.toml when it exists
    #[arg(long, global = true, env = "RIVULET_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// The settings that a file can hold as well.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Folder for the database, keys and logs [default: ./data]
    #[arg(long, global = true, env = "RIVULET_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the database is: `postgres://user:password@host/name`, or `sqlite:FILE` [default: a
    /// file in the data folder]. Other users of this machine can read flags: the variable or the
    /// file keep the password from them
    #[arg(
        long,
        global = true,
        env = "RIVULET_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database: Option<Secret>,
    /// Address for pages, API and video; port 0 picks one (default: `[::]:8080`)
    #[arg(long, global = true, env = "RIVULET_HTTP", value_name = "ADDR")]
    pub(crate) http: Option<String>,
    /// Address for encoders, or "off"; port 0 picks one (default: `[::]:1935`)
    #[arg(long, global = true, env = "RIVULET_RTMP", value_name = "ADDR")]
    pub(crate) rtmp: Option<String>,
    /// What the world calls this site, such as `https://live.example.org`
    #[arg(long, global = true, env = "RIVULET_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Certificate for https, with those that lead to its authority (PEM); the pages' port is then
    /// encrypted. A new one is taken without a restart
    #[arg(long, global = true, env = "RIVULET_TLS_CERT", value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM, without a password)
    #[arg(long, global = true, env = "RIVULET_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Hosts to get a certificate for from an authority (ACME), whose terms are agreed to with this;
    /// the pages' port is then encrypted, and port 443 of each host must lead to it
    #[arg(
        long,
        global = true,
        env = "RIVULET_ACME",
        value_name = "HOST,…",
        value_delimiter = ',',
        conflicts_with = "tls_cert"
    )]
    pub(crate) acme: Option<Vec<String>>,
    /// Where the authority writes to when something is wrong
    #[arg(long, global = true, env = "RIVULET_ACME_EMAIL", value_name = "ADDRESS")]
    pub(crate) acme_email: Option<String>,
    /// The authority's directory [default: Let's Encrypt's]
    #[arg(long, global = true, env = "RIVULET_ACME_DIRECTORY", value_name = "URL")]
    pub(crate) acme_directory: Option<String>,
    /// Proxies whose X-Forwarded-For counts, such as 127.0.0.1/32,10.0.0.0/8
    #[arg(
        long,
        global = true,
        env = "RIVULET_TRUSTED_PROXIES",
        value_name = "CIDR,…",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Option<Vec<String>>,
    /// Seconds for which the end of a broadcast can still be watched, 0 to 3600 [default: 300]
    #[arg(long, global = true, env = "RIVULET_AFTERGLOW", value_name = "SECONDS")]
    pub(crate) afterglow: Option<u64>,
    /// Stream key of the primary channel, beside those it has. Other users of this machine can
    /// read flags: the variable or the file keep it from them
    #[arg(
        long,
        global = true,
        env = "RIVULET_STREAM_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub(crate) stream_key: Option<Secret>,
    /// Password of the account `admin`, from the next start on. Other users of this machine can
    /// read flags: the variable or the file keep it from them
    #[arg(
        long,
        global = true,
        env = "RIVULET_ADMIN_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true
    )]
    pub(crate) admin_password: Option<Secret>,
    /// Who may make an account: closed, invitation, approval, open [default: closed]
    #[arg(long, global = true, env = "RIVULET_REGISTRATION", value_name = "WHO", hide = true)]
    pub(crate) registration: Option<String>,
    /// Where mail is handed in: `smtps://user:password@host`, or `smtp://…` for STARTTLS. Other
    /// users of this machine can read flags: the variable or the file keep the password from them
    #[arg(long, global = true, env = "RIVULET_SMTP", value_name = "URL", hide_env_values = true)]
    pub(crate) smtp: Option<Secret>,
    /// The address that mail comes from
    #[arg(long, global = true, env = "RIVULET_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// Requests to the API in a minute, by account or address, such as
    /// read=6000,change=300,create=120
    #[arg(long, global = true, env = "RIVULET_API_LIMITS", value_name = "LIMITS")]
    pub(crate) api_limits: Option<String>,
    /// The ffmpeg that encodes further qualities: a path, or a name in PATH [default: ffmpeg]
    #[arg(long, global = true, env = "RIVULET_FFMPEG", value_name = "FILE")]
    pub(crate) ffmpeg: Option<PathBuf>,
    /// Hundredths of this machine that encoding may take, 1 to 100; who finds no room waits
    /// [default: 85]
    #[arg(long, global = true, env = "RIVULET_TRANSCODE_LIMIT", value_name = "PERCENT")]
    pub(crate) transcode_limit: Option<u8>,
    /// Hours between copies of the database in the data folder, 0 to 168; 0 makes none
    /// [default: 1]
    #[arg(long, global = true, env = "RIVULET_BACKUP_EVERY", value_name = "HOURS")]
    pub(crate) backup_every: Option<u64>,
    /// Certificates of authorities to trust besides this machine's (PEM), for webhooks, directories
    /// and ACME
    #[arg(long, global = true, env = "RIVULET_EXTRA_CA", value_name = "FILE")]
    pub(crate) extra_ca: Option<PathBuf>,
    /// Private places that webhooks may go to, such as 10.0.0.0/8,bot.lan; without it they reach
    /// public addresses alone, and these by https
    #[arg(
        long,
        global = true,
        env = "RIVULET_ALLOW_PRIVATE",
        value_name = "CIDR|HOST,…",
        value_delimiter = ','
    )]
    pub(crate) allow_private: Option<Vec<String>>,
    /// Database that says in which country an address is (MaxMind's format, .mmdb) [default:
    /// GeoLite2-Country.mmdb or GeoLite2-City.mmdb in the data folder, where there is one]
    #[arg(long, global = true, env = "RIVULET_GEOIP", value_name = "FILE")]
    pub(crate) geoip: Option<PathBuf>,
    /// The version that Owncast's clients are told [default: 0.2.5]
    #[arg(long, global = true, env = "RIVULET_OWNCAST_VERSION", value_name = "VERSION")]
    pub(crate) owncast_version: Option<String>,
    /// Where Owncast's directory is, for sites that are in it [default: directory.owncast.online]
    #[arg(long, global = true, env = "RIVULET_OWNCAST_DIRECTORY", value_name = "URL")]
    pub(crate) owncast_directory: Option<String>,
    /// Form of the log lines [default: human on a terminal, json otherwise]
    #[arg(long, global = true, env = "RIVULET_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormatName>,
    /// Least level to log: error, warn, info, debug, trace [default: info]
    #[arg(long, global = true, env = "RIVULET_LOG", value_name = "LEVEL")]
    pub(crate) log: Option<String>,
}

/// The names of the log formats.
#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormatName {
    Human,
    Json,
}

impl From<LogFormatName> for LogFormat {
    fn from(name: LogFormatName) -> Self {
        match name {
            LogFormatName::Human => Self::Human,
            LogFormatName::Json => Self::Json,
        }
    }
}

impl Options {
    /// Flags and environment over the file.
    pub(crate) fn merged(self) -> Result<Settings, ConfigError> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => read(Path::new(DEFAULT_FILE))?,
            None => Settings::default(),
        };
        Ok(self.settings.or(file))
    }
}

impl Settings {
    fn or(self, other: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(other.data_dir),
            database: self.database.or(other.database),
            http: self.http.or(other.http),
            rtmp: self.rtmp.or(other.rtmp),
            public_url: self.public_url.or(other.public_url),
            tls_cert: self.tls_cert.or(other.tls_cert),
            tls_key: self.tls_key.or(other.tls_key),
            acme: self.acme.or(other.acme),
            acme_email: self.acme_email.or(other.acme_email),
            acme_directory: self.acme_directory.or(other.acme_directory),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            afterglow: self.afterglow.or(other.afterglow),
            stream_key: self.stream_key.or(other.stream_key),
            admin_password: self.admin_password.or(other.admin_password),
            registration: self.registration.or(other.registration),
            smtp: self.smtp.or(other.smtp),
            mail_from: self.mail_from.or(other.mail_from),
            api_limits: self.api_limits.or(other.api_limits),
            ffmpeg: self.ffmpeg.or(other.ffmpeg),
            transcode_limit: self.transcode_limit.or(other.transcode_limit),
            backup_every: self.backup_every.or(other.backup_every),
            geoip: self.geoip.or(other.geoip),
            extra_ca: self.extra_ca.or(other.extra_ca),
            allow_private: self.allow_private.or(other.allow_private),
            owncast_version: self.owncast_version.or(other.owncast_version),
            owncast_directory: self.owncast_directory.or(other.owncast_directory),
            log_format: self.log_format.or(other.log_format),
            log: self.log.or(other.log),
        }
    }
}

fn read(path: &Path) -> Result<Settings, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    parse(&text).map_err(|reason| ConfigError::BadFile { path: path.to_owned(), reason })
}

/// The file's settings, or a sentence that says what is wrong with it.
fn parse(text: &str) -> Result<Settings, String> {
    let told = |error: toml::de::Error| explain(text, &error);
    let table: toml::Table = text.parse().map_err(told)?;
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let nearest = nearest(unknown, KEYS.iter().copied()).unwrap_or_default();
        return Err(format!("unknown key `{unknown}`; did you mean `{nearest}`?"));
    }
    toml::from_str(text).map_err(told)
}

/// What is wrong, and in which line; not the line itself, for it may hold a secret.
fn explain(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count();
    let what = if text
        .lines()
        .nth(line)
        .is_some_and(|line| SECRET_KEYS.iter().any(|key| line.contains(key)))
    {
        "the value is not understood: write it in quotes"
    } else {
        error.message()
    };
    format!("line {}: {what}", line + 1)
}

/// The keys whose values nobody may see.
const SECRET_KEYS: &[&str] = &["stream_key", "admin_password", "database", "smtp"];

/// The keys a file may hold: the fields of [`Settings`].
const KEYS: &[&str] = &[
    "data_dir",
    "database",
    "http",
    "rtmp",
    "public_url",
    "tls_cert",
    "tls_key",
    "acme",
    "acme_email",
    "acme_directory",
    "trusted_proxies",
    "afterglow",
    "stream_key",
    "admin_password",
    "registration",
    "smtp",
    "mail_from",
    "api_limits",
    "ffmpeg",
    "transcode_limit",
    "backup_every",
    "extra_ca",
    "allow_private",
    "geoip",
    "owncast_version",
    "owncast_directory",
    "log_format",
    "log",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_known_to_the_file_and_to_the_list() {
        let all = "data_dir = 'd'\ndatabase = 'p'\nhttp = 'h'\nrtmp = 'r'\npublic_url = 'u'\n\
                   tls_cert = 'c'\ntls_key = 'k'\nacme = ['a']\nacme_email = 'e'\n\
                   acme_directory = 'd'\nextra_ca = 'x'\n\
                   trusted_proxies = ['10.0.0.0/8']\nafterglow = 60\nstream_key = 'k'\nffmpeg = 'f'\n\
                   admin_password = 'a'\nregistration = 'open'\n\
                   smtp = 's'\nmail_from = 'm'\napi_limits = 'l'\n\
                   transcode_limit = 50\nbackup_every = 2\ngeoip = 'g'\n\
                   allow_private = ['127.0.0.1']\nowncast_version = '0.2.5'\n\
                   owncast_directory = 'https://d.example'\n\
                   log_format = 'json'\nlog = 'info'\n";
        let settings = parse(all).unwrap();
        assert_eq!(settings.http.as_deref(), Some("h"));
        assert_eq!(all.lines().count(), KEYS.len());
        let command = Settings::augment_args(clap::Command::new("flags"));
        let flags: Vec<_> = command.get_arguments().map(|it| it.get_id().as_str()).collect();
        assert_eq!(flags, KEYS);
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one() {
        let refused = parse("htpp = '[::]:80'").unwrap_err();
        assert_eq!(refused, "unknown key `htpp`; did you mean `http`?");
    }

    #[test]
    fn no_complaint_repeats_what_may_be_secret() {
        for text in [
            "http = 'a'\nstream_key = hush-hush\n",
            "http = 'a'\nstream_key = 'hush-hush\n",
            "http = 'a'\nstream_key = 4242\n",
            "http = 'a'\nstream_key = ['hush-hush']\n",
            "http = 'a'\n'stream_key' = 4242\n",
            "http = 'a'\nlog_format = ''; stream_key = 'hush-hush'\n",
        ] {
            let refused = parse(text).unwrap_err();
            assert!(refused.starts_with("line 2: "), "{refused}");
            assert!(!refused.contains("hush") && !refused.contains("4242"), "{refused}");
        }
        assert_eq!(
            parse("\nhttp = 5").unwrap_err(),
            "line 2: invalid type: integer `5`, expected a string"
        );
        let settings = parse("stream_key = 'hush-hush'").unwrap();
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn flags_win_over_the_file() {
        let flags = Settings { http: Some("flag".to_owned()), ..Settings::default() };
        let file = parse("http = 'file'\nrtmp = 'file'").unwrap();
        let merged = flags.or(file);
        assert_eq!(merged.http.as_deref(), Some("flag"));
        assert_eq!(merged.rtmp.as_deref(), Some("file"));
    }
}
