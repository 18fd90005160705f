//! What people say, take back and are called.

use std::sync::Arc;
use std::time::Duration;

use super::event::{Fact, Message, Remover, Style};
use super::keys::Known;
use super::refusal::{Reason, Refusal};
use super::state::RoomState;
use super::who::Speaker;
use super::{Answer, Decision, Draft, Effect, Held, Say, Target, Which};
use crate::chat::text::conduct::{self, History, Said, Verdict};
use crate::chat::words::Words;
use crate::ids::MessageId;
use rivulet_media::time::WallClock;

/// How long somebody may change or take back what they said.
const SECOND_THOUGHTS: Duration = Duration::from_secs(15 * 60);

/// Somebody says something.
pub(super) fn say(state: &mut RoomState, say: Say, now: WallClock) -> Result<Decision, Refusal> {
    let Say { by, key, words, style, reply_to } = say;
    if let Some(known) = replayed(state, &by, key.as_ref())? {
        return Ok(known);
    }
    if style == Style::Announcement && !by.is_moderator() {
        return Err(Refusal::new(Reason::NotYours, "moderators alone announce something"));
    }
    state.may_write(&by, now)?;
    let verdict = judged(state, &by, &words, now);
    if let Verdict::Refuse(why) = verdict {
        return Err(why.into());
    }
    let first = state.habits.wrote(by.id).is_none() && !by.has_spoken;
    state.said_something(&by, &words.text, now);
    let id = MessageId::generate();
    let message = Message { reply_to, style, first, ..message(&by, id, words) };
    let mut effects = seen(state, &by, (style, now));
    if let Some(key) = &key {
        state.waiting.insert((by.id, key.clone()));
    }
    if let Verdict::Hold(why) = verdict {
        let held = Held { id, chatter: by.id, message, reason: why.detail, at: now, key };
        effects.push(Effect::Hold(Box::new(held)));
        return Ok(Decision { effects, answer: Answer::Held });
    }
    let fact = Fact::Message(Box::new(message));
    let draft = Draft { fact, chatter: Some(by.id), message: Some(id), key };
    effects.push(Effect::Append(Box::new(draft)));
    Ok(Decision { effects, answer: Answer::Done { id: Some(id) } })
}

/// What became of a request that is sent again; an error while its first is on its way.
fn replayed(
    state: &RoomState,
    by: &Speaker,
    key: Option<&String>,
) -> Result<Option<Decision>, Refusal> {
    let Some(key) = key.map(|key| (by.id, key.clone())) else { return Ok(None) };
    let answer = match state.keys.find(&key) {
        Some(Known::Done { seq, id }) => Answer::Again { seq, id },
        Some(Known::Held) => Answer::Held,
        None if state.waiting.contains(&key) => return Err(Refusal::busy()),
        None => return Ok(None),
    };
    Ok(Some(Decision { effects: Vec::new(), answer }))
}

/// Now and then it is written down who is here, with the first thing that they say.
fn seen(state: &mut RoomState, by: &Arc<Speaker>, (style, now): (Style, WallClock)) -> Vec<Effect> {
    // The site itself is nobody who could be looked for.
    let is_somebody = style != Style::System;
    match is_somebody && state.habits.see(by, now) {
        true => vec![Effect::See(Arc::clone(by))],
        false => Vec::new(),
    }
}

/// What becomes of a text, said by whoever says it.
fn judged(state: &RoomState, by: &Speaker, words: &Words, now: WallClock) -> Verdict {
    let Words { text, rendered } = words;
    let said = Said { text, rendered, follows: by.follows_since.is_some() };
    let (none, habit) = (History::default(), state.habits.of(by.id));
    let history = habit.map_or(&none, |habit| &habit.history);
    conduct::judge(state.rules_for(by, now), &said, history, now)
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
    (target, words, key): (Target, Words, Option<String>),
    now: WallClock,
) -> Result<Decision, Refusal> {
    if let Some(known) = replayed(state, by, key.as_ref())? {
        return Ok(known);
    }
    own(by, &target)?;
    if state.gone.knows(target.id) {
        return Err(Refusal::not_found("message"));
    }
    if target.at + SECOND_THOUGHTS <= now {
        return Err(Refusal::new(Reason::TooLate, "messages are changed within 15 minutes"));
    }
    // Everybody reads another text as they read a new message: slow mode counts both.
    state.may_write(by, now)?;
    // Nobody looks at a text that was said already: what would wait is refused.
    if let Verdict::Refuse(why) | Verdict::Hold(why) = judged(state, by, &words, now) {
        return Err(why.into());
    }
    state.said_something(by, &words.text, now);
    let Words { text, rendered } = words;
    let html = rendered.html.as_str().to_owned();
    let id = target.id.to_string();
    let fact = Fact::Edited { id, html: html.clone(), text: text.clone() };
    let effects =
        vec![Effect::Rewrite { id: target.id, text, html }, state.done_by(by, (fact, key))];
    Ok(Decision { effects, answer: Answer::Done { id: Some(target.id) } })
}

/// Somebody takes back what they said.
pub(super) fn remove(
    state: &mut RoomState,
    by: &Speaker,
    (target, key): (Target, Option<String>),
) -> Result<Decision, Refusal> {
    if let Some(known) = replayed(state, by, key.as_ref())? {
        return Ok(known);
    }
    own(by, &target)?;
    if state.gone.knows(target.id) {
        return Err(Refusal::not_found("message"));
    }
    let which = Which::These(vec![target.id]);
    let fact = Fact::Deleted { ids: vec![target.id.to_string()], by: Remover::Author };
    let effects =
        vec![Effect::Hide { which, by: "author".to_owned() }, state.done_by(by, (fact, key))];
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

/// Somebody is called something else. A name is read like a message, and judged like one.
pub(super) fn rename(
    state: &mut RoomState,
    by: &Arc<Speaker>,
    (name, key): (String, Option<String>),
    now: WallClock,
) -> Result<Decision, Refusal> {
    if let Some(known) = replayed(state, by, key.as_ref())? {
        return Ok(known);
    }
    let is_told = match state.may_write(by, now) {
        Ok(()) => true,
        Err(refusal) => match refusal.reason {
            // It counts by itself: a message does not keep anybody from a name.
            Reason::SlowMode => true,
            Reason::Banned | Reason::TimedOut | Reason::Quiet | Reason::Disabled => {
                return Err(refusal);
            }
            // Nobody is told of it, and nobody reads it before they may write.
            _ => false,
        },
    };
    if state.rules_for(by, now).terms.worst(&name).is_some() {
        let detail = "a word in the name is not said here: choose another";
        return Err(Refusal::new(Reason::NameInvalid, detail));
    }
    let slow = if by.is_moderator() { Duration::ZERO } else { state.slow(now) };
    if let Err(until) = state.habits.rename(by.id, slow, now) {
        let detail = "that were many names: wait a while";
        return Err(Refusal::new(Reason::Flood, detail).until(until));
    }
    let old_name = by.name.clone();
    let speaker = Speaker { name, ..Speaker::clone(by) };
    let chatter = speaker.chatter();
    let mut effects = vec![Effect::Call(Arc::new(speaker))];
    if is_told {
        effects.push(state.done_by(by, (Fact::Renamed { chatter, old_name }, key)));
    }
    Ok(Decision { effects, answer: Answer::Done { id: None } })
}

/// Somebody's name has another colour. Others see it with the next message.
pub(super) fn colour(by: &Speaker, hue: u16) -> Decision {
    let speaker = Speaker { hue: hue % 360, ..by.clone() };
    let effects = vec![Effect::Call(Arc::new(speaker))];
    Decision { effects, answer: Answer::Done { id: None } }
}

impl RoomState {
    /// Something that somebody did under a key, and that everybody sees.
    fn done_by(&mut self, by: &Speaker, (fact, key): (Fact, Option<String>)) -> Effect {
        if let Some(key) = &key {
            self.waiting.insert((by.id, key.clone()));
        }
        Effect::Append(Box::new(Draft { chatter: Some(by.id), key, ..Draft::of(fact) }))
    }
}
