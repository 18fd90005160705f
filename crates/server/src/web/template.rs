//! The built HTML with its gaps, and what goes into them.

use super::reader::Reader;

/// The beginning of the first tag, whose language is that of whoever reads.
const ROOT: &str = "<html lang=\"en\" dir=\"ltr\"";
/// Where the head's tags go.
const HEAD: &str = "<!--rivulet:head-->";
/// Where the text for readers without JavaScript goes.
const BODY: &str = "<!--rivulet:body-->";
/// Where the page's data goes.
const BOOT: &str = "<!--rivulet:boot-->";
/// Around the shape of the player, which pages without one are sent without.
const STAGE: (&str, &str) = ("<!--rivulet:stage-->", "<!--/rivulet:stage-->");
/// What stands for the response's nonce.
const NONCE: &str = "__NONCE__";

/// What one response puts into the gaps.
pub(crate) struct Fill {
    /// Who reads it.
    pub(crate) reader: Reader,
    /// Where the site's own styles are, if it has any.
    pub(crate) styles: Option<String>,
    /// Tags of the head, as HTML.
    pub(crate) head: String,
    /// What is read without JavaScript, as HTML.
    pub(crate) body: String,
    /// The page's data.
    pub(crate) boot: serde_json::Value,
}

/// A built HTML file.
pub(super) struct Template {
    html: String,
}

impl Template {
    pub(super) fn parse(html: &str) -> Self {
        Self { html: html.to_owned() }
    }

    /// The same without the shape of the player.
    pub(super) fn without_stage(&self) -> Self {
        let (before, rest) = self.html.split_once(STAGE.0).unwrap_or((&self.html, ""));
        let (_, after) = rest.split_once(STAGE.1).unwrap_or(("", rest));
        Self { html: format!("{before}{after}") }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.html.is_empty()
    }

    /// `links` are further tags of the head.
    pub(super) fn render(&self, fill: &Fill, (nonce, links): (&str, &str)) -> String {
        let root = format!("<html {}", fill.reader.attributes());
        // The nonce comes first, so that no text of a channel can contain its stand-in.
        self.html
            .replacen(ROOT, &root, 1)
            .replace(NONCE, nonce)
            .replace(HEAD, &format!("{}{links}", fill.head))
            .replace(BODY, &fill.body)
            .replace(BOOT, &script_json(&fill.boot))
    }
}

/// The page of a binary without pages.
pub(super) fn unbuilt(fill: &Fill) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{}</head><body>{}\
         <p>The web application is not built into this server. Run <code>make demo</code>, or \
         <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, then build the server \
         again.</p></body></html>",
        fill.head, fill.body
    )
}

/// JSON that cannot end the script element it stands in, nor begin a comment.
fn script_json(value: &serde_json::Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::super::reader::{PageLanguage, Theme};
    use super::*;
    use crate::sanitise::escape;

    #[test]
    fn gaps_are_filled_and_nothing_escapes_from_its_gap() {
        let html = "<html lang=\"en\" dir=\"ltr\"><head nonce=\"__NONCE__\"><!--rivulet:head--></head><noscript>\
                    <!--rivulet:body--></noscript><script><!--rivulet:boot--></script>";
        let boot = serde_json::json!({ "name": "</script><script>alert(1)//<!--" });
        let (head, body) = ("H".to_owned(), escape("<b>&\"'"));
        let reader = Reader { language: PageLanguage::Arabic, theme: Some(Theme::Dark) };
        let fill = Fill { reader, styles: None, head, body, boot };
        let page = Template::parse(html).render(&fill, ("n0nce", "L"));
        assert_eq!(
            page,
            "<html lang=\"ar\" dir=\"rtl\" data-theme=\"dark\"><head nonce=\"n0nce\">HL</head><noscript>\
             &lt;b&gt;&amp;&quot;&#39;</noscript><script>{\"name\":\"\\u003c/script>\\u003cscript>alert(1)//\\u003c!--\"}</script>"
        );
    }

    #[test]
    fn pages_without_a_player_have_no_shape_of_one() {
        let html = "<a><!--rivulet:stage--><b><!--/rivulet:stage--><c>";
        assert_eq!(Template::parse(html).without_stage().html, "<a><c>");
        assert_eq!(Template::parse("<a>").without_stage().html, "<a>");
    }

    #[test]
    fn a_channel_cannot_learn_the_nonce() {
        let fill = Fill {
            reader: Reader::default(),
            styles: None,
            head: "__NONCE__".to_owned(),
            body: String::new(),
            boot: serde_json::Value::Null,
        };
        let page = Template::parse("<!--rivulet:head-->").render(&fill, ("secret", ""));
        assert_eq!(page, "__NONCE__");
    }
}
