//! How the players of a channel fare together.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;
use utoipa::ToSchema;

use super::players::{Counts, Now, Players};

/// How the players that report fared over the last minute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Audience {
    /// How many players report.
    pub(crate) players: u32,
    /// How far pictures are behind what the encoder sends.
    pub(crate) latency: Spread,
    /// What the players' networks carry, by their own estimates.
    pub(crate) bandwidth: Spread,
    /// How long segments took to come, by those players that say so.
    pub(crate) download: Spread,
    /// What the players have in their buffers.
    pub(super) buffer: Spread,
    /// Players whose picture stood still.
    pub(super) stalled: u32,
    /// For how much of the time pictures stood still, from 0 to 1.
    pub(super) stalled_share: f64,
    /// Players with errors.
    pub(crate) failed: u32,
    /// Changes from one rendition to another.
    pub(crate) switches: u32,
    /// How many of the pictures that were decoded were not shown, from 0 to 1.
    pub(super) dropped_share: f64,
    /// How many play which rendition.
    pub(super) renditions: Vec<RenditionPlayers>,
}

/// How numbers are distributed; milliseconds, or bits per second. `null` where nobody says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Spread {
    /// One in twenty is below.
    #[schema(required)]
    pub(crate) p5: Option<u64>,
    /// Half are below.
    #[schema(required)]
    pub(crate) median: Option<u64>,
    /// One in twenty is above.
    #[schema(required)]
    pub(crate) p95: Option<u64>,
}

/// How many play a rendition.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct RenditionPlayers {
    /// Its number.
    pub(super) rendition: u8,
    /// How many.
    pub(super) players: u32,
}

/// The audience, and the share of it that a bandwidth is too much for.
pub(super) struct Heard {
    pub(super) audience: Audience,
    bandwidths: Vec<u64>,
}

impl Heard {
    pub(super) fn of(players: &Players, now: Instant) -> Self {
        let lately: Vec<(Now, Counts)> = players.lately(now).collect();
        let count = |is: fn(&Counts) -> bool| counted(lately.iter().filter(|(_, it)| is(it)));
        let total = |of: fn(&Counts) -> u32| lately.iter().map(|(_, it)| u64::from(of(it))).sum();
        let list = |of: fn(&Now) -> Option<u64>| {
            let mut list: Vec<u64> = lately.iter().filter_map(|(it, _)| of(it)).collect();
            list.sort_unstable();
            list
        };
        let mut renditions = BTreeMap::<u8, u32>::new();
        for rendition in lately.iter().filter_map(|(now, _)| now.rendition) {
            *renditions.entry(rendition).or_default() += 1;
        }
        let (dropped, decoded): (u64, u64) =
            (total(|it| it.dropped_frames), total(|it| it.decoded_frames));
        let stood_ms: u64 = total(|it| it.stall_ms);
        let bandwidths = list(|now| now.bandwidth_bps);
        let audience = Audience {
            players: counted(lately.iter()),
            latency: Spread::of(&list(|now| now.latency_ms.map(u64::from))),
            bandwidth: Spread::of(&bandwidths),
            download: Spread::of(&list(|now| now.download_ms.map(u64::from))),
            buffer: Spread::of(&list(|now| now.buffer_ms.map(u64::from))),
            stalled: count(|it| it.stalls > 0 || it.stall_ms > 0),
            stalled_share: share(stood_ms, lately.len() as u64 * 60_000).min(1.0),
            failed: count(|it| it.errors > 0),
            switches: u32::try_from(total(|it| it.switches)).unwrap_or(u32::MAX),
            dropped_share: share(dropped, decoded.max(dropped)),
            renditions: renditions
                .into_iter()
                .map(|(rendition, players)| RenditionPlayers { rendition, players })
                .collect(),
        };
        Self { audience, bandwidths }
    }

    /// How many say what their network carries, and how many of them cannot carry `needed_bps`.
    pub(super) fn short_of(&self, needed_bps: u64) -> (u32, u32) {
        let short = self.bandwidths.partition_point(|it| *it < needed_bps);
        let as_number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (as_number(self.bandwidths.len()), as_number(short))
    }
}

impl Spread {
    /// Of a sorted list: the nearest ranks.
    fn of(sorted: &[u64]) -> Self {
        let at = |percent: usize| {
            let last = sorted.len().checked_sub(1)?;
            sorted.get((last * percent + 50) / 100).copied()
        };
        Self { p5: at(5), median: at(50), p95: at(95) }
    }
}

fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

fn counted<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::players::PlayerId;
    use super::super::report::PlaybackReport;
    use super::*;

    #[test]
    fn an_audience_is_summed_up() {
        let now = Instant::now();
        let mut players = Players::new(now);
        for n in 1..=100_u32 {
            let report = PlaybackReport {
                rendition: Some(u8::from(n > 90)),
                latency_ms: Some(n * 10),
                bandwidth_bps: (n > 50).then_some(u64::from(n) * 100_000),
                stalls: u32::from(n <= 25),
                stall_ms: if n <= 25 { 6_000 } else { 0 },
                decoded_frames: 300,
                dropped_frames: 30,
                errors: u32::from(n <= 3),
                switches: 1,
                visible: true,
                ..PlaybackReport::default()
            };
            players.report(PlayerId(n.into()), &report, now).unwrap();
        }
        let heard = Heard::of(&players, now);
        let it = &heard.audience;
        assert_eq!((it.players, it.stalled, it.failed, it.switches), (100, 25, 3, 100));
        assert_eq!((it.latency.median, it.latency.p95), (Some(510), Some(950)));
        assert!((it.stalled_share - 0.025).abs() < 1e-9);
        assert!((it.dropped_share - 0.1).abs() < 1e-9);
        let renditions: Vec<_> =
            it.renditions.iter().map(|it| (it.rendition, it.players)).collect();
        assert_eq!(renditions, [(0, 90), (1, 10)]);
        assert_eq!(heard.short_of(6_000_000), (50, 9));
        assert_eq!(it.buffer, Spread::default());
    }

    #[test]
    fn nobody_is_no_audience() {
        let now = Instant::now();
        let heard = Heard::of(&Players::new(now), now);
        assert_eq!(heard.audience, Audience::default());
        assert_eq!(heard.short_of(1), (0, 0));
    }
}
