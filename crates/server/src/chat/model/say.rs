//! What people say, take back and are called.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::event::{Fact, Message, Remover, Style};
use super::refusal::{Reason, Refusal};
use super::settings::Links;
use super::state::RoomState;
use super::who::{Kind, Speaker};
use super::{Answer, Decision, Draft, Effect, Say, Target, Which};
use crate::chat::words::{self, Words};
use crate::ids::MessageId;

/// How long somebody may change or take back what they said.
const SECOND_THOUGHTS: Duration = Duration::from_secs(15 * 60);
/// How long the same text counts as said just now.
const JUST_NOW: Duration = Duration::from_secs(60);
/// Shorter texts may be all capitals: OK, LOL, GG.
const MIN_SHOUT: usize = 8;

/// Somebody says something.
pub(super) fn say(state: &mut RoomState, say: Say, now: WallClock) -> Result<Decision, Refusal> {
    let Say { by, key, words, style, reply_to } = say;
    if let Some(known) = key.as_ref().and_then(|key| state.keys.find(&(by.id, key.clone()))) {
        let answer = Answer::Again { seq: known.0, id: known.1 };
        return Ok(Decision { effects: Vec::new(), answer });
    }
    if style == Style::Announcement && !by.is_moderator() {
        return Err(Refusal::new(Reason::NotYours, "moderators alone announce something"));
    }
    state.may_write(&by, now)?;
    check(state, &by, &words, now)?;
    let first = state.habits.of(by.id).is_none_or(|it| it.last.is_none()) && !by.has_spoken;
    state.habits.said(by.id, words.folded, now);
    let id = MessageId::generate();
    let message = Message {
        id: id.to_string(),
        author: by.chatter(),
        html: words.html,
        text: words.text,
        reply_to,
        style,
        mentions: words.mentions,
        first,
    };
    let fact = Fact::Message(Box::new(message));
    let draft = Draft { fact, chatter: Some(by.id), message: Some(id), key };
    let effects = vec![Effect::Append(Box::new(draft))];
    Ok(Decision { effects, answer: Answer::Done { id: Some(id) } })
}

/// Whether a text may be said by whoever says it.
fn check(
    state: &mut RoomState,
    by: &Speaker,
    words: &Words,
    now: WallClock,
) -> Result<(), Refusal> {
    let longest = usize::try_from(state.settings.max_length).unwrap_or(usize::MAX);
    if words.text.chars().count() > longest {
        let detail = format!("a message has at most {longest} characters here");
        return Err(Refusal::new(Reason::TooLong, detail));
    }
    if by.is_moderator() || by.kind == Kind::Bot {
        return Ok(());
    }
    if let Err(until) = state.habits.pay(by.id, now) {
        let detail = "you write very fast: wait a moment";
        return Err(Refusal::new(Reason::Flood, detail).until(until));
    }
    if state.settings.emote_only && !words.emotes_only {
        return Err(Refusal::new(Reason::EmoteOnly, "emotes alone are sent here now"));
    }
    check_links(state, by, words, now)?;
    check_shouting(state, words)?;
    let habit = state.habits.of(by.id);
    let is_repeated = !state.settings.repetition
        && habit.is_some_and(|habit| {
            let recent = |said: &&(WallClock, String)| said.0 + JUST_NOW > now;
            habit.recent.iter().filter(recent).any(|(_, folded)| *folded == words.folded)
        });
    if is_repeated && words.folded.chars().count() >= MIN_SHOUT {
        return Err(Refusal::new(Reason::Repetition, "you said that just now"));
    }
    words::conduct(words)
}

fn check_links(
    state: &RoomState,
    by: &Speaker,
    words: &Words,
    now: WallClock,
) -> Result<(), Refusal> {
    if words.hosts.is_empty() {
        return Ok(());
    }
    let rules = &state.settings;
    let is_listed = |host: &String| {
        let suffix = |listed: &String| host.strip_suffix(listed.as_str());
        rules
            .link_hosts
            .iter()
            .filter_map(suffix)
            .any(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let may = match rules.links {
        _ if state.is_shielded(now) => false,
        Links::Allow => true,
        Links::Followers => by.follows_since.is_some(),
        Links::Listed => words.hosts.iter().all(is_listed),
        Links::None => false,
    };
    if may { Ok(()) } else { Err(Refusal::new(Reason::Link, "such links are not sent here")) }
}

fn check_shouting(state: &RoomState, words: &Words) -> Result<(), Refusal> {
    let limit = usize::try_from(state.settings.max_caps_percent).unwrap_or(100);
    let letters = words.text.chars().filter(|c| c.is_alphabetic());
    let (all, capitals) = letters
        .fold((0, 0), |(all, capitals), c| (all + 1, capitals + usize::from(c.is_uppercase())));
    if all >= MIN_SHOUT && capitals * 100 > all * limit {
        return Err(Refusal::new(Reason::Caps, "write it without so many capitals"));
    }
    Ok(())
}

/// Somebody gives what they said another text.
pub(super) fn edit(
    state: &mut RoomState,
    by: &Speaker,
    (target, words): (Target, Words),
    now: WallClock,
) -> Result<Decision, Refusal> {
    own(by, &target)?;
    if target.at + SECOND_THOUGHTS <= now {
        return Err(Refusal::new(Reason::TooLate, "messages are changed within 15 minutes"));
    }
    state.may_write(by, now).or_else(|refusal| match refusal.reason {
        // Slow mode is about new messages.
        Reason::SlowMode => Ok(()),
        _ => Err(refusal),
    })?;
    check(state, by, &words, now)?;
    let Words { html, text, .. } = words;
    let id = target.id.to_string();
    let fact = Fact::Edited { id, html: html.clone(), text: text.clone() };
    let effects = vec![
        Effect::Rewrite { id: target.id, text, html },
        Effect::Append(Box::new(Draft { chatter: Some(by.id), ..Draft::of(fact) })),
    ];
    Ok(Decision { effects, answer: Answer::Done { id: Some(target.id) } })
}

/// Somebody takes back what they said.
pub(super) fn remove(by: &Speaker, target: Target) -> Result<Decision, Refusal> {
    own(by, &target)?;
    let which = Which::These(vec![target.id]);
    let fact = Fact::Deleted { ids: vec![target.id.to_string()], by: Remover::Author };
    let effects = vec![
        Effect::Hide { which, by: "author".to_owned() },
        Effect::Append(Box::new(Draft { chatter: Some(by.id), ..Draft::of(fact) })),
    ];
    Ok(Decision { effects, answer: Answer::Done { id: Some(target.id) } })
}

fn own(by: &Speaker, target: &Target) -> Result<(), Refusal> {
    if target.hidden {
        return Err(Refusal::not_found("message"));
    }
    if target.author != by.id {
        return Err(Refusal::new(Reason::NotYours, "somebody else said that"));
    }
    Ok(())
}

/// Somebody is called something else.
pub(super) fn rename(
    state: &mut RoomState,
    by: &Speaker,
    (name, folded): (String, String),
    now: WallClock,
) -> Result<Decision, Refusal> {
    if let Err(until) = state.habits.pay(by.id, now) {
        return Err(Refusal::new(Reason::Flood, "wait a moment").until(until));
    }
    let old_name = by.name.clone();
    let chatter = Speaker { name: name.clone(), ..by.clone() }.chatter();
    let mut effects = vec![Effect::Person { id: by.id, name: Some((name, folded)), hue: None }];
    if state.may_write(by, now).is_ok() {
        let fact = Fact::Renamed { chatter, old_name };
        effects.push(Effect::Append(Box::new(Draft { chatter: Some(by.id), ..Draft::of(fact) })));
    }
    Ok(Decision { effects, answer: Answer::Done { id: None } })
}

/// Somebody's name has another colour. Others see it with the next message.
pub(super) fn colour(by: &Speaker, hue: u16) -> Decision {
    let effects = vec![Effect::Person { id: by.id, name: None, hue: Some(hue % 360) }];
    Decision { effects, answer: Answer::Done { id: None } }
}
