//! Where a stream is: `rtmp://host/<app>/<key>`, in the forms encoders make of it.

use std::fmt;

/// Port of RTMP where a URL names none.
const DEFAULT_PORT: u16 = 1935;

/// What proves that somebody may publish. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamKey(String);

impl StreamKey {
    /// From its text.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The secret itself, for looking it up.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamKey(***)")
    }
}

/// What `connect` and `publish` or `play` name together.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StreamPath {
    /// All segments but the last.
    pub(super) app: String,
    /// The last segment: a stream's name or key. Empty when there is one segment only.
    pub(super) name: String,
    /// What follows `?` in the name, or else in the app.
    pub(super) query: Option<String>,
}

impl StreamPath {
    /// Encoders split a URL between app and name at different slashes, and people paste the whole
    /// URL into the field for its first part: so the two are joined and split here.
    pub(super) fn new(app: &str, name: &str) -> Self {
        let (app_path, app_query) = split_query(app);
        let (name_path, name_query) = split_query(name);
        let query = name_query.or(app_query).map(str::to_owned);
        let segments: Vec<&str> = app_path
            .split('/')
            .chain(name_path.split('/'))
            .filter(|part| !part.is_empty())
            .collect();
        match segments.split_last() {
            Some((name, app @ [_, ..])) => {
                Self { app: app.join("/"), name: (*name).to_owned(), query }
            }
            Some((app, [])) => Self { app: (*app).to_owned(), name: String::new(), query },
            None => Self { app: String::new(), name: String::new(), query },
        }
    }
}

fn split_query(text: &str) -> (&str, Option<&str>) {
    text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)))
}

/// A URL to publish to or play from: `rtmp://host[:port]/app/name`.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamUrl {
    /// Host name or address.
    pub host: String,
    /// 1935 where the URL names none.
    pub port: u16,
    /// The first path segment.
    pub app: String,
    /// The rest of the path: a stream's name or key, with its query.
    pub name: StreamKey,
}

impl StreamUrl {
    /// Takes `url` apart; `None` when it is not of this form.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (authority, path) = url.strip_prefix("rtmp://")?.split_once('/')?;
        let (app, name) = path.split_once('/')?;
        let (host, port) = split_port(authority)?;
        let complete = !host.is_empty() && !app.is_empty() && !name.is_empty();
        complete.then(|| Self {
            host: host.to_owned(),
            port,
            app: app.to_owned(),
            name: StreamKey::new(name),
        })
    }

    /// The URL without its last part, which `connect` names.
    #[must_use]
    pub fn tc_url(&self) -> String {
        format!("rtmp://{}:{}/{}", self.host, self.port, self.app)
    }
}

impl fmt::Debug for StreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/***", self.tc_url())
    }
}

/// An IPv6 address stands in brackets, which stay.
fn split_port(authority: &str) -> Option<(&str, u16)> {
    let host_end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (_, tail) = authority.split_at_checked(host_end)?;
    let Some(colon) = tail.find(':') else { return Some((authority, DEFAULT_PORT)) };
    let (host, port) = authority.split_at_checked(host_end + colon)?;
    Some((host, port.strip_prefix(':')?.parse().ok()?))
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
