//! Keeping order: what moderators do, and how it is undone.

use std::time::Duration;

use ipnet::IpNet;
use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use super::event::{Fact, Message, Remover};
use super::refusal::{Reason, Refusal};
use super::sanction::{ActionKind, Record, Sanction};
use super::settings::Settings;
use super::state::{MAX_SANCTIONS, RoomState};
use super::{Answer, By, Decision, Draft, Effect, Pin, Target, Told, Which};
use crate::audit::Action;
use crate::clock::rfc3339;
use crate::ids::{ChatActionId, ChatterId};
use crate::merge_patch::{apply, difference};

/// Somebody that an order is about.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: ChatterId,
    pub(crate) name: String,
    /// What they are here: nobody acts against their like.
    pub(crate) rank: u8,
    /// Where they write from, if they are a guest.
    pub(crate) from: Option<IpNet>,
}

/// What a moderator orders.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Delete(Vec<Target>),
    Clear(Person),
    Timeout(Person, Duration),
    Untimeout(Person),
    Ban(Person, Option<Duration>),
    BanNetwork(IpNet, Option<Duration>),
    Unban(Person),
    UnbanNetwork(IpNet),
    Warn(Person),
    /// A message stays in sight, for so long where that is said; none does any more.
    Pin(Box<Target>, Option<Duration>),
    Unpin,
}

impl Order {
    fn kind(&self) -> ActionKind {
        match self {
            Self::Delete(_) => ActionKind::Delete,
            Self::Clear(_) => ActionKind::Clear,
            Self::Timeout(..) => ActionKind::Timeout,
            Self::Untimeout(_) => ActionKind::Untimeout,
            Self::Ban(..) | Self::BanNetwork(..) => ActionKind::Ban,
            Self::Unban(_) | Self::UnbanNetwork(_) => ActionKind::Unban,
            Self::Warn(_) => ActionKind::Warn,
            Self::Pin(..) => ActionKind::Pin,
            Self::Unpin => ActionKind::Unpin,
        }
    }

    fn person(&self) -> Option<&Person> {
        match self {
            Self::Clear(it)
            | Self::Timeout(it, _)
            | Self::Untimeout(it)
            | Self::Ban(it, _)
            | Self::Unban(it)
            | Self::Warn(it) => Some(it),
            Self::Delete(_)
            | Self::BanNetwork(..)
            | Self::UnbanNetwork(_)
            | Self::Pin(..)
            | Self::Unpin => None,
        }
    }

    fn network(&self) -> Option<IpNet> {
        match self {
            Self::BanNetwork(network, _) | Self::UnbanNetwork(network) => Some(*network),
            _ => None,
        }
    }

    /// Where somebody writes from who is kept from writing.
    fn written_from(&self) -> Option<IpNet> {
        match self {
            Self::Timeout(person, _) | Self::Ban(person, _) => person.from,
            _ => None,
        }
    }

    fn lasts(&self) -> Option<Duration> {
        match self {
            Self::Timeout(_, lasts) => Some(*lasts),
            Self::Pin(_, lasts) => *lasts,
            Self::Ban(_, lasts) | Self::BanNetwork(_, lasts) => *lasts,
            _ => None,
        }
    }

    /// Against whom, in the record.
    fn whom(&self) -> (Option<ChatterId>, String) {
        match (self, self.person()) {
            (_, Some(person)) => (Some(person.id), person.name.clone()),
            (Self::Delete(targets), None) => targets.first().map_or((None, String::new()), |it| {
                (Some(it.author), it.message.author.name.clone())
            }),
            _ => (None, String::new()),
        }
    }
}

/// A moderator orders something.
pub(super) fn moderate(
    state: &mut RoomState,
    (by, reason): (By, String),
    order: Order,
    now: WallClock,
) -> Result<Decision, Refusal> {
    if order.person().is_some_and(|person| person.rank >= by.rank) {
        return Err(Refusal::new(Reason::NotYours, "they rank as high as you do here"));
    }
    let id = ChatActionId::generate();
    let (chatter, chatter_name) = order.whom();
    let record = Record {
        id,
        kind: order.kind(),
        chatter,
        chatter_name,
        network: order.network(),
        written_from: order.written_from(),
        reason,
        by: by.actor.account(),
        by_name: by.actor.name().to_owned(),
        at: now,
        until: order.lasts().map(|lasts| now + lasts),
        undone: None,
    };
    let mut effects = vec![log(&by, Action::ChatModerated, None, Some(&record))];
    effects.push(Effect::Record(Box::new(record.clone())));
    effects.extend(perform(state, &order, (&record, &by), now)?);
    Ok(Decision { effects, answer: Answer::Acted(id) })
}

fn perform(
    state: &mut RoomState,
    order: &Order,
    (record, by): (&Record, &By),
    now: WallClock,
) -> Result<Vec<Effect>, Refusal> {
    Ok(match order {
        Order::Delete(targets) => delete(targets, record.id)?,
        Order::Clear(person) => clear(person.id, record.id),
        Order::Timeout(person, _) => {
            put(state, record, now)?;
            let mut effects = clear(person.id, record.id);
            effects.push(Effect::Tell(person.id, Told::Sanctions));
            effects
        }
        Order::Ban(person, _) => {
            let sanction = put(state, record, now)?;
            let mut effects = clear(person.id, record.id);
            effects.push(Effect::Close(Box::new(sanction)));
            effects
        }
        Order::BanNetwork(..) => vec![Effect::Close(Box::new(put(state, record, now)?))],
        Order::Untimeout(_) | Order::Unban(_) | Order::UnbanNetwork(_) => {
            lift(state, record, by, now)?
        }
        Order::Pin(target, _) if target.hidden => return Err(Refusal::not_found("message")),
        Order::Pin(target, _) => pin(state, Some(target), record),
        Order::Unpin => pin(state, None, record),
        Order::Warn(person) => {
            vec![Effect::Tell(person.id, Told::Warned { reason: record.reason.clone() })]
        }
    })
}

fn put(state: &mut RoomState, record: &Record, now: WallClock) -> Result<Sanction, Refusal> {
    state.sanctions.retain(|sanction| !sanction.is_over(now));
    if state.sanctions.len() >= MAX_SANCTIONS {
        return Err(Refusal::new(Reason::Full, "so many are banned here: lift some bans first"));
    }
    let sanction = record.sanction().ok_or_else(Refusal::internal)?;
    state.sanctions.push(sanction.clone());
    Ok(sanction)
}

/// Ends what is in force of this kind against this person or network.
fn lift(
    state: &mut RoomState,
    record: &Record,
    by: &By,
    now: WallClock,
) -> Result<Vec<Effect>, Refusal> {
    let is_ban = record.kind == ActionKind::Unban;
    let kind = if is_ban { ActionKind::Ban } else { ActionKind::Timeout };
    let whom = Record { kind, ..record.clone() }.sanction().map(|it| it.whom);
    let is_meant =
        |it: &Sanction| it.is_ban == is_ban && !it.is_over(now) && Some(&it.whom) == whom.as_ref();
    let lifted: Vec<_> = state.sanctions.iter().filter(|it| is_meant(it)).map(|it| it.id).collect();
    if lifted.is_empty() {
        return Err(Refusal::new(Reason::NotFound, "nothing is in force against them"));
    }
    state.sanctions.retain(|it| !lifted.contains(&it.id));
    let undone = |id| Effect::Undone { id, by: by.actor.name().to_owned() };
    let mut effects: Vec<_> = lifted.into_iter().map(undone).collect();
    effects.extend(record.chatter.map(|id| Effect::Tell(id, Told::Sanctions)));
    Ok(effects)
}

fn delete(targets: &[Target], action: ChatActionId) -> Result<Vec<Effect>, Refusal> {
    let ids: Vec<_> = targets.iter().filter(|it| !it.hidden).map(|it| it.id).collect();
    if ids.is_empty() {
        return Err(Refusal::not_found("message"));
    }
    let named = ids.iter().map(ToString::to_string).collect();
    let fact = Fact::Deleted { ids: named, by: Remover::Moderator };
    let which = Which::These(ids);
    Ok(vec![
        Effect::Hide { which, by: action.to_string() },
        Effect::Append(Box::new(Draft::of(fact))),
    ])
}

fn clear(who: ChatterId, action: ChatActionId) -> Vec<Effect> {
    let fact = Fact::Cleared { chatter_id: who.to_string() };
    vec![
        Effect::Hide { which: Which::All(who), by: action.to_string() },
        Effect::Append(Box::new(Draft { chatter: Some(who), ..Draft::of(fact) })),
    ]
}

fn pin(state: &mut RoomState, target: Option<&Target>, record: &Record) -> Vec<Effect> {
    let pin = target.map(|target| Pin {
        message: target.message.clone(),
        by: record.by_name.clone(),
        until: record.until.map(|until| until.as_unix_millis()),
    });
    state.pinned = pin.clone();
    let fact = Fact::Pinned {
        message: pin.as_ref().map(|pin| Box::new(pin.message.clone())),
        by: record.by_name.clone(),
        until: record.until.map(rfc3339),
    };
    // Whoever takes away what that person said takes this away too.
    let draft = Draft { chatter: target.map(|target| target.author), ..Draft::of(fact) };
    vec![Effect::Pin(pin.map(Box::new)), Effect::Append(Box::new(draft))]
}

/// Takes back what was done, as far as it can be.
pub(super) fn undo(
    state: &mut RoomState,
    by: &By,
    (record, rank, hidden): (&Record, u8, Vec<Message>),
) -> Result<Decision, Refusal> {
    let own = record.chatter.is_some_and(|it| by.actor.account().map(ChatterId::from) == Some(it));
    if rank > by.rank || own {
        return Err(Refusal::new(Reason::NotYours, "somebody who ranks higher here decided that"));
    }
    if record.undone.is_some() {
        return Err(Refusal::new(Reason::TooLate, "it is undone already"));
    }
    if matches!(
        record.kind,
        ActionKind::Unban
            | ActionKind::Untimeout
            | ActionKind::Warn
            | ActionKind::Pin
            | ActionKind::Unpin
    ) {
        return Err(Refusal::new(Reason::Invalid, "this is not undone: act anew instead"));
    }
    state.sanctions.retain(|it| it.id != record.id);
    let mut effects = vec![
        log(by, Action::ChatUndone, Some(record), None),
        Effect::Undone { id: record.id, by: by.actor.name().to_owned() },
        Effect::Unhide { by: record.id.to_string() },
    ];
    hidden.iter().for_each(|message| state.gone.forget(&message.id));
    if !hidden.is_empty() {
        let fact = Fact::Restored { messages: hidden };
        effects.push(Effect::Append(Box::new(Draft::of(fact))));
    }
    let told = record.chatter.filter(|_| record.sanction().is_some());
    effects.extend(told.map(|id| Effect::Tell(id, Told::Sanctions)));
    Ok(Decision { effects, answer: Answer::Acted(record.id) })
}

/// Changes the room's rules.
pub(super) fn configure(
    state: &mut RoomState,
    by: &By,
    patch: &Value,
    now: WallClock,
) -> Result<Decision, Refusal> {
    let invalid =
        |(field, range)| Refusal::new(Reason::Invalid, format!("`{field}` must be {range}"));
    // Changed from what holds now: who changes something else at the same time loses nothing.
    let settings: Settings = apply(&state.settings, patch)
        .map_err(|error| Refusal::new(Reason::Invalid, error.to_string()))?;
    settings.check().map_err(invalid)?;
    let (was, became) = difference(&state.settings, &settings);
    let answer = Answer::Settings(Box::new(settings.clone()));
    // A shield that a crowd raised stands in no setting: who says that there is none lowers it too.
    let lowers = !settings.shield && state.lower_shield();
    if became.is_none() {
        let effects = if lowers { vec![state.modes(now)] } else { Vec::new() };
        return Ok(Decision { effects, answer });
    }
    let (before, modes) = (state.settings.modes(), settings.modes());
    state.configure(settings.clone());
    let actor = by.actor.clone();
    let mut effects = vec![
        Effect::Settings(Box::new(settings)),
        Effect::Log { actor, action: Action::ChatSettings, was, became },
    ];
    if before != modes || lowers {
        effects.push(Effect::Append(Box::new(Draft::of(Fact::Mode(modes)))));
    }
    Ok(Decision { effects, answer })
}

fn log(by: &By, action: Action, was: Option<&Record>, became: Option<&Record>) -> Effect {
    // No address stands in the log: a network is named by the action's id alone.
    let says = |record: &Record| {
        json!({
            "action": record.kind, "id": record.id.to_string(), "person": record.chatter_name,
            "reason": record.reason,
        })
    };
    Effect::Log { actor: by.actor.clone(), action, was: was.map(says), became: became.map(says) }
}
