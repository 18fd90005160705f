//! What pages are told: `/api/config`, `/api/yp`, `/api/video/variants`.

use serde_json::{Map, Value, json};

use super::{social_handles, tags, theme};
use crate::clock::rfc3339;
use crate::owncast::{Owncast, OwncastError};
use crate::sanitise::{self, SafeHtml};
use crate::site::Tag;
use crate::transcode::{self, Variant};

/// Bytes of one message on Owncast's socket.
const MAX_SOCKET_PAYLOAD: u32 = 2048;

impl Owncast {
    /// What the page is told.
    pub(in crate::owncast) async fn config(&self) -> Result<Value, OwncastError> {
        let (channel, kept) = (self.channel().await?, self.kept().await?);
        let profile = self.doors().channels.profile(&channel).await?;
        let rules = self.doors().chat.rules(&channel).await?;
        let current = self.doors().site.settings();
        let look = &current.settings.look;
        let mut config = json!({
            "appearanceVariables": theme(look),
            "name": channel.name,
            "customStyles": current.settings.styles,
            "offlineMessage": trimmed(&sanitise::markdown(&kept.offline_message)),
            "logo": "/logo",
            "version": self.version(),
            "extraPageContent": sanitise::markdown(&self.page_content().await?),
            "summary": channel.description,
            "tags": tags(&self.tags(profile.tags)),
            "socialHandles": social_handles(&channel.links),
            "externalActions": look.actions,
            "notifications": { "browser": { "enabled": false } },
            "federation": {
                "enabled": false,
                "hideFollowersTab": kept.federation.hide_followers_tab,
            },
            "maxSocketPayloadSize": MAX_SOCKET_PAYLOAD,
            "hideViewerCount": self.doors().site.settings().settings.hides_viewers,
            "chatDisabled": !rules.enabled,
            "chatSpamProtectionEnabled": kept.chat.spam_protection,
            "chatRequireAuthentication": rules.signed_in_only,
            "nsfw": channel.mature,
            "autoplay": kept.autoplay,
            "authentication": { "indieAuthEnabled": false },
            "schedule": {
                "enabled": kept.schedule.enabled,
                "showCountdown": kept.schedule.show_countdown,
                "chatOpenMinutesBefore": kept.schedule.chat_open_minutes,
            },
            "pluginTabs": [],
        });
        if let Value::Object(config) = &mut config {
            put_unless_empty(config, "streamTitle", &channel.title);
            put_unless_empty(config, "socketHostOverride", &kept.socket_host_override);
        }
        Ok(config)
    }

    /// What the directory is told; `None` while the site does not want to be in it.
    pub(in crate::owncast) async fn directory_entry(&self) -> Result<Option<Value>, OwncastError> {
        let (channel, kept) = (self.channel().await?, self.kept().await?);
        if !kept.directory_enabled {
            return Ok(None);
        }
        let profile = self.doors().channels.profile(&channel).await?;
        let facts = self.doors().notify.facts().await?;
        let hides_viewers = self.doors().site.settings().settings.hides_viewers;
        Ok(Some(json!({
            "name": channel.name,
            "description": channel.description,
            "streamTitle": channel.title,
            "logo": "/logo",
            "nsfw": channel.mature,
            "tags": tags(&self.tags(profile.tags)),
            "online": facts.online,
            "viewerCount": if hides_viewers { 0 } else { facts.viewers },
            "overallMaxViewerCount": facts.overall_peak,
            "sessionMaxViewerCount": facts.session_peak,
            "lastConnectTime": facts.connected_at.map(rfc3339),
            "social": social_handles(&channel.links),
        })))
    }

    /// The qualities that players may choose from, the best first.
    pub(in crate::owncast) async fn video_variants(&self) -> Result<Value, OwncastError> {
        let mut variants: Vec<(usize, Variant)> =
            transcode::variants(&self.channel().await?.video).into_iter().enumerate().collect();
        variants.sort_by_key(|(_, it)| {
            std::cmp::Reverse((it.video_passthrough, it.scaled_height, it.video_bitrate))
        });
        let shown = |(index, it): &(usize, Variant)| json!({ "index": index, "name": name(it) });
        Ok(variants.iter().map(shown).collect())
    }

    /// The text of the channel's page.
    pub(in crate::owncast) async fn page_content(&self) -> Result<String, OwncastError> {
        let panels = self.doors().channels.panels(self.channel().await?.id).await?;
        let texts: Vec<_> = panels
            .into_iter()
            .map(|panel| match panel.title.as_str() {
                "" => panel.markdown,
                title => format!("## {title}\n\n{}", panel.markdown),
            })
            .collect();
        Ok(texts.join("\n\n"))
    }

    /// What the channel is about, or else the site.
    pub(in crate::owncast) fn tags(&self, of_channel: Vec<Tag>) -> Vec<Tag> {
        match of_channel.is_empty() {
            true => self.doors().site.settings().settings.tags.clone(),
            false => of_channel,
        }
    }

    /// As Owncast's clients show it.
    fn version(&self) -> String {
        format!("Owncast v{} (Rivulet {})", self.shared.version, env!("CARGO_PKG_VERSION"))
    }
}

fn put_unless_empty(config: &mut Map<String, Value>, name: &str, value: &str) {
    if !value.is_empty() {
        config.insert(name.to_owned(), Value::from(value));
    }
}

fn trimmed(html: &SafeHtml) -> Value {
    let text = serde_json::to_value(html).unwrap_or_default();
    Value::from(text.as_str().unwrap_or_default().trim_end())
}

/// What players call a quality.
fn name(variant: &Variant) -> String {
    match (variant.name.as_str(), variant.video_passthrough, variant.scaled_height) {
        ("", true, _) => "Source".to_owned(),
        ("", false, 0) => format!("{}kbps", variant.video_bitrate),
        ("", false, height) => format!("{height}p"),
        (name, ..) => name.to_owned(),
    }
}
