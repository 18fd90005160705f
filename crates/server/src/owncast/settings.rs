//! What Owncast's clients set and no other room knows, with Owncast's defaults.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OwncastError;

/// Bytes of all of it, as JSON. Against a row that grows without end.
const MAX_BYTES: usize = 1024 * 1024;

/// What is kept, and is no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    pub(super) offline_message: String,
    pub(super) server_url: String,
    pub(super) socket_host_override: String,
    pub(super) video_serving_endpoint: String,
    pub(super) video_codec: String,
    pub(super) ffmpeg_path: String,
    pub(super) web_server_ip: String,
    pub(super) web_server_port: Option<u16>,
    pub(super) rtmp_server_port: Option<u16>,
    pub(super) rtmp_server_address: String,
    pub(super) chat: Chat,
    pub(super) directory_enabled: bool,
    pub(super) autoplay: String,
    pub(super) federation: Federation,
    pub(super) browser: Notices,
    pub(super) discord: Notices,
    pub(super) schedule: Planning,
}

/// The rules of chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Chat {
    pub(super) spam_protection: bool,
    pub(super) slur_filter: bool,
    pub(super) forbidden_usernames: Vec<String>,
    pub(super) suggested_usernames: Vec<String>,
}

/// How the channel is seen from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Federation {
    pub(super) enabled: bool,
    pub(super) is_private: bool,
    pub(super) show_engagement: bool,
    pub(super) username: String,
    pub(super) go_live_message: String,
    pub(super) blocked_domains: Vec<String>,
    pub(super) enable_quotes: bool,
    pub(super) hide_followers_tab: bool,
}

/// How people are told that a broadcast began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Notices {
    pub(super) enabled: bool,
    pub(super) go_live_message: String,
}

/// How planned streams are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Planning {
    pub(super) enabled: bool,
    pub(super) show_countdown: bool,
    pub(super) chat_open_minutes: u16,
    pub(super) reminder_message: String,
    pub(super) first_reminder_minutes: u16,
}

/// What is kept sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Secrets {
    pub(super) s3: S3,
    pub(super) discord_webhook: String,
    /// By which the directory knows the site.
    pub(super) directory_key: String,
}

/// Where Owncast would put the video.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct S3 {
    pub(super) enabled: bool,
    pub(super) endpoint: String,
    pub(super) access_key: String,
    pub(super) secret: String,
    pub(super) bucket: String,
    pub(super) region: String,
    pub(super) acl: String,
    pub(super) path_prefix: String,
    pub(super) force_path_style: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            offline_message: "This stream is offline. Check back soon!".to_owned(),
            server_url: String::new(),
            socket_host_override: String::new(),
            video_serving_endpoint: String::new(),
            video_codec: "libx264".to_owned(),
            ffmpeg_path: String::new(),
            web_server_ip: "0.0.0.0".to_owned(),
            web_server_port: None,
            rtmp_server_port: None,
            rtmp_server_address: String::new(),
            chat: Chat::default(),
            directory_enabled: false,
            autoplay: "off".to_owned(),
            federation: Federation::default(),
            browser: Notices::default(),
            discord: Notices::default(),
            schedule: Planning::default(),
        }
    }
}

impl Default for Chat {
    fn default() -> Self {
        let words = ["owncast", "operator", "admin", "system"];
        Self {
            spam_protection: true,
            slur_filter: false,
            forbidden_usernames: words.iter().map(|it| (*it).to_owned()).collect(),
            suggested_usernames: Vec::new(),
        }
    }
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            enabled: false,
            is_private: false,
            show_engagement: true,
            username: "streamer".to_owned(),
            go_live_message: "I've gone live!".to_owned(),
            blocked_domains: Vec::new(),
            enable_quotes: false,
            hide_followers_tab: false,
        }
    }
}

impl Default for Notices {
    fn default() -> Self {
        Self { enabled: false, go_live_message: "I've gone live!".to_owned() }
    }
}

impl Default for Planning {
    fn default() -> Self {
        Self {
            enabled: true,
            show_countdown: true,
            chat_open_minutes: 0,
            reminder_message: String::new(),
            first_reminder_minutes: 0,
        }
    }
}

impl Kept {
    /// The same with `value` at `place`, a JSON pointer (RFC 6901) to something there is.
    pub(super) fn with(&self, place: &str, value: &Value) -> Result<Self, OwncastError> {
        let mut document = serde_json::to_value(self).map_err(|_| OwncastError::Unreadable)?;
        match document.pointer_mut(place) {
            Some(found) => *found = whole(value),
            None => return Err(OwncastError::Unreadable),
        }
        let changed: Self = serde_json::from_value(document)
            .map_err(|_| OwncastError::no("this value is of another kind than the setting"))?;
        let bytes = serde_json::to_vec(&changed).map_or(usize::MAX, |bytes| bytes.len());
        if bytes > MAX_BYTES {
            return Err(OwncastError::no("this is more than is kept: at most 1 MB of settings"));
        }
        Ok(changed)
    }
}

/// Numbers without a fraction as integers: clients send every number as a float.
fn whole(value: &Value) -> Value {
    match value.as_f64() {
        // Exact: beyond it is no port and no number of minutes.
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => Value::from(number as i64),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_change_by_their_place_and_keep_their_kind() {
        let kept = Kept::default();
        let changed = kept.with("/web_server_port", &json!(8081.0)).unwrap();
        assert_eq!(changed.web_server_port, Some(8081));
        let changed = changed.with("/chat/slur_filter", &json!(true)).unwrap();
        assert!(changed.chat.slur_filter && changed.web_server_port.is_some());
        for (place, value) in [
            ("/chat/slur_filter", json!("yes")),
            ("/offline_message", json!(5)),
            ("/web_server_port", json!(70_000)),
            ("/federation/blocked_domains", json!({})),
            ("/nothing", json!(1)),
            ("/offline_message", json!("x".repeat(MAX_BYTES))),
        ] {
            assert!(kept.with(place, &value).is_err(), "{place}");
        }
    }
}
