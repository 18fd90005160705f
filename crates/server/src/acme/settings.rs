//! What the configuration says of the authority: which one, for which hosts, and who is behind it.

use crate::mail::{Address, AddressError};

/// Hosts in one certificate, as many as authorities put there.
const MAX_HOSTS: usize = 100;
/// Where certificates come from that every browser trusts, at no cost.
const DEFAULT_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// What is asked of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// In lower case, each once; never empty.
    pub(crate) hosts: Vec<String>,
    /// Whom the authority writes to.
    pub(crate) email: Option<Address>,
    /// The authority's directory (RFC 8555 §7.1.1).
    pub(crate) directory: String,
}

/// What is wrong with it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(
        "`{0}` is not a host: write a name as live.example.org. Addresses and names with a star \
         cannot be proven this way"
    )]
    BadHost(String),
    #[error("it can name at most {MAX_HOSTS} hosts")]
    TooMany,
    #[error("it names no host: write it as live.example.org")]
    NoHost,
    #[error(
        "`{0}` is no directory of an authority: write it as https://acme.example.org/directory"
    )]
    BadDirectory(String),
    #[error("acme_email is not understood: {0}")]
    BadEmail(#[from] AddressError),
    #[error("acme_email and acme_directory say nothing without `acme`: name hosts with it")]
    Alone,
}

/// What somebody wrote.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) hosts: Option<Vec<String>>,
    pub(crate) email: Option<String>,
    pub(crate) directory: Option<String>,
}

impl Settings {
    /// Reads what somebody wrote; `None` where nothing is asked for.
    ///
    /// # Errors
    /// When it cannot be asked of an authority.
    pub(crate) fn check(written: Written) -> Result<Option<Self>, SettingsError> {
        let Written { hosts, email, directory } = written;
        let Some(wanted) = hosts else {
            return match (email, directory) {
                (None, None) => Ok(None),
                _ => Err(SettingsError::Alone),
            };
        };
        let mut hosts: Vec<String> = Vec::new();
        for host in wanted.iter().map(|host| host.trim().to_ascii_lowercase()) {
            if !is_host(&host) {
                return Err(SettingsError::BadHost(host));
            }
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        match hosts.len() {
            0 => return Err(SettingsError::NoHost),
            1..=MAX_HOSTS => {}
            _ => return Err(SettingsError::TooMany),
        }
        let email = email.map(|email| Address::new(&email)).transpose()?;
        Ok(Some(Self { hosts, email, directory: checked_directory(directory)? }))
    }

    /// Whether a certificate for these names is one for what is asked.
    pub(super) fn is_for(&self, names: &[String]) -> bool {
        names.len() == self.hosts.len()
            && self.hosts.iter().all(|host| names.iter().any(|it| it.eq_ignore_ascii_case(host)))
    }
}

fn checked_directory(url: Option<String>) -> Result<String, SettingsError> {
    let url = url.unwrap_or_else(|| DEFAULT_DIRECTORY.to_owned());
    let parsed: Option<http::Uri> = url.parse().ok();
    let fits = parsed.is_some_and(|it| it.scheme_str() == Some("https") && it.host().is_some());
    if fits { Ok(url) } else { Err(SettingsError::BadDirectory(url)) }
}

/// A name of DNS, and no address: with digits alone its last label would be none.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = last.chars().all(|c| c.is_ascii_digit());
    text.len() <= 253 && text.split('.').all(is_label) && !is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(hosts: &[&str]) -> Written {
        let hosts = hosts.iter().map(|it| (*it).to_owned()).collect();
        Written { hosts: Some(hosts), ..Written::default() }
    }

    #[test]
    fn hosts_are_names_each_once() {
        let read = |names: &[&str]| Settings::check(hosts(names)).map(|it| it.unwrap().hosts);
        assert_eq!(read(&["A.example", " a.example", "xn--bcher-kva.example"]).unwrap().len(), 2);
        for bad in ["*.a.example", "192.0.2.1", "::1", "a..b", "", "-a.example", "a_b.example"] {
            assert_eq!(read(&[bad]), Err(SettingsError::BadHost(bad.to_owned())), "{bad}");
        }
        assert_eq!(read(&[]), Err(SettingsError::NoHost));
        let many: Vec<_> = (0..=MAX_HOSTS).map(|n| format!("a{n}.example")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(read(&many), Err(SettingsError::TooMany));
    }

    #[test]
    fn the_rest_says_nothing_without_hosts() {
        assert_eq!(Settings::check(Written::default()), Ok(None));
        let email = Some("ada@example.org".to_owned());
        let alone = Written { email: email.clone(), ..Written::default() };
        assert_eq!(Settings::check(alone), Err(SettingsError::Alone));
        let read = Settings::check(Written { email, ..hosts(&["a.example"]) }).unwrap().unwrap();
        assert_eq!(read.directory, DEFAULT_DIRECTORY);
        for bad in ["http://a.example/directory", "a.example", "https:///x", ""] {
            let directory = Some(bad.to_owned());
            let read = Settings::check(Written { directory, ..hosts(&["a.example"]) });
            assert_eq!(read, Err(SettingsError::BadDirectory(bad.to_owned())));
        }
    }

    #[test]
    fn another_host_asks_for_another_certificate() {
        let settings = Settings::check(hosts(&["a.example", "b.example"])).unwrap().unwrap();
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert!(settings.is_for(&names(&["B.example", "a.example"])));
        assert!(!settings.is_for(&names(&["a.example"])));
        assert!(!settings.is_for(&names(&["a.example", "c.example"])));
        assert!(!settings.is_for(&names(&["a.example", "b.example", "c.example"])));
    }
}
