//! How the machine and the primary channel's audience were every two minutes, for the last ten
//! hours: what Owncast's clients draw.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::audience::{Audience, Spread};
use super::kept::{Figure, Figures, Sample};
use super::look::Look;

/// How often, as Owncast does.
const EVERY: Duration = Duration::from_secs(120);
/// Moments that are kept, as many as Owncast's.
const MAX_MOMENTS: usize = 300;
/// For how long they are kept.
pub(super) const SPAN: Duration = Duration::from_secs(EVERY.as_secs() * MAX_MOMENTS as u64);

/// How it was at one time.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) at: WallClock,
    /// Who watched the primary channel.
    pub(crate) viewers: u64,
    /// How its players fared.
    pub(crate) audience: Audience,
    /// How much of this machine was in use, in hundredths.
    pub(crate) cpu: f64,
    pub(crate) memory: f64,
    /// Of the disk with the data folder.
    pub(crate) disk: f64,
}

/// The moments.
#[derive(Clone, Default)]
pub(super) struct Moments {
    kept: Arc<Mutex<VecDeque<Moment>>>,
}

impl Moments {
    /// All of them, the oldest first.
    pub(super) fn all(&self) -> Vec<Moment> {
        self.lock().iter().cloned().collect()
    }

    /// Keeps a look, if the last that was kept is long enough ago.
    pub(super) fn keep(&self, look: &Look, at: WallClock) {
        let mut kept = self.lock();
        if kept.back().is_some_and(|last| at < last.at + EVERY) {
            return;
        }
        let primary = look.channels.iter().find(|it| it.channel.is_primary);
        let moment = Moment {
            at,
            viewers: primary.map_or(0, |it| it.viewers),
            audience: primary.map(|it| it.glimpse.audience.clone()).unwrap_or_default(),
            cpu: look.load.cpu,
            memory: look.load.memory.percent(),
            disk: look.load.disk.percent(),
        };
        push(&mut kept, moment);
    }

    /// Takes up what was kept of the site and of the primary channel before the server was started.
    pub(super) fn restore(&self, site: Vec<Sample>, primary: Vec<Sample>) {
        let primary: BTreeMap<_, _> =
            primary.into_iter().map(|sample| (sample.at, sample.figures)).collect();
        let (mut kept, nothing) = (self.lock(), Figures::default());
        for sample in site {
            if kept.back().is_none_or(|last| sample.at >= last.at + EVERY) {
                let watched = primary.get(&sample.at).unwrap_or(&nothing);
                push(&mut kept, Moment::of(sample.at, &sample.figures, watched));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Moment>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push(kept: &mut VecDeque<Moment>, moment: Moment) {
    if kept.len() >= MAX_MOMENTS {
        kept.pop_front();
    }
    kept.push_back(moment);
}

impl Moment {
    fn of(at: WallClock, site: &Figures, watched: &Figures) -> Self {
        let number = |figure| watched.get(figure).map(whole);
        let spread = |low, median, high| Spread {
            p5: number(low),
            median: number(median),
            p95: number(high),
        };
        let count = |figure| u32::try_from(number(figure).unwrap_or_default()).unwrap_or(u32::MAX);
        let percent = |figure| site.get(figure).unwrap_or_default();
        let audience = Audience {
            players: count(Figure::Players),
            latency: spread(Figure::LatencyLow, Figure::Latency, Figure::LatencyHigh),
            bandwidth: spread(Figure::BandwidthLow, Figure::Bandwidth, Figure::BandwidthHigh),
            download: spread(Figure::DownloadLow, Figure::Download, Figure::DownloadHigh),
            failed: count(Figure::Failed),
            switches: count(Figure::Switches),
            ..Audience::default()
        };
        Self {
            at,
            viewers: number(Figure::Viewers).unwrap_or_default(),
            audience,
            cpu: percent(Figure::Cpu),
            memory: percent(Figure::Memory),
            disk: percent(Figure::Disk),
        }
    }
}

/// A measure as a count; what is not one is none.
fn whole(value: f64) -> u64 {
    // Saturates at both ends.
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::super::kept::Place;
    use super::*;

    fn at(minute: i64) -> WallClock {
        WallClock::from_unix_millis(minute * 60_000)
    }

    fn sample(minute: i64, values: &[(Figure, f64)]) -> Sample {
        let mut figures = Figures::default();
        figures.values.extend(values.iter().copied());
        Sample { at: at(minute), place: Place::Site, figures }
    }

    #[test]
    fn moments_go_on_after_a_restart() {
        let moments = Moments::default();
        let site = (0..10).map(|n| sample(n, &[(Figure::Cpu, 5.0), (Figure::Viewers, 9.0)]));
        let watched = [(Figure::Viewers, 3.4), (Figure::Players, 2.0), (Figure::Latency, 900.0)];
        moments.restore(site.collect(), vec![sample(4, &watched)]);
        let all = moments.all();
        assert_eq!(all.iter().map(|it| it.at).collect::<Vec<_>>(), [0, 2, 4, 6, 8].map(at));
        assert_eq!((all[0].viewers, all[2].viewers, all[2].audience.players), (0, 3, 2));
        assert_eq!(all[2].audience.latency.median, Some(900));
        moments.keep(&Look::default(), at(9));
        assert_eq!(moments.all().len(), 5);
        (10..1000).for_each(|n| moments.keep(&Look::default(), at(n)));
        assert_eq!(moments.all().len(), MAX_MOMENTS);
    }
}
