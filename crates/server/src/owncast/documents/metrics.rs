//! How it was: viewers, hardware and players over time, and the figures for Prometheus.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::insights::Moment;
use crate::notify::Facts;

fn point(at: WallClock, value: f64) -> Value {
    json!({ "time": rfc3339(at), "value": value })
}

/// A count as Owncast's clients draw it. Exact up to 2^53, and nobody has more viewers.
fn float(count: u64) -> f64 {
    count as f64
}

/// Viewers at each moment since then.
pub(in crate::owncast) fn viewers_over_time(moments: &[Moment], since: WallClock) -> Value {
    let lately = moments.iter().filter(|it| it.at >= since);
    lately.map(|it| point(it.at, float(it.viewers))).collect()
}

/// How much of the machine was in use, in hundredths.
pub(in crate::owncast) fn hardware(moments: &[Moment]) -> Value {
    let of = |value: fn(&Moment) -> f64| {
        moments.iter().map(|it| point(it.at, value(it))).collect::<Value>()
    };
    json!({
        "cpu": of(|it| it.load.cpu),
        "memory": of(|it| it.load.memory),
        "disk": of(|it| it.load.disk),
    })
}

/// How players fared.
pub(in crate::owncast) fn playback(
    moments: &[Moment],
    (bitrates, segment_seconds): (Vec<u64>, u64),
) -> Value {
    let all = |value: fn(&Moment) -> Option<f64>| {
        let points = moments.iter().filter_map(|it| Some(point(it.at, value(it)?)));
        points.collect::<Value>()
    };
    let none = || Value::Array(Vec::new());
    json!({
        "errors": all(|it| (it.audience.players > 0).then(|| f64::from(it.audience.failed))),
        "qualityVariantChanges":
            all(|it| (it.audience.players > 0).then(|| f64::from(it.audience.switches))),
        "highestLatency": all(|it| it.audience.latency.p95.map(seconds)),
        "medianLatency": all(|it| it.audience.latency.median.map(seconds)),
        "lowestLatency": all(|it| it.audience.latency.p5.map(seconds)),
        // Players say how fast their network is, and not how long a segment took.
        "medianSegmentDownloadDuration": none(),
        "maximumSegmentDownloadDuration": none(),
        "minimumSegmentDownloadDuration": none(),
        "minPlayerBitrate": all(|it| it.audience.bandwidth.p5.map(kilobits)),
        "medianPlayerBitrate": all(|it| it.audience.bandwidth.median.map(kilobits)),
        "maxPlayerBitrate": all(|it| it.audience.bandwidth.p95.map(kilobits)),
        "availableBitrates": bitrates,
        "segmentLength": segment_seconds,
        "representation": representation(moments.last()),
    })
}

fn seconds(milliseconds: u64) -> f64 {
    float(milliseconds) / 1000.0
}

fn kilobits(bits: u64) -> f64 {
    float(bits) / 1000.0
}

/// How many of the viewers say how they fare, in hundredths.
fn representation(last: Option<&Moment>) -> u64 {
    let Some(last) = last.filter(|it| it.viewers > 0) else { return 0 };
    (u64::from(last.audience.players) * 100 / last.viewers).min(100)
}

/// The figures by Owncast's names (Prometheus text format 0.0.4).
pub(in crate::owncast) fn prometheus(
    facts: &Facts,
    last: Option<&Moment>,
    (host, version): (&str, &str),
) -> String {
    let label = |text: &str| text.replace(['\\', '"', '\n'], "");
    let labels = format!("{{version=\"{}\",host=\"{}\"}}", label(version), label(host));
    let errors = last.map_or(0, |it| it.audience.failed);
    let cpu = last.map_or(0.0, |it| it.load.cpu);
    let gauge = |name: &str, help: &str, value: String| {
        format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name}{labels} {value}\n")
    };
    [
        ("owncast_instance_active_viewer_count", "Who watches now.", facts.viewers.to_string()),
        ("owncast_instance_active_chat_client_count", "Who is in chat now.", "0".to_owned()),
        ("owncast_instance_total_chat_users", "Who was in chat ever.", "0".to_owned()),
        ("owncast_instance_current_chat_message_count", "Messages of late.", "0".to_owned()),
        ("owncast_instance_playback_error_count", "Players with errors.", errors.to_string()),
        ("owncast_instance_cpu_usage", "Hundredths of the processor.", cpu.to_string()),
        ("total_chat_message_count", "Messages ever.", "0".to_owned()),
    ]
    .into_iter()
    .map(|(name, help, value)| gauge(name, help, value))
    .collect()
}
