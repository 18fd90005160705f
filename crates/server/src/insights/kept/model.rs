//! Figures: what is measured, and how many measurements become one.

use std::collections::BTreeMap;
use std::time::Duration;

use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};

use crate::access::words;

/// Parts that one figure is told apart by, such as countries; the smallest go into [`OTHER`].
/// Against viewers from everywhere with players of all names.
const MAX_PARTS: usize = 24;
/// The part of those that have none of their own.
const OTHER: &str = "other";

words! {
    /// What is measured. The last word says the unit; percentages are from 0 to 100, shares from 0
    /// to 1.
    Figure {
        /// The processor's time that is in use.
        Cpu = "cpu_percent",
        /// The memory in use.
        Memory = "memory_percent",
        /// The disk of the data folder in use.
        Disk = "disk_percent",
        /// How busy the graphics processor is.
        Gpu = "gpu_percent",
        /// What all networks brought.
        NetworkIn = "network_in_bps",
        /// What was sent to all networks.
        NetworkOut = "network_out_bps",
        /// What was read from disks.
        DiskRead = "disk_read_bytes_per_second",
        /// What was written to disks.
        DiskWritten = "disk_written_bytes_per_second",
        /// The memory that this program takes.
        OwnMemory = "own_memory_bytes",
        /// Who watches.
        Viewers = "viewers",
        /// The most who watched at one time.
        ViewersPeak = "viewers_peak",
        /// Channels on air.
        Broadcasts = "broadcasts",
        /// Connections to chat.
        Chat = "chat_connections",
        /// What was said in chat.
        ChatMessages = "chat_messages",
        /// Pictures from the encoder.
        VideoRate = "video_bps",
        /// Sound from the encoder.
        AudioRate = "audio_bps",
        /// Pictures in a second.
        FrameRate = "frame_rate",
        /// How much later than the quickest frames the newest came: the worst.
        EncoderLag = "encoder_lag_ms",
        /// How far encoded renditions are behind: the worst.
        TranscoderLag = "transcoder_lag_ms",
        /// Players that report.
        Players = "players",
        /// Players that stood still.
        Stalled = "stalled_players",
        /// Players with errors.
        Failed = "failed_players",
        /// For how much of the time pictures stood still.
        StalledShare = "stalled_share",
        /// How many of the pictures were not shown.
        DroppedShare = "dropped_share",
        /// Changes of rendition.
        Switches = "switches",
        /// One in twenty players is nearer to what is live.
        LatencyLow = "latency_p5_ms",
        /// The middle of the players' latencies.
        Latency = "latency_median_ms",
        /// One in twenty players is further behind.
        LatencyHigh = "latency_p95_ms",
        /// One in twenty networks carries less.
        BandwidthLow = "bandwidth_p5_bps",
        /// The middle of what networks carry.
        Bandwidth = "bandwidth_median_bps",
        /// One in twenty networks carries more.
        BandwidthHigh = "bandwidth_p95_bps",
        /// The middle of what players have in their buffers.
        Buffer = "buffer_median_ms",
        /// One in twenty segments came quicker, of players that say so.
        DownloadLow = "download_p5_ms",
        /// The middle of how long segments took to come.
        Download = "download_median_ms",
        /// One in twenty segments took longer.
        DownloadHigh = "download_p95_ms",
    }
}

words! {
    /// By what viewers are told apart, in numbers.
    Breakdown {
        /// By the country of their address: its code (ISO 3166-1).
        Countries = "countries",
        /// By their browser or player.
        Players = "players",
        /// By the kind of their device.
        Devices = "devices",
        /// By the rendition that they play.
        Renditions = "renditions",
    }
}

/// How many measurements become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    Mean,
    Worst,
    Sum,
}

impl Figure {
    fn fold(self) -> Fold {
        match self {
            Self::ViewersPeak | Self::EncoderLag | Self::TranscoderLag => Fold::Worst,
            Self::ChatMessages => Fold::Sum,
            _ => Fold::Mean,
        }
    }
}

/// What was measured at one time, or in the time from then on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// What nobody said is not there.
    #[serde(rename = "f")]
    pub(crate) values: BTreeMap<Figure, f64>,
    /// In numbers of viewers.
    #[serde(rename = "b", default)]
    pub(crate) parts: BTreeMap<Breakdown, BTreeMap<String, f64>>,
}

impl Figures {
    pub(in crate::insights) fn set(&mut self, figure: Figure, value: f64) {
        self.values.insert(figure, value);
    }

    /// Where it is known.
    pub(in crate::insights) fn set_some(&mut self, figure: Figure, value: Option<f64>) {
        if let Some(value) = value {
            self.set(figure, value);
        }
    }

    pub(crate) fn get(&self, figure: Figure) -> Option<f64> {
        self.values.get(&figure).copied()
    }

    /// Tells viewers apart; the many that are few become one.
    pub(in crate::insights) fn tell_apart(&mut self, by: Breakdown, parts: BTreeMap<String, f64>) {
        let parts = foremost(parts);
        if !parts.is_empty() {
            self.parts.insert(by, parts);
        }
    }

    /// Makes one of many; `None` of none. What some do not say is taken of those that do; parts that
    /// are not there were nobody.
    pub(in crate::insights) fn fold(all: &[Self]) -> Option<Self> {
        let count = all.len();
        if count == 0 {
            return None;
        }
        let mut folded = Self::default();
        for figure in Figure::ALL {
            let said: Vec<f64> = all.iter().filter_map(|it| it.get(*figure)).collect();
            let sum = said.iter().sum::<f64>();
            let value = match figure.fold() {
                _ if said.is_empty() => None,
                Fold::Mean => Some(sum / said.len() as f64),
                Fold::Worst => said.into_iter().reduce(f64::max),
                Fold::Sum => Some(sum),
            };
            folded.set_some(*figure, value.map(rounded));
        }
        for by in Breakdown::ALL {
            let mut sums = BTreeMap::<String, f64>::new();
            for (part, viewers) in all.iter().filter_map(|it| it.parts.get(by)).flatten() {
                *sums.entry(part.clone()).or_default() += viewers;
            }
            sums.values_mut().for_each(|it| *it = rounded(*it / count as f64));
            folded.tell_apart(*by, sums);
        }
        Some(folded)
    }
}

/// The largest of them, and one for the others.
fn foremost(parts: BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    if parts.len() <= MAX_PARTS {
        return parts;
    }
    let (mut all, mut others): (Vec<_>, f64) = (parts.into_iter().collect(), 0.0);
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    others += all.split_off(MAX_PARTS - 1).into_iter().map(|(_, viewers)| viewers).sum::<f64>();
    let mut kept: BTreeMap<_, _> = all.into_iter().collect();
    *kept.entry(OTHER.to_owned()).or_default() += others;
    kept
}

/// To a thousandth: more says nothing, and takes room.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// How fine measurements are kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::insights) enum Step {
    Minute,
    TenMinutes,
    Hour,
}

impl Step {
    pub(in crate::insights) const ALL: [Self; 3] = [Self::Minute, Self::TenMinutes, Self::Hour];

    pub(in crate::insights) fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::TenMinutes => 600,
            Self::Hour => 3600,
        }
    }

    /// What is made of it when it is complete.
    pub(in crate::insights) fn coarser(self) -> Option<Self> {
        match self {
            Self::Minute => Some(Self::TenMinutes),
            Self::TenMinutes => Some(Self::Hour),
            Self::Hour => None,
        }
    }

    /// For how long it is kept, where hours are kept for `days`.
    pub(in crate::insights) fn kept_for(self, days: u32) -> Duration {
        let days = match self {
            Self::Minute => 2.min(days),
            Self::TenMinutes => 30.min(days),
            Self::Hour => days,
        };
        Duration::from_secs(u64::from(days) * 86_400)
    }

    /// The beginning of the step that a time is in.
    pub(in crate::insights) fn floor(self, at: WallClock) -> WallClock {
        let step = self.seconds() * 1000;
        let millis = at.as_unix_millis();
        WallClock::from_unix_millis(millis - millis.rem_euclid(step))
    }

    /// The finest step in which so long a time, beginning then, is kept and can be drawn.
    pub(in crate::insights) fn fitting(
        (from, to): (WallClock, WallClock),
        now: WallClock,
        days: u32,
    ) -> Self {
        let millis = |at: WallClock| at.as_unix_millis();
        let fits = |step: &Self| {
            let points = (millis(to) - millis(from)) / (step.seconds() * 1000);
            let begins = now - step.kept_for(days);
            points <= super::MAX_POINTS && begins <= from
        };
        Self::ALL.into_iter().find(fits).unwrap_or(Self::Hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(Figure, f64)], countries: &[(&str, f64)]) -> Figures {
        let mut figures = Figures::default();
        values.iter().for_each(|(figure, value)| figures.set(*figure, *value));
        let countries = countries.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect();
        figures.tell_apart(Breakdown::Countries, countries);
        figures
    }

    #[test]
    fn many_become_one_as_it_fits_each_figure() {
        use Figure::{ChatMessages, EncoderLag, Latency, Viewers, ViewersPeak};
        let all = [
            of(
                &[(Viewers, 2.0), (ViewersPeak, 2.0), (ChatMessages, 1.0), (EncoderLag, 10.0)],
                &[("DE", 2.0)],
            ),
            of(
                &[(Viewers, 5.0), (ViewersPeak, 5.0), (ChatMessages, 3.0), (Latency, 900.0)],
                &[("DE", 3.0), ("FR", 2.0)],
            ),
        ];
        let one = Figures::fold(&all).unwrap();
        for (figure, expected) in [
            (Viewers, Some(3.5)),
            (ViewersPeak, Some(5.0)),
            (ChatMessages, Some(4.0)),
            (EncoderLag, Some(10.0)),
            (Latency, Some(900.0)),
            (Figure::Gpu, None),
        ] {
            assert_eq!(one.get(figure), expected, "{figure}");
        }
        let countries = &one.parts[&Breakdown::Countries];
        assert_eq!((countries["DE"], countries["FR"]), (2.5, 1.0));
        assert_eq!(Figures::fold(&[]), None);
        let text = serde_json::to_string(&one).unwrap();
        assert!(text.starts_with(r#"{"f":{"viewers":3.5,"#), "{text}");
        assert_eq!(serde_json::from_str::<Figures>(&text).unwrap(), one);
    }

    #[test]
    fn parts_are_few_and_none_is_lost() {
        let many: Vec<(String, f64)> =
            (0..100_u32).map(|n| (format!("{n:02}"), f64::from(n))).collect();
        let many: Vec<(&str, f64)> = many.iter().map(|(name, it)| (name.as_str(), *it)).collect();
        let figures = of(&[], &many);
        let countries = &figures.parts[&Breakdown::Countries];
        assert_eq!(countries.len(), MAX_PARTS);
        assert!((countries.values().sum::<f64>() - 4950.0).abs() < 1e-9);
        assert!(countries.contains_key("99") && !countries.contains_key("00"));
    }

    #[test]
    fn the_finest_step_is_taken_that_is_kept_and_can_be_drawn() {
        let now = WallClock::from_unix_millis(1_000_000_000_000);
        let ago = |hours: u64| now - Duration::from_secs(hours * 3600);
        for (hours, days, expected) in [
            (1, 400, Step::Minute),
            (24, 400, Step::Minute),
            (30, 400, Step::TenMinutes),
            (200, 400, Step::TenMinutes),
            (24 * 31, 400, Step::Hour),
            (24 * 300, 400, Step::Hour),
        ] {
            assert_eq!(Step::fitting((ago(hours), now), now, days), expected, "{hours} hours");
        }
        // Long ago, and short.
        assert_eq!(Step::fitting((ago(100), ago(99)), now, 400), Step::TenMinutes);
        let begin = Step::Hour.floor(WallClock::from_unix_millis(3_600_000 * 5 + 7));
        assert_eq!(begin, WallClock::from_unix_millis(3_600_000 * 5));
        assert!(Step::Minute.kept_for(1) < Step::Minute.kept_for(400));
    }
}
