//! How pages look beside what we give them: the admin's script, colours and buttons.
//!
//! No script reaches pages where somebody signs in or runs something.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SiteError;
use crate::sanitise::{self, SafeHtml};

/// Longest script, in bytes. Against a row that grows without end.
const MAX_SCRIPT_LEN: usize = 200_000;
/// Variables of the theme.
const MAX_VARIABLES: usize = 100;
/// Longest name and value of one, in bytes.
const MAX_VARIABLE_LEN: usize = 100;
/// Buttons under the player.
const MAX_ACTIONS: usize = 50;
/// Longest part of one, in bytes.
const MAX_ACTION_LEN: usize = 10_000;
/// Bytes of all buttons: every page and every socket is told all of them.
const MAX_ACTIONS_LEN: usize = 50_000;

/// How pages look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Look {
    /// JavaScript that pages for viewers load.
    pub(crate) script: String,
    /// Variables of the theme, by Owncast's names.
    pub(crate) variables: Vec<Variable>,
    /// Buttons under the player.
    pub(crate) actions: Vec<ExternalAction>,
    /// Whether the site has an icon of its own.
    pub(crate) has_icon: bool,
}

/// A variable of the theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Variable {
    /// Without the two dashes.
    #[schema(example = "theme-color-action")]
    pub(crate) name: String,
    #[schema(example = "#1f6feb")]
    pub(crate) value: String,
}

/// A button under the player that leads elsewhere, or shows a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ExternalAction {
    /// Where it leads; empty where it shows `html`.
    pub(crate) url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) html: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Where a picture for it is.
    pub(crate) icon: String,
    pub(crate) color: String,
    pub(crate) open_externally: bool,
}

/// A button under the player.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = SiteAction)]
pub(crate) struct Button {
    /// What it says.
    title: String,
    /// What it is for; may be empty.
    description: String,
    /// Where it leads, in another window.
    #[schema(required)]
    url: Option<String>,
    /// What it shows, where it leads nowhere.
    #[schema(required)]
    html: Option<SafeHtml>,
}

impl From<&ExternalAction> for Button {
    fn from(action: &ExternalAction) -> Self {
        let leads = !action.url.is_empty();
        Self {
            title: action.title.clone(),
            description: action.description.clone(),
            url: leads.then(|| action.url.clone()),
            html: (!leads).then(|| sanitise::markdown(&action.html)),
        }
    }
}

impl Look {
    /// The buttons as pages show them.
    pub(crate) fn buttons(&self) -> Vec<Button> {
        self.actions.iter().map(Button::from).collect()
    }

    pub(super) fn check(&self) -> Result<(), SiteError> {
        let refuse = |field, range| Err(SiteError::OutOfRange { field, range });
        if self.script.len() > MAX_SCRIPT_LEN {
            return refuse("look.script", "at most 200,000 bytes");
        }
        if self.variables.len() > MAX_VARIABLES || !self.variables.iter().all(Variable::fits) {
            let range = "at most 100, each a name of letters, digits and `-` and a value such as \
                         `#1f6feb` or `rgb(0 0 0 / 50%)`";
            return refuse("look.variables", range);
        }
        let length: usize = self.actions.iter().map(ExternalAction::len).sum();
        let fit = self.actions.iter().all(ExternalAction::fits) && length <= MAX_ACTIONS_LEN;
        if self.actions.len() > MAX_ACTIONS || !fit {
            let range = "at most 50, each with a title and an address of the web or HTML, and \
                         together at most 50,000 bytes";
            return refuse("look.actions", range);
        }
        Ok(())
    }
}

impl Variable {
    /// Whether it can stand in a style sheet and mean nothing but itself.
    fn fits(&self) -> bool {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let is_value = |c: char| c.is_ascii_alphanumeric() || "#%.,()/+-_ ".contains(c);
        (1..=MAX_VARIABLE_LEN).contains(&self.name.len())
            && self.name.chars().all(is_name)
            && (1..=MAX_VARIABLE_LEN).contains(&self.value.trim().len())
            && self.value.chars().all(is_value)
    }
}

impl ExternalAction {
    fn texts(&self) -> [&str; 6] {
        [&self.url, &self.html, &self.title, &self.description, &self.icon, &self.color]
    }

    fn len(&self) -> usize {
        self.texts().iter().map(|it| it.len()).sum()
    }

    fn fits(&self) -> bool {
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        let leads = is_web(&self.url) || (self.url.is_empty() && !self.html.is_empty());
        let are_short = self.texts().iter().all(|it| it.len() <= MAX_ACTION_LEN);
        !self.title.is_empty() && leads && are_short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, value: &str) -> Look {
        let variable = Variable { name: name.to_owned(), value: value.to_owned() };
        Look { variables: vec![variable], ..Look::default() }
    }

    #[test]
    fn buttons_are_not_more_than_every_socket_can_be_told() {
        let action = |length| ExternalAction {
            title: "Rules".to_owned(),
            html: "x".repeat(length),
            ..ExternalAction::default()
        };
        for (actions, length, fits) in
            [(1, 10_000, true), (1, 10_001, false), (5, 9_995, true), (6, 9_995, false)]
        {
            let look = Look { actions: vec![action(length); actions], ..Look::default() };
            assert_eq!(look.check().is_ok(), fits, "{actions} of {length}");
        }
    }

    #[test]
    fn variables_cannot_leave_their_place_in_a_style_sheet() {
        for (name, value) in [
            ("theme-color-action", "#1f6feb"),
            ("theme-rounded-corners", "12px"),
            ("theme-color-users-0", "var(--x-1)"),
            ("a_b", "rgb(0 0 0 / 50%)"),
        ] {
            assert!(variable(name, value).check().is_ok(), "{name}: {value}");
        }
        for (name, value) in [
            ("", "red"),
            ("a b", "red"),
            ("a}", "red"),
            ("a", ""),
            ("a", " "),
            ("a", "red;}body{display:none"),
            ("a", "url(\"x\")"),
            ("a", "red</style>"),
            ("a", &"x".repeat(101)),
        ] {
            assert!(variable(name, value).check().is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn buttons_have_a_title_and_lead_to_the_web() {
        let action = |title: &str, url: &str, html: &str| Look {
            actions: vec![ExternalAction {
                title: title.to_owned(),
                url: url.to_owned(),
                html: html.to_owned(),
                ..ExternalAction::default()
            }],
            ..Look::default()
        };
        assert!(action("A", "https://a.example", "").check().is_ok());
        assert!(action("A", "", "<p>hi</p>").check().is_ok());
        for (title, url, html) in
            [("", "https://a.example", ""), ("A", "javascript:x", ""), ("A", "", "")]
        {
            assert!(action(title, url, html).check().is_err(), "{title} {url}");
        }
        assert!(Look { script: "x".repeat(200_001), ..Look::default() }.check().is_err());
    }
}
