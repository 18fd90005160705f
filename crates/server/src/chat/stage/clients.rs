//! The sockets in a room, by number: as programs made for Owncast speak of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use rivulet_media::time::WallClock;

use super::{Frame, Stage};
use crate::chat::model::who::Chatter;
use crate::ids::ChatterId;

/// The sockets that are open.
#[derive(Default)]
pub(super) struct Clients {
    open: BTreeMap<u64, Open>,
    last: u64,
}

struct Open {
    since: WallClock,
    who: Option<ChatterId>,
    said: u64,
}

/// A socket of somebody who said who they are.
pub(in crate::chat) struct Client {
    pub(in crate::chat) number: u64,
    pub(in crate::chat) since: WallClock,
    pub(in crate::chat) chatter: Chatter,
    /// Messages that came from it.
    pub(in crate::chat) said: u64,
}

impl Stage {
    /// Somebody sits down; the number of the socket.
    pub(in crate::chat) fn sit_down(&self, now: WallClock) -> u64 {
        let clients = &mut self.lock().clients;
        clients.last += 1;
        clients.open.insert(clients.last, Open { since: now, who: None, said: 0 });
        clients.last
    }

    pub(in crate::chat) fn stand_up(&self, number: u64) {
        self.lock().clients.open.remove(&number);
    }

    /// Whoever sits there said who they are.
    pub(in crate::chat) fn is_whose(&self, number: u64, who: ChatterId) {
        if let Some(open) = self.lock().clients.open.get_mut(&number) {
            open.who = Some(who);
        }
    }

    /// A message came from there.
    pub(in crate::chat) fn spoke(&self, number: u64) {
        if let Some(open) = self.lock().clients.open.get_mut(&number) {
            open.said += 1;
        }
    }

    /// The sockets of those who said who they are.
    pub(in crate::chat) fn clients(&self) -> Vec<Client> {
        let inner = self.lock();
        let client = |(number, open): (&u64, &Open)| {
            let chatter = inner.presence.person(open.who?)?;
            Some(Client { number: *number, since: open.since, chatter, said: open.said })
        };
        inner.clients.open.iter().filter_map(client).collect()
    }

    /// Somebody's newest socket.
    pub(in crate::chat) fn client_of(&self, who: ChatterId) -> Option<u64> {
        let inner = self.lock();
        let newest = inner.clients.open.iter().rev().find(|(_, open)| open.who == Some(who));
        newest.map(|(number, _)| *number)
    }

    /// Says something to one socket, in either dialect. `false` when it is not open.
    pub(in crate::chat) fn whisper(&self, client: u64, (ours, owncast): (Bytes, Bytes)) -> bool {
        let inner = self.lock();
        let is_open = inner.clients.open.contains_key(&client);
        if is_open {
            inner.send(Frame::Private { client, ours, owncast });
        }
        is_open
    }
}
