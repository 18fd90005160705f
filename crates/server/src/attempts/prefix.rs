//! Whose connection it is, as far as an address can say.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv6Net};

/// One customer's share of the net: an IPv4 address, or the /64 that IPv6 customers choose their
/// addresses from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Prefix(IpAddr);

impl Prefix {
    /// The prefix that `address` belongs to.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into()),
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }

    /// The addresses that it stands for.
    pub(crate) fn network(self) -> IpNet {
        match self.0 {
            IpAddr::V6(address) => IpNet::V6(slash(address, 64)),
            v4 @ IpAddr::V4(_) => v4.into(),
        }
    }

    /// What one customer may have around a /64: the /56 and the /48. Nothing around IPv4.
    pub(crate) fn around(self) -> Vec<IpNet> {
        match self.0 {
            IpAddr::V6(address) => [56, 48].map(|bits| IpNet::V6(slash(address, bits))).into(),
            IpAddr::V4(_) => Vec::new(),
        }
    }

    /// The address, or the first one of the /64.
    pub(crate) fn address(self) -> IpAddr {
        self.0
    }
}

fn slash(address: Ipv6Addr, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(address, bits).trunc()
}

/// As its owner may recognise it.
impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_slash_64_are_one() {
        let of = |text: &str| Prefix::of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("2001:db8::1").to_string(), "2001:db8::/64");
        assert_eq!(of("2001:db8::1").network().to_string(), "2001:db8::/64");
        assert_eq!(of("192.0.2.1").network().to_string(), "192.0.2.1/32");
        let around = of("2001:db8:1:2ff::1").around();
        assert_eq!(
            around,
            ["2001:db8:1:200::/56", "2001:db8:1::/48"].map(|it| it.parse().unwrap())
        );
        assert!(of("192.0.2.1").around().is_empty());
    }
}
