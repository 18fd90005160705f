//! From HTML back to what somebody may have typed: for messages that another program keeps as HTML.

/// Longest name of an entity.
const MAX_ENTITY: usize = 10;

/// The text of it, with what Markdown has words for. Whatever is no element stays as it is.
pub(crate) fn from_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        rest =
            if from.starts_with('<') { element(from, &mut text) } else { entity(from, &mut text) };
    }
    text.push_str(rest);
    text.trim().to_owned()
}

/// Reads one element's beginning or end; what follows it.
fn element<'a>(from: &'a str, text: &mut String) -> &'a str {
    let Some((tag, after)) = from.strip_prefix('<').and_then(|it| it.split_once('>')) else {
        text.push_str(from);
        return "";
    };
    let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
    let name = tag.split([' ', '/', '\n', '\t']).next().unwrap_or_default().to_lowercase();
    match name.as_str() {
        "br" => text.push('\n'),
        "p" | "div" | "li" if is_end => text.push('\n'),
        "strong" | "b" => text.push_str("**"),
        "em" | "i" => text.push('*'),
        "code" => text.push('`'),
        // Emoji stand there by their names.
        "img" => text.push_str(&attribute(tag, "alt")),
        _ => {}
    }
    after
}

fn attribute(tag: &str, name: &str) -> String {
    let begin = format!(" {name}=\"");
    let value = tag.split_once(&begin).and_then(|(_, rest)| rest.split_once('"'));
    value.map_or_else(String::new, |(value, _)| from_html(value))
}

/// Reads one character by its name or number; what follows it.
fn entity<'a>(from: &'a str, text: &mut String) -> &'a str {
    let body = from.strip_prefix('&').unwrap_or(from);
    // No further than a name goes: a text may be all `&`.
    let end = body.bytes().take(MAX_ENTITY + 1).position(|byte| byte == b';');
    let named = end.and_then(|end| Some((body.get(..end)?, body.get(end + 1..)?)));
    let read = named.and_then(|(name, after)| Some((character(name)?, after)));
    match read {
        Some((character, after)) => {
            text.push(character);
            after
        }
        None => {
            text.push('&');
            body
        }
    }
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_what_was_typed() {
        for (html, text) in [
            ("<p>hello</p>", "hello"),
            ("<p>a <strong>b</strong> <em>c</em> <code>d</code></p>\n", "a **b** *c* `d`"),
            ("<p>one<br>two</p>", "one\ntwo"),
            ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &#39;x&#x27;", "1 < 2 && 3 > 2 'x'"),
            (
                "<p><img src=\"/img/emoji/cat.png\" class=\"emoji\" alt=\":cat:\" title=\":cat:\"></p>",
                ":cat:",
            ),
            ("<a href=\"https://a.example\" rel=\"x\">https://a.example</a>", "https://a.example"),
            ("a & b &unknown; &; &#xffffffff;", "a & b &unknown; &; &#xffffffff;"),
            ("<script>alert(1)</script>", "alert(1)"),
            ("1 <2", "1 <2"),
            ("", ""),
        ] {
            assert_eq!(from_html(html), text, "{html}");
        }
    }

    #[test]
    fn what_means_nothing_is_not_read_again_and_again() {
        let much = "&".repeat(4 << 20);
        assert_eq!(from_html(&much).len(), much.len());
    }
}
