//! What Owncast's clients set and our own pages change as well: buttons under the picture, styles
//! and scripts of the admin's own, words while nothing is on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::settings::ExternalAction;
use super::{Owncast, OwncastError};
use crate::audit::Actor;
use crate::merge_patch;

/// What the admin adds to the pages of the site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Extras {
    /// What stands where the picture is while nothing is on; Markdown, may be empty.
    pub(super) offline_message: String,
    /// Styles of the admin's own, as CSS; may be empty.
    pub(super) custom_styles: String,
    /// A script of the admin's own; may be empty. It never runs on pages for admins.
    pub(super) custom_javascript: String,
    /// Colours and measures by the names of their variables in CSS.
    pub(super) appearance: BTreeMap<String, String>,
    /// Buttons under the picture, at most 50.
    pub(super) external_actions: Vec<ExternalAction>,
}

impl Owncast {
    /// What the admin adds to the pages.
    pub(super) async fn extras(&self) -> Result<Extras, OwncastError> {
        let kept = self.kept().await?;
        Ok(Extras {
            offline_message: kept.offline_message,
            custom_styles: kept.custom_styles,
            custom_javascript: kept.custom_javascript,
            appearance: kept.appearance,
            external_actions: kept.external_actions,
        })
    }

    /// Changes what `patch` names (RFC 7396), by the rules that Owncast's clients meet.
    pub(super) async fn change_extras(
        &self,
        actor: &Actor,
        patch: &Value,
    ) -> Result<Extras, OwncastError> {
        let was = self.extras().await?;
        let became = merge_patch::apply(&was, patch)
            .map_err(|error| OwncastError::no(error.to_string()))?;
        for (key, before, after) in [
            ("offlinemessage", json!(was.offline_message), json!(became.offline_message)),
            ("customstyles", json!(was.custom_styles), json!(became.custom_styles)),
            ("customjavascript", json!(was.custom_javascript), json!(became.custom_javascript)),
            ("appearance", json!(was.appearance), json!(became.appearance)),
            ("externalactions", json!(was.external_actions), json!(became.external_actions)),
        ] {
            if before != after {
                self.set(actor, (key, &after)).await?;
            }
        }
        self.extras().await
    }
}
