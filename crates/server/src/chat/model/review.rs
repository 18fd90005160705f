//! Messages that waited, and what a moderator says of them.

use serde_json::json;

use super::event::Fact;
use super::refusal::{Reason, Refusal};
use super::state::RoomState;
use super::{Answer, By, Decision, Draft, Effect, Held};
use crate::audit::Action;

/// A moderator has a message be said, or not.
pub(super) fn review(
    state: &mut RoomState,
    by: &By,
    held: Held,
    approve: bool,
) -> Result<Decision, Refusal> {
    // Two may look at the same time: what was said once is not said again.
    if !state.reviewed.note(held.id) {
        return Err(Refusal::new(Reason::TooLate, "somebody has decided it already"));
    }
    let author = held.message.author.name.clone();
    let became = json!({ "action": "review", "person": author, "approved": approve });
    let mut effects = vec![
        Effect::Reviewed { id: held.id, by: by.actor.name().to_owned(), approved: approve },
        Effect::Log {
            actor: by.actor.clone(),
            action: Action::ChatModerated,
            was: None,
            became: Some(became),
        },
    ];
    if approve {
        let fact = Fact::Message(Box::new(held.message));
        let (chatter, message) = (Some(held.chatter), Some(held.id));
        effects.push(Effect::Append(Box::new(Draft { chatter, message, ..Draft::of(fact) })));
    }
    Ok(Decision { effects, answer: Answer::Done { id: Some(held.id) } })
}
