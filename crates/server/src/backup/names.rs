//! What backups are called: names that sort by time and are read back.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rivulet_media::time::WallClock;

/// Times in names: no character that a shell or a file system minds.
const TIME: &str = "%Y%m%dT%H%M%SZ";
/// Copies that are made every few hours.
const REGULAR: &str = "rivulet-";
/// Copies that are made before a migration.
const BEFORE: &str = "before-schema-";
const ENDING: &str = ".db";

/// `rivulet-20261122T064000Z.db`.
pub(super) fn regular(at: WallClock) -> String {
    format!("{REGULAR}{}{ENDING}", time(at))
}

/// `before-schema-7-20261122T064000Z.db`: as it was before it was brought to that version.
pub(super) fn before(version: i64, at: WallClock) -> String {
    format!("{BEFORE}{version}-{}{ENDING}", time(at))
}

/// When the copy of that name was made; `None` for other files.
pub(super) fn regular_time(name: &str) -> Option<WallClock> {
    parse(name.strip_prefix(REGULAR)?.strip_suffix(ENDING)?)
}

/// When the copy of that name was made before a migration; `None` for other files.
pub(super) fn before_time(name: &str) -> Option<WallClock> {
    let (version, at) = name.strip_prefix(BEFORE)?.strip_suffix(ENDING)?.split_once('-')?;
    version.parse::<u32>().ok()?;
    parse(at)
}

/// A time as it stands in names.
pub(super) fn time(at: WallClock) -> String {
    let at = Timestamp::from_millisecond(at.as_unix_millis()).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).strftime(TIME).to_string()
}

fn parse(text: &str) -> Option<WallClock> {
    let at = DateTime::strptime(TIME, text).ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(WallClock::from_unix_millis(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_are_not_ours() {
        let at = WallClock::from_unix_millis(1_795_303_588_000);
        let name = regular(at);
        assert_eq!(name, "rivulet-20261121T232628Z.db");
        assert_eq!(regular_time(&name), Some(at));
        assert_eq!(before_time("before-schema-12-20261121T232628Z.db"), Some(at));
        for other in
            ["rivulet.db", "rivulet-20261121T232628Z.db.draft", "rivulet-20261321T232628Z.db", ""]
        {
            assert_eq!(regular_time(other), None, "{other}");
        }
        for other in [name.as_str(), "before-schema-x-20261121T232628Z.db", "before-schema-1.db"] {
            assert_eq!(before_time(other), None, "{other}");
        }
    }
}
