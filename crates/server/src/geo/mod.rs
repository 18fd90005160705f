//! In which country an address is, by a file that the operator has: a database in MaxMind's format
//! (<https://maxmind.github.io/MaxMind-DB/>). None comes with the program.
//!
//! The file is read once, into memory: looking something up waits for nothing.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use maxminddb::Reader;

/// The largest file that is read, in bytes: several times the largest that there is. Against a
/// wrong name in the configuration.
const MAX_FILE: u64 = 1024 * 1024 * 1024;
/// What Owncast looks for in its data folder, and what knows as much as is asked here.
const NAMES: [&str; 3] = ["GeoLite2-Country.mmdb", "GeoLite2-City.mmdb", "dbip-country-lite.mmdb"];

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GeoError {
    #[error("cannot read {path}: check the setting `geoip`")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} is larger than 1 GiB: it is no database of countries")]
    TooLarge { path: PathBuf },
    #[error("{path} is no database in MaxMind's format (.mmdb): get one of countries or cities")]
    Strange { path: PathBuf, source: maxminddb::MaxMindDbError },
}

/// A country, by its code (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Country([u8; 2]);

impl Country {
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second]) = self;
        write!(f, "{}{}", char::from(*first), char::from(*second))
    }
}

/// Knows countries, or none.
#[derive(Clone, Default)]
pub(crate) struct Geo {
    reader: Option<Arc<Reader<Vec<u8>>>>,
}

impl Geo {
    /// Reads the file; without one, that of a well-known name in the data folder, if there is any.
    ///
    /// # Errors
    /// When the file that was named cannot be used, or the one that was found.
    pub(crate) fn open(file: Option<&Path>, data_dir: &Path) -> Result<Self, GeoError> {
        let found = || NAMES.iter().map(|name| data_dir.join(name)).find(|file| file.is_file());
        let Some(path) = file.map(Path::to_owned).or_else(found) else {
            return Ok(Self::default());
        };
        let unreadable = |source| GeoError::Unreadable { path: path.clone(), source };
        let size = std::fs::metadata(&path).map_err(unreadable)?.len();
        if size > MAX_FILE {
            return Err(GeoError::TooLarge { path });
        }
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        let geo = Self::read(bytes);
        let geo = geo.map_err(|source| GeoError::Strange { path: path.clone(), source })?;
        tracing::info!(file = %path.display(), "countries are known");
        Ok(geo)
    }

    /// Understands a file's bytes.
    ///
    /// # Errors
    /// When they are no database.
    pub(crate) fn read(bytes: Vec<u8>) -> Result<Self, maxminddb::MaxMindDbError> {
        Ok(Self { reader: Some(Arc::new(Reader::from_source(bytes)?)) })
    }

    /// The country of an address, where it is known.
    pub(crate) fn country(&self, address: IpAddr) -> Option<Country> {
        let found = self.reader.as_ref()?.lookup(address).ok()?;
        let code: &str = found.decode_path(&PATH).ok()??;
        Country::parse(code)
    }
}

/// Where the code stands in a record.
const PATH: [maxminddb::PathElement<'static>; 2] =
    [maxminddb::PathElement::Key("country"), maxminddb::PathElement::Key("iso_code")];

#[cfg(test)]
mod tests {
    mod corpus;

    use super::*;

    const COUNTRIES: &[u8] = include_bytes!("../../../../testdata/countries.mmdb");

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_have_countries_where_a_file_says_so() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Geo::open(None, folder.path()).unwrap().country(address("192.0.2.1")), None);
        let file = folder.path().join(NAMES[0]);
        std::fs::write(&file, COUNTRIES).unwrap();
        let geo = Geo::open(None, folder.path()).unwrap();
        for (text, country) in [
            ("192.0.2.1", Some("DE")),
            ("198.51.100.200", Some("FR")),
            ("203.0.113.1", None),
            ("2001:db8::1", None),
        ] {
            let found = geo.country(address(text)).map(|it| it.to_string());
            assert_eq!(found.as_deref(), country, "{text}");
        }
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("countries.mmdb");
        let refused = Geo::open(Some(&file), folder.path()).err().unwrap();
        assert!(refused.to_string().contains("countries.mmdb"), "{refused}");
        std::fs::write(&file, b"no database").unwrap();
        let refused = Geo::open(Some(&file), folder.path()).err().unwrap();
        assert!(refused.to_string().contains("MaxMind"), "{refused}");
        // Cut off anywhere, or with any byte wrong, it costs nothing but the country.
        for at in 0..COUNTRIES.len() {
            let mut wrong = COUNTRIES.to_vec();
            wrong[at] ^= 0xff;
            for bytes in [wrong, COUNTRIES[..at].to_vec()] {
                std::fs::write(&file, bytes).unwrap();
                if let Ok(geo) = Geo::open(Some(&file), folder.path()) {
                    let _ = geo.country(address("192.0.2.1"));
                }
            }
        }
    }

    #[test]
    fn a_code_is_two_letters() {
        assert_eq!(Country::parse("DE").unwrap().to_string(), "DE");
        for wrong in ["", "D", "de", "DEU", "Ä"] {
            assert_eq!(Country::parse(wrong), None);
        }
    }
}
