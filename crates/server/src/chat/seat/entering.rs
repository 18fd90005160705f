//! Taking a seat.

use std::collections::hash_map::Entry as Held;
use std::sync::{Arc, PoisonError};

use super::{Place, Seat, Visitor};
use crate::attempts::Prefix;
use crate::channels::Channel;
use crate::chat::model::who::Speaker;
use crate::chat::stage::Line;
use crate::chat::wire::Dialect;
use crate::chat::{Chat, ChatError};

/// Seats that one address may have: a school shares one. Whoever sits at the machine is not counted.
const MAX_FROM_ADDRESS: usize = 500;

impl Chat {
    /// Takes a seat.
    ///
    /// # Errors
    /// When there are too many from one address, or the room cannot be opened.
    pub(crate) async fn enter(
        &self,
        channel: &Channel,
        visitor: Visitor,
        after: Option<u64>,
    ) -> Result<Seat, ChatError> {
        let speaker = self.caller(channel, &visitor.caller).await?;
        self.sit(channel, (visitor, speaker), after).await
    }

    /// Takes a seat for somebody who is known already.
    pub(super) async fn sit(
        &self,
        channel: &Channel,
        (visitor, speaker): (Visitor, Option<Speaker>),
        after: Option<u64>,
    ) -> Result<Seat, ChatError> {
        let (room, from) = (self.room(channel).await?, visitor.caller.from);
        self.count_in(from)?;
        let dialect = visitor.dialect;
        let hears = visitor.hears;
        let line = Line::new(dialect, (from, hears), visitor.outlet);
        let (seated, entry) = room.stage.enter(after, line);
        room.stage.sit_down(seated.number, self.now());
        let (chat, who) = (self.clone(), None);
        let place = Place { chat, room: Arc::clone(&room), from, dialect, seated, who };
        let chat = self.clone();
        let (pace, first) = Default::default();
        let mut seat = Seat { chat, room, sitter: None, place, pace, first };
        if let Some(speaker) = speaker {
            seat.introduce(speaker);
        }
        if dialect == Dialect::Ours {
            let (welcome, events) = seat.welcome(entry);
            seat.first.push_back(welcome);
            seat.first.extend(hears.then_some(events));
        }
        Ok(seat)
    }

    fn count_in(&self, from: Prefix) -> Result<(), ChatError> {
        if from.address().is_loopback() {
            return Ok(());
        }
        let mut addresses = self.shared.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = addresses.entry(from).or_default();
        if *seats >= MAX_FROM_ADDRESS {
            let detail = "so many are in chat from your address: close some pages first";
            return Err(ChatError::Full(detail));
        }
        *seats += 1;
        Ok(())
    }

    pub(super) fn count_out(&self, from: Prefix) {
        let mut addresses = self.shared.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Held::Occupied(mut seats) = addresses.entry(from) {
            *seats.get_mut() -= 1;
            if *seats.get() == 0 {
                seats.remove();
            }
        }
    }
}
