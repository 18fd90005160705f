//! What Prometheus reads: OpenMetrics 1.0 (<https://prometheus.io/docs/specs/om/open_metrics_spec/>),
//! or the text format 0.0.4 before it for those who do not ask for that.

use std::fmt::Write as _;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    OpenMetrics,
    Text,
}

/// What a family of series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only grows; its name is without `_total`.
    Counter,
    /// Is one, and says something in its labels; its name is without `_info`.
    Info,
}

/// Series of one name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Family {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    samples: Vec<(Vec<Label>, f64)>,
}

/// A label's name and value.
pub(super) type Label = (&'static str, String);

impl Form {
    /// The one that an `Accept` field asks for.
    pub(crate) fn asked_for(accept: &str) -> Self {
        match accept.contains("application/openmetrics-text") {
            true => Self::OpenMetrics,
            false => Self::Text,
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

impl Family {
    pub(super) fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self { name, kind, help, samples: Vec::new() }
    }

    /// With one more series.
    pub(super) fn with(mut self, labels: Vec<Label>, value: f64) -> Self {
        self.samples.push((labels, value));
        self
    }

    /// With one more series for each of these.
    pub(super) fn with_all(self, all: impl IntoIterator<Item = (Vec<Label>, f64)>) -> Self {
        all.into_iter().fold(self, |family, (labels, value)| family.with(labels, value))
    }

    fn render(&self, form: Form, out: &mut String) {
        let of_samples = match self.kind {
            Kind::Gauge => "",
            Kind::Counter => "_total",
            Kind::Info => "_info",
        };
        // Before OpenMetrics a family had the name of its samples, and there was no `info`.
        let (of_family, kind) = match (form, self.kind) {
            (_, Kind::Gauge) => ("", "gauge"),
            (Form::OpenMetrics, Kind::Counter) => ("", "counter"),
            (Form::OpenMetrics, Kind::Info) => ("", "info"),
            (Form::Text, Kind::Counter) => ("_total", "counter"),
            (Form::Text, Kind::Info) => ("_info", "gauge"),
        };
        let (name, help) = (self.name, self.help);
        // Writing to a string does not fail.
        let _ = writeln!(out, "# HELP {name}{of_family} {help}");
        let _ = writeln!(out, "# TYPE {name}{of_family} {kind}");
        for (labels, value) in &self.samples {
            let labels: Vec<_> = labels
                .iter()
                .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
                .collect();
            let labels = match labels.is_empty() {
                true => String::new(),
                false => format!("{{{}}}", labels.join(",")),
            };
            let _ = writeln!(out, "{name}{of_samples}{labels} {value}");
        }
    }
}

/// All of them; those without any series are left out.
pub(super) fn render(families: &[Family], form: Form) -> String {
    let mut out = String::new();
    let full = families.iter().filter(|family| !family.samples.is_empty());
    full.for_each(|family| family.render(form, &mut out));
    if form == Form::OpenMetrics {
        out.push_str("# EOF\n");
    }
    out
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families() -> Vec<Family> {
        let label = |name, value: &str| (name, value.to_owned());
        vec![
            Family::new("a_build", Kind::Info, "What runs.").with(vec![label("version", "1")], 1.0),
            Family::new("a_viewers", Kind::Gauge, "Who watches.")
                .with(vec![label("channel", "a\"b\\c\nd")], 3.0)
                .with(vec![label("channel", "e"), label("part", "f")], 0.25),
            Family::new("a_bytes", Kind::Counter, "Bytes.").with(Vec::new(), 5e12),
            Family::new("a_none", Kind::Gauge, "Nothing."),
        ]
    }

    #[test]
    fn both_forms_say_the_same() {
        insta::assert_snapshot!(render(&families(), Form::OpenMetrics), @r#"
        # HELP a_build What runs.
        # TYPE a_build info
        a_build_info{version="1"} 1
        # HELP a_viewers Who watches.
        # TYPE a_viewers gauge
        a_viewers{channel="a\"b\\c\nd"} 3
        a_viewers{channel="e",part="f"} 0.25
        # HELP a_bytes Bytes.
        # TYPE a_bytes counter
        a_bytes_total 5000000000000
        # EOF
        "#);
        insta::assert_snapshot!(render(&families(), Form::Text), @r#"
        # HELP a_build_info What runs.
        # TYPE a_build_info gauge
        a_build_info{version="1"} 1
        # HELP a_viewers Who watches.
        # TYPE a_viewers gauge
        a_viewers{channel="a\"b\\c\nd"} 3
        a_viewers{channel="e",part="f"} 0.25
        # HELP a_bytes_total Bytes.
        # TYPE a_bytes_total counter
        a_bytes_total 5000000000000
        "#);
    }

    #[test]
    fn who_asks_for_openmetrics_gets_it() {
        let prometheus = "application/openmetrics-text; version=1.0.0,text/plain;q=0.5";
        assert_eq!(Form::asked_for(prometheus), Form::OpenMetrics);
        for other in ["", "*/*", "text/plain"] {
            assert_eq!(Form::asked_for(other), Form::Text);
        }
        assert!(Form::Text.media_type().starts_with("text/plain"));
    }
}
