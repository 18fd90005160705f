//! Situations in a room, and what becomes of them.

use super::order::Order;
use super::refusal::Reason;
use super::rules::no_terms;
use super::settings::Open;
use super::who::Kind;
use super::*;
use crate::access::ChannelRole;
use crate::attempts::Prefix;
use crate::chat::words;

const NOW: WallClock = WallClock::from_unix_millis(1_800_000_000_000);

fn at(seconds: u64) -> WallClock {
    NOW + std::time::Duration::from_secs(seconds)
}

fn room(settings: Settings) -> RoomState {
    let settings = Settings { open: Open::Always, ..settings };
    RoomState::new(Start {
        settings,
        sanctions: Vec::new(),
        pinned: None,
        terms: no_terms(),
        poll: None,
        keys: (Vec::new(), 1),
        is_on_air: false,
        off_air_since: None,
    })
}

fn somebody(kind: Kind, role: Option<ChannelRole>) -> Arc<Speaker> {
    Arc::new(Speaker {
        id: ChatterId::generate(),
        kind,
        name: "Somebody".to_owned(),
        hue: 7,
        username: None,
        since: NOW,
        site: None,
        channel: role,
        follows_since: None,
        from: Prefix::of([192, 0, 2, 7].into()),
        has_spoken: false,
    })
}

fn say(by: &Arc<Speaker>, key: &str, text: &str) -> Command {
    let (words, style) = words::read(text, &words::NoEmotes).unwrap();
    let (by, key) = (Arc::clone(by), Some(key.to_owned()));
    Command::Say(Box::new(Say { by, key, words, style, reply_to: None }))
}

/// What everybody is told of a decision, which is one thing.
fn appended(decision: &Decision) -> &Draft {
    let mut drafts = decision.effects.iter().filter_map(|effect| match effect {
        Effect::Append(draft) => Some(&**draft),
        _ => None,
    });
    drafts.next().unwrap_or_else(|| panic!("{decision:?}"))
}

fn refused(state: &mut RoomState, command: Command, now: WallClock) -> Reason {
    decide(state, command, now).unwrap_err().reason
}

#[test]
fn a_room_is_open_during_broadcasts_and_for_a_while_after() {
    let mut state = room(Settings::default());
    state.settings.open = Open::WhileLive;
    let guest = somebody(Kind::Guest, None);
    assert_eq!(refused(&mut state, say(&guest, "1", "hi"), NOW), Reason::Closed);
    decide(&mut state, Command::OnAir(true), NOW).unwrap();
    assert!(decide(&mut state, say(&guest, "2", "hi"), at(1)).is_ok());
    decide(&mut state, Command::OnAir(false), at(10)).unwrap();
    assert!(decide(&mut state, say(&guest, "3", "still here"), at(309)).is_ok());
    assert_eq!(refused(&mut state, say(&guest, "4", "gone"), at(310)), Reason::Closed);
}

#[test]
fn the_same_key_of_the_same_person_is_one_message() {
    let mut state = room(Settings::default());
    let (one, other) = (somebody(Kind::Guest, None), somebody(Kind::Guest, None));
    let said = decide(&mut state, say(&one, "k", "hi"), NOW).unwrap();
    let draft = appended(&said);
    state.said(draft, 9, NOW);
    let again = decide(&mut state, say(&one, "k", "hi"), at(1)).unwrap();
    let id = draft.message;
    assert_eq!(again, Decision { effects: Vec::new(), answer: Answer::Again { seq: 9, id } });
    let said = decide(&mut state, say(&other, "k", "hi"), NOW).unwrap();
    assert_ne!(appended(&said).message, id);
}

#[test]
fn rules_hold_for_all_but_those_who_keep_order() {
    let guest = somebody(Kind::Guest, None);
    let moderator = somebody(Kind::Account, Some(ChannelRole::Moderator));
    for (settings, text, reason) in [
        (Settings { enabled: true, quiet: true, ..Settings::default() }, "hi", Reason::Quiet),
        (Settings { signed_in_only: true, ..Settings::default() }, "hi", Reason::SignedInOnly),
        (Settings { established_minutes: 5, ..Settings::default() }, "hi", Reason::EstablishedOnly),
        (
            Settings { followers_only_minutes: Some(0), ..Settings::default() },
            "hi",
            Reason::FollowersOnly,
        ),
        (Settings { shield: true, ..Settings::default() }, "hi", Reason::SignedInOnly),
        (Settings { emote_only: true, ..Settings::default() }, "hi", Reason::EmoteOnly),
        (
            Settings { links: settings::Links::None, ..Settings::default() },
            "see https://example.org",
            Reason::Link,
        ),
        (Settings { max_caps_percent: 50, ..Settings::default() }, "HELLO THERE YOU", Reason::Caps),
    ] {
        let mut state = room(settings);
        assert_eq!(refused(&mut state, say(&guest, "1", text), at(1)), reason);
        assert!(decide(&mut state, say(&moderator, "1", text), at(1)).is_ok(), "{reason}");
    }
    let mut state = room(Settings { max_length: 3, ..Settings::default() });
    assert_eq!(refused(&mut state, say(&moderator, "1", "four"), NOW), Reason::TooLong);
}

#[test]
fn nobody_acts_against_their_like_and_what_was_done_is_undone() {
    let mut state = room(Settings::default());
    let by = || By { actor: Actor::System, rank: 1 };
    let whom =
        |rank| order::Person { id: ChatterId::generate(), name: "x".to_owned(), rank, from: None };
    let ban = |person| Command::Moderate {
        by: by(),
        order: Order::Ban(person, None),
        reason: String::new(),
    };
    assert_eq!(refused(&mut state, ban(whom(1)), NOW), Reason::NotYours);
    let decision = decide(&mut state, ban(whom(0)), NOW).unwrap();
    assert_eq!(state.sanctions.len(), 1);
    let record = decision.effects.iter().find_map(|effect| match effect {
        Effect::Record(record) => Some(Record::clone(record)),
        _ => None,
    });
    let undo = Command::Undo { by: by(), record: record.unwrap(), rank: 0, hidden: Vec::new() };
    decide(&mut state, undo, at(1)).unwrap();
    assert!(state.sanctions.is_empty());
}

#[test]
fn a_crowd_raises_the_shield_for_a_while() {
    let mut state = room(Settings::default());
    let told = decide(&mut state, Command::Crowd, NOW).unwrap();
    assert_eq!(told.effects.len(), 1);
    assert!(decide(&mut state, Command::Crowd, at(1)).unwrap().effects.is_empty());
    assert!(state.is_shielded(at(600)) && !state.is_shielded(at(602)));
}

#[test]
fn answers_to_a_poll_are_counted_once_each() {
    let mut state = room(Settings::default());
    let by = By { actor: Actor::System, rank: 1 };
    let choices = vec!["yes".to_owned(), "no".to_owned()];
    let lasts = std::time::Duration::from_secs(60);
    let question = poll::Question { question: "Well?".to_owned(), choices, lasts };
    decide(&mut state, Command::Ask { by, question }, NOW).unwrap();
    let id = state.poll.as_ref().unwrap().id;
    let guest = somebody(Kind::Guest, None);
    let vote = |choice| Command::Vote { by: Arc::clone(&guest), poll: id, choice };
    decide(&mut state, vote(0), at(1)).unwrap();
    decide(&mut state, vote(1), at(2)).unwrap();
    assert_eq!(refused(&mut state, vote(2), at(3)), Reason::NotFound);
    let document = state.poll.as_ref().unwrap().document(false);
    assert_eq!(document.choices.iter().map(|it| it.votes).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(decide(&mut state, Command::Tally { end: None }, at(61)).unwrap().effects.len(), 2);
    assert!(state.poll.is_none());
}

/// What somebody said, as the database has it.
fn target(by: &Speaker, decision: &Decision, at: WallClock) -> Target {
    let draft = appended(decision);
    let message = draft.fact.message().unwrap().clone();
    Target { id: draft.message.unwrap(), author: by.id, at, hidden: false, message }
}

fn edit(by: &Arc<Speaker>, target: Target, text: &str) -> Command {
    let (words, _) = words::read(text, &words::NoEmotes).unwrap();
    Command::Edit { by: Arc::clone(by), target, words, key: None }
}

fn rename(by: &Arc<Speaker>, name: &str) -> Command {
    Command::Rename { by: Arc::clone(by), name: name.to_owned(), key: None }
}

#[test]
fn another_text_counts_as_another_message() {
    let mut state = room(Settings { slow_seconds: 60, ..Settings::default() });
    let guest = somebody(Kind::Guest, None);
    let said = decide(&mut state, say(&guest, "1", "one"), NOW).unwrap();
    let target = target(&guest, &said, NOW);
    let early = edit(&guest, target.clone(), "two");
    assert_eq!(refused(&mut state, early, at(59)), Reason::SlowMode);
    assert!(decide(&mut state, edit(&guest, target.clone(), "two"), at(60)).is_ok());
    assert_eq!(refused(&mut state, say(&guest, "2", "three"), at(61)), Reason::SlowMode);
    state.settings.quiet = true;
    assert_eq!(refused(&mut state, edit(&guest, target, "four"), at(300)), Reason::Quiet);
}

#[test]
fn a_name_is_judged_as_a_message_is() {
    let mut state = room(Settings::default());
    let term = crate::chat::text::terms::Term {
        pattern: "casino".to_owned(),
        how: crate::chat::text::terms::How::Word,
        action: crate::chat::text::terms::Action::Hold,
    };
    let terms = Arc::new(Terms::compile(&[term]).unwrap());
    decide(&mut state, Command::Terms(terms), NOW).unwrap();
    let guest = somebody(Kind::Guest, None);
    assert_eq!(refused(&mut state, rename(&guest, "C4SINO now"), NOW), Reason::NameInvalid);
    for name in ["one", "two", "three"] {
        assert!(decide(&mut state, rename(&guest, name), NOW).is_ok());
    }
    assert_eq!(refused(&mut state, rename(&guest, "four"), at(1)), Reason::Flood);
    state.settings.quiet = true;
    assert_eq!(refused(&mut state, rename(&guest, "five"), at(600)), Reason::Quiet);
    // Whoever may not write for want of an account has a name for later, of which nobody is told.
    state.settings = Settings { signed_in_only: true, ..state.settings.clone() };
    state.settings.quiet = false;
    let renamed = decide(&mut state, rename(&guest, "six"), at(600)).unwrap();
    assert!(renamed.effects.iter().all(|effect| matches!(effect, Effect::Call(_))));
}

#[test]
fn what_costs_something_is_not_begun_by_who_floods() {
    let mut state = room(Settings::default());
    let guest = somebody(Kind::Guest, None);
    for n in 0..6 {
        let words = format!("message {n}");
        decide(&mut state, say(&guest, &words, &words), NOW).unwrap();
    }
    assert_eq!(state.may_begin(&guest, Some("x"), NOW).unwrap_err().reason, Reason::Flood);
    let errands = (0..20).filter(|_| state.may_run(&guest, NOW).is_ok()).count();
    assert_eq!(errands, 8);
}

/// A guest who came from there after `NOW`, or before.
fn guest_from(address: &str, since: WallClock) -> Arc<Speaker> {
    let from = Prefix::of(address.parse().unwrap());
    Arc::new(Speaker { from, since, ..Speaker::clone(&somebody(Kind::Guest, None)) })
}

fn timeout(state: &mut RoomState, whom: &Speaker) {
    let from = Some(whom.from.network());
    let person = order::Person { id: whom.id, name: whom.name.clone(), rank: 0, from };
    let order = Order::Timeout(person, std::time::Duration::from_secs(600));
    let by = By { actor: Actor::System, rank: 1 };
    decide(state, Command::Moderate { by, order, reason: String::new() }, NOW).unwrap();
}

#[test]
fn a_new_token_is_no_other_person() {
    let mut state = room(Settings::default());
    let rude = guest_from("192.0.2.7", NOW);
    timeout(&mut state, &rude);
    let again = guest_from("192.0.2.7", at(5));
    assert_eq!(refused(&mut state, say(&again, "1", "me again"), at(6)), Reason::TimedOut);
    let neighbour = Speaker {
        has_spoken: true,
        since: NOW - std::time::Duration::from_secs(60),
        ..Speaker::clone(&again)
    };
    let neighbour = Arc::new(Speaker { id: ChatterId::generate(), ..neighbour });
    assert!(decide(&mut state, say(&neighbour, "1", "hello"), at(6)).is_ok());
    let account = Arc::new(Speaker { kind: Kind::Account, ..Speaker::clone(&again) });
    let account = Arc::new(Speaker { id: ChatterId::generate(), ..Speaker::clone(&account) });
    assert!(decide(&mut state, say(&account, "1", "hello"), at(6)).is_ok());
    let elsewhere = guest_from("192.0.2.8", at(5));
    assert!(decide(&mut state, say(&elsewhere, "1", "hello"), at(6)).is_ok());
    assert!(decide(&mut state, say(&again, "2", "me again"), at(600)).is_ok());
}

#[test]
fn many_prefixes_of_one_customer_are_one_customer() {
    let mut state = room(Settings::default());
    for (n, reason) in [(1, None), (2, None), (3, Some(Reason::TimedOut))] {
        timeout(&mut state, &guest_from(&format!("2001:db8:0:{n}::1"), NOW));
        let next = guest_from("2001:db8:0:ff::1", at(5));
        let said = decide(&mut state, say(&next, "1", &format!("hello {n}")), at(6));
        assert_eq!(said.err().map(|refusal| refusal.reason), reason, "{n}");
    }
    let elsewhere = guest_from("2001:db8:0:100::1", at(5));
    assert!(decide(&mut state, say(&elsewhere, "1", "hello"), at(6)).is_ok());
}

#[test]
fn what_is_in_force_for_a_time_ends_by_itself() {
    let mut state = room(Settings::default());
    decide(&mut state, Command::Crowd, NOW).unwrap();
    assert!(!state.lapses(at(599)) && state.lapses(at(600)));
    let told = decide(&mut state, Command::Lapse, at(600)).unwrap();
    assert!(matches!(&appended(&told).fact, Fact::Mode(modes) if !modes.shield));
    assert!(!state.lapses(at(601)));
    let guest = somebody(Kind::Guest, None);
    let said = decide(&mut state, say(&guest, "1", "one"), NOW).unwrap();
    let lasts = Some(std::time::Duration::from_secs(60));
    let order = Order::Pin(Box::new(target(&guest, &said, NOW)), lasts);
    let by = By { actor: Actor::System, rank: 1 };
    decide(&mut state, Command::Moderate { by, order, reason: String::new() }, NOW).unwrap();
    assert!(state.lapses(at(60)));
    let told = decide(&mut state, Command::Lapse, at(60)).unwrap();
    assert!(matches!(&appended(&told).fact, Fact::Pinned { message: None, .. }));
    assert!(state.pinned.is_none());
}

#[test]
fn two_who_change_rules_at_once_lose_nothing() {
    let mut state = room(Settings::default());
    let patch = |state: &mut RoomState, patch: Value| {
        let by = By { actor: Actor::System, rank: 1 };
        decide(state, Command::Configure { by, patch }, NOW)
    };
    patch(&mut state, serde_json::json!({ "slow_seconds": 5 })).unwrap();
    let done = patch(&mut state, serde_json::json!({ "quiet": true })).unwrap();
    let Answer::Settings(settings) = done.answer else { panic!("{done:?}") };
    assert_eq!((settings.slow_seconds, settings.quiet), (5, true));
    assert!(patch(&mut state, serde_json::json!({ "quite": true })).is_err());
}

#[test]
fn what_was_decided_is_neither_decided_again_nor_gone() {
    let mut state = room(Settings::default());
    let guest = somebody(Kind::Guest, None);
    let said = decide(&mut state, say(&guest, "1", "one"), NOW).unwrap();
    let target = target(&guest, &said, NOW);
    let held = Held {
        id: target.id,
        chatter: guest.id,
        message: target.message.clone(),
        reason: String::new(),
        at: NOW,
        key: None,
    };
    let review = || {
        let by = By { actor: Actor::System, rank: 1 };
        Command::Review { by, held: Box::new(held.clone()), approve: true }
    };
    decide(&mut state, review(), NOW).unwrap();
    assert_eq!(refused(&mut state, review(), NOW), Reason::TooLate);
    assert!(decide(&mut state, edit(&guest, target.clone(), "two"), at(1)).is_ok());
    let remove = || Command::Remove { by: Arc::clone(&guest), target: target.clone(), key: None };
    decide(&mut state, remove(), at(2)).unwrap();
    assert_eq!(refused(&mut state, remove(), at(2)), Reason::NotFound);
}
