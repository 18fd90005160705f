//! Changing a document by naming what changes: JSON Merge Patch (RFC 7396), except that nothing can
//! be named that there is not, and that `null` gives a value its default back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::config::nearest;

/// Why a patch changes nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PatchError {
    #[error("there is no `{unknown}` to change; did you mean `{nearest}`?")]
    Unknown { unknown: String, nearest: String },
    #[error("changes are sent as a JSON object")]
    NoObject,
    #[error("`{field}` does not fit: {reason}")]
    Unreadable { field: String, reason: String },
}

/// `document` with what `patch` names changed.
pub(crate) fn apply<T>(document: &T, patch: &Value) -> Result<T, PatchError>
where
    T: Clone + Default + Serialize + DeserializeOwned,
{
    let mut value = to_value(document);
    let defaults = to_value(&T::default());
    let mut changed = document.clone();
    for (path, new) in leaves(patch, &defaults)? {
        put(&mut value, &path, new);
        // One at a time, so that a value that does not fit is named.
        changed = serde_json::from_value(value.clone()).map_err(|error| {
            PatchError::Unreadable { field: path.join("."), reason: error.to_string() }
        })?;
    }
    Ok(changed)
}

/// What was and what became of it, of what is different.
pub(crate) fn difference<T: Serialize>(from: &T, to: &T) -> (Option<Value>, Option<Value>) {
    let (from, to) = (to_value(from), to_value(to));
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return (None, None) };
    let pick = |map: &Map<String, Value>, other: &Map<String, Value>| {
        let differs = map.iter().filter(|(key, value)| other.get(*key) != Some(*value));
        let picked: Map<_, _> = differs.map(|(key, value)| (key.clone(), value.clone())).collect();
        (!picked.is_empty()).then_some(Value::Object(picked))
    };
    (pick(&from, &to), pick(&to, &from))
}

/// Everything that the patch names, by its path, and its new value.
fn leaves(patch: &Value, defaults: &Value) -> Result<Vec<(Vec<String>, Value)>, PatchError> {
    let Value::Object(named) = patch else { return Err(PatchError::NoObject) };
    let mut found = Vec::new();
    for (key, value) in named {
        let Some(default) = defaults.get(key) else {
            let known = defaults.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
            let nearest = nearest(key, known).unwrap_or_default().to_owned();
            return Err(PatchError::Unknown { unknown: key.clone(), nearest });
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

fn to_value(document: &impl Serialize) -> Value {
    serde_json::to_value(document).expect("documents are texts, numbers and lists of them")
}
