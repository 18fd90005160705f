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
        keys: Vec::new(),
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
    let [Effect::Append(draft)] = &*said.effects else { panic!("{said:?}") };
    state.said(draft, 9, NOW);
    let again = decide(&mut state, say(&one, "k", "hi"), at(1)).unwrap();
    let id = draft.message.unwrap();
    assert_eq!(again, Decision { effects: Vec::new(), answer: Answer::Again { seq: 9, id } });
    assert_eq!(decide(&mut state, say(&other, "k", "hi"), NOW).unwrap().effects.len(), 1);
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
    let whom = |rank| order::Person { id: ChatterId::generate(), name: "x".to_owned(), rank };
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
    assert_eq!(decide(&mut state, Command::Tally { end: false }, at(61)).unwrap().effects.len(), 2);
    assert!(state.poll.is_none());
}
