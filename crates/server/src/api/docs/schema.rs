//! Schemas (JSON Schema 2020-12, as OpenAPI 3.1 has it) in words.

use std::fmt::Write as _;

use serde_json::Value;

use super::{entries, escape, paragraphs, text};

/// How deep properties of properties are told; what is deeper has a schema of its own.
const MAX_DEPTH: usize = 4;

/// A named schema as a section.
pub(super) fn render(name: &str, schema: &Value) -> String {
    let name = escape(name);
    let mut out = format!("<section id=\"schema-{name}\">\n<h3><code>{name}</code></h3>\n");
    out.push_str(&paragraphs(&schema["description"]));
    out.push_str(&inside(schema, 0));
    out.push_str("</section>\n");
    out
}

/// What a schema holds: its properties, its alternatives, or in one word what it is.
fn inside(schema: &Value, depth: usize) -> String {
    if depth >= MAX_DEPTH {
        return format!("<p>{}</p>\n", kind(schema));
    }
    if let Some(choices) = alternatives(schema) {
        let items = choices.iter().map(|choice| {
            let about = paragraphs(&choice["description"]);
            format!("<li>{about}{}</li>\n", inside(choice, depth + 1))
        });
        return format!(
            "<p>One of:</p>\n<ul class=\"choices\">\n{}</ul>\n",
            items.collect::<String>()
        );
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().map(|part| inside(part, depth + 1)).collect();
    }
    if schema["properties"].is_object() {
        return properties(schema, depth);
    }
    format!("<p>{}</p>\n", kind(schema))
}

fn properties(schema: &Value, depth: usize) -> String {
    let required = schema["required"].as_array();
    let mut out = String::from("<dl>\n");
    for (name, property) in entries(&schema["properties"]) {
        let is_required = required.is_some_and(|names| names.iter().any(|it| it == name.as_str()));
        let note = if is_required { "" } else { ", may be absent" };
        let _ = write!(
            out,
            "<dt><code>{}</code> <small>{}{note}</small></dt><dd>{}",
            escape(name),
            kind(property),
            text(&property["description"])
        );
        if property["properties"].is_object() {
            out.push_str(&inside(property, depth + 1));
        }
        out.push_str("</dd>\n");
    }
    out.push_str("</dl>\n");
    out
}

/// What a schema is, in a few words.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#schema-{name}\"><code>{name}</code></a>");
    }
    if let Some(choices) = alternatives(schema).or_else(|| schema["allOf"].as_array()) {
        let kinds: Vec<_> = choices.iter().map(kind).collect();
        return kinds.join(" or ");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> =
            words.iter().map(|word| format!("<code>{}</code>", literal(word))).collect();
        return words.join(" or ");
    }
    if schema["items"].is_object() {
        return format!("list of {}", kind(&schema["items"]));
    }
    let names = match &schema["type"] {
        Value::Array(names) => names.iter().map(literal).collect::<Vec<_>>().join(" or "),
        Value::String(name) => escape(name),
        _ => return "anything".to_owned(),
    };
    format!("{names}{}", bounds(schema))
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array())
}

fn bounds(schema: &Value) -> String {
    let mut out = String::new();
    for (name, word) in [
        ("format", ""),
        ("minimum", "at least "),
        ("maximum", "at most "),
        ("minLength", "at least that long: "),
        ("maxLength", "at most that long: "),
    ] {
        if let Some(value) = schema.get(name) {
            let _ = write!(out, ", {word}{}", literal(value));
        }
    }
    out
}

fn literal(value: &Value) -> String {
    value.as_str().map_or_else(|| escape(&value.to_string()), escape)
}
