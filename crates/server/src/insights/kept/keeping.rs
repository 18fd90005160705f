//! Making coarse samples of fine ones, and forgetting what is old. Both may be done again at any
//! time: a coarse sample is worked out from the fine ones that are there.

use std::collections::BTreeMap;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::{Figures, Place, Sample, Step};
use crate::insights::InsightsError;
use crate::insights::store::{Of, Span, Store};

/// Fine samples that are read at one time: a site that was switched off for long catches up in
/// several turns.
const MAX_READ: usize = 20_000;
/// For how long alerts are kept.
const ALERTS_KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Makes the coarse samples that are complete by now and not there yet.
pub(in crate::insights) async fn condense(
    store: &Store,
    now: WallClock,
) -> Result<(), InsightsError> {
    for fine in Step::ALL {
        let Some(coarse) = fine.coarser() else { continue };
        let Some((oldest, _)) = store.ends(fine).await? else { continue };
        let newest = store.ends(coarse).await?.map(|(_, newest)| newest + length(coarse));
        // What has been forgotten is not worked out anew.
        let from = newest.unwrap_or(oldest).max(coarse.floor(oldest));
        let to = coarse.floor(now);
        if from >= to {
            continue;
        }
        let span = Span { step: fine, from, to, at_most: MAX_READ };
        let mut samples = store.samples(Of::Site, span).await?;
        samples.extend(store.of_broadcasts(span).await?);
        store.save(coarse, &coarser(coarse, samples)).await?;
    }
    Ok(())
}

/// Forgets what is older than it is kept.
pub(in crate::insights) async fn forget(
    store: &Store,
    days: u32,
    now: WallClock,
) -> Result<(), InsightsError> {
    for step in Step::ALL {
        store.forget(step, now - step.kept_for(days)).await?;
    }
    store.forget_alerts(now - ALERTS_KEPT).await
}

fn coarser(step: Step, samples: Vec<Sample>) -> Vec<Sample> {
    let mut groups = BTreeMap::<(WallClock, Place), Vec<Figures>>::new();
    for sample in samples {
        groups.entry((step.floor(sample.at), sample.place)).or_default().push(sample.figures);
    }
    let groups = groups.into_iter();
    groups
        .filter_map(|((at, place), all)| Some(Sample { at, place, figures: Figures::fold(&all)? }))
        .collect()
}

fn length(step: Step) -> Duration {
    Duration::from_secs(step.seconds().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::scratch::{Scratch, on_both_databases};
    use crate::db::{Db, Engine};
    use crate::insights::kept::Figure;

    fn sample(minute: i64, viewers: f64) -> Sample {
        let mut figures = Figures::default();
        figures.set(Figure::Viewers, viewers);
        figures.set(Figure::ViewersPeak, viewers);
        Sample { at: at(minute), place: Place::Site, figures }
    }

    fn at(minute: i64) -> WallClock {
        WallClock::from_unix_millis(minute * 60_000)
    }

    async fn all(store: &Store, step: Step) -> Vec<(i64, Option<f64>, Option<f64>)> {
        let span = Span { step, from: at(0), to: at(1_000_000), at_most: 10_000 };
        let samples = store.samples(Of::Site, span).await.unwrap();
        let of = |it: &Sample, figure| it.figures.get(figure);
        samples
            .iter()
            .map(|it| {
                let minute = it.at.as_unix_millis() / 60_000;
                (minute, of(it, Figure::Viewers), of(it, Figure::ViewersPeak))
            })
            .collect()
    }

    async fn old_samples_become_coarser_and_go(engine: Engine) {
        let scratch = Scratch::new(engine).await;
        let store = Store::new(Db::open(&scratch.database).await.unwrap());
        let minutes: Vec<_> = (0..125).map(|n| sample(n, f64::from(n as i32 % 10))).collect();
        store.save(Step::Minute, &minutes).await.unwrap();
        condense(&store, at(125)).await.unwrap();
        let tens = all(&store, Step::TenMinutes).await;
        assert_eq!(tens.len(), 12, "the thirteenth is not complete: {tens:?}");
        assert_eq!(tens[0], (0, Some(4.5), Some(9.0)));
        assert_eq!(
            all(&store, Step::Hour).await,
            [(0, Some(4.5), Some(9.0)), (60, Some(4.5), Some(9.0))]
        );
        // Once more changes nothing, and what comes later is added.
        condense(&store, at(125)).await.unwrap();
        let later: Vec<_> = (125..130).map(|n| sample(n, 1.0)).collect();
        store.save(Step::Minute, &later).await.unwrap();
        condense(&store, at(131)).await.unwrap();
        assert_eq!(all(&store, Step::TenMinutes).await.len(), 13);
        // Written twice, the last one counts.
        store.save(Step::Minute, &[sample(0, 7.0)]).await.unwrap();
        assert_eq!(all(&store, Step::Minute).await[0], (0, Some(7.0), Some(7.0)));

        // Two days and a half later the first minutes are gone; what was made of them is not.
        forget(&store, 400, at(60 * 49)).await.unwrap();
        assert_eq!(all(&store, Step::Minute).await.first().map(|it| it.0), Some(60));
        assert_eq!(all(&store, Step::TenMinutes).await.len(), 13);
        forget(&store, 1, at(60 * 49)).await.unwrap();
        assert_eq!(all(&store, Step::Hour).await, []);
    }

    on_both_databases!(old_samples_become_coarser_and_go);
}
