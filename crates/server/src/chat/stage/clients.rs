//! The sockets in a room, by number: as programs made for Owncast speak of them.

use std::sync::Arc;

use bytes::Bytes;
use rivulet_media::time::WallClock;

use super::{Line, Showing, Stage};
use crate::chat::model::who::Chatter;
use crate::chat::wire::Dialect;
use crate::http::TextFrame;
use crate::ids::ChatterId;

/// A socket of somebody who said who they are.
pub(in crate::chat) struct Client {
    pub(in crate::chat) number: u64,
    pub(in crate::chat) since: WallClock,
    pub(in crate::chat) chatter: Chatter,
    /// Messages that came from it.
    pub(in crate::chat) said: u64,
}

impl Stage {
    /// The sockets of those who said who they are.
    pub(in crate::chat) fn clients(&self) -> Vec<Client> {
        let inner = self.lock();
        let client = |(number, line): (&u64, &Arc<Line>)| {
            let chatter = inner.presence.chatter(line.who()?)?;
            Some(Client { number: *number, since: line.since, chatter, said: line.said() })
        };
        inner.lines.iter().filter_map(client).collect()
    }

    /// Somebody's newest socket.
    pub(in crate::chat) fn client_of(&self, who: ChatterId) -> Option<u64> {
        let inner = self.lock();
        let newest = inner.lines.iter().rev().find(|(_, line)| line.who() == Some(who));
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
