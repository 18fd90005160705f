//! What is made when: the queue, the cap on processes, and which pictures of a storyboard stay.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::ids::ChannelId;

/// Processes that run at the same time.
const MAX_AT_ONCE: usize = 2;
/// Processes that are started in any one minute, for all channels together: at 0.1 s of processor
/// time for a thumbnail and 0.3 s for a preview, at worst a third of one core.
pub(super) const MAX_PER_MINUTE: u32 = 60;
/// Of these, so many may follow each other without a pause.
const BURST: u32 = 12;
/// Channels that wait. Against somebody who asks for the pictures of every channel there is: the
/// next is told to come back.
const MAX_WAITING: usize = 1024;
/// How long nothing is tried again after it failed.
const RETRY_AFTER: Duration = Duration::from_secs(60);
/// A picture older than this is given only to who has waited for a newer one in vain.
const STALE_AFTER: Duration = Duration::from_secs(60);
/// Pictures of one storyboard; when there would be more, every second one goes.
pub(super) const MAX_PICTURES: usize = 240;

/// A kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// JPEG of the newest keyframe.
    Thumbnail,
    /// The same, a fifth of its bytes: for phones and lists.
    Small,
    /// Animated preview as Owncast has it.
    Gif,
    /// The same, a fifth of the size.
    Webp,
    /// Small JPEG for the history of a broadcast.
    Storyboard,
}

impl Kind {
    /// How old a picture must be for a newer one to be made.
    pub(super) const fn every(self) -> Duration {
        Duration::from_secs(match self {
            Self::Thumbnail | Self::Small => 10,
            Self::Gif | Self::Webp => 20,
            Self::Storyboard => 60,
        })
    }
}

/// One picture to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Task {
    pub(super) channel: ChannelId,
    pub(super) kind: Kind,
}

/// What to do about a picture that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Give what is there, if anything.
    Serve,
    /// Give what is there, and make a newer one.
    Renew,
    /// Make one, and wait for it.
    Wait,
}

/// Judges a picture by its age, where there is one, and by how long ago the making of one failed.
pub(super) fn judge(kind: Kind, age: Option<Duration>, failed: Option<Duration>) -> Verdict {
    if failed.is_some_and(|failed| failed < RETRY_AFTER) {
        return Verdict::Serve;
    }
    match age {
        Some(age) if age < kind.every() => Verdict::Serve,
        Some(age) if age < STALE_AFTER => Verdict::Renew,
        Some(_) | None => Verdict::Wait,
    }
}

/// What the queue has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Make this; it is running from now on.
    Make(Task),
    /// Ask again then.
    Wait(Instant),
    /// Ask again when something was added or is done.
    Idle,
}

/// Who is next. Every channel has one place, however much is wanted of it, and goes back to the end
/// after each picture.
#[derive(Debug, Default)]
pub(super) struct Queue {
    places: VecDeque<Place>,
    running: Vec<Task>,
    budget: Option<Budget>,
}

#[derive(Debug)]
struct Place {
    channel: ChannelId,
    kinds: VecDeque<Kind>,
}

impl Queue {
    /// Whether a picture is waiting or being made.
    pub(super) fn has(&self, task: Task) -> bool {
        let waits =
            |place: &Place| place.channel == task.channel && place.kinds.contains(&task.kind);
        self.running.contains(&task) || self.places.iter().any(waits)
    }

    /// Adds a picture, unless it is waiting or being made.
    pub(super) fn want(&mut self, task: Task) {
        if self.has(task) {
            return;
        }
        let Task { channel, kind } = task;
        let waiting = self.places.len();
        match self.places.iter_mut().find(|place| place.channel == channel) {
            Some(place) => place.kinds.push_back(kind),
            None if waiting >= MAX_WAITING => {}
            None => self.places.push_back(Place { channel, kinds: VecDeque::from([kind]) }),
        }
    }

    /// What to do now.
    pub(super) fn next(&mut self, now: Instant) -> Step {
        let running = |place: &Place| self.running.iter().any(|it| it.channel == place.channel);
        let Some(index) = self.places.iter().position(|place| !running(place)) else {
            return Step::Idle;
        };
        if self.running.len() >= MAX_AT_ONCE {
            return Step::Idle;
        }
        if let Err(until) = self.budget.get_or_insert_with(|| Budget::full(now)).take(now) {
            return Step::Wait(until);
        }
        let Some(mut place) = self.places.remove(index) else { return Step::Idle };
        let channel = place.channel;
        let Some(kind) = place.kinds.pop_front() else { return Step::Idle };
        if !place.kinds.is_empty() {
            self.places.push_back(place);
        }
        let task = Task { channel, kind };
        self.running.push(task);
        Step::Make(task)
    }

    /// A picture is made, or is not.
    pub(super) fn done(&mut self, task: Task) {
        self.running.retain(|running| *running != task);
    }
}

/// How many processes may be started: a few at once, then one in a while.
#[derive(Clone, Copy, Debug)]
struct Budget {
    left: u32,
    /// When the newest of them was added.
    added: Instant,
}

impl Budget {
    const EVERY: Duration = Duration::from_millis(60_000 / (MAX_PER_MINUTE - BURST) as u64);

    fn full(now: Instant) -> Self {
        Self { left: BURST, added: now }
    }

    fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let waited = now.saturating_duration_since(self.added);
        let more = u32::try_from(waited.as_millis() / Self::EVERY.as_millis()).unwrap_or(u32::MAX);
        if more >= BURST - self.left {
            *self = Self::full(if more == BURST - self.left {
                self.added + Self::EVERY * more
            } else {
                now
            });
        } else {
            self.left += more;
            self.added += Self::EVERY * more;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.added + Self::EVERY),
        }
    }
}

/// A storyboard's distance between pictures and those that go, in milliseconds since the broadcast
/// began, so that there is room for one more. `offsets` are sorted.
pub(super) fn thin(offsets: &[u64], every: u64) -> (u64, Vec<u64>) {
    let mut every = every.max(1);
    let mut kept = offsets.to_vec();
    while kept.len() >= MAX_PICTURES {
        every = every.saturating_mul(2);
        let mut last: Option<u64> = None;
        // A picture may be late; half a distance of grace keeps the rhythm.
        kept.retain(|&offset| {
            let stays = last.is_none_or(|last| offset.saturating_sub(last) >= every - every / 4);
            if stays {
                last = Some(offset);
            }
            stays
        });
    }
    let gone = offsets.iter().filter(|offset| kept.binary_search(offset).is_err());
    (every, gone.copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(channel: ChannelId, kind: Kind) -> Task {
        Task { channel, kind }
    }

    #[test]
    fn a_picture_is_judged_by_its_age() {
        let seconds = |it: u64| Some(Duration::from_secs(it));
        for (age, failed, verdict) in [
            (None, None, Verdict::Wait),
            (None, seconds(59), Verdict::Serve),
            (None, seconds(60), Verdict::Wait),
            (seconds(9), None, Verdict::Serve),
            (seconds(10), None, Verdict::Renew),
            (seconds(10), seconds(1), Verdict::Serve),
            (seconds(60), None, Verdict::Wait),
        ] {
            assert_eq!(judge(Kind::Thumbnail, age, failed), verdict, "{age:?} {failed:?}");
        }
        assert_eq!(judge(Kind::Gif, seconds(19), None), Verdict::Serve);
    }

    #[test]
    fn every_channel_has_one_place_and_gives_it_up_after_each_picture() {
        let now = Instant::now();
        let (a, b) = (ChannelId::generate(), ChannelId::generate());
        let mut queue = Queue::default();
        for kind in [Kind::Thumbnail, Kind::Gif, Kind::Thumbnail, Kind::Webp] {
            queue.want(task(a, kind));
        }
        queue.want(task(b, Kind::Thumbnail));
        let mut made = Vec::new();
        while let Step::Make(task) = queue.next(now) {
            made.push(task);
            queue.done(task);
        }
        let expected = [
            task(a, Kind::Thumbnail),
            task(b, Kind::Thumbnail),
            task(a, Kind::Gif),
            task(a, Kind::Webp),
        ];
        assert_eq!(made, expected);
        assert_eq!(queue.next(now), Step::Idle);
    }

    #[test]
    fn few_run_at_once_and_of_one_channel_only_one() {
        let now = Instant::now();
        let channels = [(); 3].map(|()| ChannelId::generate());
        let mut queue = Queue::default();
        queue.want(task(channels[0], Kind::Thumbnail));
        queue.want(task(channels[0], Kind::Gif));
        assert_eq!(queue.next(now), Step::Make(task(channels[0], Kind::Thumbnail)));
        assert_eq!(queue.next(now), Step::Idle, "the channel's other picture waits");
        queue.want(task(channels[0], Kind::Thumbnail));
        queue.want(task(channels[1], Kind::Thumbnail));
        queue.want(task(channels[2], Kind::Thumbnail));
        assert_eq!(queue.next(now), Step::Make(task(channels[1], Kind::Thumbnail)));
        assert_eq!(queue.next(now), Step::Idle, "two run");
        queue.done(task(channels[0], Kind::Thumbnail));
        assert_eq!(queue.next(now), Step::Make(task(channels[0], Kind::Gif)));
    }

    #[test]
    fn a_hundred_channels_start_no_more_than_the_cap_in_any_minute() {
        let began = Instant::now();
        let channels: Vec<_> = (0..100).map(|_| ChannelId::generate()).collect();
        let mut queue = Queue::default();
        let mut started: Vec<(Instant, Task)> = Vec::new();
        let mut now = began;
        while now < began + Duration::from_secs(300) {
            channels.iter().for_each(|channel| queue.want(task(*channel, Kind::Thumbnail)));
            match queue.next(now) {
                Step::Make(task) => {
                    started.push((now, task));
                    queue.done(task);
                }
                Step::Wait(until) => {
                    assert!(until > now);
                    now = until;
                }
                Step::Idle => unreachable!("there is always something to make"),
            }
        }
        for (index, (at, _)) in started.iter().enumerate() {
            let minute = started[index..].iter();
            let count = minute.take_while(|(it, _)| *it < *at + Duration::from_secs(60)).count();
            assert!(count <= MAX_PER_MINUTE as usize, "{count} in a minute");
        }
        assert!(started.len() >= 240, "{} in five minutes", started.len());
        for channel in channels {
            let made = started.iter().filter(|(_, task)| task.channel == channel).count();
            assert!((2..=3).contains(&made), "a channel got {made} turns");
        }
    }

    #[test]
    fn the_queue_is_bounded() {
        let mut queue = Queue::default();
        for _ in 0..2 * MAX_WAITING {
            queue.want(task(ChannelId::generate(), Kind::Thumbnail));
        }
        assert_eq!(queue.places.len(), MAX_WAITING);
    }

    #[test]
    fn a_long_storyboard_keeps_every_second_picture() {
        let minutes = |count: u64| (0..count).map(|it| it * 60_000 + it % 7).collect::<Vec<_>>();
        assert_eq!(thin(&minutes(239), 60_000), (60_000, vec![]));
        let full = minutes(240);
        let (every, gone) = thin(&full, 60_000);
        assert_eq!((every, gone.len()), (120_000, 120));
        assert!(gone.iter().all(|offset| (offset / 60_000) % 2 == 1), "{gone:?}");
        // However they lie, there is room afterwards.
        let (_, gone) = thin(&(0..1000).collect::<Vec<_>>(), 1);
        assert!(1000 - gone.len() < MAX_PICTURES);
    }
}
