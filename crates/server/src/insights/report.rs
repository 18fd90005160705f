//! What our own player says about itself.

use serde::Deserialize;
use utoipa::ToSchema;

use super::players::Counts;

/// The longest name of a session, in characters.
const MAX_SESSION_CHARS: usize = 64;

/// What a player reports every ten seconds. The counters count since its report before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(super) struct PlaybackReport {
    /// A random name that the page makes up when it is loaded: 1 to 64 letters, digits, `-`, `_`.
    #[schema(example = "5f0c9e7a1b2d4c3e", min_length = 1, max_length = 64)]
    pub(super) session: String,
    /// The number of the rendition that is shown; `null` when it is not known.
    pub(super) rendition: Option<u8>,
    /// How far the picture is behind what the encoder sends; `null` when it is not known.
    pub(super) latency_ms: Option<u32>,
    /// How much is buffered ahead of the picture.
    pub(super) buffer_ms: Option<u32>,
    /// What the player's network carries, by its own estimate.
    pub(super) bandwidth_bps: Option<u64>,
    /// How often the picture stood still for want of data.
    #[serde(default)]
    pub(super) stalls: u32,
    /// For how long it did.
    #[serde(default)]
    pub(super) stall_ms: u32,
    /// Pictures that were decoded too late to be shown.
    #[serde(default)]
    pub(super) dropped_frames: u32,
    /// Pictures that were decoded.
    #[serde(default)]
    pub(super) decoded_frames: u32,
    /// Errors that the viewer could notice.
    #[serde(default)]
    pub(super) errors: u32,
    /// Changes from one rendition to another.
    #[serde(default)]
    pub(super) switches: u32,
    /// Whether the page can be seen: hidden ones are slowed down by their browser.
    #[serde(default = "is_visible")]
    pub(super) visible: bool,
}

/// What a player is that does not say.
fn is_visible() -> bool {
    true
}

impl PlaybackReport {
    /// Reads a report; what is wrong with it otherwise.
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        let report: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let fits = (1..=MAX_SESSION_CHARS).contains(&report.session.len());
        if !fits || !report.session.bytes().all(is_name) {
            let name = "`session` must be 1 to 64 letters, digits, `-` or `_`";
            return Err(name.to_owned());
        }
        Ok(report)
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            stalls: self.stalls,
            stall_ms: self.stall_ms,
            dropped_frames: self.dropped_frames,
            decoded_frames: self.decoded_frames,
            errors: self.errors,
            switches: self.switches,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_player_does_not_know_it_leaves_out() {
        let report = PlaybackReport::parse(br#"{"session":"a-B_9"}"#).unwrap();
        assert_eq!(report.session, "a-B_9");
        assert_eq!((report.latency_ms, report.stalls, report.visible), (None, 0, true));
        let newer = br#"{"session":"a","rendition":2,"latency_ms":900,"from_the_future":[1]}"#;
        let report = PlaybackReport::parse(newer).unwrap();
        assert_eq!((report.rendition, report.latency_ms), (Some(2), Some(900)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let long = format!(r#"{{"session":"{}"}}"#, "x".repeat(65));
        for (body, says) in [
            ("", "EOF"),
            ("{}", "session"),
            (r#"{"session":""}"#, "session"),
            (r#"{"session":"a b"}"#, "session"),
            (&long, "session"),
            (r#"{"session":"a","stalls":-1}"#, "-1"),
            (r#"{"session":"a","rendition":256}"#, "256"),
            (r#"{"session":"a","latency_ms":1.5}"#, "1.5"),
        ] {
            let refused = PlaybackReport::parse(body.as_bytes()).unwrap_err();
            assert!(refused.contains(says), "{body}: {refused}");
        }
    }
}
