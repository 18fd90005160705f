//! Everything that is set: `/api/admin/serverconfig`.

use serde_json::{Value, json};

use super::{social_handles, tags, theme, variants};
use crate::channels::Channel;
use crate::chat::Rules;
use crate::owncast::settings::{Kept, Notices, Secrets};
use crate::owncast::{Owncast, OwncastError};

/// What stands where Owncast shows the password's hash.
const PASSWORD: &str = "********";

impl Owncast {
    /// Everything that is set.
    pub(in crate::owncast) async fn server_config(&self) -> Result<Value, OwncastError> {
        let (channel, kept) = (self.channel().await?, self.kept().await?);
        let secrets = self.secrets().await?;
        let rules = self.doors().chat.rules(&channel).await?;
        let instance = self.instance_details(&channel, (&kept, &rules)).await?;
        let keys = self.doors().channels.opened_keys(&channel).await?;
        let key = |(key, secret): &(crate::channels::StreamKey, crate::seal::Secret)| json!({ "key": secret.reveal(), "comment": key.label });
        let mut config = json!({
            "instanceDetails": instance,
            "notifications": notifications(&kept, &secrets),
            "yp": { "enabled": kept.directory_enabled, "instanceUrl": self.server_url(&kept) },
            "ffmpegPath": self.ffmpeg(&kept),
            "adminPassword": PASSWORD,
            "socketHostOverride": kept.socket_host_override,
            "webServerIP": kept.web_server_ip,
            "webServerPort": kept.web_server_port.unwrap_or(self.doors().http_port),
            "rtmpServerPort": kept.rtmp_server_port.or(self.doors().rtmp_port).unwrap_or(0),
            "rtmpServerAddress": kept.rtmp_server_address,
            "videoCodec": kept.video_codec,
            "videoServingEndpoint": kept.video_serving_endpoint,
            "s3": secrets.s3,
            "federation": federation(&kept),
            "supportedCodecs": ["libx264"],
            "externalActions": self.doors().site.settings().settings.look.actions,
            "streamKeys": keys.iter().map(key).collect::<Value>(),
            "streamKeyOverridden": self.shared.has_configured_key,
            "videoSettings": {
                "videoQualityVariants": variants(&channel),
                "latencyLevel": channel.latency_level,
            },
            "disableSearchIndexing": !self.doors().site.settings().settings.searchable,
            "hideViewerCount": self.doors().site.settings().settings.hides_viewers,
            "autoplay": kept.autoplay,
            "schedule": {
                "enabled": kept.schedule.enabled,
                "showCountdown": kept.schedule.show_countdown,
                "chatOpenMinutes": kept.schedule.chat_open_minutes,
                "reminderMessage": kept.schedule.reminder_message,
                "firstReminderMinutes": kept.schedule.first_reminder_minutes,
            },
        });
        if let (Value::Object(config), Value::Object(chat)) = (&mut config, chat(&kept, &rules)) {
            config.extend(chat);
        }
        Ok(config)
    }

    async fn instance_details(
        &self,
        channel: &Channel,
        (kept, rules): (&Kept, &Rules),
    ) -> Result<Value, OwncastError> {
        let profile = self.doors().channels.profile(channel).await?;
        let current = self.doors().site.settings();
        let look = &current.settings.look;
        Ok(json!({
            "appearanceVariables": theme(look),
            "version": self.shared.version,
            "welcomeMessage": rules.welcome,
            "offlineMessage": kept.offline_message,
            "logo": "/logo",
            "name": channel.name,
            "extraPageContent": self.page_content().await?,
            "streamTitle": channel.title,
            "customStyles": current.settings.styles,
            "customJavascript": look.script,
            "summary": channel.description,
            "tags": tags(&self.tags(profile.tags)),
            "socialHandles": social_handles(&channel.links),
            "nsfw": channel.mature,
        }))
    }

    /// What the world calls the site.
    pub(in crate::owncast) fn server_url(&self, kept: &Kept) -> String {
        match &self.shared.public_url {
            Some(url) => url.clone(),
            None => kept.server_url.clone(),
        }
    }

    fn ffmpeg(&self, kept: &Kept) -> String {
        match self.shared.ffmpeg.as_str() {
            "" => kept.ffmpeg_path.clone(),
            path => path.to_owned(),
        }
    }
}

fn notifications(kept: &Kept, secrets: &Secrets) -> Value {
    let of = |it: &Notices| json!({ "enabled": it.enabled, "goLiveMessage": it.go_live_message });
    let mut discord = of(&kept.discord);
    if let Value::Object(discord) = &mut discord {
        discord.insert("webhook".to_owned(), Value::from(secrets.discord_webhook.clone()));
    }
    json!({ "browser": of(&kept.browser), "discord": discord })
}

fn federation(kept: &Kept) -> Value {
    let it = &kept.federation;
    json!({
        "enabled": it.enabled,
        "isPrivate": it.is_private,
        "showEngagement": it.show_engagement,
        "username": it.username,
        "goLiveMessage": it.go_live_message,
        "blockedDomains": it.blocked_domains,
        "enableQuotes": it.enable_quotes,
        "hideFollowersTab": it.hide_followers_tab,
    })
}

fn chat(kept: &Kept, rules: &Rules) -> Value {
    let it = &kept.chat;
    json!({
        "chatDisabled": !rules.enabled,
        "chatJoinMessagesEnabled": rules.join_messages,
        "chatEstablishedUserMode": rules.established_minutes > 0,
        "chatSpamProtectionEnabled": it.spam_protection,
        "chatSlurFilterEnabled": it.slur_filter,
        "chatRequireAuthentication": rules.signed_in_only,
        "forbiddenUsernames": it.forbidden_usernames,
        "suggestedUsernames": it.suggested_usernames,
    })
}
