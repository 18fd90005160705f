//! Private places that requests may go to, by name or by network.

use std::net::IpAddr;

use ipnet::IpNet;

/// Places in one configuration. More is a mistake.
const MAX_PLACES: usize = 100;

/// What the configuration allows besides the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    networks: Vec<IpNet>,
    hosts: Vec<String>,
}

/// Why a text names no place.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AllowedError {
    #[error("`{0}` is neither a network, as 10.0.0.0/8, nor a host, as bot.lan")]
    NoPlace(String),
    #[error("it can name at most {MAX_PLACES} places")]
    TooMany,
}

impl Allowed {
    /// Reads places.
    ///
    /// # Errors
    /// When one is none, or they are too many.
    pub(crate) fn parse(texts: &[String]) -> Result<Self, AllowedError> {
        if texts.len() > MAX_PLACES {
            return Err(AllowedError::TooMany);
        }
        let mut allowed = Self::default();
        for text in texts.iter().map(|text| text.trim()) {
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            match network {
                Ok(network) => allowed.networks.push(network),
                Err(_) if is_host(text) => allowed.hosts.push(text.to_lowercase()),
                Err(_) => return Err(AllowedError::NoPlace(text.to_owned())),
            }
        }
        Ok(allowed)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.networks.is_empty() && self.hosts.is_empty()
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// Whether a host is named, by exactly this name.
    pub(super) fn names(&self, host: &str) -> bool {
        self.hosts.iter().any(|name| name == host)
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}
