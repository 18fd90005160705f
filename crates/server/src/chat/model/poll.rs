//! Polls: a question, some answers, and how many chose each.

use std::collections::HashMap;
use std::time::Duration;

use rivulet_media::time::WallClock;
use serde_json::json;

use super::event::{Choice, Fact, PollDocument};
use super::refusal::{Reason, Refusal};
use super::state::RoomState;
use super::who::Speaker;
use super::{Answer, By, Decision, Draft, Effect};
use crate::audit::Action;
use crate::clock::rfc3339;
use crate::ids::{ChatterId, PollId};

/// Answers of one poll.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=10;
/// Longest question and longest answer, in characters.
const MAX_QUESTION: usize = 200;
const MAX_CHOICE: usize = 80;
/// Longest poll: a day.
const MAX_LASTS: Duration = Duration::from_secs(24 * 3600);
/// People who answer one poll. Against a crowd of guests that fills memory.
pub(crate) const MAX_VOTES: usize = 100_000;

/// A poll that is going on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Poll {
    pub(crate) id: PollId,
    pub(crate) question: String,
    pub(crate) choices: Vec<String>,
    pub(crate) by: String,
    pub(crate) opened_at: WallClock,
    pub(crate) closes_at: WallClock,
    pub(crate) votes: HashMap<ChatterId, usize>,
}

/// What a moderator asks.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) question: String,
    pub(crate) choices: Vec<String>,
    pub(crate) lasts: Duration,
}

impl Poll {
    /// As everybody sees it.
    pub(crate) fn document(&self, closed: bool) -> PollDocument {
        let votes = |n: usize| self.votes.values().filter(|choice| **choice == n).count();
        let choices = self.choices.iter().enumerate().map(|(n, text)| Choice {
            text: text.clone(),
            votes: u64::try_from(votes(n)).unwrap_or_default(),
        });
        PollDocument {
            id: self.id.to_string(),
            question: self.question.clone(),
            choices: choices.collect(),
            by: self.by.clone(),
            closes_at: rfc3339(self.closes_at),
            closed,
        }
    }
}

/// A moderator asks something.
pub(super) fn open(
    state: &mut RoomState,
    by: &By,
    question: Question,
    now: WallClock,
) -> Result<Decision, Refusal> {
    let Question { question, choices, lasts } = question;
    let fits = |text: &str, most: usize| (1..=most).contains(&text.trim().chars().count());
    let invalid = |detail: &str| Err(Refusal::new(Reason::Invalid, detail));
    if !fits(&question, MAX_QUESTION) {
        return invalid("`question` has 1 to 200 characters");
    }
    if !CHOICES.contains(&choices.len()) || !choices.iter().all(|it| fits(it, MAX_CHOICE)) {
        return invalid("`choices` are 2 to 10 answers of 1 to 80 characters");
    }
    if lasts.is_zero() || lasts > MAX_LASTS {
        return invalid("`seconds` is 1 to 86400");
    }
    if state.poll.is_some() {
        return Err(Refusal::new(Reason::Full, "another poll is going on: end it first"));
    }
    let poll = Poll {
        id: PollId::generate(),
        question,
        choices,
        by: by.actor.name().to_owned(),
        opened_at: now,
        closes_at: now + lasts,
        votes: HashMap::new(),
    };
    let log = log(by, &poll, "asked");
    let effects = vec![Effect::OpenPoll(Box::new(poll.clone())), shown(&poll, false), log];
    state.poll = Some(poll);
    Ok(Decision { effects, answer: Answer::Done { id: None } })
}

/// Somebody answers, or answers something else.
pub(super) fn vote(
    state: &mut RoomState,
    by: &Speaker,
    (id, choice): (PollId, usize),
    now: WallClock,
) -> Result<Decision, Refusal> {
    state.may_write(by, now).or_else(|refusal| match refusal.reason {
        Reason::SlowMode | Reason::EmoteOnly | Reason::Quiet => Ok(()),
        _ => Err(refusal),
    })?;
    let open = state.poll.as_mut().filter(|poll| poll.id == id && poll.closes_at > now);
    let poll = open.ok_or_else(|| Refusal::not_found("poll"))?;
    if choice >= poll.choices.len() {
        return Err(Refusal::not_found("answer"));
    }
    if poll.votes.len() >= MAX_VOTES && !poll.votes.contains_key(&by.id) {
        return Err(Refusal::new(Reason::Full, "so many have answered that no more are counted"));
    }
    poll.votes.insert(by.id, choice);
    state.is_counted = false;
    let effects = vec![Effect::Vote { poll: id, by: by.id, choice }];
    Ok(Decision { effects, answer: Answer::Done { id: None } })
}

/// Everybody is told how it stands, where that has changed; somebody may end it.
pub(super) fn tally(state: &mut RoomState, end: Option<&By>, now: WallClock) -> Decision {
    let mut effects = Vec::new();
    if let Some(poll) = &state.poll {
        let closed = end.is_some() || poll.closes_at <= now;
        effects.extend(end.map(|by| log(by, poll, "ended")));
        if closed {
            effects.push(Effect::ClosePoll(poll.id));
        }
        if closed || !state.is_counted {
            effects.push(shown(poll, closed));
        }
        if closed {
            state.poll = None;
        }
        state.is_counted = true;
    }
    Decision { effects, answer: Answer::Done { id: None } }
}

fn log(by: &By, poll: &Poll, what: &str) -> Effect {
    let became = Some(json!({ "poll": what, "question": poll.question }));
    Effect::Log { actor: by.actor.clone(), action: Action::ChatPolls, was: None, became }
}

fn shown(poll: &Poll, closed: bool) -> Effect {
    Effect::Append(Box::new(Draft::of(Fact::Poll(poll.document(closed)))))
}
