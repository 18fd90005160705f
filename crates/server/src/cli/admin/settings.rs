//! The site's settings on the command line.

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use super::WHO;
use crate::site::Site;

/// All settings, or the one that `key` names.
pub(super) fn show(site: &Site, key: Option<&str>) -> anyhow::Result<String> {
    let settings = serde_json::to_value(&site.settings().settings)?;
    let mut found = &settings;
    for name in key.into_iter().flat_map(|key| key.split('.')) {
        let missing = || format!("there is no setting `{name}`; see `rivulet admin settings`");
        found = found.get(name).with_context(missing)?;
    }
    Ok(match found {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other)?,
    })
}

/// Changes one setting; gives its new value.
pub(super) async fn set(site: &Site, key: &str, value: &str) -> anyhow::Result<String> {
    if key.is_empty() {
        bail!("name a setting; see `rivulet admin settings`");
    }
    // What is no JSON is a text, and so is what must be one.
    let literal = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    let refused = match site.change(WHO, &patch(key, literal)).await {
        Ok(_) => return show(site, Some(key)),
        Err(refused) => refused,
    };
    match site.change(WHO, &patch(key, Value::String(value.to_owned()))).await {
        Ok(_) => show(site, Some(key)),
        Err(_) => Err(refused.into()),
    }
}

fn patch(key: &str, value: Value) -> Value {
    key.rsplit('.')
        .fold(value, |inner, name| Value::Object(Map::from_iter([(name.to_owned(), inner)])))
}
