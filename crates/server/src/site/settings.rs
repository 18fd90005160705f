//! The settings, their defaults and the rules they obey.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SiteError;
use super::look::Look;
use super::values::{Accent, Language, Link, MAX_TAGS, Tag, check_links};
use crate::accounts::Policy;

/// Longest name of a site, in characters.
const MAX_NAME_LEN: usize = 60;
/// Longest summary, in characters.
const MAX_SUMMARY_LEN: usize = 300;
/// Longest text of a page, in characters.
const MAX_TEXT_LEN: usize = 20_000;
/// Longest styles, in characters. Every page waits for them.
const MAX_STYLES_LEN: usize = 50_000;
/// Domains that accounts' mail may be of. Against a row that grows without end.
const MAX_MAIL_DOMAINS: usize = 100;
/// More channels than this belong to nobody.
const MAX_CHANNELS_PER_ACCOUNT: u32 = 1000;

/// What `/` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// The primary channel: the site is the channel.
    #[default]
    Single,
    /// The directory of channels.
    Multi,
}

/// Who may make channels, beside admins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Creators {
    /// Nobody.
    #[default]
    Admins,
    /// Accounts that a moderator has approved for it.
    Approved,
    /// Every account.
    Anyone,
}

/// How channels come to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ChannelRules {
    /// Who may make channels, beside admins.
    pub(crate) creators: Creators,
    /// Channels that one account may own.
    pub(crate) max_per_account: u32,
}

impl Default for ChannelRules {
    fn default() -> Self {
        Self { creators: Creators::default(), max_per_account: 3 }
    }
}

/// How long chat is kept, at most: ten years.
const MAX_CHAT_DAYS: u32 = 3650;

/// What holds in every chat of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ChatRules {
    /// For how many days what was said is kept; 0 keeps it for ever.
    pub(crate) kept_days: u32,
}

impl Default for ChatRules {
    fn default() -> Self {
        Self { kept_days: 365 }
    }
}

/// How long figures are kept, at most: ten years.
const MAX_FIGURES_DAYS: u32 = 3650;
/// The most that is waited for before somebody is told, in seconds.
const MAX_LAG_SECONDS: u32 = 600;
/// The most jobs that may fail before somebody is told.
const MAX_FAILED_JOBS: u32 = 10_000;

/// From where on somebody is told; 0 switches one off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct AlertRules {
    /// Hundredths of the processor's time.
    pub(crate) cpu_percent: u32,
    /// Hundredths of the memory.
    pub(crate) memory_percent: u32,
    /// Hundredths of the data folder's disk.
    pub(crate) disk_percent: u32,
    /// Seconds that an encoder, or what is encoded here, is behind.
    pub(crate) lag_seconds: u32,
    /// Jobs that were given up.
    pub(crate) failed_jobs: u32,
}

impl Default for AlertRules {
    fn default() -> Self {
        Self {
            cpu_percent: 85,
            memory_percent: 85,
            disk_percent: 90,
            lag_seconds: 10,
            failed_jobs: 1,
        }
    }
}

impl AlertRules {
    fn check(&self) -> Result<(), SiteError> {
        let percent = "0 to 100";
        for (field, value, most, range) in [
            ("alerts.cpu_percent", self.cpu_percent, 100, percent),
            ("alerts.memory_percent", self.memory_percent, 100, percent),
            ("alerts.disk_percent", self.disk_percent, 100, percent),
            ("alerts.lag_seconds", self.lag_seconds, MAX_LAG_SECONDS, "0 to 600"),
            ("alerts.failed_jobs", self.failed_jobs, MAX_FAILED_JOBS, "0 to 10000"),
        ] {
            if value > most {
                return Err(SiteError::OutOfRange { field, range });
            }
        }
        Ok(())
    }
}

/// What is kept of how the site was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct FigureRules {
    /// For how many days figures by the hour are kept. Those by the minute are kept for two days at
    /// most, those by ten minutes for thirty.
    pub(crate) kept_days: u32,
}

impl Default for FigureRules {
    fn default() -> Self {
        Self { kept_days: 400 }
    }
}

/// What the site's admins decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Settings {
    /// What the site is called.
    pub(crate) name: String,
    /// The site in a sentence, for link previews and lists.
    pub(crate) summary: String,
    /// What new people are told, in Markdown.
    pub(crate) welcome: String,
    /// The about page, in Markdown.
    pub(crate) about: String,
    /// What the site is about.
    pub(crate) tags: Vec<Tag>,
    /// The language of what is written here, unless a channel says otherwise.
    #[schema(required)]
    pub(crate) language: Option<Language>,
    /// Where else to find who runs it.
    pub(crate) links: Vec<Link>,
    /// The colour of channels that chose none.
    #[schema(required)]
    pub(crate) accent: Option<Accent>,
    /// Styles of every page (CSS), which win over the site's own; docs/THEMES.md says what to name.
    pub(crate) styles: String,
    /// What `/` shows.
    pub(crate) mode: Mode,
    /// Whether nobody is told how many watch, but those who work on the channel.
    pub(crate) hides_viewers: bool,
    /// Whether search engines may list the pages.
    pub(crate) searchable: bool,
    /// The rules for new accounts.
    pub(crate) accounts: Policy,
    /// How channels come to be.
    pub(crate) channels: ChannelRules,
    /// What holds in every chat.
    pub(crate) chat: ChatRules,
    /// From where on somebody is told.
    pub(crate) alerts: AlertRules,
    /// What is kept of how the site was.
    pub(crate) figures: FigureRules,
    /// How pages look.
    pub(crate) look: Look,
}

impl Default for Settings {
    fn default() -> Self {
        let tags = ["rivulet", "streaming"].iter().filter_map(|tag| Tag::parse(tag));
        Self {
            name: "Rivulet".to_owned(),
            summary: String::new(),
            welcome: String::new(),
            about: String::new(),
            tags: tags.collect(),
            language: None,
            links: Vec::new(),
            accent: None,
            styles: String::new(),
            mode: Mode::default(),
            hides_viewers: false,
            searchable: true,
            accounts: Policy::default(),
            channels: ChannelRules::default(),
            chat: ChatRules::default(),
            alerts: AlertRules::default(),
            figures: FigureRules::default(),
            look: Look::default(),
        }
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), SiteError> {
        let refuse = |field, range| Err(SiteError::OutOfRange { field, range });
        let length = |text: &str| text.chars().count();
        if !(1..=MAX_NAME_LEN).contains(&length(self.name.trim())) {
            return refuse("name", "1 to 60 characters");
        }
        if length(&self.summary) > MAX_SUMMARY_LEN {
            return refuse("summary", "at most 300 characters");
        }
        for (field, text) in [("welcome", &self.welcome), ("about", &self.about)] {
            if length(text) > MAX_TEXT_LEN {
                return refuse(field, "at most 20,000 characters");
            }
        }
        if length(&self.styles) > MAX_STYLES_LEN {
            return refuse("styles", "at most 50,000 characters");
        }
        if self.tags.len() > MAX_TAGS {
            return refuse("tags", "at most 10 tags");
        }
        if !(1..=MAX_CHANNELS_PER_ACCOUNT).contains(&self.channels.max_per_account) {
            return refuse("channels.max_per_account", "1 to 1000");
        }
        if self.chat.kept_days > MAX_CHAT_DAYS {
            return refuse("chat.kept_days", "0 to 3650");
        }
        if !(1..=MAX_FIGURES_DAYS).contains(&self.figures.kept_days) {
            return refuse("figures.kept_days", "1 to 3650");
        }
        self.alerts.check()?;
        check_links(&self.links)?;
        self.look.check()?;
        check_mail_domains(&self.accounts)
    }
}

fn check_mail_domains(policy: &Policy) -> Result<(), SiteError> {
    let domains = &policy.mail_domains;
    if domains.len() <= MAX_MAIL_DOMAINS && domains.iter().all(|domain| is_domain(domain)) {
        return Ok(());
    }
    let range = "at most 100 domains such as `example.org`, in lower case";
    Err(SiteError::OutOfRange { field: "accounts.mail_domains", range })
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::merge_patch::{apply, difference};

    fn apply_to_default(patch: Value) -> Result<Settings, String> {
        let settings: Settings =
            apply(&Settings::default(), &patch).map_err(|error| error.to_string())?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }

    #[test]
    fn what_is_named_changes_and_nothing_else() {
        let patch = json!({ "name": "Town", "channels": { "creators": "anyone" } });
        let settings = apply_to_default(patch).unwrap();
        assert_eq!(settings.name, "Town");
        assert_eq!(settings.channels.creators, crate::site::Creators::Anyone);
        assert_eq!(settings.channels.max_per_account, 3);
        let (was, became) = difference(&Settings::default(), &settings);
        assert_eq!(was.unwrap()["name"], "Rivulet");
        assert_eq!(became.unwrap()["channels"]["creators"], "anyone");
        let back = apply(&settings, &json!({ "name": null, "channels": null })).unwrap();
        assert_eq!(back, Settings::default());
        assert_eq!(difference(&back, &Settings::default()), (None, None));
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_would() {
        for (patch, complaint) in [
            (json!([]), "changes are sent as a JSON object"),
            (json!({ "nmae": "x" }), "there is no `nmae` to change; did you mean `name`?"),
            (
                json!({ "channels": { "creator": "anyone" } }),
                "there is no `creator` to change; did you mean `creators`?",
            ),
            (
                json!({ "name": 5 }),
                "`name` does not fit: invalid type: integer `5`, expected a string",
            ),
            (json!({ "name": " " }), "`name` must be 1 to 60 characters"),
            (json!({ "tags": ["a/b"] }), "`tags` does not fit: a tag has 1 to 30"),
            (
                json!({ "tags": (0..11).map(|n| n.to_string()).collect::<Vec<_>>() }),
                "`tags` must be",
            ),
            (json!({ "language": "english" }), "`language` does not fit: a language is a tag"),
            (json!({ "accent": "red" }), "`accent` does not fit: a colour"),
            (json!({ "mode": "both" }), "`mode` does not fit: unknown variant `both`"),
            (json!({ "links": [{ "label": "x", "url": "x" }] }), "`links` must be at most 10"),
            (json!({ "channels": { "max_per_account": 0 } }), "`channels.max_per_account` must be"),
            (json!({ "accounts": { "mail_domains": ["@"] } }), "`accounts.mail_domains` must be"),
            (
                json!({ "alerts": { "disk_percent": 101 } }),
                "`alerts.disk_percent` must be 0 to 100",
            ),
            (json!({ "figures": { "kept_days": 0 } }), "`figures.kept_days` must be 1 to 3650"),
            (json!({ "about": "x".repeat(20_001) }), "`about` must be at most 20,000"),
        ] {
            let refused = apply_to_default(patch.clone()).unwrap_err();
            assert!(refused.starts_with(complaint), "{patch}: {refused}");
        }
    }
}
