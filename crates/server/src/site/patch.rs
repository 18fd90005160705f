//! Changing settings by naming what changes: JSON Merge Patch (RFC 7396), except that nothing can
//! be named that there is not, and that `null` gives a setting its default back.

use serde_json::{Map, Value};

use super::{Settings, SiteError};
use crate::config::nearest;

/// `settings` with what `patch` names changed.
pub(super) fn apply(settings: &Settings, patch: &Value) -> Result<Settings, SiteError> {
    let mut document = to_value(settings);
    let defaults = to_value(&Settings::default());
    let mut changed = settings.clone();
    for (path, value) in leaves(patch, &defaults)? {
        put(&mut document, &path, value);
        // One at a time, so that a value that does not fit is named.
        changed = serde_json::from_value(document.clone()).map_err(|error| {
            SiteError::Unreadable { field: path.join("."), reason: error.to_string() }
        })?;
    }
    Ok(changed)
}

/// What was and what became of it, of what is different.
pub(super) fn difference(from: &Settings, to: &Settings) -> (Option<Value>, Option<Value>) {
    let (from, to) = (to_value(from), to_value(to));
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return (None, None) };
    let pick = |map: &Map<String, Value>, other: &Map<String, Value>| {
        let differs = map.iter().filter(|(key, value)| other.get(*key) != Some(*value));
        let picked: Map<_, _> = differs.map(|(key, value)| (key.clone(), value.clone())).collect();
        (!picked.is_empty()).then_some(Value::Object(picked))
    };
    (pick(&from, &to), pick(&to, &from))
}

/// Every setting that the patch names, by its path, and its new value.
fn leaves(patch: &Value, defaults: &Value) -> Result<Vec<(Vec<String>, Value)>, SiteError> {
    let Value::Object(named) = patch else { return Err(SiteError::NoObject) };
    let mut found = Vec::new();
    for (key, value) in named {
        let Some(default) = defaults.get(key) else {
            let known = defaults.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
            let nearest = nearest(key, known).unwrap_or_default().to_owned();
            return Err(SiteError::Unknown { unknown: key.clone(), nearest });
        };
        match value {
            Value::Null => found.push((vec![key.clone()], default.clone())),
            Value::Object(_) if default.is_object() => {
                let inner = leaves(value, default)?.into_iter();
                found.extend(inner.map(|(path, value)| {
                    (std::iter::once(key.clone()).chain(path).collect(), value)
                }));
            }
            _ => found.push((vec![key.clone()], value.clone())),
        }
    }
    Ok(found)
}

fn put(document: &mut Value, path: &[String], value: Value) {
    let mut place = document;
    for key in path {
        let Some(inner) = place.get_mut(key) else { return };
        place = inner;
    }
    *place = value;
}

fn to_value(settings: &Settings) -> Value {
    serde_json::to_value(settings).expect("settings are texts, numbers and lists of them")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn apply_to_default(patch: Value) -> Result<Settings, String> {
        let settings = apply(&Settings::default(), &patch).map_err(|error| error.to_string())?;
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
            (json!([]), "settings are changed with a JSON object"),
            (json!({ "nmae": "x" }), "there is no setting `nmae`; did you mean `name`?"),
            (
                json!({ "channels": { "creator": "anyone" } }),
                "there is no setting `creator`; did you mean `creators`?",
            ),
            (json!({ "name": 5 }), "`name` does not fit: invalid type: integer `5`, expected a string"),
            (json!({ "name": " " }), "`name` must be 1 to 60 characters"),
            (json!({ "tags": ["a/b"] }), "`tags` does not fit: a tag has 1 to 30"),
            (json!({ "tags": (0..11).map(|n| n.to_string()).collect::<Vec<_>>() }), "`tags` must be"),
            (json!({ "language": "english" }), "`language` does not fit: a language is a tag"),
            (json!({ "accent": "red" }), "`accent` does not fit: a colour"),
            (json!({ "mode": "both" }), "`mode` does not fit: unknown variant `both`"),
            (json!({ "links": [{ "label": "x", "url": "x" }] }), "`links` must be at most 10"),
            (json!({ "channels": { "max_per_account": 0 } }), "`channels.max_per_account` must be"),
            (json!({ "accounts": { "mail_domains": ["@"] } }), "`accounts.mail_domains` must be"),
            (json!({ "about": "x".repeat(20_001) }), "`about` must be at most 20,000"),
        ] {
            let refused = apply_to_default(patch.clone()).unwrap_err();
            assert!(refused.starts_with(complaint), "{patch}: {refused}");
        }
    }
}
