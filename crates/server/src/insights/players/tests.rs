//! Players that come, speak and go.

use super::*;

fn report(stalls: u32) -> PlaybackReport {
    PlaybackReport { stalls, visible: true, latency_ms: Some(900), ..Default::default() }
}

fn sum(players: &Players, now: Instant) -> Counts {
    players.lately(now).fold(Counts::default(), |mut all, (_, it)| {
        all.add(it);
        all
    })
}

#[test]
fn a_minute_is_remembered_and_no_more() {
    let start = Instant::now();
    let at = |secs| start + Duration::from_secs(secs);
    let mut players = Players::new(start);
    for n in 0..12 {
        players.report(PlayerId(1), &report(1), at(n * 10)).unwrap();
    }
    assert_eq!(sum(&players, at(110)).stalls, 6);
    assert_eq!(sum(&players, at(140)).stalls, 3);
    assert_eq!(sum(&players, at(300)).stalls, 0);
    players.prune(at(169));
    assert!(players.knows(PlayerId(1)));
    players.prune(at(170));
    assert!(!players.knows(PlayerId(1)));
}

#[test]
fn hidden_pages_count_as_players_whose_troubles_do_not_count() {
    let now = Instant::now();
    let mut players = Players::new(now);
    let hidden = PlaybackReport { visible: false, ..report(9) };
    players.report(PlayerId(1), &hidden, now).unwrap();
    assert_eq!((players.lately(now).count(), sum(&players, now).stalls), (1, 0));
}

#[test]
fn who_reports_without_pause_is_refused() {
    let now = Instant::now();
    let mut players = Players::new(now);
    players.report(PlayerId(1), &report(1), now).unwrap();
    assert_eq!(players.report(PlayerId(1), &report(1), now), Err(Refused::TooOften));
    players.report(PlayerId(2), &report(1), now).unwrap();
    players.report(PlayerId(1), &report(1), now + LEAST_PAUSE).unwrap();
    assert_eq!(sum(&players, now).stalls, 3);
}

#[test]
fn totals_are_counted_from_when_they_are_first_told() {
    let now = Instant::now();
    let mut players = Players::new(now);
    for text in [
        r#"bsa=(5),bs,dfa=100,mtp=(4000),ltc=1200"#,
        r#"bsa=(7),bs,dfa=130"#,
        r#"bs"#,
        r#"bsa=(7),e=bc"#,
        r#"sta=f"#,
        r#"sta=f"#,
        r#"bg,bsa=(99)"#,
    ] {
        let told = cmcd::Report::parse(text).unwrap();
        players.tell(PlayerId(1), &told, Some(1), now).unwrap();
    }
    let (last, counts) = players.lately(now).next().unwrap();
    assert_eq!((last.bandwidth_bps, last.latency_ms), (Some(4_000_000), Some(1200)));
    assert_eq!((counts.stalls, counts.dropped_frames, counts.errors), (3, 30, 1));
    assert_eq!(counts.switches, 1);
}

#[test]
fn a_change_of_the_files_asked_for_is_a_switch() {
    let now = Instant::now();
    let mut players = Players::new(now);
    for rendition in [None, Some(2), Some(2), None, Some(1)] {
        players.tell(PlayerId(1), &cmcd::Report::default(), rendition, now).unwrap();
    }
    let (last, counts) = players.lately(now).next().unwrap();
    assert_eq!((last.rendition, counts.switches), (Some(1), 1));
}

#[test]
fn players_are_told_apart_for_those_who_run_the_site() {
    let start = Instant::now();
    let later = start + Duration::from_secs(20);
    let mut players = Players::new(start);
    players.report(PlayerId(1), &report(0), start).unwrap();
    players.took(PlayerId(1), Some(250));
    let told = cmcd::Report::parse("sta=f,mtp=(4000)").unwrap();
    players.tell(PlayerId(2), &told, Some(3), later).unwrap();
    let mut all = players.playing(later);
    all.sort_by_key(|it| it.name);
    let [first, second] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((first.source, second.source), (Source::Report, Source::Cmcd));
    let age = Duration::from_secs(20);
    assert_eq!((first.known_for, first.silent_for, second.silent_for), (age, age, Duration::ZERO));
    assert_eq!((first.latency_ms, first.download_ms), (Some(900), Some(250)));
    assert_eq!((second.rendition, second.bandwidth_bps), (Some(3), Some(4_000_000)));
    assert_eq!((first.has_failed, second.has_failed, second.errors), (false, true, 1));
}

#[test]
fn nobody_makes_up_an_audience() {
    let now = Instant::now();
    let mut players = Players::new(now);
    for n in 0..MAX_PLAYERS as u64 {
        let admitted = players.admit(PlayerId(n), ClientId(1), now);
        assert_eq!(admitted.is_ok(), n < MAX_PLAYERS_OF_CLIENT as u64, "{n}");
    }
    players.admit(PlayerId(0), ClientId(1), now).unwrap();
    players.admit(PlayerId(1 << 40), ClientId(2), now).unwrap();
    assert_eq!(players.by_id.len(), MAX_PLAYERS_OF_CLIENT + 1);
}

#[test]
fn the_longest_silent_makes_room_and_nobody_who_is_there_does() {
    let start = Instant::now();
    let at = |secs| start + Duration::from_secs(secs);
    let mut players = Players::new(start);
    for n in 0..MAX_PLAYERS as u64 {
        players.report(PlayerId(n), &report(0), at(u64::from(n > 0) * 5)).unwrap();
    }
    let newcomer = PlayerId(1 << 40);
    assert_eq!(players.report(newcomer, &report(0), at(10)), Err(Refused::Full));
    players.report(newcomer, &report(0), at(21)).unwrap();
    assert!(!players.knows(PlayerId(0)) && players.knows(PlayerId(1)));
    assert_eq!(players.by_id.len(), MAX_PLAYERS);
    assert_eq!(players.report(PlayerId(1 << 41), &report(0), at(21)), Err(Refused::Full));
}
