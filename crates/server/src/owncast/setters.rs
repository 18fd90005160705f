//! Setting one thing at a time, as Owncast's administration does: `/api/admin/config/<key>`.
//!
//! What the site or the channel knows is changed there, by their rules; the rest is kept as it came.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::settings::S3;
use super::{Owncast, OwncastError, platforms};
use crate::audit::Actor;
use crate::channels::{Panel, Patch};
use crate::seal::Secret;
use crate::site::{ExternalAction, Mode};
use crate::transcode::{self, Variant};

/// Longest name and summary of a site, in characters; a channel's may be longer.
const MAX_SITE_NAME: usize = 60;
const MAX_SITE_SUMMARY: usize = 300;
/// Longest comment of a stream key, in characters.
const MAX_COMMENT: usize = 60;
/// For how long somebody must have been known in Owncast's established-user mode.
const ESTABLISHED_MINUTES: u32 = 15;

/// What is kept as it came: the key, and its place among what is kept.
const KEPT: &[(&str, &str)] = &[
    ("offlinemessage", "/offline_message"),
    ("chat/spamprotectionenabled", "/chat/spam_protection"),
    ("chat/slurfilterenabled", "/chat/slur_filter"),
    ("chat/forbiddenusernames", "/chat/forbidden_usernames"),
    ("chat/suggestedusernames", "/chat/suggested_usernames"),
    ("video/codec", "/video_codec"),
    ("ffmpegpath", "/ffmpeg_path"),
    ("rtmpserverport", "/rtmp_server_port"),
    ("rtmpserverbindaddress", "/rtmp_server_address"),
    ("sockethostoverride", "/socket_host_override"),
    ("videoservingendpoint", "/video_serving_endpoint"),
    ("directoryenabled", "/directory_enabled"),
    ("federation/enable", "/federation/enabled"),
    ("federation/private", "/federation/is_private"),
    ("federation/showengagement", "/federation/show_engagement"),
    ("federation/enablequotes", "/federation/enable_quotes"),
    ("federation/hidefollowers", "/federation/hide_followers_tab"),
    ("federation/username", "/federation/username"),
    ("federation/livemessage", "/federation/go_live_message"),
    ("federation/blockdomains", "/federation/blocked_domains"),
    ("schedule/enabled", "/schedule/enabled"),
    ("schedule/showcountdown", "/schedule/show_countdown"),
    ("schedule/chatopenminutes", "/schedule/chat_open_minutes"),
    ("schedule/remindermessage", "/schedule/reminder_message"),
    ("schedule/firstreminderminutes", "/schedule/first_reminder_minutes"),
];

impl Owncast {
    /// Sets what `key` names. What is said of it; `None` when there is no such setting.
    pub(super) async fn set(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<Option<&'static str>, OwncastError> {
        if let Some((_, place)) = KEPT.iter().find(|(known, _)| *known == key) {
            self.keep(actor, |kept| kept.with(place, value)).await?;
            return Ok(Some("changed"));
        }
        let changed = "changed";
        let done = match key {
            "adminpass" => {
                let admin = self.doors().accounts.named("admin").await?;
                let new = Secret::from(read::<String>(value)?);
                self.doors().accounts.replace_password(admin.id, &new).await.map(|()| changed)?
            }
            "streamkeys" => self.set_keys(actor, value).await.map(|()| changed)?,
            "pagecontent" => self.set_page(actor, value).await.map(|()| changed)?,
            "name" | "serversummary" | "tags" => {
                self.set_words(actor, (key, value)).await.map(|()| changed)?
            }
            "streamtitle" | "nsfw" | "socialhandles" => {
                self.set_profile(actor, (key, value)).await.map(|()| changed)?
            }
            "welcomemessage"
            | "chat/disable"
            | "chat/joinmessagesenabled"
            | "chat/establishedusermode"
            | "chat/requireauthentication" => {
                self.set_chat(actor, (key, value)).await.map(|()| changed)?
            }
            "hideviewercount" | "disablesearchindexing" => {
                self.set_site(actor, (key, value)).await.map(|()| changed)?
            }
            "logo" => self.set_logo(actor, &read::<String>(value)?).await.map(|()| changed)?,
            "autoplay" => self.set_autoplay(actor, value).await.map(|()| changed)?,
            "appearance" | "customstyles" | "customjavascript" | "externalactions" => {
                self.set_look(actor, (key, value)).await.map(|()| changed)?
            }
            _ => return self.set_technical(actor, (key, value)).await,
        };
        Ok(Some(done))
    }

    /// What is about video, addresses and other services.
    async fn set_technical(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<Option<&'static str>, OwncastError> {
        let done = match key {
            "video/streamlatencylevel" => {
                self.set_latency(actor, value).await.map(|()| "set stream latency")?
            }
            "video/streamoutputvariants" => {
                self.set_variants(actor, value).await.map(|()| "stream output variants updated")?
            }
            "webserverport" => {
                let port = value.as_f64().filter(|it| (1.0..=65535.0).contains(it));
                let wrong = "Port number must be between 1 and 65535";
                port.ok_or_else(|| OwncastError::no(wrong))?;
                self.keep(actor, |kept| kept.with("/web_server_port", value)).await?;
                "HTTP port set"
            }
            "webserverip" => {
                let address = read::<String>(value)?.parse::<IpAddr>();
                address.map_err(|_| OwncastError::no("Invalid IP address"))?;
                self.keep(actor, |kept| kept.with("/web_server_ip", value)).await?;
                "HTTP IP set"
            }
            "serverurl" => {
                check_server_url(&read::<String>(value)?)?;
                self.keep(actor, |kept| kept.with("/server_url", value)).await?;
                "changed"
            }
            "s3" => self.set_s3(actor, value).await.map(|()| "storage configuration changed")?,
            "notifications/discord" | "notifications/browser" => {
                self.set_notices(actor, (key, value)).await.map(|()| "updated")?
            }
            _ => return Ok(None),
        };
        Ok(Some(done))
    }

    async fn set_keys(&self, actor: &Actor, value: &Value) -> Result<(), OwncastError> {
        #[derive(Deserialize)]
        struct Key {
            key: String,
            #[serde(default)]
            comment: String,
        }
        let keys = read::<Vec<Key>>(value)?;
        if keys.is_empty() || keys.iter().any(|key| key.key.is_empty()) {
            return Err(OwncastError::no("must provide at least one valid stream key"));
        }
        let label = |comment: &str| match comment.trim() {
            "" => "Stream key".to_owned(),
            comment => first(comment, MAX_COMMENT),
        };
        let wanted: Vec<_> =
            keys.into_iter().map(|it| (Secret::from(it.key), label(&it.comment))).collect();
        let channel = self.channel().await?;
        Ok(self.doors().channels.replace_keys(actor, &channel, &wanted).await?)
    }

    /// The rules of chat.
    async fn set_chat(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<(), OwncastError> {
        let patch = match key {
            "welcomemessage" => json!({ "welcome": read::<String>(value)? }),
            "chat/disable" => json!({ "enabled": !read::<bool>(value)? }),
            "chat/joinmessagesenabled" => json!({ "join_messages": read::<bool>(value)? }),
            "chat/establishedusermode" => {
                let minutes = if read::<bool>(value)? { ESTABLISHED_MINUTES } else { 0 };
                json!({ "established_minutes": minutes })
            }
            _ => json!({ "signed_in_only": read::<bool>(value)? }),
        };
        let channel = self.channel().await?;
        Ok(self.doors().chat.change_rules(&channel, (actor, &patch)).await?)
    }

    /// The text becomes the channel's only panel.
    async fn set_page(&self, actor: &Actor, value: &Value) -> Result<(), OwncastError> {
        let markdown = read::<String>(value)?;
        let panel = Panel::untitled(markdown);
        let panels = if panel.markdown.trim().is_empty() { Vec::new() } else { vec![panel] };
        let channel = self.channel().await?;
        Ok(self.doors().channels.set_panels(actor, &channel, &panels).await?)
    }

    /// What Owncast says of the server is the channel's here, and the site's while it has one.
    async fn set_words(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<(), OwncastError> {
        let (channel, site) = match key {
            "name" => {
                let name = read::<String>(value)?;
                (json!({ "name": name }), json!({ "name": first(&name, MAX_SITE_NAME) }))
            }
            "serversummary" => {
                let summary = read::<String>(value)?;
                let short = first(&summary, MAX_SITE_SUMMARY);
                (json!({ "description": summary }), json!({ "summary": short }))
            }
            _ => {
                let tags = json!({ "tags": read::<Vec<String>>(value)? });
                (tags.clone(), tags)
            }
        };
        let id = self.channel().await?.id;
        self.doors().channels.edit(actor, id, &channel).await?;
        if self.doors().site.settings().settings.mode == Mode::Single {
            self.doors().site.change(actor, &site).await?;
        }
        Ok(())
    }

    /// What the whole site shows, and to whom.
    async fn set_site(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<(), OwncastError> {
        let patch = match key {
            "hideviewercount" => json!({ "hides_viewers": read::<bool>(value)? }),
            _ => json!({ "searchable": !read::<bool>(value)? }),
        };
        self.doors().site.change(actor, &patch).await?;
        Ok(())
    }

    async fn set_profile(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<(), OwncastError> {
        let patch = match key {
            "streamtitle" => json!({ "title": read::<String>(value)? }),
            "nsfw" => json!({ "mature": read::<bool>(value)? }),
            _ => {
                #[derive(Deserialize)]
                struct Handle {
                    platform: String,
                    url: String,
                }
                let links = read::<Vec<Handle>>(value)?
                    .into_iter()
                    .map(|it| json!({ "label": platforms::label_of(&it.platform), "url": it.url }));
                json!({ "links": links.collect::<Value>() })
            }
        };
        let id = self.channel().await?.id;
        self.doors().channels.edit(actor, id, &patch).await?;
        Ok(())
    }

    async fn set_latency(&self, actor: &Actor, value: &Value) -> Result<(), OwncastError> {
        let level = value.as_f64().filter(|it| (0.0..=4.0).contains(it) && it.fract() == 0.0);
        let level = level.ok_or_else(|| OwncastError::no("the latency level is 0 to 4"))?;
        // 0 to 4, as was looked at.
        let patch = Patch { latency_level: Some(level as u8), ..Patch::default() };
        let id = self.channel().await?.id;
        self.doors().channels.change(actor, id, patch).await?;
        Ok(())
    }

    async fn set_variants(&self, actor: &Actor, value: &Value) -> Result<(), OwncastError> {
        let variants = read::<Vec<Variant>>(value)?;
        let channel = self.channel().await?;
        let wishes = transcode::wishes(&variants, channel.video.audio_only)
            .map_err(|error| OwncastError::no(error.to_string()))?;
        let patch = Patch { video: Some(wishes), ..Patch::default() };
        self.doors().channels.change(actor, channel.id, patch).await?;
        Ok(())
    }

    async fn set_autoplay(&self, actor: &Actor, value: &Value) -> Result<(), OwncastError> {
        if !["off", "always", "sound-only"].contains(&read::<String>(value)?.as_str()) {
            return Err(OwncastError::no("autoplay is off, always or sound-only"));
        }
        self.keep(actor, |kept| kept.with("/autoplay", value)).await
    }

    /// How pages look is the site's.
    async fn set_look(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<(), OwncastError> {
        let look = |part: Value| json!({ "look": part });
        let patch = match key {
            "customstyles" => json!({ "styles": read::<String>(value)? }),
            "customjavascript" => look(json!({ "script": read::<String>(value)? })),
            "externalactions" => look(json!({ "actions": read::<Vec<ExternalAction>>(value)? })),
            _ => {
                let variables = read::<BTreeMap<String, String>>(value)?;
                let set = variables.iter().filter(|(_, value)| !value.trim().is_empty());
                let variables = set.map(|(name, it)| json!({ "name": name, "value": it }));
                look(json!({ "variables": variables.collect::<Value>() }))
            }
        };
        self.doors().site.change(actor, &patch).await?;
        Ok(())
    }

    async fn set_s3(&self, actor: &Actor, value: &Value) -> Result<(), OwncastError> {
        let s3 = read::<S3>(value)?;
        let missing = [
            (s3.endpoint.is_empty(), "s3 support requires an endpoint"),
            (
                s3.access_key.is_empty() || s3.secret.is_empty(),
                "s3 support requires an access key and secret",
            ),
            (s3.region.is_empty(), "s3 support requires a region and endpoint"),
            (
                s3.bucket.is_empty(),
                "s3 support requires a bucket created for storing public video segments",
            ),
        ];
        let missing = missing.into_iter().find(|(is_missing, _)| s3.enabled && *is_missing);
        if let Some((_, wrong)) = missing {
            return Err(OwncastError::no(wrong));
        }
        self.keep_secrets(actor, ("s3", |secrets: &mut super::Secrets| secrets.s3 = s3)).await
    }

    async fn set_notices(
        &self,
        actor: &Actor,
        (key, value): (&str, &Value),
    ) -> Result<(), OwncastError> {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Wished {
            enabled: bool,
            webhook: String,
            go_live_message: String,
        }
        let wished = read::<Wished>(value)?;
        let notices =
            json!({ "enabled": wished.enabled, "go_live_message": wished.go_live_message });
        if key == "notifications/browser" {
            return self.keep(actor, |kept| kept.with("/browser", &notices)).await;
        }
        self.keep(actor, |kept| kept.with("/discord", &notices)).await?;
        let webhook = wished.webhook;
        let change = |secrets: &mut super::Secrets| secrets.discord_webhook = webhook;
        self.keep_secrets(actor, ("discord", change)).await
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, OwncastError> {
    // What was sent may be a secret, so it is not repeated.
    T::deserialize(value)
        .map_err(|_| OwncastError::no("this value is of another kind than the setting"))
}

fn first(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

fn check_server_url(text: &str) -> Result<(), OwncastError> {
    // Empty takes it back.
    if text.is_empty() {
        return Ok(());
    }
    let invalid = || OwncastError::no("server url value invalid");
    let url: http::Uri = text.parse().map_err(|_| invalid())?;
    if !matches!(url.scheme_str(), Some("http" | "https")) {
        return Err(invalid());
    }
    let host = url.host().ok_or_else(invalid)?.trim_matches(['[', ']']);
    let is_private = host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| !crate::outbound::is_global(address));
    if is_private { Err(OwncastError::no("Server URL cannot be private")) } else { Ok(()) }
}
