//! What a room is and what it decides, without a clock, a database or a socket.

pub(crate) mod event;
mod habits;
mod keys;
pub(crate) mod order;
pub(crate) mod poll;
pub(crate) mod refusal;
mod review;
pub(crate) mod rules;
pub(crate) mod sanction;
mod say;
pub(crate) mod settings;
mod standing;
mod state;
#[cfg(test)]
mod tests;
pub(crate) mod who;

pub(crate) use keys::{KeptKey, Known, MEMORY as KEY_MEMORY};
pub(crate) use state::{MAX_SANCTIONS, RoomState, Start};

use std::sync::Arc;

use event::{Fact, ReplyTo, Style};
use order::Order;
use refusal::Refusal;
use rivulet_media::time::WallClock;
use sanction::{Record, Sanction};
use serde_json::Value;
use settings::Settings;
use who::Speaker;

use crate::audit::Actor;
use crate::chat::text::terms::Terms;
use crate::chat::words::Words;
use crate::ids::{ChatActionId, ChatterId, MessageId, PollId};

/// What somebody wants of a room.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// To say something.
    Say(Box<Say>),
    /// To give what one said another text.
    Edit { by: Arc<Speaker>, target: Target, words: Words, key: Option<String> },
    /// To take back what one said.
    Remove { by: Arc<Speaker>, target: Target, key: Option<String> },
    /// To be called something else, which was checked already.
    Rename { by: Arc<Speaker>, name: String, key: Option<String> },
    /// To have a name of another colour.
    Colour { by: Arc<Speaker>, hue: u16 },
    /// To keep order.
    Moderate { by: By, order: Order, reason: String },
    /// To take back what a moderator did.
    Undo { by: By, record: Record, rank: u8, hidden: Vec<event::Message> },
    /// To change the room's rules.
    Configure { by: By, patch: Value },
    /// To have a message that waited be said, or not.
    Review { by: By, held: Box<Held>, approve: bool },
    /// To ask everybody something.
    Ask { by: By, question: poll::Question },
    /// To answer.
    Vote { by: Arc<Speaker>, poll: PollId, choice: usize },
    /// To tell how the poll stands, or to end it.
    Tally { end: Option<By> },
    /// There are other terms.
    Terms(Arc<Terms>),
    /// To tell everybody something that nobody says.
    Notice { html: String },
    /// The channel is on air, or is no longer.
    OnAir(bool),
    /// So many came within a short time.
    Crowd,
    /// Something that was in force for a time may be over.
    Lapse,
}

/// Something that somebody wants to say.
#[derive(Clone, Debug)]
pub(crate) struct Say {
    pub(crate) by: Arc<Speaker>,
    /// What the client calls the request.
    pub(crate) key: Option<String>,
    pub(crate) words: Words,
    pub(crate) style: Style,
    pub(crate) reply_to: Option<ReplyTo>,
}

/// A message that somebody wants to do something to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) id: MessageId,
    pub(crate) author: ChatterId,
    pub(crate) at: WallClock,
    pub(crate) hidden: bool,
    pub(crate) message: event::Message,
}

/// A message that waits for a moderator.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) id: MessageId,
    pub(crate) chatter: ChatterId,
    pub(crate) message: event::Message,
    /// Why it waits.
    pub(crate) reason: String,
    pub(crate) at: WallClock,
    /// What the client called the request, until it is kept.
    pub(crate) key: Option<String>,
}

/// Who keeps order.
#[derive(Clone, Debug)]
pub(crate) struct By {
    pub(crate) actor: Actor,
    pub(crate) rank: u8,
}

/// What is to be done, all of it or nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Something happened that everybody sees.
    Append(Box<Draft>),
    /// These messages are seen no longer.
    Hide { which: Which, by: String },
    /// The messages that this action hid are seen again.
    Unhide { by: String },
    /// A message has another text.
    Rewrite { id: MessageId, text: String, html: String },
    /// What a moderator did is kept.
    Record(Box<Record>),
    /// It was undone.
    Undone { id: ChatActionId, by: String },
    /// The rules are kept.
    Settings(Box<Settings>),
    /// Somebody is here who says something.
    See(Arc<Speaker>),
    /// What somebody is called, and in which colour, is kept.
    Call(Arc<Speaker>),
    /// A message waits for a moderator.
    Hold(Box<Held>),
    /// A moderator has looked at it.
    Reviewed { id: MessageId, by: String, approved: bool },
    /// A poll begins.
    OpenPoll(Box<poll::Poll>),
    /// It is over.
    ClosePoll(PollId),
    /// Somebody answered it.
    Vote { poll: PollId, by: ChatterId, choice: usize },
    /// The pin is kept.
    Pin(Option<Box<Pin>>),
    /// Somebody is told that something about them changed.
    Tell(ChatterId, Told),
    /// Somebody has to leave.
    Close(Box<Sanction>),
    /// It is written down who did it.
    Log {
        actor: Actor,
        action: crate::audit::Action,
        was: Option<serde_json::Value>,
        became: Option<serde_json::Value>,
    },
}

/// An event without its place in the order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) fact: Fact,
    pub(crate) chatter: Option<ChatterId>,
    /// Set for messages.
    pub(crate) message: Option<MessageId>,
    pub(crate) key: Option<String>,
}

/// Which messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    These(Vec<MessageId>),
    All(ChatterId),
}

impl Which {
    /// Whether a message is among them.
    pub(crate) fn is(&self, message: &event::Message) -> bool {
        match self {
            Self::These(ids) => ids.iter().any(|id| id.to_string() == message.id),
            Self::All(who) => who.to_string() == message.author.id,
        }
    }
}

/// What somebody is told about themself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// They may not write for a while, or may again.
    Sanctions,
    /// A moderator warns them.
    Warned { reason: String },
    /// They keep order here now, or do no longer.
    KeepsOrder(bool),
    /// What they asked moderators to look at is decided.
    Answered(Box<Answered>),
}

/// What moderators say of a report or an appeal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = ChatAnswered)]
pub(crate) struct Answered {
    /// `report` or `appeal`.
    pub(crate) kind: String,
    /// The message or the action.
    pub(crate) subject_id: String,
    /// Whether whoever asked is right.
    pub(crate) granted: bool,
    /// What moderators say; may be empty.
    pub(crate) answer: String,
}

/// A message that stays in sight.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Pin {
    pub(crate) message: event::Message,
    pub(crate) by: String,
    pub(crate) until: Option<i64>,
}

/// What becomes of a command.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decision {
    pub(crate) effects: Vec<Effect>,
    pub(crate) answer: Answer,
}

/// What whoever sent it hears once it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is done; a message has this id.
    Done { id: Option<MessageId> },
    /// It was done before.
    Again { seq: u64, id: Option<MessageId> },
    /// An action of a moderator.
    Acted(ChatActionId),
    /// A moderator looks at it first.
    Held,
    /// These are the rules now.
    Settings(Box<Settings>),
}

/// What a room decides.
pub(crate) fn decide(
    state: &mut RoomState,
    command: Command,
    now: WallClock,
) -> Result<Decision, Refusal> {
    let mut decision = decided(state, command, now)?;
    if state.drops_pin(&decision.effects) {
        let fact = Fact::Pinned { message: None, by: String::new(), until: None };
        decision.effects.push(Effect::Pin(None));
        decision.effects.push(Effect::Append(Box::new(Draft::of(fact))));
    }
    Ok(decision)
}

fn decided(state: &mut RoomState, command: Command, now: WallClock) -> Result<Decision, Refusal> {
    match command {
        Command::Say(say) => say::say(state, *say, now),
        Command::Edit { by, target, words, key } => {
            say::edit(state, &by, (target, words, key), now)
        }
        Command::Remove { by, target, key } => say::remove(state, &by, (target, key)),
        Command::Rename { by, name, key } => say::rename(state, &by, (name, key), now),
        Command::Colour { by, hue } => Ok(say::colour(&by, hue)),
        Command::Moderate { by, order, reason } => order::moderate(state, (by, reason), order, now),
        Command::Undo { by, record, rank, hidden } => {
            order::undo(state, &by, (&record, rank, hidden))
        }
        Command::Configure { by, patch } => order::configure(state, &by, &patch, now),
        Command::Review { by, held, approve } => review::review(state, &by, *held, approve),
        Command::Ask { by, question } => poll::open(state, &by, question, now),
        Command::Vote { by, poll, choice } => poll::vote(state, &by, (poll, choice), now),
        Command::Tally { end } => Ok(poll::tally(state, end.as_ref(), now)),
        Command::Terms(terms) => Ok(state.other_terms(terms)),
        Command::Notice { html } => {
            let effects = vec![Effect::Append(Box::new(Draft::of(Fact::Notice { html })))];
            Ok(Decision { effects, answer: Answer::Done { id: None } })
        }
        Command::OnAir(is_on) => Ok(state.on_air(is_on, now)),
        Command::Crowd => Ok(state.crowd(now)),
        Command::Lapse => Ok(state.lapse(now)),
    }
}
