//! The cookie of a browser's login (RFC 6265bis).
//!
//! Where the site is reached encrypted its name begins with `__Host-`, so that no other host of the
//! same domain can set it; pages' scripts never read it.

use axum::http::{HeaderMap, HeaderValue, header};

use super::super::SignedIn;

/// On plain HTTP, such as a first look on one's own machine.
const PLAIN: &str = "rivulet_session";
/// Where it is sent encrypted alone.
const ENCRYPTED: &str = "__Host-rivulet_session";

fn name(encrypted: bool) -> &'static str {
    if encrypted { ENCRYPTED } else { PLAIN }
}

/// The field that gives a browser its cookie.
pub(super) fn set(signed_in: &SignedIn, encrypted: bool) -> HeaderValue {
    render(encrypted, signed_in.token.reveal(), signed_in.lasts.as_secs())
}

/// The field that takes it away.
pub(super) fn clear(encrypted: bool) -> HeaderValue {
    render(encrypted, "", 0)
}

fn render(encrypted: bool, value: &str, seconds: u64) -> HeaderValue {
    let secure = if encrypted { "; Secure" } else { "" };
    let text = format!(
        "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        name(encrypted)
    );
    let mut field = HeaderValue::try_from(text).expect("tokens are letters, digits, `-` and `_`");
    field.set_sensitive(true);
    field
}

/// The token in a request's cookie.
pub(crate) fn read(headers: &HeaderMap, encrypted: bool) -> Option<&str> {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let pairs =
        fields.flat_map(|field| field.split(';')).filter_map(|it| it.trim().split_once('='));
    let wanted = name(encrypted);
    pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_among_others_and_by_its_whole_name() {
        let of = |fields: &[&'static str], encrypted| {
            let mut headers = HeaderMap::new();
            for field in fields {
                headers.append(header::COOKIE, HeaderValue::from_static(field));
            }
            read(&headers, encrypted).map(str::to_owned)
        };
        assert_eq!(of(&["a=b; rivulet_session=abc; c=d"], false).as_deref(), Some("abc"));
        assert_eq!(of(&["a=b", "rivulet_session=abc"], false).as_deref(), Some("abc"));
        assert_eq!(of(&["__Host-rivulet_session=abc"], true).as_deref(), Some("abc"));
        assert_eq!(of(&["rivulet_session=abc"], true), None);
        assert_eq!(of(&["x_rivulet_session=abc"], false), None);
        assert_eq!(of(&[], false), None);
    }

    #[test]
    fn scripts_and_plain_connections_do_not_get_it() {
        assert_eq!(
            render(true, "abc", 60).to_str().unwrap(),
            "__Host-rivulet_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(!render(false, "abc", 60).to_str().unwrap().contains("Secure"));
    }
}
