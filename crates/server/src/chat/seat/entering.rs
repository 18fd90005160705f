//! Taking a seat.

use std::collections::hash_map::Entry as Held;
use std::sync::{Arc, PoisonError};

use ipnet::IpNet;

use super::{Due, Place, Seat, Visitor};
use crate::attempts::Prefix;
use crate::channels::Channel;
use crate::chat::model::who::Speaker;
use crate::chat::stage::Line;
use crate::chat::wire::Dialect;
use crate::chat::{Chat, ChatError};

/// Seats that one address may have – a school shares one – and the /56 and the /48 around an address
/// of IPv6: whoever has one of those has as many addresses as they like. Whoever sits at the machine
/// is not counted.
const MAX_FROM: [usize; 3] = [500, 1500, 4000];

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
        let Visitor { caller, dialect, outlet, hears } = visitor;
        let (room, from) = (self.room(channel).await?, caller.from);
        self.count_in(from)?;
        let line = Line::new(dialect, (from, hears, self.now()), outlet);
        let (seated, entry) = room.stage.enter(after, line);
        let (chat, who) = (self.clone(), None);
        let place = Place { chat, room: Arc::clone(&room), from, dialect, seated, who };
        let (chat, via) = (self.clone(), caller.via);
        let (pace, first, due) = (Default::default(), Default::default(), Due::default());
        let mut seat = Seat {
            chat,
            room,
            first,
            sitter: None,
            via,
            due,
            place,
            pace,
            hears,
            spoke_at: None,
            blocked_until: None,
        };
        if let Some(speaker) = speaker {
            seat.introduce(speaker);
        }
        if dialect == Dialect::Ours {
            seat.welcome(entry);
        }
        Ok(seat)
    }

    fn count_in(&self, from: Prefix) -> Result<(), ChatError> {
        if from.address().is_loopback() {
            return Ok(());
        }
        let mut addresses = self.shared.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = |net| addresses.get(&net).copied().unwrap_or_default();
        if nets(from).zip(MAX_FROM).any(|(net, most)| seats(net) >= most) {
            let detail = "so many are in chat from your address: close some pages first";
            return Err(ChatError::Full(detail));
        }
        nets(from).for_each(|net| *addresses.entry(net).or_default() += 1);
        Ok(())
    }

    pub(super) fn count_out(&self, from: Prefix) {
        let mut addresses = self.shared.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        for net in nets(from) {
            if let Held::Occupied(mut seats) = addresses.entry(net) {
                *seats.get_mut() -= 1;
                if *seats.get() == 0 {
                    seats.remove();
                }
            }
        }
    }
}

/// All that an address counts for.
fn nets(from: Prefix) -> impl Iterator<Item = IpNet> {
    std::iter::once(from.network()).chain(from.around())
}
