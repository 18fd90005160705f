//! What Owncast's clients set and our own pages change as well: buttons under the picture, styles
//! and scripts of the admin's own, words while nothing is on. Most of it is the site's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Owncast, OwncastError};
use crate::audit::Actor;
use crate::merge_patch;
use crate::site::ExternalAction;

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
        let current = self.doors().site.settings();
        let look = current.settings.look.clone();
        Ok(Extras {
            offline_message: self.kept().await?.offline_message,
            custom_styles: current.settings.styles.clone(),
            custom_javascript: look.script,
            appearance: look.variables.into_iter().map(|it| (it.name, it.value)).collect(),
            external_actions: look.actions,
        })
    }

    /// Changes what `patch` names, each as a whole, by the rules that Owncast's clients meet.
    pub(super) async fn change_extras(
        &self,
        actor: &Actor,
        patch: &Value,
    ) -> Result<Extras, OwncastError> {
        let was = self.extras().await?;
        let became = patched(&was, patch)?;
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

/// A merge patch (RFC 7396), but for the variables: their names are anybody's, so all of them are
/// replaced at once.
fn patched(was: &Extras, patch: &Value) -> Result<Extras, OwncastError> {
    let mut patch = patch.clone();
    let variables = patch.as_object_mut().and_then(|named| named.remove("appearance"));
    let mut became =
        merge_patch::apply(was, &patch).map_err(|error| OwncastError::no(error.to_string()))?;
    if let Some(variables) = variables {
        became.appearance = Option::deserialize(variables)
            .map_err(|error| OwncastError::no(format!("`appearance` does not fit: {error}")))?
            .unwrap_or_default();
    }
    Ok(became)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_replaced_as_a_whole() {
        let was = Extras {
            custom_styles: "a{}".to_owned(),
            appearance: BTreeMap::from([("a".to_owned(), "1".to_owned())]),
            ..Extras::default()
        };
        let became = patched(&was, &json!({ "appearance": { "b": "2" } })).unwrap();
        assert_eq!(became.appearance, BTreeMap::from([("b".to_owned(), "2".to_owned())]));
        assert_eq!(became.custom_styles, "a{}");
        let became = patched(&was, &json!({ "appearance": null, "custom_styles": "" })).unwrap();
        assert_eq!(became, Extras::default());
        for wrong in [json!([]), json!({ "appearance": 5 }), json!({ "x": 1 })] {
            assert!(patched(&was, &wrong).is_err(), "{wrong}");
        }
    }
}
