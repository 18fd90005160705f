//! Who is behind a connection.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use ipnet::IpNet;

/// The address of the client behind `peer`: the peer itself, unless it is a trusted proxy; then the
/// right-most address in X-Forwarded-For that is no trusted proxy. What stands left of it was
/// written by somebody who could write anything.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let peer = peer.to_canonical();
    if !is_trusted(&peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for hop in hops.iter().rev() {
        let Ok(address) = hop.parse::<IpAddr>() else { return nearest };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            return nearest;
        }
    }
    nearest
}

/// Whether the client's connection is encrypted: a trusted proxy says so, for it holds the keys.
pub(crate) fn is_encrypted(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let is_trusted = trusted.iter().any(|net| net.contains(&peer.to_canonical()));
    let said = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    // The nearest proxy wrote the last of several.
    let nearest = said.and_then(|said| said.rsplit(',').next()).unwrap_or_default();
    is_trusted && nearest.trim().eq_ignore_ascii_case("https")
}

/// What proxies add to requests: who is behind one does not sit at the server.
const FORWARDING: [&str; 6] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Whether somebody sits at the server. A page of another site that a browser there shows does not:
/// it says where it is from, or uses a name of its own for this machine.
pub(crate) fn is_local(peer: IpAddr, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_forwarded = FORWARDING.iter().any(|name| headers.contains_key(*name));
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let is_ours = |origin: &str| origin.split_once("://").is_some_and(|(_, it)| it == host);
    let origin = text(header::ORIGIN.as_str());
    peer.to_canonical().is_loopback()
        && !is_forwarded
        && names_this_machine(host)
        && origin.is_none_or(is_ours)
}

/// Whether a `Host` is this machine under a name that nobody else can give it.
fn names_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn who_sits_at_the_server_is_nobody_behind_a_proxy_or_on_another_sites_page() {
        let local = "127.0.0.1";
        for (peer, fields, is_in) in [
            (local, &[("host", "127.0.0.1:8080")][..], true),
            (local, &[("host", "localhost")], true),
            ("::1", &[("host", "[::1]:8080")], true),
            ("::ffff:127.0.0.1", &[("host", "localhost:1")], true),
            ("192.0.2.1", &[("host", "localhost")], false),
            (local, &[], false),
            (local, &[("host", "live.example.org")], false),
            (local, &[("host", "127.0.0.1.example.org")], false),
            (local, &[("host", "localhost"), ("x-forwarded-for", "192.0.2.1")], false),
            (local, &[("host", "localhost"), ("via", "1.1 a")], false),
            (local, &[("host", "localhost:1"), ("origin", "http://localhost:1")], true),
            (local, &[("host", "localhost:1"), ("origin", "http://localhost:2")], false),
            (local, &[("host", "localhost:1"), ("origin", "https://evil.example")], false),
            (local, &[("host", "localhost:1"), ("origin", "null")], false),
        ] {
            let seen = is_local(peer.parse().unwrap(), &headers(fields));
            assert_eq!(seen, is_in, "{peer} {fields:?}");
        }
    }

    fn address(peer: &str, forwarded: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn forwarding_headers_count_from_trusted_proxies_alone() {
        assert_eq!(address("198.51.100.7", "203.0.113.9"), "198.51.100.7");
        assert_eq!(address("10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(address("::ffff:10.0.0.1", "203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn the_right_most_untrusted_hop_is_the_client() {
        assert_eq!(address("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
        assert_eq!(address("10.0.0.1", "1.1.1.1, nonsense, 10.0.0.2"), "10.0.0.2");
        assert_eq!(address("10.0.0.1", ""), "10.0.0.1");
    }
}
