//! What is told apart of viewers: by which player and on what kind of device they watch, and in
//! which country. Never more: a program's version or an address says who somebody is.

use std::collections::BTreeMap;

use crate::access::words;
use crate::geo::Country;

words! {
    /// A browser or player, as far as it says.
    Player {
        Firefox = "Firefox",
        Chrome = "Chrome",
        Edge = "Edge",
        Safari = "Safari",
        Opera = "Opera",
        Vlc = "VLC",
        Mpv = "mpv",
        Ffmpeg = "FFmpeg",
        Kodi = "Kodi",
        Apple = "Apple's player",
        Android = "Android's player",
        Other = "other",
    }
}

words! {
    /// A kind of device, as far as its player says.
    Device {
        Phone = "phone",
        Tablet = "tablet",
        Computer = "computer",
        Tv = "television",
        Other = "other",
    }
}

/// What is told apart of a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub(super) player: Player,
    pub(super) device: Device,
    pub(super) country: Option<Country>,
}

/// How many viewers of a channel are of which kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Crowd {
    pub(crate) players: BTreeMap<&'static str, u32>,
    pub(crate) devices: BTreeMap<&'static str, u32>,
    /// Those whose country is known.
    pub(crate) countries: BTreeMap<String, u32>,
}

impl Crowd {
    /// Adds the viewers of another channel.
    pub(crate) fn join(&mut self, other: &Self) {
        other.players.iter().for_each(|(it, n)| *self.players.entry(*it).or_default() += n);
        other.devices.iter().for_each(|(it, n)| *self.devices.entry(*it).or_default() += n);
        for (country, viewers) in &other.countries {
            *self.countries.entry(country.clone()).or_default() += viewers;
        }
    }

    pub(super) fn count(&mut self, about: About) {
        *self.players.entry(about.player.as_str()).or_default() += 1;
        *self.devices.entry(about.device.as_str()).or_default() += 1;
        if let Some(country) = about.country {
            *self.countries.entry(country.to_string()).or_default() += 1;
        }
    }
}

impl About {
    /// What a player's `User-Agent` says of it (RFC 9110 §10.1.5).
    pub(super) fn of(agent: &str, country: Option<Country>) -> Self {
        Self { player: player(agent), device: device(agent), country }
    }
}

/// The first that is found: most browsers name those, too, that they want to be taken for.
fn player(agent: &str) -> Player {
    let names = [
        ("VLC/", Player::Vlc),
        ("LibVLC", Player::Vlc),
        ("mpv", Player::Mpv),
        ("Lavf/", Player::Ffmpeg),
        ("Kodi", Player::Kodi),
        ("AppleCoreMedia", Player::Apple),
        ("ExoPlayer", Player::Android),
        ("AndroidXMedia3", Player::Android),
        ("stagefright", Player::Android),
        ("OPR/", Player::Opera),
        ("Edg", Player::Edge),
        ("Firefox/", Player::Firefox),
        ("FxiOS/", Player::Firefox),
        ("CriOS/", Player::Chrome),
        ("Chrome/", Player::Chrome),
        ("Safari/", Player::Safari),
    ];
    first(agent, &names).unwrap_or(Player::Other)
}

fn device(agent: &str) -> Device {
    let names = [
        ("SmartTV", Device::Tv),
        ("SMART-TV", Device::Tv),
        ("Web0S", Device::Tv),
        ("Tizen", Device::Tv),
        ("AppleTV", Device::Tv),
        ("Apple TV", Device::Tv),
        ("Roku", Device::Tv),
        ("AFT", Device::Tv),
        ("Kodi", Device::Tv),
        ("iPad", Device::Tablet),
        ("Tablet", Device::Tablet),
        ("iPhone", Device::Phone),
        ("Mobile", Device::Phone),
        // Android without `Mobile` is a tablet, by the rule of its makers.
        ("Android", Device::Tablet),
        ("Windows", Device::Computer),
        ("Macintosh", Device::Computer),
        ("CrOS", Device::Computer),
        ("X11", Device::Computer),
        ("Linux", Device::Computer),
    ];
    first(agent, &names).unwrap_or(Device::Other)
}

fn first<T: Copy>(agent: &str, names: &[(&str, T)]) -> Option<T> {
    names.iter().find(|(name, _)| agent.contains(name)).map(|(_, it)| *it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_are_told_apart_by_what_they_say() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
        for (agent, player, device) in [
            (format!("{windows} {chrome} Safari/537.36"), Player::Chrome, Device::Computer),
            (format!("{windows} {chrome} Safari/537.36 Edg/140"), Player::Edge, Device::Computer),
            (format!("{windows} {chrome} Safari/537.36 OPR/99"), Player::Opera, Device::Computer),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
                Player::Firefox,
                Device::Computer,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 \
                 Version/18.0 Mobile/15E148 Safari/604.1"
                    .to_owned(),
                Player::Safari,
                Device::Phone,
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 15; Pixel) {chrome} Mobile Safari/537.36"),
                Player::Chrome,
                Device::Phone,
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 15; SM-X910) {chrome} Safari/537.36"),
                Player::Chrome,
                Device::Tablet,
            ),
            ("VLC/3.0.20 LibVLC/3.0.20".to_owned(), Player::Vlc, Device::Other),
            ("AppleCoreMedia/1.0 (Apple TV; U; CPU OS 18)".to_owned(), Player::Apple, Device::Tv),
            ("Lavf/60.16.100".to_owned(), Player::Ffmpeg, Device::Other),
            (String::new(), Player::Other, Device::Other),
        ] {
            let about = About::of(&agent, None);
            assert_eq!((about.player, about.device), (player, device), "{agent}");
        }
    }
}
