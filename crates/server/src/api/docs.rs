//! `/api/docs`: the API description as a page to read. It is rendered once from the description, by
//! pure functions; it has no script and asks nobody else for anything.

mod schema;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{self, HeaderName};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Map, Value};

use crate::sanitise::escape;

/// The page's style, served beside it.
const STYLE: &str = include_str!("docs/style.css");
/// Its own style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
/// What the paths of our API begin with.
const PREFIX: &str = "/api/v1";
/// The order in which methods of one path are read.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page and its style.
pub(crate) fn routes(description: &utoipa::openapi::OpenApi) -> Router {
    // A description is made of types that are always JSON.
    let document = serde_json::to_value(description).unwrap_or_default();
    let page: Arc<str> = render(&document).into();
    Router::new()
        .route("/api/docs", get(move || std::future::ready(html(Arc::clone(&page)))))
        .route("/api/docs/style.css", get(|| std::future::ready(style())))
}

fn html(page: Arc<str>) -> impl IntoResponse {
    let fields: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (fields, page.to_string())
}

fn style() -> impl IntoResponse {
    let fields: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (fields, STYLE)
}

/// The page of a description.
fn render(document: &Value) -> String {
    let title = text(&document["info"]["title"]);
    let operations = operations(document);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} API</title>\n<link rel=\"stylesheet\" href=\"/api/docs/style.css\">\n\
         </head>\n<body>\n<a class=\"skip\" href=\"#operations\">To the operations</a>\n\
         <header><h1>{title} API</h1>{}<p>The same as a document: \
         <a href=\"/api/v1/openapi.json\">openapi.json</a>.</p></header>\n",
        paragraphs(&document["info"]["description"])
    );
    page.push_str(&contents(&operations));
    page.push_str("<main id=\"operations\">\n<h2>Operations</h2>\n");
    page.extend(operations.iter().map(Operation::render));
    page.push_str("<h2 id=\"schemas\">Schemas</h2>\n");
    for (name, schema) in entries(&document["components"]["schemas"]) {
        page.push_str(&schema::render(name, schema));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// One method of one path.
struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    value: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in entries(&document["paths"]) {
        let here = METHODS.into_iter().filter_map(|method| Some((method, item.get(method)?)));
        operations.extend(here.map(|(method, value)| Operation { method, path, value }));
    }
    operations
}

/// What leads to each operation, as the side of a wide screen and the top of a narrow one: by what
/// the operations are about, to be unfolded.
fn contents(operations: &[Operation<'_>]) -> String {
    let mut list = String::from("<nav aria-label=\"Contents\">\n");
    for group in operations.chunk_by(|one, other| one.subject() == other.subject()) {
        let subject = group.first().map_or("", Operation::subject);
        let _ = writeln!(list, "<details><summary>{}</summary>\n<ul>", escape(subject));
        for operation in group {
            let (anchor, label) = (operation.anchor(), operation.label(PREFIX));
            let _ = writeln!(list, "<li><a href=\"#{anchor}\">{label}</a></li>");
        }
        list.push_str("</ul>\n</details>\n");
    }
    list.push_str("<p><a href=\"#schemas\">Schemas</a></p>\n</nav>\n");
    list
}

impl Operation<'_> {
    fn anchor(&self) -> String {
        let path = self.path.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        format!("{}{path}", self.method)
    }

    /// What it is about: the first name in its path.
    fn subject(&self) -> &str {
        let path = self.path.strip_prefix(PREFIX).unwrap_or(self.path);
        path.trim_start_matches('/').split('/').next().unwrap_or_default()
    }

    /// Its method, and its path without what all have in common.
    fn label(&self, common: &str) -> String {
        let method = self.method.to_uppercase();
        let path = self.path.strip_prefix(common).unwrap_or(self.path);
        format!(
            "<span class=\"method {}\">{method}</span> <code>{}</code>",
            self.method,
            breakable(path)
        )
    }

    fn render(&self) -> String {
        let mut out = format!("<section id=\"{}\">\n<h3>{}</h3>\n", self.anchor(), self.label(""));
        let summary = text(&self.value["summary"]);
        if !summary.is_empty() {
            let _ = writeln!(out, "<p class=\"summary\">{summary}</p>");
        }
        out.push_str(&paragraphs(&self.value["description"]));
        out.push_str(&self.parameters());
        out.push_str(&self.body());
        out.push_str(&self.answers());
        out.push_str("</section>\n");
        out
    }

    fn parameters(&self) -> String {
        let Some(parameters) = self.value["parameters"].as_array().filter(|it| !it.is_empty())
        else {
            return String::new();
        };
        let mut out = String::from("<h4>Parameters</h4>\n<dl>\n");
        for parameter in parameters {
            let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
            let required = if parameter["required"] == true { ", required" } else { "" };
            let kind = schema::kind(&parameter["schema"]);
            let about = text(&parameter["description"]);
            let _ = writeln!(
                out,
                "<dt><code>{name}</code> <small>{place}, {kind}{required}</small></dt>\
                 <dd>{about}</dd>"
            );
        }
        out.push_str("</dl>\n");
        out
    }

    fn body(&self) -> String {
        let forms: Vec<_> = entries(&self.value["requestBody"]["content"]).map(form).collect();
        if forms.is_empty() {
            return String::new();
        }
        format!("<h4>Body</h4>\n<p>{}</p>\n", forms.join(", "))
    }

    fn answers(&self) -> String {
        let mut out = String::from("<h4>Answers</h4>\n<dl>\n");
        for (status, answer) in entries(&self.value["responses"]) {
            let forms: Vec<_> = entries(&answer["content"]).map(form).collect();
            let about = text(&answer["description"]);
            let separator = if about.is_empty() || forms.is_empty() { "" } else { ": " };
            let _ = writeln!(
                out,
                "<dt><code>{}</code></dt><dd>{about}{separator}{}</dd>",
                escape(status),
                forms.join(", ")
            );
        }
        out.push_str("</dl>\n");
        out
    }
}

/// A media type and what it holds.
fn form((media, content): (&String, &Value)) -> String {
    let kind = schema::kind(&content["schema"]);
    format!("{kind} <small>{}</small>", breakable(media))
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// A description's paragraphs.
fn paragraphs(value: &Value) -> String {
    let whole = value.as_str().unwrap_or_default();
    let parts = whole.split("\n\n").filter(|part| !part.trim().is_empty());
    parts.map(|part| format!("<p>{}</p>\n", marked(part))).collect()
}

/// A description's text in one line.
fn text(value: &Value) -> String {
    marked(value.as_str().unwrap_or_default())
}

/// Escaped, with what stands between backticks as code: the one mark that our descriptions use.
fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", escape(part));
        } else {
            out.push_str(&escape(part));
        }
    }
    out
}

/// A path or media type, which may be broken at its slashes on a narrow screen.
fn breakable(text: &str) -> String {
    escape(text).replace('/', "/<wbr>")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_description_becomes_a_page() {
        let document = json!({
            "info": { "title": "Toys & Co", "description": "First `code`.\n\nSecond <b>." },
            "paths": { "/toys/{name}": {
                "post": {
                    "summary": "Makes a toy",
                    "parameters": [{
                        "name": "name", "in": "path", "required": true,
                        "description": "Which", "schema": { "type": "string", "maxLength": 5 },
                    }],
                    "requestBody": { "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/Toy" } } } },
                    "responses": {
                        "200": { "description": "Made", "content": { "application/json": {
                            "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Toy" } } } } },
                        "404": { "description": "" },
                    },
                },
                "get": { "responses": {} },
            } },
            "components": { "schemas": {
                "Toy": { "type": "object", "description": "A toy.", "required": ["name"],
                    "properties": {
                        "name": { "type": "string", "description": "Its name." },
                        "size": { "type": ["integer", "null"], "format": "int32", "minimum": 1 },
                    } },
                "Colour": { "type": "string", "enum": ["red", "blue"] },
                "Shape": { "oneOf": [
                    { "type": "object", "required": ["kind"], "properties": {
                        "kind": { "type": "string", "enum": ["ball"] } } },
                    { "$ref": "#/components/schemas/Toy" },
                ] },
            } },
        });
        insta::assert_snapshot!(render(&document));
    }

    #[test]
    fn nothing_in_the_real_description_is_lost() {
        let document = serde_json::to_value(crate::router::description()).unwrap();
        let page = render(&document);
        for operation in operations(&document) {
            assert!(page.contains(&format!("<section id=\"{}\">", operation.anchor())));
        }
        for (name, _) in entries(&document["components"]["schemas"]) {
            assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
        }
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("http"));
    }
}
