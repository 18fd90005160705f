//! What is done in memory once it is committed.

use super::Actor;
use crate::chat::model::event::{Fact, Message};
use crate::chat::model::{Effect, Told, Which};

impl Actor {
    /// Everything that is not in the database alone.
    pub(super) async fn perform(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Hide { which, .. } => {
                    // What is shown later must be right already.
                    self.show().await;
                    self.hide(which).await;
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
    }

    async fn hide(&self, which: &Which) {
        match which {
            Which::These(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                self.room.stage.forget(&ids);
            }
            Which::All(who) => {
                let now = self.shared.clock.wall();
                if let Some(showing) = self.room.stage.clear(&who.to_string(), now) {
                    showing.deliver(&self.shared.tasks).await;
                }
            }
        }
    }
}
