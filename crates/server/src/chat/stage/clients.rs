//! The sockets in a room, by number: as programs made for Owncast speak of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use rivulet_media::time::WallClock;

use super::{Showing, Stage};
use crate::chat::model::who::Chatter;
use crate::chat::wire::Dialect;
use crate::http::TextFrame;
use crate::ids::ChatterId;

/// The sockets that are open.
#[derive(Default)]
pub(super) struct Clients {
    open: BTreeMap<u64, Open>,
}

impl Clients {
    pub(super) fn stand_up(&mut self, number: u64) {
        self.open.remove(&number);
    }
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
    /// Somebody sits down on the place of this number.
    pub(in crate::chat) fn sit_down(&self, number: u64, now: WallClock) {
        self.lock().clients.open.insert(number, Open { since: now, who: None, said: 0 });
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
            let chatter = inner.presence.chatter(open.who?)?;
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

    /// What somebody said is gone.
    pub(in crate::chat) fn forget_person(&self, who: ChatterId, now: WallClock) -> Option<Showing> {
        let (who, inner) = (who.to_string(), self.lock());
        let messages = inner.recent.iter().filter_map(|it| it.event.fact.message());
        let theirs = messages.filter(|message| message.author.id == who);
        let ids: Vec<_> = theirs.map(|message| message.id.clone()).collect();
        drop(inner);
        self.clear(&ids, now);
        self.flush()
    }

    /// Says something to one socket, in either dialect. `false` when it is not open.
    pub(in crate::chat) fn whisper(&self, client: u64, (ours, owncast): (Bytes, Bytes)) -> bool {
        let inner = self.lock();
        let Some(line) = inner.lines.get(&client) else { return false };
        let text = match line.dialect {
            Dialect::Ours => ours,
            Dialect::Owncast => owncast,
        };
        line.show(&TextFrame::new(&text));
        true
    }
}
