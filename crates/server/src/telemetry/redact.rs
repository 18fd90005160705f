//! Takes secrets out of a text that somebody will read: what our own types hide already, and what
//! other people's code writes into its messages.

use std::borrow::Cow;

/// What stands in place of a secret, as our types print it.
const HIDDEN: &str = "***";
/// Names of what is secret, in lower case: whatever follows them behind `=` is hidden.
const NAMES: [&str; 9] =
    ["accesstoken", "token", "key", "code", "password", "secret", "cookie", "signature", "session"];
/// What comes before credentials in a header.
const SCHEMES: [&str; 2] = ["bearer ", "basic "];

/// The text without secrets.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let mut hidden: Vec<(usize, usize)> = Vec::new();
    for (at, _) in lower.match_indices('=') {
        let name = lower.get(..at).unwrap_or_default();
        if NAMES.iter().any(|it| name.ends_with(it)) {
            hidden.extend(value(text, at + 1));
        }
    }
    for scheme in SCHEMES {
        hidden
            .extend(lower.match_indices(scheme).filter_map(|(at, it)| value(text, at + it.len())));
    }
    // In an address, what stands before the host (RFC 3986 §3.2.1).
    for (at, it) in lower.match_indices("://") {
        let begin = at + it.len();
        let rest = text.get(begin..).unwrap_or_default();
        let authority = rest.split(['/', '?', '#', ' ', '"']).next().unwrap_or_default();
        hidden.extend(authority.rfind('@').map(|end| (begin, begin + end)));
    }
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    hidden.sort_unstable();
    let (mut shown, mut from) = (String::with_capacity(text.len()), 0);
    for (begin, end) in hidden {
        if begin >= from {
            shown.push_str(text.get(from..begin).unwrap_or_default());
            shown.push_str(HIDDEN);
            from = end;
        }
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Where a value begins and ends.
fn value(text: &str, begin: usize) -> Option<(usize, usize)> {
    let rest = text.get(begin..)?;
    let (begin, rest, ends): (_, _, &[char]) = match rest.strip_prefix('"') {
        Some(quoted) => (begin + 1, quoted, &['"']),
        None => (begin, rest, &[' ', '&', ',', ';', '"', '\'', ')', '}', '\n', '\t']),
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    (length > 0).then_some((begin, begin + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_nothing_else() {
        for (text, shown) in [
            ("the encoder left after=3s", "the encoder left after=3s"),
            ("GET /ws?accessToken=abc&x=1 failed", "GET /ws?accessToken=***&x=1 failed"),
            ("/setup?code=1234", "/setup?code=***"),
            ("opened stream_key=\"a b\" ok", "opened stream_key=\"***\" ok"),
            ("Authorization: Bearer abc.def, x", "Authorization: Bearer ***, x"),
            ("postgres://me:pass@db/rivulet failed", "postgres://***@db/rivulet failed"),
            ("see https://example.org/@me", "see https://example.org/@me"),
            ("key=", "key="),
            ("token=a token=b", "token=*** token=***"),
            ("ü=ü password=ü", "ü=ü password=***"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }
}
