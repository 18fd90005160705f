//! What is done in memory once it is committed.

use super::Actor;
use crate::chat::model::event::{Fact, Message};
use crate::chat::model::{Effect, Told, Which};
use crate::ids::ChatterId;

impl Actor {
    /// Everything that is not in the database alone.
    pub(super) async fn perform(
        &mut self,
        effects: &[Effect],
        cleared: &[(ChatterId, Vec<String>)],
    ) {
        let mut cleared = cleared.iter();
        for effect in effects {
            match effect {
                Effect::Hide { which, .. } => {
                    // What is shown later must be right already.
                    self.show().await;
                    self.hide(which, &mut cleared);
                }
                Effect::Rewrite { id, text, html } => {
                    self.show().await;
                    let id = id.to_string();
                    self.room.stage.rewrite(|message| {
                        (message.id == id).then(|| {
                            let (text, html) = (text.clone(), html.clone());
                            Some(Message { text, html, ..message.clone() })
                        })
                    });
                }
                Effect::Tell(who, told) => self.room.stage.tell(*who, Told::clone(told)),
                Effect::Close(sanction) => self.room.stage.close((**sanction).clone()),
                Effect::Append(draft) => {
                    if let (Fact::Renamed { chatter, .. }, Some(id)) = (&draft.fact, draft.chatter)
                    {
                        self.room.stage.reintroduce(id, chatter.clone());
                    }
                }
                _ => {}
            }
        }
        if let Some(showing) = self.room.stage.flush() {
            showing.deliver(&self.shared.tasks).await;
        }
    }

    fn hide<'a>(
        &self,
        which: &Which,
        cleared: &mut impl Iterator<Item = &'a (ChatterId, Vec<String>)>,
    ) {
        match which {
            Which::These(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                self.room.stage.forget(&ids);
            }
            // In the order in which they were committed.
            Which::All(_) => {
                if let Some((_, ids)) = cleared.next() {
                    self.room.stage.clear(ids, self.shared.clock.wall());
                }
            }
        }
    }
}
