//! Looks of one minute, until it is over: then they are one sample for each place.

use std::collections::BTreeMap;

use rivulet_media::time::WallClock;

use super::{Figures, Place, Sample, Step};

/// Looks at one place that a minute is made of. Against a clock that stands still.
const MAX_LOOKS: usize = 60;

/// The looks of the minute that is running.
#[derive(Default)]
pub(in crate::insights) struct Gathering {
    minute: Option<WallClock>,
    looks: BTreeMap<Place, Vec<Figures>>,
}

impl Gathering {
    /// Takes looks in. When a minute is over with them, gives it.
    pub(in crate::insights) fn add(
        &mut self,
        at: WallClock,
        looks: Vec<(Place, Figures)>,
    ) -> Vec<Sample> {
        let minute = Step::Minute.floor(at);
        let over = match self.minute {
            Some(running) if running != minute => self.finish(),
            _ => Vec::new(),
        };
        self.minute = Some(minute);
        for (place, figures) in looks {
            let all = self.looks.entry(place).or_default();
            if all.len() < MAX_LOOKS {
                all.push(figures);
            }
        }
        over
    }

    /// What there is of the running minute.
    pub(in crate::insights) fn finish(&mut self) -> Vec<Sample> {
        let Some(at) = self.minute.take() else { return Vec::new() };
        let looks = std::mem::take(&mut self.looks).into_iter();
        looks
            .filter_map(|(place, looks)| {
                Some(Sample { at, place, figures: Figures::fold(&looks)? })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Figure;
    use super::*;

    #[test]
    fn a_minute_is_one_sample_for_each_place() {
        let mut gathering = Gathering::default();
        let mut look = |second: i64, viewers: f64| {
            let mut figures = Figures::default();
            figures.set(Figure::Viewers, viewers);
            let at = WallClock::from_unix_millis(60_000 * 7 + second * 1000);
            gathering.add(at, vec![(Place::Site, figures)])
        };
        assert_eq!(look(0, 1.0), []);
        assert_eq!(look(50, 3.0), []);
        let over = look(60, 9.0);
        assert_eq!(over.len(), 1);
        assert_eq!(over[0].at, WallClock::from_unix_millis(60_000 * 7));
        assert_eq!(over[0].figures.get(Figure::Viewers), Some(2.0));
        // A clock that is put back begins another minute.
        assert_eq!(look(10, 5.0)[0].figures.get(Figure::Viewers), Some(9.0));
        let rest = gathering.finish();
        assert_eq!(rest[0].figures.get(Figure::Viewers), Some(5.0));
        assert_eq!(gathering.finish(), []);
    }
}
