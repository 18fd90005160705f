//! Bar charts as small SVG files: grouped horizontal bars with their numbers written out, in colours
//! that work on light and dark pages. Less is better or more is better is said in the title.

use std::fmt::Write;

/// A chart: groups of bars that share a scale.
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) groups: Vec<Group>,
}

/// Bars that are compared.
pub(crate) struct Group {
    pub(crate) label: String,
    pub(crate) bars: Vec<Bar>,
}

/// One number.
pub(crate) struct Bar {
    pub(crate) subject: String,
    pub(crate) value: f64,
}

const WIDTH: f64 = 720.0;
const LABEL_WIDTH: f64 = 220.0;
const NUMBER_WIDTH: f64 = 110.0;
const BAR_HEIGHT: f64 = 18.0;
const GROUP_GAP: f64 = 14.0;
const TOP: f64 = 48.0;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1b2733}.title{font-size:15px;font-weight:600}\
.label{text-anchor:end}.ours{fill:#0b8fb3}.theirs{fill:#9aa7b2}\
@media(prefers-color-scheme:dark){text{fill:#dfe7ee}.ours{fill:#3cc4e6}.theirs{fill:#66737f}}";

impl Chart {
    /// The SVG document.
    pub(crate) fn render(&self) -> String {
        let most =
            self.groups.iter().flat_map(|g| &g.bars).map(|bar| bar.value).fold(0.0, f64::max);
        let scale = if most > 0.0 { (WIDTH - LABEL_WIDTH - NUMBER_WIDTH) / most } else { 0.0 };
        let (mut body, mut y) = (String::new(), TOP);
        for group in &self.groups {
            for (index, bar) in group.bars.iter().enumerate() {
                let label = if index == 0 { group.label.as_str() } else { "" };
                body += &self.bar(bar, label, y, scale);
                y += BAR_HEIGHT + 4.0;
            }
            y += GROUP_GAP;
        }
        let (title, unit) = (escape(&self.title), escape(&self.unit));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" height=\"{y}\" role=\"img\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n\
             <text class=\"title\" x=\"0\" y=\"18\">{title} ({unit})</text>\n{body}</svg>\n"
        )
    }

    fn bar(&self, bar: &Bar, label: &str, y: f64, scale: f64) -> String {
        let class = if bar.subject == "rivulet" { "ours" } else { "theirs" };
        let (length, text_y) = ((bar.value * scale).max(1.0), y + BAR_HEIGHT * 0.75);
        let mut out = String::new();
        if !label.is_empty() {
            let (x, text_y) = (LABEL_WIDTH - 120.0, text_y);
            let _ = writeln!(
                out,
                "<text class=\"label\" x=\"{x}\" y=\"{text_y}\">{}</text>",
                escape(label)
            );
        }
        let _ = writeln!(
            out,
            "<text class=\"label\" x=\"{}\" y=\"{text_y}\">{}</text>\n\
             <rect class=\"{class}\" x=\"{LABEL_WIDTH}\" y=\"{y}\" width=\"{length:.1}\" height=\"{BAR_HEIGHT}\" rx=\"3\"/>\n\
             <text x=\"{:.1}\" y=\"{text_y}\">{}</text>",
            LABEL_WIDTH - 8.0,
            escape(&bar.subject),
            LABEL_WIDTH + length + 6.0,
            number(bar.value)
        );
        out
    }
}

/// Three digits that mean something, thousands set apart.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 0.095 => 2,
        _ => 4,
    };
    let text = format!("{value:.decimals$}");
    if decimals > 0 {
        return text;
    }
    let digits: Vec<char> = text.chars().rev().collect();
    let groups: Vec<String> = digits.chunks(3).map(|group| group.iter().rev().collect()).collect();
    groups.into_iter().rev().collect::<Vec<_>>().join(" ").replace("- ", "-")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_bars_in_proportion() {
        let bar = |subject: &str, value| Bar { subject: subject.to_owned(), value };
        let group = |label: &str, bars| Group { label: label.to_owned(), bars };
        let chart = Chart {
            title: "CPU per stream, less is better".to_owned(),
            unit: "ms & µs".to_owned(),
            groups: vec![
                group("1 channel", vec![bar("rivulet", 1.0), bar("peer", 2.0)]),
                group("20", vec![bar("rivulet", 0.5)]),
            ],
        };
        insta::assert_snapshot!(chart.render());
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [1_234_567.8, 123.4, 12.34, 1.234, 0.1, 0.0123, 0.0].map(number),
            ["1 234 568", "123", "12.3", "1.23", "0.10", "0.0123", "0"]
        );
    }
}
