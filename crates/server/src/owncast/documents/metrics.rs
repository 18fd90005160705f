//! How it was: viewers, hardware and players over time.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::insights::Moment;

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
        "cpu": of(|it| it.cpu),
        "memory": of(|it| it.memory),
        "disk": of(|it| it.disk),
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
    json!({
        "errors": all(|it| (it.audience.players > 0).then(|| f64::from(it.audience.failed))),
        "qualityVariantChanges":
            all(|it| (it.audience.players > 0).then(|| f64::from(it.audience.switches))),
        "highestLatency": all(|it| it.audience.latency.p95.map(seconds)),
        "medianLatency": all(|it| it.audience.latency.median.map(seconds)),
        "lowestLatency": all(|it| it.audience.latency.p5.map(seconds)),
        "medianSegmentDownloadDuration": all(|it| it.audience.download.median.map(seconds)),
        "maximumSegmentDownloadDuration": all(|it| it.audience.download.p95.map(seconds)),
        "minimumSegmentDownloadDuration": all(|it| it.audience.download.p5.map(seconds)),
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
