//! What people say, take back and are called.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::event::{Fact, Message, Remover, Style};
use super::refusal::{Reason, Refusal};
use super::state::RoomState;
use super::who::Speaker;
use super::{Answer, Decision, Draft, Effect, Held, Say, Target, Which};
use crate::chat::text::conduct::{self, Said, Verdict};
use crate::chat::words::Words;
use crate::ids::MessageId;

/// How long somebody may change or take back what they said.
const SECOND_THOUGHTS: Duration = Duration::from_secs(15 * 60);

/// Somebody says something.
pub(super) fn say(state: &mut RoomState, say: Say, now: WallClock) -> Result<Decision, Refusal> {
    let Say { by, key, words, style, reply_to } = say;
    if let Some(known) = key.as_ref().and_then(|key| state.keys.find(&(by.id, key.clone()))) {
        let answer = Answer::Again { seq: known.0, id: known.1 };
        return Ok(Decision { effects: Vec::new(), answer });
    }
    if key.as_ref().is_some_and(|key| state.waiting.contains(&(by.id, key.clone()))) {
        return Err(Refusal::busy());
    }
    if style == Style::Announcement && !by.is_moderator() {
        return Err(Refusal::new(Reason::NotYours, "moderators alone announce something"));
    }
    state.may_write(&by, now)?;
    let verdict = judged(state, &by, &words, now);
    if let Verdict::Refuse(why) = verdict {
        return Err(why.into());
    }
    let first = state.habits.of(by.id).is_none_or(|it| it.last.is_none()) && !by.has_spoken;
    state.said_something(&by, &words.text, now);
    let id = MessageId::generate();
    let message = Message { reply_to, style, first, ..message(&by, id, words) };
    if let Verdict::Hold(why) = verdict {
        let held = Held { id, chatter: by.id, message, reason: why.detail, at: now };
        let effects = vec![Effect::Hold(Box::new(held))];
        return Ok(Decision { effects, answer: Answer::Held });
    }
    if let Some(key) = &key {
        state.waiting.insert((by.id, key.clone()));
    }
    let fact = Fact::Message(Box::new(message));
    let draft = Draft { fact, chatter: Some(by.id), message: Some(id), key };
    let effects = vec![Effect::Append(Box::new(draft))];
    Ok(Decision { effects, answer: Answer::Done { id: Some(id) } })
}

/// What becomes of a text, said by whoever says it.
fn judged(state: &RoomState, by: &Speaker, words: &Words, now: WallClock) -> Verdict {
    let Words { text, rendered } = words;
    let said = Said { text, rendered, follows: by.follows_since.is_some() };
    let history = state.habits.of(by.id).map(|habit| habit.history.clone()).unwrap_or_default();
    conduct::judge(state.rules_for(by, now), &said, &history, now)
}

/// What somebody says, as everybody sees it.
fn message(by: &Speaker, id: MessageId, words: Words) -> Message {
    let Words { text, rendered } = words;
    Message {
        id: id.to_string(),
        author: by.chatter(),
        html: rendered.html.as_str().to_owned(),
        text,
        reply_to: None,
        style: Style::Normal,
        mentions: rendered.mentions,
        first: false,
    }
}

/// Somebody gives what they said another text.
pub(super) fn edit(
    state: &mut RoomState,
    by: &Speaker,
    (target, words): (Target, Words),
    now: WallClock,
) -> Result<Decision, Refusal> {
    own(by, &target)?;
    if state.gone.knows(target.id) {
        return Err(Refusal::not_found("message"));
    }
    if target.at + SECOND_THOUGHTS <= now {
        return Err(Refusal::new(Reason::TooLate, "messages are changed within 15 minutes"));
    }
    state.may_write(by, now).or_else(|refusal| match refusal.reason {
        // Slow mode is about new messages.
        Reason::SlowMode => Ok(()),
        _ => Err(refusal),
    })?;
    // Nobody looks at a text that was said already: what would wait is refused.
    if let Verdict::Refuse(why) | Verdict::Hold(why) = judged(state, by, &words, now) {
        return Err(why.into());
    }
    state.said_something(by, &words.text, now);
    let Words { text, rendered } = words;
    let html = rendered.html.as_str().to_owned();
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
    if let Err(until) = state.habits.rename(by.id, now) {
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
