//! Where mail is handed in: `smtps://user:password@host:port`.

use std::fmt;
use std::net::IpAddr;

use crate::seal::Secret;

/// RFC 8314 §3.3: submission over TLS from the first byte.
const TLS_PORT: u16 = 465;
/// RFC 6409 §3.1: submission, with STARTTLS.
const STARTTLS_PORT: u16 = 587;
/// On this machine.
const PLAIN_PORT: u16 = 25;

/// A mail server and who we are to it. It prints without either.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(super) security: Security,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) login: Option<Login>,
}

/// How the way there is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything is told.
    StartTls,
    /// The way does not leave this machine.
    Loopback,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Secret,
}

/// Why a text names no mail server. It may hold a password, so nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write it as smtps://user:password@mail.example.org, or smtp://… for STARTTLS; signs such as @ \
     and / in a password as %40 and %2F"
)]
pub(crate) struct ServerError;

impl Server {
    /// Reads `smtps://…` or `smtp://…`.
    ///
    /// # Errors
    /// When it is neither, or lacks a host.
    pub(crate) fn parse(text: &str) -> Result<Self, ServerError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(ServerError)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(Login::parse(login)?), place),
            None => (None, rest),
        };
        let (host, port) = host_and_port(place)?;
        let security = match scheme {
            "smtps" => Security::Tls,
            "smtp" if is_loopback(&host) => Security::Loopback,
            "smtp" => Security::StartTls,
            _ => return Err(ServerError),
        };
        let usual = match security {
            Security::Tls => TLS_PORT,
            Security::StartTls => STARTTLS_PORT,
            Security::Loopback => PLAIN_PORT,
        };
        Ok(Self { security, host, port: port.unwrap_or(usual), login })
    }
}

impl Login {
    fn parse(text: &str) -> Result<Self, ServerError> {
        let (user, password) = text.split_once(':').ok_or(ServerError)?;
        let user = decoded(user).filter(|user| !user.is_empty()).ok_or(ServerError)?;
        let password = Secret::from(decoded(password).ok_or(ServerError)?);
        Ok(Self { user, password })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn host_and_port(place: &str) -> Result<(String, Option<u16>), ServerError> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or(ServerError)?;
            let port = match after.strip_prefix(':') {
                Some(port) => Some(port),
                None if after.is_empty() => None,
                None => return Err(ServerError),
            };
            (host.parse::<IpAddr>().map_err(|_| ServerError)?.to_string(), port)
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
            None => (place.to_ascii_lowercase(), None),
        },
    };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if host.is_empty() || !host.chars().all(named) {
        return Err(ServerError);
    }
    let port = port.map(|port| port.parse().map_err(|_| ServerError)).transpose()?;
    Ok((host, port.filter(|port| *port != 0)))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Without percent-encoding (RFC 3986 §2.1).
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push(match byte {
            b'%' => u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_by_url_and_print_without_the_login() {
        use Security::{Loopback, StartTls, Tls};
        for (text, security, place, login) in [
            ("smtps://mail.example.org", Tls, "mail.example.org:465", None),
            ("smtps://a:b@Mail.example.org:2465/", Tls, "mail.example.org:2465", Some("a b")),
            ("smtp://a:b@mail.example.org", StartTls, "mail.example.org:587", Some("a b")),
            (
                "smtp://ada%40x:p%40ss%2F:%C3%A9@10.0.0.1",
                StartTls,
                "10.0.0.1:587",
                Some("ada@x p@ss/:é"),
            ),
            ("smtp://localhost", Loopback, "localhost:25", None),
            ("smtp://127.0.0.1:2525", Loopback, "127.0.0.1:2525", None),
            ("smtp://a:b@[::1]:2525", Loopback, "::1:2525", Some("a b")),
            ("smtps://localhost:465", Tls, "localhost:465", None),
        ] {
            let server = Server::parse(text).unwrap();
            assert_eq!((server.security, server.to_string().as_str()), (security, place));
            assert_eq!(format!("{server:?}"), place);
            let found = server.login.map(|it| format!("{} {}", it.user, it.password.reveal()));
            assert_eq!(found.as_deref(), login, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_without_repeating_it() {
        for text in [
            "",
            "mail.example.org",
            "http://mail.example.org",
            "smtps://",
            "smtps://:465",
            "smtps://user@mail.example.org",
            "smtps://:password@mail.example.org",
            "smtps://a:b@mail.example.org:port",
            "smtps://a:b@mail.example.org:70000",
            "smtps://a:b@mail.example.org/path",
            "smtps://a:b@[::1",
            "smtps://a:b@[mail]",
            "smtps://a:%zz@mail.example.org",
            "smtps://a:%0d%0a@mail.example.org",
            "smtps://a:hush@mail example.org",
        ] {
            let refused = Server::parse(text).unwrap_err();
            assert!(!refused.to_string().contains("hush"), "{refused}");
        }
    }
}
