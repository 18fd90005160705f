//! Atom (RFC 4287).

use rivulet_media::time::WallClock;

use crate::clock::rfc3339;
use crate::sanitise::escape;

/// A feed.
pub(crate) struct Feed {
    /// Never changes; an IRI.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) author: String,
    /// Where the feed is.
    pub(crate) itself: String,
    /// The page that shows the same.
    pub(crate) page: String,
    pub(crate) updated_at: WallClock,
    pub(crate) entries: Vec<Entry>,
}

/// One of its entries.
pub(crate) struct Entry {
    /// Never changes; an IRI.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) page: String,
    pub(crate) published_at: WallClock,
    pub(crate) updated_at: WallClock,
    /// What there is to say, as text.
    pub(crate) text: String,
}

impl Feed {
    /// As it is served.
    pub(crate) fn render(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        xml.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
        element(&mut xml, "id", &self.id);
        element(&mut xml, "title", &self.title);
        element(&mut xml, "updated", &rfc3339(self.updated_at));
        let name = escaped(&self.author);
        xml.push_str(&format!("<author><name>{name}</name></author>\n"));
        let (itself, page) = (escaped(&self.itself), escaped(&self.page));
        xml.push_str(&format!(
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"{itself}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n"
        ));
        self.entries.iter().for_each(|entry| entry.write(&mut xml));
        xml.push_str("</feed>\n");
        xml
    }
}

impl Entry {
    fn write(&self, xml: &mut String) {
        xml.push_str("<entry>\n");
        element(xml, "id", &self.id);
        element(xml, "title", &self.title);
        element(xml, "published", &rfc3339(self.published_at));
        element(xml, "updated", &rfc3339(self.updated_at));
        let page = escaped(&self.page);
        xml.push_str(&format!("<link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n"));
        xml.push_str(&format!("<content type=\"text\">{}</content>\n", escaped(&self.text)));
        xml.push_str("</entry>\n");
    }
}

fn element(xml: &mut String, name: &str, text: &str) {
    xml.push_str(&format!("<{name}>{}</{name}>\n", escaped(text)));
}

/// Text in an element or a quoted attribute. What XML 1.0 cannot hold in any spelling (§2.2) is left
/// out.
fn escaped(text: &str) -> String {
    let cannot = |c: char| match c {
        '\n' | '\t' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control() && other < '\u{20}',
    };
    escape(&text.replace(cannot, ""))
}
