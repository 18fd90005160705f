//! What the doctor says of the site's name and of the certificate for it.

use std::net::IpAddr;
use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::Finding;
use crate::acme::{self, Journal, Trouble};
use crate::clock::{Clock, rfc3339};
use crate::config::{Config, Encryption};
use crate::telemetry::chain;
use crate::tls::About;

/// Certificates are renewed with a third of their life left; with less than this, nobody does it.
const FEW_DAYS: i64 = 14;
/// How long looking up a name may take.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(5);
/// Addresses of the name that are shown.
const SHOWN: usize = 4;

/// The certificate and the public name, as far as either is set.
pub(super) async fn names(config: &Config) -> Vec<Finding> {
    let host = config.public_url.as_deref().and_then(host);
    let mut findings = encryption(config, host.as_deref()).await;
    let named = host.filter(|host| host.parse::<IpAddr>().is_err());
    let proven = match &config.tls {
        Some(Encryption::Acme(settings)) => settings.hosts.as_slice(),
        _ => &[],
    };
    let others = proven.iter().filter(|host| named.as_ref() != Some(*host));
    for (host, named_by) in
        named.iter().map(|it| (it, "public_url")).chain(others.map(|it| (it, "acme")))
    {
        findings.push(addresses(host, named_by).await);
    }
    findings
}

/// The host that a public URL names.
fn host(url: &str) -> Option<String> {
    let url: http::Uri = url.parse().ok()?;
    Some(url.host()?.trim_start_matches('[').trim_end_matches(']').to_owned())
}

async fn encryption(config: &Config, host: Option<&str>) -> Vec<Finding> {
    let Some(encryption) = &config.tls else {
        let proxy = !config.trusted_proxies.is_empty();
        return match (config.is_https(), proxy) {
            (false, _) => Vec::new(),
            (true, true) => vec![Finding::Good("https is a trusted proxy's affair".to_owned())],
            (true, false) => vec![Finding::Warn(
                "public_url says https, and nobody encrypts: set --acme, or --tls-cert and --tls-key, \
                 or name the proxy that does it with --trusted-proxies"
                    .to_owned(),
            )],
        };
    };
    let now = Clock::system().wall();
    match encryption {
        Encryption::Files(files) => match files.read().await {
            Ok(certificate) => judge(certificate.about(), host, now),
            Err(error) => vec![Finding::Bad(chain(&error))],
        },
        Encryption::Acme(settings) => ordered(settings, Journal::read(&config.data_dir), host, now),
    }
}

/// What there is to say of certificates that the server orders.
fn ordered(
    settings: &acme::Settings,
    journal: Journal,
    host: Option<&str>,
    now: WallClock,
) -> Vec<Finding> {
    let mut findings = match journal.certificate {
        Some(noted) => judge(&About::from(noted), host, now),
        None => vec![Finding::Warn(format!(
            "there is no certificate for {} yet: the server orders one when it starts, and port 443 of \
             each host must lead to it",
            settings.hosts.join(", ")
        ))],
    };
    findings.extend(journal.trouble.map(|Trouble { reason, at_ms, next_ms }| {
        let at = |millis| rfc3339(WallClock::from_unix_millis(millis));
        Finding::Warn(format!(
            "a certificate was ordered on {} in vain: {reason}. It is ordered again on {}, or on \
             SIGHUP",
            at(at_ms),
            at(next_ms)
        ))
    }));
    findings
}

/// What there is to say of a certificate that can be used.
fn judge(about: &About, host: Option<&str>, now: WallClock) -> Vec<Finding> {
    let days = about.days_left(now);
    let (begins, ends) = (rfc3339(about.begins), rfc3339(about.ends));
    let mut findings = vec![match days {
        _ if now < about.begins => Finding::Warn(format!(
            "the certificate for {about} begins to hold on {begins} only: check the clock"
        )),
        ..0 => Finding::Warn(format!(
            "the certificate for {about} ended on {ends}, and browsers refuse it: renew it"
        )),
        0..FEW_DAYS => Finding::Warn(format!(
            "the certificate for {about} ends in {days} days: see why nobody renews it"
        )),
        days => Finding::Good(format!("the certificate for {about} holds for {days} days more")),
    }];
    if let Some(host) = host.filter(|host| !about.is_for(host)) {
        findings.push(Finding::Warn(format!(
            "the certificate is not for {host}, which public_url names, and browsers refuse it: \
             get one for {host}"
        )));
    }
    findings
}

/// Whether the world can find the site.
async fn addresses(host: &str, named_by: &str) -> Finding {
    // A port is asked for, and plays no part.
    let missing = |why: &str| {
        Finding::Warn(format!(
            "{host}, which {named_by} names, has no address ({why}): give it an A or AAAA record \
             in DNS"
        ))
    };
    match timeout(LOOK_UP_TIMEOUT, lookup_host((host, 443))).await {
        Ok(Ok(found)) => {
            let found: Vec<_> = found.map(|it| it.ip().to_string()).take(SHOWN).collect();
            Finding::Good(format!("{host} is at {}", found.join(", ")))
        }
        Ok(Err(error)) => missing(&error.to_string()),
        Err(_) => missing("nobody answers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_judged_by_its_days_and_names() {
        let day = 24 * 3600 * 1000;
        let at = WallClock::from_unix_millis;
        let names = vec!["a.example".to_owned(), "*.b.example".to_owned()];
        let about = About { names, begins: at(10 * day), ends: at(100 * day) };
        for (today, host, expected) in [
            (
                20,
                None,
                &["ok    the certificate for a.example, *.b.example holds for 80 days more"][..],
            ),
            (20, Some("tv.b.example"), &["ok  "]),
            (20, Some("b.example"), &["ok  ", "warn  the certificate is not for b.example"]),
            (86, None, &["ok  "]),
            (87, None, &["warn  the certificate for a.example, *.b.example ends in 13 days"]),
            (101, None, &["warn  the certificate for a.example, *.b.example ended on"]),
            (9, None, &["warn  the certificate for a.example, *.b.example begins"]),
        ] {
            let said: Vec<_> =
                judge(&about, host, at(today * day)).iter().map(Finding::to_string).collect();
            assert_eq!(said.len(), expected.len(), "{said:?}");
            for (said, expected) in said.iter().zip(expected) {
                assert!(said.starts_with(expected), "{said}");
            }
        }
    }

    #[test]
    fn the_host_is_read_from_the_public_url() {
        for (url, expected) in [
            ("https://live.example.org", "live.example.org"),
            ("https://live.example.org:8443", "live.example.org"),
            ("https://[2001:db8::1]:8443", "2001:db8::1"),
        ] {
            assert_eq!(host(url).as_deref(), Some(expected));
        }
    }
}
