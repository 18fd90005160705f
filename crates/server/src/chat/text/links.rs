//! Addresses in what people write: where they end, which host they lead to, and whether they, or
//! the words that hide them, pretend to lead somewhere else.

use ammonia::Url;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _, skeleton};

/// Longest address that becomes a link, in bytes; what is longer stays text.
const MAX_URL: usize = 2000;
/// Schemes that may be followed.
const SCHEMES: &[&str] = &["http://", "https://", "mailto:"];
/// Signs that end a sentence and not an address.
const TRAILING: &[char] = &['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'', '"', '|'];
/// Endings that make a bare word a host to whoever reads it.
const ENDINGS: &[&str] = &[
    "app", "biz", "cc", "click", "club", "co", "com", "de", "dev", "eu", "fr", "gg", "icu", "info",
    "io", "link", "live", "ly", "me", "net", "nl", "online", "org", "pro", "pw", "ru", "shop",
    "site", "store", "stream", "su", "tk", "to", "top", "tv", "uk", "us", "vip", "win", "xyz",
];

/// A link in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where it leads, in lower case and punycode; a mailbox's host for mail.
    pub(crate) host: String,
    /// The address as a browser would ask for it.
    pub(crate) url: String,
}

/// The address at the start of `text`, as it is typed, where one is there.
pub(super) fn leading(text: &str) -> Option<&str> {
    let scheme = SCHEMES.iter().find(|scheme| begins(text, scheme))?;
    let ends = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '[' | ']' | '`' | '"')
    };
    let spoiler = text.find("||").unwrap_or(text.len());
    let end = text.find(ends).unwrap_or(text.len()).min(spoiler);
    let typed = trimmed(text.get(..end)?);
    (typed.len() > scheme.len() && typed.len() <= MAX_URL).then_some(typed)
}

/// Reads an address that may be followed. One with a name and password in it may not: what stands
/// before the `@` passes for the host.
pub(super) fn parse(typed: &str) -> Option<Link> {
    if typed.len() > MAX_URL || !SCHEMES.iter().any(|scheme| begins(typed, scheme)) {
        return None;
    }
    let url = Url::parse(typed).ok()?;
    let host = match url.scheme() {
        "mailto" => {
            let (mailbox, host) = url.path().split_once('@')?;
            (!mailbox.is_empty() && !host.contains(['@', ','])).then(|| host.to_lowercase())?
        }
        _ if !url.username().is_empty() || url.password().is_some() => return None,
        _ => url.host_str()?.trim_end_matches('.').to_owned(),
    };
    (!host.is_empty()).then(|| Link { host, url: url.into() })
}

/// What to show for an address: as it is typed, or in punycode where its letters pretend.
pub(super) fn shown<'t>(typed: &'t str, link: &'t Link) -> &'t str {
    if host_of(typed).split('.').any(pretends) { &link.url } else { typed }
}

/// Whether words that carry a link name another host than the one it leads to.
pub(super) fn hides(words: &str, link: &Link) -> bool {
    words.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let named = match parse(word) {
            Some(named) => named.host,
            None if is_bare_host(word) => host_of(word).to_lowercase(),
            None => return false,
        };
        without_www(&named) != without_www(&link.host)
    })
}

/// Words that people would take for an address, although nothing makes them a link.
pub(super) fn bare_hosts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| is_bare_host(word))
        .map(host_of)
}

/// Whether `host` is `named` or below it.
pub(super) fn is_below(host: &str, named: &str) -> bool {
    let named = named.trim_start_matches('.');
    let Some(rest) = host.len().checked_sub(named.len()) else { return false };
    let tail = host.get(rest..).unwrap_or_default();
    !named.is_empty()
        && tail.eq_ignore_ascii_case(named)
        && (rest == 0 || host.get(..rest).is_some_and(|head| head.ends_with('.')))
}

fn is_bare_host(word: &str) -> bool {
    if SCHEMES.iter().any(|scheme| begins(word, scheme)) {
        return true;
    }
    let host = host_of(word);
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_known = ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    !name.is_empty()
        && name.chars().all(is_name)
        && !word.contains('@')
        && (is_known || begins(host, "www."))
}

/// What stands where a host stands in something typed.
fn host_of(typed: &str) -> &str {
    let rest = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':', '\\']).next().unwrap_or_default()
}

/// Whether a host's label mixes scripts, or is another label to the eye.
fn pretends(label: &str) -> bool {
    !label.is_ascii()
        && (!label.check_restriction_level(RestrictionLevel::HighlyRestrictive)
            || skeleton(&label.to_lowercase()).all(|c| c.is_ascii()))
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

fn begins(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}

/// Without the signs that belong to the sentence around it (GFM §6.9).
fn trimmed(typed: &str) -> &str {
    let mut excess = typed.matches(')').count().saturating_sub(typed.matches('(').count());
    let mut rest = typed.trim_end_matches(TRAILING);
    while let Some(shorter) = rest.strip_suffix(')').filter(|_| excess > 0) {
        excess -= 1;
        rest = shorter.trim_end_matches(TRAILING);
    }
    rest
}
