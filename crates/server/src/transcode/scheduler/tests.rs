//! Situations, and every sequence of events that chance finds.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::job::{CATCHING_UP, FIRST_BACKOFF, HEALTHY, MAX_BACKOFF, ROOM, SPACING};
use super::*;

/// A machine of `capacity`, and a clock.
struct Bench {
    scheduler: Scheduler,
    now: Instant,
    ids: Vec<BroadcastId>,
}

const SECOND: Duration = Duration::from_secs(1);

impl Bench {
    fn of(capacity: u64) -> Self {
        let mut bench = Self {
            scheduler: Scheduler::new(Share::default()),
            now: Instant::now(),
            ids: (0..8).map(|_| BroadcastId::generate()).collect(),
        };
        // So that the limit is what the tests say.
        bench.hear(Event::Capacity(Cost(capacity * 100 / 85 + 1)));
        bench
    }

    fn hear(&mut self, event: Event) -> Vec<Effect> {
        self.scheduler.handle(event, self.now, 0.0)
    }

    fn later(&mut self, wait: Duration) -> Vec<String> {
        self.now += wait;
        let effects = self.hear(Event::Tick);
        self.orders(&effects)
    }

    /// A broadcast wants rungs of these costs; reading its source costs 10.
    fn want(&mut self, at: usize, costs: &[u64]) -> Vec<String> {
        let rungs = (1..).zip(costs).map(|(number, cost)| (number, Cost(*cost))).collect();
        let plan = Plan::new(Cost(10), rungs);
        let effects = self.hear(Event::Wants { id: self.ids[at], plan });
        self.orders(&effects)
    }

    fn run(&self, at: usize) -> u64 {
        let job = self.scheduler.jobs.iter().find(|job| job.id == self.ids[at]);
        job.expect("it is known").run
    }

    fn started(&mut self, at: usize) {
        let (id, run) = (self.ids[at], self.run(at));
        self.hear(Event::Started { id, run });
    }

    fn ends(&mut self, at: usize, how: Ending) -> Vec<String> {
        let (id, run) = (self.ids[at], self.run(at));
        let effects = self.hear(Event::Ended { id, run, how });
        self.orders(&effects)
    }

    fn fails(&mut self, at: usize) -> Vec<String> {
        self.ends(at, Ending::Failed("it crashed".into()))
    }

    fn lags(&mut self, at: usize, lag: Duration) -> Vec<String> {
        let (id, run) = (self.ids[at], self.run(at));
        let effects = self.hear(Event::Progress { id, run, lag });
        self.orders(&effects)
    }

    fn gone(&mut self, at: usize) -> Vec<String> {
        let effects = self.hear(Event::Gone { id: self.ids[at] });
        self.orders(&effects)
    }

    /// What children are told, such as `0: 1 2` and `1: stop`.
    fn orders(&self, effects: &[Effect]) -> Vec<String> {
        let at = |id| self.ids.iter().position(|known| *known == id).expect("it is one of ours");
        let of = |effect: &Effect| match effect {
            Effect::Start { id, rungs, .. } => {
                let rungs: Vec<_> = rungs.iter().map(u8::to_string).collect();
                Some(format!("{}: {}", at(*id), rungs.join(" ")))
            }
            Effect::Stop { id } => Some(format!("{}: stop", at(*id))),
            Effect::Tell { .. } => None,
        };
        effects.iter().filter_map(of).collect()
    }

    fn standing(&self, at: usize) -> &Standing {
        &self.scheduler.told[&self.ids[at]]
    }
}

#[test]
fn nobody_starts_before_the_machine_is_measured() {
    let mut bench = Bench::of(100);
    bench.scheduler = Scheduler::new(Share::default());
    assert!(bench.want(0, &[10]).is_empty());
    let measuring = Standing::Queued { place: 1, of: 1, why: Why::Measuring };
    assert_eq!(*bench.standing(0), measuring);
    let effects = bench.hear(Event::Capacity(Cost(1000)));
    assert_eq!(bench.orders(&effects), ["0: 1"]);
    assert_eq!(*bench.standing(0), Standing::Starting { rungs: vec![1] });
}

#[test]
fn who_is_alone_gets_all_that_fits() {
    assert_eq!(Bench::of(100).want(0, &[10, 20, 60]), ["0: 1 2 3"]);
    assert_eq!(Bench::of(99).want(0, &[10, 20, 60]), ["0: 1 2"]);
    assert_eq!(Bench::of(20).want(0, &[10, 20, 60]), ["0: 1"]);
    // Too much for this machine: it may try, for nobody is hurt.
    assert_eq!(Bench::of(19).want(0, &[10, 20, 60]), ["0: 1"]);
}

#[test]
fn first_rungs_come_before_second_ones() {
    let mut bench = Bench::of(70);
    assert_eq!(bench.want(0, &[10, 20]), ["0: 1 2"]);
    bench.now += SECOND;
    assert_eq!(bench.want(1, &[10, 20]), ["1: 1"]);
    bench.now += SECOND;
    // 40 and 20 are taken: there is no room for another 20 unless somebody gives.
    assert_eq!(bench.want(2, &[10, 20]), ["0: 1", "2: 1"]);
    bench.now += SECOND;
    assert!(bench.want(3, &[10]).is_empty());
    assert_eq!(*bench.standing(3), Standing::Queued { place: 1, of: 1, why: Why::Busy });
    assert!(bench.want(4, &[1]).is_empty(), "who came first is served first");
    assert_eq!(*bench.standing(4), Standing::Queued { place: 2, of: 2, why: Why::Busy });
    assert_eq!(bench.gone(1), ["1: stop", "3: 1"]);
    assert_eq!(*bench.standing(4), Standing::Queued { place: 1, of: 1, why: Why::Busy });
}

#[test]
fn those_who_wait_together_share_from_the_start() {
    let mut bench = Bench::of(70);
    bench.scheduler.capacity = None;
    bench.want(0, &[10, 20]);
    bench.want(1, &[10, 10, 10]);
    let effects = bench.hear(Event::Capacity(Cost(70 * 100 / 85 + 1)));
    // One each, then another each; the third does not fit.
    assert_eq!(bench.orders(&effects), ["0: 1 2", "1: 1 2"]);
}

#[test]
fn one_too_large_blocks_nobody() {
    let mut bench = Bench::of(50);
    assert_eq!(bench.want(0, &[100]), ["0: 1"]);
    bench.now += SECOND;
    assert_eq!(bench.want(1, &[20]), ["0: stop", "1: 1"]);
    assert_eq!(*bench.standing(0), Standing::Queued { place: 1, of: 1, why: Why::TooLarge });
    bench.now += SECOND;
    assert_eq!(bench.want(2, &[10]), ["2: 1"]);
    bench.gone(1);
    assert_eq!(bench.gone(2), ["2: stop", "0: 1"]);
}

#[test]
fn a_failed_child_comes_back_after_a_wait_that_doubles() {
    let mut bench = Bench::of(100);
    bench.want(0, &[10]);
    let mut wait = FIRST_BACKOFF;
    for _ in 0..8 {
        assert!(bench.fails(0).is_empty());
        assert!(matches!(bench.standing(0), Standing::BackingOff { .. }));
        assert!(bench.later(wait - Duration::from_millis(1)).is_empty(), "{wait:?}");
        assert_eq!(bench.later(Duration::from_millis(1)), ["0: 1"], "{wait:?}");
        wait = (wait * 2).min(MAX_BACKOFF);
    }
    // A minute of health, and it is a first failure again.
    bench.now += HEALTHY;
    bench.fails(0);
    assert_eq!(bench.later(FIRST_BACKOFF), ["0: 1"]);
}

#[test]
fn jitter_only_makes_waits_longer() {
    let mut bench = Bench::of(100);
    bench.want(0, &[10]);
    let (id, run) = (bench.ids[0], bench.run(0));
    let how = Ending::Failed("it crashed".into());
    bench.scheduler.handle(Event::Ended { id, run, how }, bench.now, 1.0);
    assert!(bench.later(FIRST_BACKOFF).is_empty());
    assert_eq!(bench.later(FIRST_BACKOFF / 4), ["0: 1"]);
}

#[test]
fn who_fails_again_and_again_keeps_no_room() {
    let mut bench = Bench::of(20);
    bench.want(0, &[10]);
    bench.want(1, &[10]);
    assert!(bench.fails(0).is_empty(), "after a first failure it keeps its room");
    assert_eq!(bench.later(FIRST_BACKOFF), ["0: 1"]);
    assert_eq!(bench.fails(0), ["1: 1"]);
    assert!(bench.later(MAX_BACKOFF).is_empty());
    assert_eq!(*bench.standing(0), Standing::Queued { place: 1, of: 1, why: Why::Busy });
}

#[test]
fn a_slow_child_loses_its_costliest_rung_and_gets_it_back_after_ever_longer() {
    let mut bench = Bench::of(1000);
    bench.want(0, &[10, 20, 60]);
    bench.started(0);
    for patience in [ROOM, ROOM * 2, ROOM * 4] {
        assert!(bench.lags(0, SECOND * 6).is_empty(), "it has just begun");
        bench.now += CATCHING_UP;
        assert!(bench.lags(0, SECOND * 3).is_empty());
        bench.now += SECOND * 2;
        assert!(bench.lags(0, SECOND * 3).is_empty(), "not for long enough");
        bench.now += Duration::from_millis(1001);
        assert_eq!(bench.lags(0, SECOND * 3), ["0: 1 2"]);
        bench.started(0);
        let without = Standing::Running { rungs: vec![1, 2], missing: vec![3], slow: true };
        assert_eq!(*bench.standing(0), without);
        assert!(bench.later(patience - Duration::from_millis(1)).is_empty());
        assert_eq!(bench.later(Duration::from_millis(1)), ["0: 1 2 3"]);
        bench.started(0);
    }
}

#[test]
fn a_child_that_catches_up_loses_nothing() {
    let mut bench = Bench::of(1000);
    bench.want(0, &[10, 20]);
    bench.started(0);
    for _ in 0..10 {
        assert!(bench.lags(0, SECOND * 3).is_empty());
        bench.now += SECOND * 2;
        assert!(bench.lags(0, SECOND).is_empty());
        bench.now += SECOND * 2;
    }
}

#[test]
fn even_the_only_rung_is_given_up_for_a_while() {
    let mut bench = Bench::of(1000);
    bench.want(0, &[10]);
    bench.started(0);
    bench.now += CATCHING_UP;
    bench.lags(0, SECOND * 3);
    bench.now += SECOND * 4;
    assert_eq!(bench.lags(0, SECOND * 3), ["0: stop"]);
    assert!(matches!(bench.standing(0), Standing::TooSlow { .. }));
    assert!(bench.later(ROOM - SECOND).is_empty());
    assert_eq!(bench.later(SECOND), ["0: 1"]);
    let (id, run) = (bench.ids[0], bench.run(0));
    bench.now += SECOND;
    let effects = bench.hear(Event::Overrun { id, run });
    assert_eq!(bench.orders(&effects), ["0: stop"]);
}

#[test]
fn room_that_comes_free_is_used_after_a_while() {
    let mut bench = Bench::of(60);
    bench.want(0, &[10, 20]);
    bench.now += SECOND;
    assert_eq!(bench.want(1, &[10, 20]), ["1: 1"]);
    bench.started(0);
    bench.started(1);
    assert_eq!(bench.gone(0), ["0: stop"]);
    assert!(bench.later(ROOM - Duration::from_millis(1)).is_empty());
    let next = bench.scheduler.next_change(bench.now).unwrap();
    assert_eq!(next, bench.now + Duration::from_millis(1));
    assert_eq!(bench.later(Duration::from_millis(1)), ["1: 1 2"]);
}

#[test]
fn another_source_is_encoded_at_once_but_not_more_often_than_twice_a_second() {
    let mut bench = Bench::of(1000);
    bench.want(0, &[10]);
    bench.now += SECOND;
    assert!(bench.ends(0, Ending::Reconfigured).is_empty());
    assert_eq!(*bench.standing(0), Standing::Queued { place: 1, of: 1, why: Why::Planning });
    assert_eq!(bench.want(0, &[10, 20]), ["0: 1 2"]);
    bench.ends(0, Ending::Reconfigured);
    assert!(bench.want(0, &[10]).is_empty());
    assert_eq!(bench.later(SPACING), ["0: 1"]);
}

#[test]
fn what_a_former_child_says_is_not_heard() {
    let mut bench = Bench::of(1000);
    bench.want(0, &[10]);
    let (id, run) = (bench.ids[0], bench.run(0));
    bench.ends(0, Ending::Failed("it crashed".into()));
    bench.later(SECOND);
    let how = Ending::Failed("it crashed".into());
    let effects = bench.hear(Event::Ended { id, run, how });
    assert!(effects.is_empty());
    assert!(bench.hear(Event::Overrun { id, run }).is_empty());
}

#[test]
fn less_capacity_than_thought_stops_nobody() {
    let mut bench = Bench::of(1000);
    bench.want(0, &[10, 20]);
    let effects = bench.hear(Event::Capacity(Cost(5)));
    assert!(bench.orders(&effects).is_empty());
}

/// What may happen to the broadcast `at`.
#[derive(Clone, Debug)]
enum Chance {
    Wants(usize, Vec<u64>),
    Gone(usize),
    Started(usize),
    Fails(usize),
    Reconfigured(usize),
    Lags(usize, u64),
    Overrun(usize),
    Wait(u64),
}

fn chance() -> impl Strategy<Value = Chance> {
    let at = || 0..8_usize;
    prop_oneof![
        (at(), vec(1..40_u64, 0..5)).prop_map(|(at, costs)| Chance::Wants(at, costs)),
        at().prop_map(Chance::Gone),
        at().prop_map(Chance::Started),
        at().prop_map(Chance::Fails),
        at().prop_map(Chance::Reconfigured),
        (at(), 0..6000_u64).prop_map(|(at, lag)| Chance::Lags(at, lag)),
        at().prop_map(Chance::Overrun),
        (0..400_u64).prop_map(Chance::Wait),
        (0..40_000_u64).prop_map(Chance::Wait),
        Just(Chance::Wait(3001)),
    ]
}

/// What must hold of each broadcast's children.
#[derive(Default)]
struct Record {
    last_start: Option<Instant>,
    running: bool,
    /// Failures without a minute of health between them, and when the last one was.
    failures: u32,
    failed_at: Option<Instant>,
}

proptest! {
    #[test]
    fn no_sequence_exceeds_capacity_or_forks_too_fast_or_starves_anybody(
        capacity in 20..200_u64,
        chances in vec(chance(), 1..120),
        jitter in any::<u8>(),
    ) {
        let mut bench = Bench::of(capacity);
        let mut records: HashMap<BroadcastId, Record> = HashMap::new();
        let jitter = f64::from(jitter) / 255.0;
        for chance in chances {
            let event = happen(&mut bench, &mut records, chance);
            let effects = bench.scheduler.handle(event, bench.now, jitter);
            judge(&bench, &mut records, &effects);
        }
        // Once all others are gone, everybody gets something.
        let left: Vec<_> = bench.scheduler.jobs.iter().map(|job| job.id).collect();
        for &id in left.iter().skip(1) {
            bench.hear(Event::Gone { id });
        }
        if let Some(&id) = left.first() {
            if let Phase::Unplanned = bench.scheduler.jobs[0].phase {
                let plan = bench.scheduler.jobs[0].plan.clone();
                bench.hear(Event::Wants { id, plan });
            }
            bench.now += ROOM * 64;
            bench.hear(Event::Tick);
            let job = &bench.scheduler.jobs[0];
            assert_eq!(job.count() > 0, job.plan.len() > 0, "{job:?}");
        }
    }
}

/// The event that a chance makes, if there is somebody for it.
fn happen(bench: &mut Bench, records: &mut HashMap<BroadcastId, Record>, chance: Chance) -> Event {
    let run = |at: usize| {
        let id = bench.ids[at];
        let job = bench.scheduler.jobs.iter().find(|job| job.id == id && job.count() > 0);
        job.map(|job| (job.id, job.run))
    };
    match chance {
        Chance::Wants(at, costs) => {
            let rungs = (1..).zip(costs).map(|(number, cost)| (number, Cost(cost))).collect();
            let id = bench.ids[at];
            records.entry(id).or_default().running = false;
            Event::Wants { id, plan: Plan::new(Cost(10), rungs) }
        }
        Chance::Gone(at) => {
            records.remove(&bench.ids[at]);
            Event::Gone { id: bench.ids[at] }
        }
        Chance::Started(at) => run(at).map_or(Event::Tick, |(id, run)| Event::Started { id, run }),
        Chance::Fails(at) => {
            let Some((id, run)) = run(at) else { return Event::Tick };
            let record = records.get_mut(&id).unwrap();
            if bench.now >= record.last_start.unwrap() + HEALTHY {
                record.failures = 0;
            }
            (record.failures, record.failed_at) = (record.failures + 1, Some(bench.now));
            record.running = false;
            Event::Ended { id, run, how: Ending::Failed("it crashed".into()) }
        }
        Chance::Reconfigured(at) => {
            let Some((id, run)) = run(at) else { return Event::Tick };
            records.get_mut(&id).unwrap().running = false;
            Event::Ended { id, run, how: Ending::Reconfigured }
        }
        Chance::Lags(at, lag) => {
            let lag = Duration::from_millis(lag);
            run(at).map_or(Event::Tick, |(id, run)| Event::Progress { id, run, lag })
        }
        Chance::Overrun(at) => run(at).map_or(Event::Tick, |(id, run)| Event::Overrun { id, run }),
        Chance::Wait(ms) => {
            bench.now += Duration::from_millis(ms);
            Event::Tick
        }
    }
}

fn judge(bench: &Bench, records: &mut HashMap<BroadcastId, Record>, effects: &[Effect]) {
    let scheduler = &bench.scheduler;
    for effect in effects {
        match effect {
            Effect::Start { id, rungs, .. } => {
                let record = records.get_mut(id).expect("only who wants something is started");
                assert!(!rungs.is_empty());
                assert!(record.last_start.is_none_or(|last| bench.now >= last + SPACING));
                if let Some(failed) = record.failed_at.take() {
                    let doubled = FIRST_BACKOFF * 2_u32.pow((record.failures - 1).min(10));
                    assert!(bench.now >= failed + doubled.min(MAX_BACKOFF), "too early");
                }
                (record.last_start, record.running) = (Some(bench.now), true);
            }
            Effect::Stop { id } => {
                if let Some(record) = records.get_mut(id) {
                    record.running = false;
                }
            }
            Effect::Tell { .. } => {}
        }
    }
    let limit = scheduler.limit().unwrap();
    let running: Vec<_> = scheduler.jobs.iter().filter(|job| job.count() > 0).collect();
    // One that is too large may run alone, with one rung.
    let alone =
        running.len() == 1 && running[0].count() == 1 && running[0].used() == scheduler.used();
    assert!(scheduler.used() <= limit || alone, "{:?} of {limit:?}", scheduler.used());
    for job in &scheduler.jobs {
        assert_eq!(records[&job.id].running, job.count() > 0, "{job:?}");
    }
    // Nobody whose children may be changed now has two while somebody who fits has none.
    let first_waiting = scheduler
        .jobs
        .iter()
        .find(|job| job.is_waiting() && job.plan.len() > 0 && job.plan.cost(1) <= limit);
    if let Some(first) = first_waiting.filter(|job| job.may_start(bench.now)) {
        let rich = running.iter().filter(|job| job.count() > 1 && job.may_start(bench.now));
        let could_give: u64 = rich.map(|job| job.used().0 - job.plan.cost(1).0).sum();
        let short = (scheduler.used() + first.plan.cost(1)).0.saturating_sub(limit.0);
        assert!(short > could_give, "{first:?} waits for {short}, {could_give} could be given");
    }
}
