//! The room over its tables.

use std::time::Duration;

use jiff::ToSpan as _;
use tokio::runtime::Handle;

use super::model::{at, moved, sundays, wall};
use crate::audit::{Actor, Audit};
use crate::channels::{Channel, Channels, NewChannel, Slug};
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::ids::{BroadcastId, ChannelId};
use crate::live::{self, Live};
use crate::schedule::actor::Begun;
use crate::schedule::model::{
    Exception, Fate, MAX_CHANNEL_EXCEPTIONS, MAX_EXCEPTIONS, MAX_STREAMS, Plan, State, Stream,
};
use crate::schedule::subscribe::Form;
use crate::schedule::{Doors, Schedule, ScheduleError};
use crate::seal::Keyring;
use crate::site::Site;
use crate::tasks::Tasks;

on_both_databases!(
    what_is_planned_is_kept,
    what_changed_meanwhile_is_not_overwritten,
    a_channel_plans_so_much_and_no_more,
    the_site_shows_every_channel,
    broadcasts_remember_what_they_were,
    feeds_change_when_the_schedule_does,
    what_is_over_is_not_to_come,
    what_was_over_counts_again,
    exceptions_of_a_channel_are_counted,
    what_goes_on_longest_is_not_left_out,
    descriptions_are_read_and_said_once,
    feeds_are_kept_until_something_changes,
);

struct House {
    scratch: Scratch,
    db: Db,
    channels: Channels,
    channel: Channel,
    schedule: Schedule,
    tasks: Tasks,
}

impl House {
    async fn open(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let (clock, tasks) = (Clock::system(), Tasks::on(Handle::current()));
        let keyring = Keyring::open_or_create(&scratch.folder.join("secret.key")).unwrap();
        let db = Db::open(&scratch.database).await.unwrap();
        let channels = Channels::new(db.clone(), keyring.into(), clock);
        channels.set_up(None).await.unwrap();
        let channel = channels.primary().await.unwrap();
        let doors = live::Doors::without_ffmpeg(db.clone(), channels.clone(), clock, &tasks);
        let live = Live::new(doors, clock, &tasks);
        let settings =
            Settings { public_url: Some("https://live.example".to_owned()), ..Settings::default() };
        let config = Config::check(settings).unwrap();
        let site = Site::open(db.clone(), Audit::new(db.clone(), clock), clock).await.unwrap();
        let doors = Doors { db: db.clone(), channels: channels.clone(), live, site };
        let schedule = Schedule::new(doors, &config, clock, &tasks);
        Self { scratch, db, channels, channel, schedule, tasks }
    }

    async fn close(self) {
        assert!(self.tasks.shut_down(Duration::from_secs(8)).await);
        self.db.close().await;
        drop(self.scratch);
    }
}

/// Sundays that never end, so that they are to come whenever the tests run.
fn always() -> Plan {
    Plan {
        description: "Über Vögel 🐦".to_owned(),
        category: Some("nature".to_owned()),
        ..sundays()
    }
}

async fn what_is_planned_is_kept(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let stream = schedule.plan(channel, always()).await.unwrap();
    let which = (stream.id, "2026-11-29T20:00");
    schedule.except(channel, which, Some(Exception::Cancelled)).await.unwrap();
    let which = (stream.id, "2026-12-06T20:00:00");
    schedule.except(channel, which, Some(moved("2026-12-07T18:30"))).await.unwrap();

    let kept = schedule.stream(channel, stream.id).await.unwrap();
    assert_eq!((kept.title.as_str(), kept.revision), ("Birds at dusk", 2));
    assert_eq!(
        (kept.description.as_str(), kept.category.as_deref()),
        ("Über Vögel 🐦", Some("nature"))
    );
    assert_eq!(kept.series, stream.series);
    assert_eq!(kept.exceptions.len(), 2);
    assert_eq!(kept.exceptions[&wall("2026-12-06T20:00")], moved("2026-12-07T18:30"));

    let window = at("2026-11-22T00:00:00Z")..at("2026-12-08T00:00:00Z");
    let streams = schedule.of_channel(channel.id, &window).await.unwrap();
    let fates: Vec<_> = streams[0].occurrences(&window).iter().map(|it| it.fate).collect();
    assert_eq!(fates, [Fate::Planned, Fate::Cancelled, Fate::Moved]);
    let earlier = at("2026-11-01T00:00:00Z")..at("2026-11-22T18:59:59Z");
    let streams = schedule.of_channel(channel.id, &earlier).await.unwrap();
    assert!(streams.is_empty(), "it had not begun");

    schedule.remove(channel, stream.id).await.unwrap();
    assert!(matches!(schedule.stream(channel, stream.id).await, Err(ScheduleError::NoStream)));
    assert!(matches!(schedule.remove(channel, stream.id).await, Err(ScheduleError::NoStream)));
    house.close().await;
}

async fn what_changed_meanwhile_is_not_overwritten(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let stream = schedule.plan(channel, always()).await.unwrap();
    let title = |title: &str| {
        let title = title.to_owned();
        move |plan: &mut Plan| plan.title = title
    };
    schedule.replan(channel, stream.id, title("One")).await.unwrap();
    // Somebody who read it before that.
    let plan = Plan { title: "Two".to_owned(), ..stream.plan() };
    let stale = stream.replanned(plan, at("2026-11-22T00:00:00Z")).unwrap();
    assert!(matches!(schedule.store.update(&stale).await, Err(ScheduleError::Changed)));
    assert_eq!(schedule.stream(channel, stale.id).await.unwrap().title, "One");
    house.close().await;
}

async fn a_channel_plans_so_much_and_no_more(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    for _ in 0..MAX_STREAMS {
        schedule.plan(channel, always()).await.unwrap();
    }
    let refused = schedule.plan(channel, always()).await;
    assert!(matches!(refused, Err(ScheduleError::TooManyStreams)));
    let past = Plan { starts_at: "2020-01-05T20:00".to_owned(), rule: None, ..sundays() };
    let refused = schedule.plan(channel, past).await;
    assert!(matches!(refused, Err(ScheduleError::Field { field: "starts_at", .. })));
    house.close().await;
}

async fn the_site_shows_every_channel(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let other = house
        .channels
        .create(&Actor::System, NewChannel::named(Slug::parse("other").unwrap()), None)
        .await;
    let other = other.unwrap();
    schedule.plan(channel, always()).await.unwrap();
    schedule.plan(&other, Plan { title: "Others".to_owned(), ..always() }).await.unwrap();

    let window = at("2026-11-22T00:00:00Z")..at("2026-11-29T00:00:00Z");
    let streams = schedule.of_site(&window).await.unwrap();
    assert_eq!(streams.len(), 2);
    let streams = schedule.of_channel(other.id, &window).await.unwrap();
    assert_eq!(streams[0].title, "Others");
    let strangers = schedule.stream(channel, streams[0].id).await;
    assert!(matches!(strangers, Err(ScheduleError::NoStream)), "of another channel");
    let calendar = schedule.site_calendar().await.unwrap();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 2, "{calendar}");
    assert!(calendar.contains("URL:https://live.example/@other/schedule/"), "{calendar}");
    house.close().await;
}

async fn broadcasts_remember_what_they_were(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let stream = schedule.plan(channel, always()).await.unwrap();
    let begun = |channel: ChannelId, time: &str| Begun {
        channel,
        broadcast: BroadcastId::generate(),
        at: at(time),
    };
    let far = begun(channel.id, "2026-11-22T20:00:00Z");
    assert_eq!(schedule.link(far).await.unwrap(), None);
    let near = begun(channel.id, "2026-11-22T19:30:00Z");
    let link = schedule.link(near).await.unwrap().unwrap();
    assert_eq!((link.stream, link.occurrence), (stream.id, wall("2026-11-22T20:00")));
    assert_eq!(schedule.link(near).await.unwrap(), Some(link.clone()), "again after a restart");

    let window = at("2026-11-22T00:00:00Z")..at("2026-11-23T00:00:00Z");
    let links = schedule.store.links_of(channel.id, &window, 10).await.unwrap();
    assert_eq!(links, [link]);
    let links = schedule.store.links(&window, 10).await.unwrap();
    assert_eq!(links.len(), 1);

    // Off the air it stands in the history, under the title that was planned.
    house
        .db
        .command(
            "INSERT INTO broadcast (id, channel_id, started_at, ended_at, next_sequence, \
             discontinuity_sequence, checkpoint_at, peak_viewers) \
             VALUES ($1, $2, $3, $4, 0, 0, $4, 7)",
        )
        .bind(near.broadcast)
        .bind(channel.id)
        .bind(near.at)
        .bind(at("2026-11-22T20:30:00Z"))
        .execute()
        .await
        .unwrap();
    let past = schedule.history(channel, None, 10).await.unwrap();
    assert_eq!(past.len(), 1);
    assert_eq!(
        (past[0].title.as_deref(), past[0].stream),
        (Some("Birds at dusk"), Some(stream.id))
    );
    assert_eq!((past[0].duration().as_secs(), past[0].peak_viewers), (3600, 7));
    assert!(schedule.history(channel, Some(past[0].mark()), 10).await.unwrap().is_empty());
    // Whatever becomes of the plan.
    let change = |plan: &mut Plan| {
        plan.title = "Owls".to_owned();
        plan.starts_at = "2026-11-22T21:00".to_owned();
    };
    schedule.replan(channel, stream.id, change).await.unwrap();
    let past = schedule.history(channel, None, 10).await.unwrap();
    assert_eq!(past[0].title.as_deref(), Some("Birds at dusk"));
    let feed = schedule.broadcasts_feed(channel).await.unwrap();
    assert!(
        feed.contains("<title>Birds at dusk</title>") && feed.contains("60 minutes, 7 viewers")
    );
    house.close().await;
}

async fn feeds_change_when_the_schedule_does(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let empty = schedule.calendar(channel).await.unwrap();
    assert!(!empty.contains("VEVENT"));
    let stream = schedule.plan(channel, always()).await.unwrap();
    let first = schedule.calendar(channel).await.unwrap();
    assert_eq!(first, schedule.calendar(channel).await.unwrap());
    assert!(first.contains(&format!("UID:{}\r\n", stream.id)), "{}", first);
    assert!(first.contains("SEQUENCE:0\r\n") && first.contains("STATUS:CONFIRMED"));

    schedule.replan(channel, stream.id, |plan| plan.state = State::Cancelled).await.unwrap();
    let second = schedule.calendar(channel).await.unwrap();
    assert!(second.contains("SEQUENCE:1\r\n") && second.contains("STATUS:CANCELLED"));
    let atom = schedule.coming_feed(channel).await.unwrap();
    assert!(atom.contains("<title>Cancelled: Birds at dusk</title>"), "{atom}");
    assert_eq!(schedule.next(channel).await.unwrap(), None);

    schedule.remove(channel, stream.id).await.unwrap();
    let third = schedule.calendar(channel).await.unwrap();
    assert!(!third.contains("VEVENT"));
    house.close().await;
}

async fn what_is_over_is_not_to_come(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    // Its rule goes on for some days more, and names none of them.
    let now = jiff::Timestamp::now();
    let day = |days: i64| now.checked_add((24 * days).hours()).unwrap();
    let plan = Plan {
        starts_at: day(-8).strftime("%Y-%m-%dT%H:%M").to_string(),
        time_zone: "UTC".to_owned(),
        rule: Some(day(3).strftime("FREQ=WEEKLY;UNTIL=%Y%m%dT%H%M%SZ").to_string()),
        ..sundays()
    };
    let over = schedule.plan(channel, plan).await.unwrap();
    assert!(schedule.coming(channel).await.unwrap().is_empty());
    let shown = schedule.show(channel, &over.id.to_string()).await.unwrap().unwrap();
    let last = day(-1).strftime("%Y-%m-%dT%H:%M:00").to_string();
    assert_eq!(shown.iter().map(|it| &it.local_start).collect::<Vec<_>>(), [&last]);
    house.close().await;
}

async fn what_was_over_counts_again(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let plan = Plan { starts_at: "2020-01-05T20:00".to_owned(), rule: None, ..sundays() };
    let over = Stream::planned(plan, channel.id, at("2020-01-01T00:00:00Z")).unwrap();
    schedule.store.insert(&over).await.unwrap();
    for _ in 1..MAX_STREAMS {
        schedule.plan(channel, always()).await.unwrap();
    }
    let title = |plan: &mut Plan| plan.title = "Corrected".to_owned();
    schedule.replan(channel, over.id, title).await.unwrap();
    let again = |plan: &mut Plan| plan.rule = Some("FREQ=WEEKLY".to_owned());
    schedule.replan(channel, over.id, again).await.unwrap();
    let ended = |plan: &mut Plan| plan.rule = None;
    schedule.replan(channel, over.id, ended).await.unwrap();
    schedule.plan(channel, always()).await.unwrap();
    let refused = schedule.replan(channel, over.id, again).await;
    assert!(matches!(refused, Err(ScheduleError::TooManyStreams)), "{refused:?}");
    house.close().await;
}

async fn exceptions_of_a_channel_are_counted(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let daily = Plan { rule: Some("FREQ=DAILY".to_owned()), ..always() };
    let mut last = None;
    for _ in 0..MAX_CHANNEL_EXCEPTIONS / MAX_EXCEPTIONS {
        let mut stream = schedule.plan(channel, daily.clone()).await.unwrap();
        let window = at("2026-11-22T00:00:00Z")..at("2028-01-01T00:00:00Z");
        let names = stream.occurrences(&window).into_iter().map(|it| it.name);
        let names = names.take(MAX_EXCEPTIONS).map(|name| (name, Exception::Cancelled)).collect();
        (stream.exceptions, stream.revision) = (names, 1);
        schedule.store.update(&stream).await.unwrap();
        last = Some(stream);
    }
    let another = schedule.plan(channel, always()).await.unwrap();
    let which = (another.id, "2026-11-29T20:00");
    let refused = schedule.except(channel, which, Some(Exception::Cancelled)).await;
    assert!(matches!(refused, Err(ScheduleError::TooManyExceptions)), "{refused:?}");
    // What makes room is let through.
    let which = (last.unwrap().id, "2026-11-29T20:00");
    schedule.except(channel, which, None).await.unwrap();
    house.close().await;
}

async fn what_goes_on_longest_is_not_left_out(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let forever = schedule.plan(channel, always()).await.unwrap();
    let once =
        |day: u8| Plan { starts_at: format!("2026-12-{day:02}T20:00"), rule: None, ..always() };
    let mut later = None;
    for day in [10, 20] {
        later = Some(schedule.plan(channel, once(day)).await.unwrap().id);
    }
    let window = at("2026-11-22T00:00:00Z")..at("2027-01-01T00:00:00Z");
    let ids = |streams: Vec<Stream>| streams.iter().map(|it| it.id).collect::<Vec<_>>();
    let found = schedule.store.of_channel(channel.id, &window, 2).await.unwrap();
    assert_eq!(ids(found), [forever.id, later.unwrap()]);

    // Those of a hidden channel take nobody's place.
    let new = NewChannel::named(Slug::parse("hidden").unwrap());
    let hidden = house.channels.create(&Actor::System, new, None).await.unwrap();
    schedule.plan(&hidden, always()).await.unwrap();
    house.channels.hide(&Actor::System, hidden.id, true).await.unwrap();
    let left_out = house.channels.hidden().await.unwrap();
    let found = schedule.store.of_site(&window, &left_out, 1).await.unwrap();
    assert_eq!(ids(found), [forever.id]);
    assert_eq!(schedule.store.of_site(&window, &[], 5).await.unwrap().len(), 4);
    house.close().await;
}

async fn descriptions_are_read_and_said_once(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let plan = Plan { description: "Said once".to_owned(), ..always() };
    let stream = schedule.plan(channel, plan).await.unwrap();
    for (occurrence, to) in
        [("2026-11-29T20:00", "2026-11-30T18:00"), ("2026-12-06T20:00", "2026-12-07T18:00")]
    {
        schedule.except(channel, (stream.id, occurrence), Some(moved(to))).await.unwrap();
    }
    let calendar = schedule.calendar(channel).await.unwrap();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 3, "{calendar}");
    assert_eq!(calendar.matches("DESCRIPTION:").count(), 1, "{calendar}");
    house.close().await;
}

async fn feeds_are_kept_until_something_changes(engine: Engine) {
    let house = House::open(engine).await;
    let (schedule, channel) = (&house.schedule, &house.channel);
    let first = schedule.plan(channel, always()).await.unwrap();
    let read = async || {
        let calendar = schedule.feed_of(channel, Form::Calendar).await.unwrap();
        let site = schedule.calendar_of_all().await.unwrap();
        let window = at("2026-11-22T00:00:30Z")..at("2026-11-29T00:00:00Z");
        let everybody = schedule.everybody(&window).await.unwrap();
        let titles = everybody.page(&window, None, 10);
        let titles: Vec<_> = titles.iter().map(|it| it.title.to_owned()).collect();
        (calendar.text().clone(), site.text().clone(), titles)
    };
    let shown = read().await;
    assert_eq!(shown.2, ["Birds at dusk"]);
    let sql = "UPDATE scheduled_stream SET title = 'Owls' WHERE id = $1";
    house.db.command(sql).bind(first.id).execute().await.unwrap();
    assert_eq!(read().await, shown, "read again");
    schedule.plan(channel, Plan { title: "Bats".to_owned(), ..always() }).await.unwrap();
    let (calendar, site, titles) = read().await;
    assert!(calendar != shown.0 && site != shown.1);
    assert_eq!(titles, ["Owls", "Bats"]);
    house.close().await;
}
