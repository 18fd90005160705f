//! How the broadcast is: `/api/status`, `/api/admin/status`, and who watches.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use super::variants;
use crate::clock::rfc3339;
use crate::delivery::{MediaInfo, Watching};
use crate::insights::{Playing, Source};
use crate::owncast::{Owncast, OwncastError};

/// Share of players without errors above which a stream is healthy, in hundredths.
const HEALTHY_ABOVE: u64 = 75;
/// Viewers in one answer, those who stay the longest.
const MAX_SHOWN: usize = 1000;

impl Owncast {
    /// How the stream is, for everybody.
    pub(in crate::owncast) async fn status(&self) -> Result<Value, OwncastError> {
        let facts = self.doors().notify.facts().await?;
        let mut status = json!({
            "serverTime": rfc3339(self.shared.clock.wall()),
            "lastConnectTime": facts.connected_at.map(rfc3339),
            "lastDisconnectTime": facts.disconnected_at.map(rfc3339),
            "versionNumber": facts.version,
            "streamTitle": facts.title,
            "online": facts.online,
        });
        if !self.doors().site.settings().settings.hides_viewers
            && let Value::Object(status) = &mut status
        {
            status.insert("viewerCount".to_owned(), facts.viewers.into());
        }
        Ok(status)
    }

    /// How the stream is, for the admin.
    pub(in crate::owncast) async fn admin_status(&self) -> Result<Value, OwncastError> {
        let channel = self.channel().await?;
        let facts = self.doors().notify.facts().await?;
        let media = self.doors().delivery.watch(channel.id).borrow().clone();
        let began = facts.connected_at.map(rfc3339);
        let broadcaster = began.as_ref().map(|began| {
            let details = media.as_ref().map_or_else(|| json!({}), details);
            // No address of an encoder is kept.
            json!({ "time": began, "remoteAddr": "", "streamDetails": details })
        });
        let current = began.as_ref().map(|_| {
            json!({
                "outputSettings": variants(&channel),
                "latencyLevel": { "level": channel.latency_level },
            })
        });
        let audience = self.doors().insights.watch(channel.id).borrow().audience.clone();
        Ok(json!({
            "broadcaster": broadcaster,
            "currentBroadcast": current,
            "health": health((audience.players, audience.failed)),
            "streamTitle": facts.title,
            "versionNumber": facts.version,
            "viewerCount": facts.viewers,
            "overallPeakViewerCount": facts.overall_peak,
            "sessionPeakViewerCount": facts.session_peak,
            "online": facts.online,
        }))
    }

    /// Who watches, as far as it is known: never from where, but in which country.
    pub(in crate::owncast) async fn watching(&self) -> Result<Value, OwncastError> {
        let channel = self.channel().await?;
        let some = self.doors().delivery.some_viewers(channel.id, MAX_SHOWN);
        let now = self.shared.clock.wall();
        Ok(some.iter().map(|it| viewer(it, now)).collect())
    }
}

impl Owncast {
    /// How the players fare of those that say it, one by one.
    pub(in crate::owncast) async fn playing(&self) -> Result<Value, OwncastError> {
        let channel = self.channel().await?;
        let media = self.doors().delivery.watch(channel.id).borrow().clone();
        let some = self.doors().insights.playing(channel.id, MAX_SHOWN);
        let now = self.shared.clock.wall();
        Ok(some.iter().map(|it| player(it, (media.as_ref(), now))).collect())
    }
}

/// A player by a name that means nothing elsewhere. What it does not say is `null`.
fn player(it: &Playing, (media, now): (Option<&MediaInfo>, WallClock)) -> Value {
    let name = format!("{:016x}", it.name);
    let renditions = media.map(|it| it.renditions.as_slice()).unwrap_or_default();
    let plays = it.rendition.and_then(|number| renditions.iter().find(|it| it.number == number));
    let is_measured = it.bandwidth_bps.is_some() || it.latency_ms.is_some();
    json!({
        "clientID": name,
        "viewerID": name,
        "firstSeen": rfc3339(now - it.known_for),
        "geo": null,
        "userAgent": "",
        "ipAddress": "",
        "playback": {
            "source": match it.source {
                Source::Report => "player",
                Source::Cmcd => "cmcd",
            },
            "lastUpdate": rfc3339(now - it.silent_for),
            "playerState": if it.has_failed { "failed" } else { "playing" },
            "measurementStatus": if is_measured { "measured" } else { "waiting" },
            "bandwidthKbps": it.bandwidth_bps.map(|bits| bits / 1000),
            "latencySeconds": it.latency_ms.map(seconds),
            "downloadSeconds": it.download_ms.map(seconds),
            "bitrateKbps": plays.map(|it| it.bandwidth_bps / 1000),
            "errorCount": it.errors,
            "qualityVariantChanges": it.switches,
        },
    })
}

fn seconds(milliseconds: u32) -> f64 {
    f64::from(milliseconds) / 1000.0
}

/// A viewer by a name that means nothing elsewhere.
fn viewer(it: &Watching, now: WallClock) -> Value {
    let place = it.country.map(
        |country| json!({ "countryCode": country.to_string(), "regionName": "", "timeZone": "" }),
    );
    json!({
        "clientID": format!("{:016x}", it.name),
        "firstSeen": rfc3339(now - it.watched_for),
        "geo": place,
        "userAgent": it.player,
        "ipAddress": "",
    })
}

fn details(media: &MediaInfo) -> Value {
    let (video, audio) = (media.video.as_ref(), media.audio.as_ref());
    json!({
        "videoCodec": video.map_or("", |it| label(&it.codec)),
        "audioCodec": audio.map_or("", |it| label(&it.codec)),
        "encoder": "",
        "width": video.map_or(0, |it| it.width),
        "height": video.map_or(0, |it| it.height),
        "videoBitrate": media.bitrate_bps / 1000,
        "audioBitrate": 0,
        "framerate": video.and_then(|it| it.frame_rate).unwrap_or_default().round(),
    })
}

/// What people call a codec, by its name in RFC 6381.
fn label(codec: &str) -> &str {
    match codec.split('.').next().unwrap_or_default() {
        "avc1" | "avc3" => "H.264",
        "hvc1" | "hev1" => "H.265",
        "av01" => "AV1",
        "vp09" => "VP9",
        "mp4a" => "AAC",
        "Opus" | "opus" => "Opus",
        _ => codec,
    }
}

/// How players fare; `null` while none says anything.
fn health((players, failed): (u32, u32)) -> Value {
    if players == 0 {
        return Value::Null;
    }
    let (players, failed) = (u64::from(players), u64::from(failed));
    let percentage = players.saturating_sub(failed) * 100 / players;
    let healthy = percentage > HEALTHY_ABOVE;
    let message = match (failed, healthy) {
        (0, _) => "",
        (_, true) => "Some players report errors.",
        (_, false) => "Many players report errors: look at the stream's health.",
    };
    json!({
        "message": message,
        "healthPercentage": percentage,
        "representation": 100,
        "healthy": healthy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_healthy_while_most_players_are() {
        assert_eq!(health((0, 0)), Value::Null);
        for (players, failed, percentage, healthy) in
            [(4, 0, 100, true), (4, 1, 75, false), (100, 24, 76, true), (1, 1, 0, false)]
        {
            let health = health((players, failed));
            assert_eq!(health["healthPercentage"], percentage);
            assert_eq!(health["healthy"], healthy, "{players} {failed}");
        }
    }

    #[test]
    fn codecs_have_the_names_that_people_know() {
        assert_eq!((label("avc1.64001f"), label("mp4a.40.2"), label("x")), ("H.264", "AAC", "x"));
    }
}
