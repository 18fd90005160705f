//! Reports in the standard's form that come by themselves (CTA-5004-B, event mode): one per line, or
//! as JSON.

use std::collections::HashSet;

use rivulet_media::cmcd::{Item, Report, Value};
use serde_json::{Map, Value as Json};

use super::players::PlayerId;

/// Reports in one body. Against bodies that are cheap to send and dear to take in.
const MAX_REPORTS: usize = 256;
/// Events that a player may tell of at once for the price of one report.
const REPORTS_AT_ONCE: usize = 8;

/// Reads a body; what is wrong with it otherwise.
pub(super) fn parse(body: &[u8]) -> Result<Vec<Report>, String> {
    let text = std::str::from_utf8(body).map_err(|error| format!("not UTF-8: {error}"))?;
    let reports = match text.trim_start().chars().next() {
        Some('{' | '[') => from_json(text)?,
        _ => from_lines(text)?,
    };
    checked(reports)
}

/// Refuses reports that nobody can take in.
pub(super) fn checked(reports: Vec<Report>) -> Result<Vec<Report>, String> {
    if reports.is_empty() {
        return Err("there is no report".to_owned());
    }
    match reports.iter().position(|report| report.session.is_none()) {
        Some(at) => Err(format!("report {}: `sid` is missing", at + 1)),
        None => Ok(reports),
    }
}

/// What reports in one body cost their client: a player tells of several events at once for the
/// price of one, and several players pay for each.
pub(super) fn charge(players: &[Option<PlayerId>]) -> u32 {
    let different: HashSet<_> = players.iter().collect();
    let charge = different.len().max(players.len().div_ceil(REPORTS_AT_ONCE));
    u32::try_from(charge).unwrap_or(u32::MAX)
}

fn from_lines(text: &str) -> Result<Vec<Report>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
    lines
        .map(|(at, line)| {
            within_limit(at)?;
            Report::parse(line).map_err(|wrong| format!("report {}: {wrong}", at + 1))
        })
        .collect()
}

fn from_json(text: &str) -> Result<Vec<Report>, String> {
    let reports = match serde_json::from_str(text).map_err(|error| error.to_string())? {
        Json::Array(reports) => reports,
        one => vec![one],
    };
    let read = |(at, report): (usize, &Json)| {
        within_limit(at)?;
        let keys = report.as_object();
        keys.map(of_keys).ok_or_else(|| format!("report {}: not an object", at + 1))
    };
    reports.iter().enumerate().map(read).collect()
}

fn within_limit(at: usize) -> Result<(), String> {
    if at < MAX_REPORTS {
        return Ok(());
    }
    Err(format!("there are more than {MAX_REPORTS} reports"))
}

fn of_keys(keys: &Map<String, Json>) -> Report {
    let mut report = Report::default();
    for (key, value) in keys {
        let value = match value {
            Json::Array(items) => Some(Value::List(items.iter().filter_map(item).collect())),
            one => item(one).map(Value::One),
        };
        if let Some(value) = value {
            report.note(key, &value);
        }
    }
    report
}

fn item(value: &Json) -> Option<Item<'_>> {
    Some(match value {
        Json::Bool(flag) => Item::Flag(*flag),
        Json::Number(number) => Item::Number { value: number.as_f64()?, of: None },
        Json::String(text) => Item::Text(text.into()),
        Json::Null | Json::Array(_) | Json::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_come_by_the_line_or_as_json() {
        let lines = "sid=\"a\",e=ps,sta=p\n\nsid=\"b\",bl=(900),bs\r\n";
        let json = r#"[{"sid":"a","e":"ps","sta":"p"},{"sid":"b","bl":[900],"bs":true,"x":{}}]"#;
        let reports = parse(lines.as_bytes()).unwrap();
        assert_eq!(reports, parse(json.as_bytes()).unwrap());
        assert_eq!((reports[1].buffer_ms, reports[1].starved), (Some(900), true));
        let one = parse(br#" {"sid":"a","mtp":2500}"#).unwrap();
        assert_eq!(one[0].throughput_bps, Some(2_500_000));
    }

    #[test]
    fn many_players_in_one_body_pay_for_each() {
        let body = |players: u64, reports: u64| -> Vec<_> {
            (0..reports).map(|n| Some(PlayerId(n % players))).collect()
        };
        for (players, reports, charged) in
            [(1, 1, 1), (1, 8, 1), (1, 9, 2), (1, 256, 32), (256, 256, 256)]
        {
            assert_eq!(charge(&body(players, reports)), charged, "{players} {reports}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let many = "sid=\"a\"\n".repeat(MAX_REPORTS + 1);
        for (body, says) in [
            ("", "no report"),
            ("[]", "no report"),
            ("sid=\"a\"\nbl=", "report 2: a value is missing"),
            ("sid=\"a\"\nbl=5", "report 2: `sid` is missing"),
            ("{\"sid\":}", "expected value"),
            ("[5]", "report 1: not an object"),
            (&many, "more than 256"),
        ] {
            let refused = parse(body.as_bytes()).unwrap_err();
            assert!(refused.contains(says), "{body}: {refused}");
        }
        assert!(parse(&[0xff]).unwrap_err().contains("UTF-8"));
    }
}
