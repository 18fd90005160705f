//! Settings: Owncast keeps each under a name, as a gob; they are set as its administration would.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::source::Row;
use super::{Became, Moving, gob};
use crate::channels::Channels;
use crate::owncast::OwncastError;
use crate::owncast::pictures::MAX_FAVICON_BYTES;

/// Longest password that is looked at, in bytes.
const MAX_PASSWORD: usize = 1000;

/// What Owncast calls a setting in its database, and in its administration.
const SETTINGS: &[(&str, &str)] = &[
    ("extra_page_content", "pagecontent"),
    ("stream_title", "streamtitle"),
    ("server_summary", "serversummary"),
    ("server_welcome_message", "welcomemessage"),
    ("server_name", "name"),
    ("server_url", "serverurl"),
    ("http_port_number", "webserverport"),
    ("http_listen_address", "webserverip"),
    ("websocket_host_override", "sockethostoverride"),
    ("rtmp_port_number", "rtmpserverport"),
    ("directory_enabled", "directoryenabled"),
    ("social_handles", "socialhandles"),
    ("ffmpeg_path", "ffmpegpath"),
    ("nsfw", "nsfw"),
    ("s3_storage_config", "s3"),
    ("video_latency_level", "video/streamlatencylevel"),
    ("video_stream_output_variants", "video/streamoutputvariants"),
    ("video_codec", "video/codec"),
    ("video_serving_endpoint", "videoservingendpoint"),
    ("chat_disabled", "chat/disable"),
    ("chat_join_messages_enabled", "chat/joinmessagesenabled"),
    ("chat_established_users_only_mode", "chat/establishedusermode"),
    ("chat_spam_protection_enabled", "chat/spamprotectionenabled"),
    ("chat_slur_filter_enabled", "chat/slurfilterenabled"),
    ("chat_require_authentication", "chat/requireauthentication"),
    ("external_actions", "externalactions"),
    ("custom_styles", "customstyles"),
    ("custom_javascript", "customjavascript"),
    ("custom_offline_message", "offlinemessage"),
    ("custom_color_variable_values", "appearance"),
    ("federation_enabled", "federation/enable"),
    ("federation_username", "federation/username"),
    ("federation_private", "federation/private"),
    ("federation_go_live_message", "federation/livemessage"),
    ("federation_show_engagement", "federation/showengagement"),
    ("discord_configuration", "notifications/discord"),
    ("browser_push_configuration", "notifications/browser"),
    ("hide_viewer_count", "hideviewercount"),
    ("disable_search_indexing", "disablesearchindexing"),
];
/// The same for lists, which Owncast has as lists or as one text with commas.
const LISTS: &[(&str, &str)] = &[
    ("server_metadata_tags", "tags"),
    ("blocked_usernames", "chat/forbiddenusernames"),
    ("suggested_usernames", "chat/suggestedusernames"),
    ("federation_blocked_domains", "federation/blockdomains"),
];

impl Moving<'_> {
    /// One setting.
    pub(super) async fn setting(&self, row: &Row) -> Result<Became, OwncastError> {
        let name = row.text("key").unwrap_or_default();
        let bytes = row.bytes("value").unwrap_or_default();
        let value = match gob::decode(&bytes) {
            Ok(value) => document(&value),
            Err(error) => {
                return Ok(Became::Kept(Some(format!("`{name}` cannot be read: {error}"))));
            }
        };
        let one = |list: &[(&str, &'static str)]| {
            list.iter().find(|(theirs, _)| *theirs == name).map(|(_, key)| *key)
        };
        if let Some(key) = one(SETTINGS) {
            return self.set(&name, (key, &value)).await;
        }
        if let Some(key) = one(LISTS) {
            return self.set(&name, (key, &listed(&value))).await;
        }
        match (name.as_str(), &value) {
            ("stream_keys", Value::Array(keys)) => self.stream_keys(keys).await,
            ("admin_password_key", Value::String(password)) => self.password(password).await,
            ("directory_registration_key", Value::String(key)) => {
                self.owncast.set_directory_key(&self.actor, key.clone()).await?;
                Ok(Became::Here("setting".to_owned()))
            }
            ("logo_path", Value::String(file)) => self.logo(file).await,
            ("favicon_path", Value::String(file)) => self.favicon(file).await,
            _ => Ok(Became::Kept(None)),
        }
    }

    /// Sets something as Owncast's administration would.
    async fn set(&self, name: &str, setting: (&str, &Value)) -> Result<Became, OwncastError> {
        match self.owncast.set(&self.actor, setting).await {
            Ok(Some(_)) => Ok(Became::Here("setting".to_owned())),
            Ok(None) => Ok(Became::Kept(None)),
            Err(error) if error.is_refusal() => {
                Ok(Became::Kept(Some(format!("`{name}` is not taken over: {error}"))))
            }
            Err(error) => Err(error),
        }
    }

    /// Those that are long enough: short ones can be guessed.
    async fn stream_keys(&self, keys: &[Value]) -> Result<Became, OwncastError> {
        let is_good = |key: &&Value| {
            key.get("key").and_then(Value::as_str).is_some_and(Channels::is_fit_for_a_key)
        };
        let good: Vec<_> = keys.iter().filter(is_good).cloned().collect();
        if good.len() < keys.len() && good.is_empty() {
            let why = "no stream key is taken over, for none has 8 characters that a key may have: \
                       put this server's into the encoder";
            return Ok(Became::Kept(Some(why.to_owned())));
        }
        let became = self.set("stream_keys", ("streamkeys", &Value::Array(good.clone()))).await?;
        if matches!(became, Became::Here(_)) && good.len() < keys.len() {
            let left = keys.len() - good.len();
            let why = format!(
                "{left} of the stream keys are not taken over: a key has 8 characters or more, and \
                 none of `/?&#`"
            );
            return Ok(Became::Partly("setting".to_owned(), why));
        }
        Ok(became)
    }

    /// Owncast stores it as it is before 0.2, and hashed since.
    async fn password(&self, password: &str) -> Result<Became, OwncastError> {
        if password.starts_with("$2") || password.len() > MAX_PASSWORD {
            let why = "the admin's password is hashed and cannot be taken over: sign in as `admin` \
                       with this server's (`rivulet admin reset-password admin` makes a new one)";
            return Ok(Became::Kept(Some(why.to_owned())));
        }
        self.set("admin_password_key", ("adminpass", &json!(password))).await
    }

    async fn logo(&self, file: &str) -> Result<Became, OwncastError> {
        let Some((name, bytes)) = self.file(file) else {
            return Ok(Became::Kept(Some("the logo's file is not in the folder".to_owned())));
        };
        let kind = match name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
            Some("svg") => "svg+xml",
            Some("gif") => "gif",
            Some("jpg" | "jpeg") => "jpeg",
            Some("webp") => "webp",
            _ => "png",
        };
        let url = format!("data:image/{kind};base64,{}", STANDARD.encode(bytes));
        self.set("logo_path", ("logo", &json!(url))).await
    }

    async fn favicon(&self, file: &str) -> Result<Became, OwncastError> {
        let found = self.file(file).filter(|(_, bytes)| bytes.len() <= MAX_FAVICON_BYTES);
        let Some((_, bytes)) = found else {
            return Ok(Became::Kept(Some("the favicon's file is not in the folder".to_owned())));
        };
        match self.owncast.set_favicon(&self.actor, Some(bytes)).await {
            Ok(()) => Ok(Became::Here("file".to_owned())),
            Err(error) if error.is_refusal() => Ok(Became::Kept(Some(error.to_string()))),
            Err(error) => Err(error),
        }
    }
}

/// A value as Owncast's administration writes it.
fn document(value: &gob::Value) -> Value {
    use gob::Value as G;
    match value {
        G::Bool(it) => json!(it),
        G::Int(it) => json!(it),
        G::Uint(it) => json!(it),
        G::Float(it) => json!(it),
        G::Bytes(it) => json!(STANDARD.encode(it)),
        G::Text(it) => json!(it),
        G::List(list) => list.iter().map(document).collect(),
        G::Map(pairs) => Value::Object(
            pairs
                .iter()
                .map(|(key, value)| match key {
                    G::Text(key) => (key.clone(), document(value)),
                    other => (document(other).to_string(), document(value)),
                })
                .collect(),
        ),
        G::Struct(fields) => {
            let fields = fields.iter().map(|(name, value)| (camel(name), document(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
    }
}

/// A field's name as Owncast's JSON has it: `CPUUsageLevel` is `cpuUsageLevel`.
fn camel(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let capitals = letters.iter().take_while(|c| c.is_uppercase()).count();
    // The last capital begins the next word, unless it is the only one or ends the name.
    let lowered = if capitals > 1 && capitals < letters.len() { capitals - 1 } else { capitals };
    let lower = |(at, c): (usize, &char)| if at < lowered { c.to_ascii_lowercase() } else { *c };
    letters.iter().enumerate().map(lower).collect()
}

fn listed(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(Value::from).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_the_names_that_owncasts_documents_have() {
        for (go, json) in [
            ("URL", "url"),
            ("HTML", "html"),
            ("ACL", "acl"),
            ("Key", "key"),
            ("CPUUsageLevel", "cpuUsageLevel"),
            ("IsVideoPassthrough", "isVideoPassthrough"),
            ("GoLiveMessage", "goLiveMessage"),
            ("", ""),
            ("x", "x"),
        ] {
            assert_eq!(camel(go), json);
        }
    }

    #[test]
    fn lists_are_lists_or_texts_with_commas() {
        assert_eq!(listed(&json!("a, b,,c")), json!(["a", "b", "c"]));
        assert_eq!(listed(&json!(["a"])), json!(["a"]));
        assert_eq!(listed(&json!("")), json!([]));
    }

    #[test]
    fn no_setting_stands_there_twice() {
        let all: Vec<_> = SETTINGS.iter().chain(LISTS).collect();
        let names: std::collections::BTreeSet<_> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all.len());
    }
}
