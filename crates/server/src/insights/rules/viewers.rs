//! What viewers see.

use super::super::facts::Facts;
use super::super::model::{Finding, Severity};
use super::{Bench, Limit, percent, rate, words};

/// Fewer players than this say nothing about the stream: it may be their networks. Owncast's number.
const LEAST_PLAYERS: u32 = 3;
/// Owncast calls a stream healthy while three quarters of its viewers are without errors.
const TROUBLED: Limit = Limit { enter: 0.25, leave: 0.15 };
const MOST_TROUBLED: f64 = 0.5;
const SHORT: Limit = Limit { enter: 0.25, leave: 0.2 };
const DROPPED: Limit = Limit { enter: 0.1, leave: 0.05 };

pub(super) fn judge(facts: &Facts<'_>, bench: &mut Bench<'_>) {
    let audience = &facts.heard.audience;
    if audience.players < LEAST_PLAYERS {
        return;
    }
    let of_all = |players: u32| f64::from(players) / f64::from(audience.players);
    let severity =
        |share: f64| if share >= MOST_TROUBLED { Severity::Bad } else { Severity::Warning };

    let stalled = of_all(audience.stalled);
    if bench.exceeds(Finding::ViewersStall, stalled, TROUBLED) {
        let sentence = format!(
            "The picture stood still for {} of viewers in the last minute.",
            percent(stalled)
        );
        let remedy = "If the encoder's upload is fine, lower its bitrate, add a smaller rendition, \
                      or choose a higher latency level for the channel.";
        bench.find(Finding::ViewersStall, severity(stalled), words(sentence, remedy));
    }
    let failed = of_all(audience.failed);
    if bench.exceeds(Finding::ViewersFail, failed, TROUBLED) {
        let sentence =
            format!("Players of {} of viewers had errors in the last minute.", percent(failed));
        let remedy = "Check that the server, and the proxy or CDN in front of it, can be reached \
                      and are not overloaded.";
        bench.find(Finding::ViewersFail, severity(failed), words(sentence, remedy));
    }
    if bench.exceeds(Finding::ViewersDropFrames, audience.dropped_share, DROPPED) {
        let sentence = format!(
            "Viewers' devices cannot show {} of the pictures in time.",
            percent(audience.dropped_share)
        );
        let remedy = "Offer a rendition with a smaller picture or fewer frames per second.";
        bench.find(Finding::ViewersDropFrames, Severity::Notice, words(sentence, remedy));
    }
    bandwidth(facts, bench);
}

fn bandwidth(facts: &Facts<'_>, bench: &mut Bench<'_>) {
    let Some(least_bps) = facts.least_bps else { return };
    let (known, short) = facts.heard.short_of(least_bps);
    let share = f64::from(short) / f64::from(known.max(1));
    if known >= LEAST_PLAYERS && bench.exceeds(Finding::ViewersShortOfBandwidth, share, SHORT) {
        let sentence = format!(
            "{} of viewers have too little bandwidth for the smallest rendition ({}).",
            percent(share),
            rate(least_bps)
        );
        let remedy = "Add a rendition with a lower bitrate to the channel, or lower the encoder's.";
        bench.find(Finding::ViewersShortOfBandwidth, Severity::Warning, words(sentence, remedy));
    }
}
