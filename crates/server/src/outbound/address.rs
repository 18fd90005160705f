//! Which addresses are the world's: the special-purpose registries of IANA (RFC 6890) as a table.
//!
//! IPv4 is allowed but for what the table names; of IPv6 only global unicast (2000::/3) is, but for
//! what the table names. An address of IPv4 within one of IPv6 is looked at as what it leads to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Address and length of the prefix.
const CLOSED_V4: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast, reserved and broadcast.
    ([224, 0, 0, 0], 3),
];

/// First two groups and length of the prefix, within 2000::/3.
const CLOSED_V6: &[([u16; 3], u8)] = &[
    // Protocol assignments, Teredo and benchmarking among them.
    ([0x2001, 0, 0], 23),
    ([0x2001, 0xdb8, 0], 32),
    ([0x2620, 0x4f, 0x8000], 48),
    ([0x3fff, 0, 0], 20),
];

/// Whether it is a unicast address that means the same everywhere.
pub(crate) fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    let within = |(prefix, length): &([u8; 4], u8)| {
        let mask = u32::MAX << (32 - u32::from(*length));
        bits & mask == u32::from(Ipv4Addr::from(*prefix))
    };
    !CLOSED_V4.iter().any(within)
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = inner(address) {
        return is_global_v4(inner);
    }
    let bits = u128::from(address);
    let within = |([a, b, c], length): &([u16; 3], u8)| {
        let prefix = u128::from(Ipv6Addr::new(*a, *b, *c, 0, 0, 0, 0, 0));
        bits & (u128::MAX << (128 - u32::from(*length))) == prefix
    };
    bits >> 125 == 1 && !CLOSED_V6.iter().any(within)
}

/// The address of IPv4 that one of IPv6 leads to: mapped (RFC 4291 §2.5.5.2), translated (RFC 6052)
/// or 6to4 (RFC 3056).
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let mapped = address.to_ipv4_mapped();
    let [a, b, c, _, _, _, g, h] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    mapped.or_else(|| match (a, b) {
        (0x64, 0xff9b) => Some(of(g, h)),
        (0x2002, _) => Some(of(b, c)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_open_and_everything_else_is_closed() {
        for open in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_global(open.parse().unwrap()), "{open}");
        }
        for closed in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2620:4f:8000::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_global(closed.parse().unwrap()), "{closed}");
        }
    }
}
