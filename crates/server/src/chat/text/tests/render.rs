//! What messages look like.

use proptest::prelude::*;

use super::Shelf;
use super::harmless::check;
use crate::chat::text::{Link, Ways, escaped, render};
use crate::sanitise;

const REL: &str = "rel=\"nofollow noopener noreferrer ugc\" target=\"_blank\"";

fn ours(text: &str) -> String {
    render(text, &Shelf, Ways::Ours).html.as_str().replace(REL, "REL")
}

fn owncast(text: &str) -> String {
    render(text, &Shelf, Ways::Owncast).html.as_str().to_owned()
}

#[test]
fn our_markdown_is_that_of_chat() {
    for (text, html) in [
        ("hello", "<p>hello</p>"),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("***a***", "<p><em><strong>a</strong></em></p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"),
        ("# a", "<p># a</p>"),
        ("- a\n1. b", "<p>- a<br>1. b</p>"),
        ("---", "<p>---</p>"),
        ("a\n===", "<p>a<br>===</p>"),
        ("|a|b|\n|-|-|", "<p>|a|b|<br>|-|-|</p>"),
        ("    a", "<p>a</p>"),
        ("<b>a</b> & <i>", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;i&gt;</p>"),
        ("&lt; &amp;", "<p>&lt; &amp;</p>"),
        ("I <3 it", "<p>I &lt;3 it</p>"),
        ("> a\nb", "<blockquote><p>a</p></blockquote><p>b</p>"),
        ("> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"),
        ("```\n<b>\n# x\n```", "<pre><code>&lt;b&gt;\n# x\n</code></pre>"),
        ("||a *b*||", "<p><span class=\"spoiler\">a <em>b</em></span></p>"),
        ("a || b", "<p>a || b</p>"),
        ("|||| x", "<p>|||| x</p>"),
        ("*||a* b||", "<p><em>||a</em> b||</p>"),
        (
            "@ada hi, mail@example.org",
            "<p><span class=\"mention\">@ada</span> hi, mail@example.org</p>",
        ),
        ("\\*a\\*", "<p>*a*</p>"),
        (
            "[a]: https://x.example",
            "<p>[a]: <a href=\"https://x.example/\" REL>https://x.example</a></p>",
        ),
        ("a\u{202e}b\u{0}c", "<p>abc</p>"),
        ("\u{100000}\u{f003c}b", "<p>\u{fffd}\u{fffd}b</p>"),
        ("", ""),
    ] {
        assert_eq!(ours(text), html, "{text}");
    }
}

#[test]
fn emotes_are_pictures_of_this_site() {
    let wave = "<img class=\"emote\" src=\"/img/emoji/wave.png\" alt=\":wave:\" title=\":wave:\">";
    let jam = "<img class=\"emote animated\" src=\"/img/emoji/cat_jam.gif\" alt=\":cat_jam:\" title=\":cat_jam:\" width=\"56\">";
    for (text, html) in [
        (":WAVE:", format!("<p>{wave}</p>")),
        ("_:cat_jam:_ :cat_jam:", format!("<p><em>{jam}</em> {jam}</p>")),
        (":wave::wave:", format!("<p>{wave}{wave}</p>")),
        ("10:30:45 :nope:", "<p>10:30:45 :nope:</p>".to_owned()),
        ("`:wave:`", "<p><code>:wave:</code></p>".to_owned()),
    ] {
        assert_eq!(ours(text), html, "{text}");
    }
}

#[test]
fn links_lead_where_they_say() {
    let link = |url: &str, words: &str| format!("<p><a href=\"{url}\" REL>{words}</a></p>");
    for (text, html) in [
        (
            "https://x.example/a_b_c*d*",
            link("https://x.example/a_b_c*d", "https://x.example/a_b_c*d").replace("</p>", "*</p>"),
        ),
        ("<https://x.example>", link("https://x.example/", "https://x.example")),
        (
            "(https://x.example/a_(b)).",
            format!(
                "<p>({}).</p>",
                &link("https://x.example/a_(b)", "https://x.example/a_(b)")[3..][..]
            )
            .replace("</p>).", ")."),
        ),
        ("[word](https://x.example)", link("https://x.example/", "word")),
        ("[*w*](https://x.example)", link("https://x.example/", "<em>w</em>")),
        (
            "[https://bank.example](https://evil.example)",
            link("https://evil.example/", "https://evil.example/"),
        ),
        (
            "[www.bank.com login](https://evil.example)",
            link("https://evil.example/", "https://evil.example/"),
        ),
        ("[www.x.com](https://x.com/a)", link("https://x.com/a", "www.x.com")),
        ("[](https://x.example)", link("https://x.example/", "https://x.example/")),
        ("![cat](https://x.example/c.png)", link("https://x.example/c.png", "cat")),
        // Cyrillic letters that look Latin.
        (
            "https://\u{430}\u{440}\u{440}\u{4cf}\u{435}.com",
            link("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"),
        ),
        (
            "https://p\u{430}ypal.com",
            link("https://xn--pypal-4ve.com/", "https://xn--pypal-4ve.com/"),
        ),
        (
            "https://bücher.example",
            link("https://xn--bcher-kva.example/", "https://bücher.example"),
        ),
        ("mailto:ada@x.example", link("mailto:ada@x.example", "mailto:ada@x.example")),
        (
            "https://bank.example@evil.example",
            "<p>https://bank.example@evil.example</p>".to_owned(),
        ),
        ("[x](/logout) [y](javascript:alert(1))", "<p>x y</p>".to_owned()),
        ("ftp://x.example shttps://x", "<p>ftp://x.example shttps://x</p>".to_owned()),
    ] {
        assert_eq!(ours(text), html, "{text}");
    }
}

#[test]
fn owncasts_strings_are_its_own() {
    let rel = "rel=\"nofollow noreferrer noopener\" target=\"_blank\"";
    for (text, html) in [
        ("hello", "<p>hello</p>".to_owned()),
        ("  hello \n", "<p>hello</p>".to_owned()),
        ("a\nb", "<p>a<br>\nb</p>".to_owned()),
        ("_a_ **b** ~~c~~", "<p><em>a</em> <strong>b</strong> ~~c~~</p>".to_owned()),
        ("it's \"x\" & <3", "<p>it&#39;s &#34;x&#34; &amp; &lt;3</p>".to_owned()),
        (":Wave:", "<p><img src=\"/img/emoji/wave.png\" class=\"emoji\" alt=\":wave:\" title=\":wave:\"></p>".to_owned()),
        ("http://yahoo.com", format!("<p><a href=\"http://yahoo.com\" {rel}>http://yahoo.com</a></p>")),
        ("[test link](http://owncast.online)", format!("<p><a href=\"http://owncast.online\" {rel}>test link</a></p>")),
        ("## blah", "blah".to_owned()),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>".to_owned()),
        ("a <b>b</b> <iframe src=\"http://yahoo.com\"></iframe>", "<p>a b </p>".to_owned()),
        ("<img src=\"https://x.example/img/emoji/1\"> test ![](https://x.example/img/emoji/2)", "<p> test </p>".to_owned()),
        ("<img class=\"emoji\" src=\"/img/emoji/a.gif\" width=9> x", "<p><img class=\"emoji\" src=\"/img/emoji/a.gif\"> x</p>".to_owned()),
        ("@ada ||x||", "<p>@ada ||x||</p>".to_owned()),
    ] {
        assert_eq!(owncast(text), html, "{text}");
    }
}

#[test]
fn what_is_in_a_message_is_told() {
    let told = render(
        "@ada.l @ADA.L. :wave: https://X.example/a [y](https://y.example) ||`z`||\n> q",
        &Shelf,
        Ways::Ours,
    );
    assert_eq!(told.mentions, ["ada.l"]);
    assert_eq!(told.plain, "@ada.l @ADA.L. :wave: https://X.example/a y z\nq");
    let link = |host: &str, url: &str| Link { host: host.to_owned(), url: url.to_owned() };
    assert_eq!(
        told.links,
        [link("x.example", "https://x.example/a"), link("y.example", "https://y.example/")]
    );
    assert!(!told.emotes_only && told.emoji_count == 1);
    for (text, only, count) in
        [(":wave: 🎉\n:wave:", true, 3), ("🎉!", false, 1), ("", false, 0), ("**🎉**", true, 1)]
    {
        let told = render(text, &Shelf, Ways::Owncast);
        assert_eq!((told.emotes_only, told.emoji_count), (only, count), "{text}");
    }
    let many = render(&"@ada1 @ada2 ".repeat(50), &Shelf, Ways::Ours);
    assert_eq!(many.mentions, ["ada1", "ada2"]);
    assert_eq!(many.html.as_str().matches("mention").count(), 10);
    let many = render(&"https://x.example [y](https://y.example) ".repeat(50), &Shelf, Ways::Ours);
    assert_eq!(many.links.len(), 20);
    assert_eq!(escaped("<a \"b\">&'"), "&lt;a &quot;b&quot;&gt;&amp;'");
}

#[test]
fn hostile_lengths_end_soon() {
    let begun = std::time::Instant::now();
    for unit in [
        "*_", "[", "||", "`", "> ", "](", "<", "&", "[a](", "![", "*a ", "~~", ":a", "@a ",
        "a\u{301}", "https://", "**_`", "<a ", "\\", "- ",
    ] {
        let text = unit.repeat(8 * 1024 / unit.len() + 100);
        println!("{unit:?} {:?}", begun.elapsed());
        for ways in [Ways::Ours, Ways::Owncast] {
            let rendered = render(&text, &Shelf, ways);
            assert!(rendered.html.as_str().len() < 40 * text.len(), "{unit}");
        }
    }
    // Unoptimised, on a machine that does something else: what is quadratic takes minutes.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_said_can_run(text in "([<>&\"'`*_~|:@#\\[\\]()!\\\\/ \n-]|[a-d]|https://|javascript:|on|=|<img|<a|href|src|:wave:|\\PC){0,60}") {
        for ways in [Ways::Ours, Ways::Owncast] {
            let rendered = render(&text, &Shelf, ways);
            let html = rendered.html.as_str();
            check(html, ways);
            let again = match ways {
                Ways::Ours => sanitise::chat(html),
                Ways::Owncast => sanitise::owncast(html),
            };
            prop_assert_eq!(again.as_str(), html);
        }
    }
}
