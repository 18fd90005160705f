//! What moderators keep and look at: terms, messages that wait, reports and appeals, notes.

use std::sync::Arc;

use super::model::rules::rules;
use super::model::settings::Settings;
use super::model::who::Badge;
use super::model::{Command, Target};
use super::store::{KeptTerm, Search, TermAction, TermKind};
use super::text::conduct::{self, History, Said, Verdict};
use super::text::terms::{Action, How, MAX_TERMS, Term, Terms};
use super::text::{self, Ways};
use super::{Chat, ChatError};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::ids::{ChannelId, ChatItemId};

/// Messages against which rules are tried.
const PREVIEWED: usize = 1000;
/// Of those that would not be said, so many are shown.
const MAX_EXAMPLES: usize = 50;

/// What would have become of the newest messages.
pub(super) struct Preview {
    pub(super) looked_at: usize,
    pub(super) refused: usize,
    pub(super) held: usize,
    pub(super) examples: Vec<(Target, conduct::Reason)>,
}

impl Chat {
    /// Adds a word that may not be said: here, or everywhere without a channel.
    pub(super) async fn add_term(
        &self,
        channel: Option<&Channel>,
        (pattern, kind, action): (String, TermKind, TermAction),
        actor: &Actor,
    ) -> Result<KeptTerm, ChatError> {
        let (by, at) = (actor.name().to_owned(), self.now());
        let (id, is_of_site) = (ChatItemId::generate(), channel.is_none());
        let term = KeptTerm { id, pattern, kind, action, is_of_site, by, at };
        let place = channel.map(|channel| channel.id);
        let known = self.shared.store.terms(place, MAX_TERMS + 1).await?;
        if known.len() >= MAX_TERMS {
            return Err(ChatError::Full("there are as many terms as there may be: remove some"));
        }
        Terms::compile(&[compiled(&term)])
            .map_err(|(_, error)| ChatError::Invalid(error.to_string()))?;
        self.shared.store.add_term(channel, &term, actor).await?;
        self.use_terms(place).await?;
        Ok(term)
    }

    /// Removes a term.
    pub(super) async fn remove_term(
        &self,
        channel: Option<&Channel>,
        id: ChatItemId,
        actor: &Actor,
    ) -> Result<(), ChatError> {
        if !self.shared.store.remove_term(id, channel, actor).await? {
            return Err(ChatError::NoSuch("term"));
        }
        self.use_terms(channel.map(|channel| channel.id)).await
    }

    /// Tells those who keep order, where they are, what waits for them.
    pub(super) async fn tell_queue(&self, channel: &Channel) {
        if let Some(room) = self.shared.open_room(channel.id) {
            self.shared.tell_queue(&room).await;
        }
    }

    /// Has rooms look for the terms that there are now.
    async fn use_terms(&self, channel: Option<ChannelId>) -> Result<(), ChatError> {
        for room in self.shared.open_rooms() {
            if channel.is_none_or(|channel| channel == room.channel.id) {
                let terms = self.shared.terms(room.channel.id).await?;
                room.ask(Command::Terms(terms)).await?;
            }
        }
        Ok(())
    }

    /// Has rooms show the emotes that there are now.
    pub(super) async fn use_emotes(&self, channel: Option<ChannelId>) -> Result<(), ChatError> {
        for room in self.shared.open_rooms() {
            if channel.is_none_or(|channel| channel == room.channel.id) {
                room.stage.set_emotes(self.shared.emotes(room.channel.id).await?);
            }
        }
        Ok(())
    }

    /// What other rules and further terms would have made of the newest messages.
    pub(super) async fn preview(
        &self,
        channel: &Channel,
        settings: &Settings,
        further: &[Term],
    ) -> Result<Preview, ChatError> {
        let kept = self.shared.store.terms(Some(channel.id), MAX_TERMS).await?;
        let terms: Vec<_> = kept.iter().map(compiled).chain(further.iter().cloned()).collect();
        let terms = Terms::compile(&terms);
        let terms = Arc::new(terms.map_err(|(_, error)| ChatError::Invalid(error.to_string()))?);
        let mut rules = rules(settings, &terms, settings.shield);
        // Each message is judged alone: how fast they came, nobody remembers.
        (rules.flood, rules.repetition) = (None, None);
        let found = self.shared.store.search(channel.id, &Search::default(), PREVIEWED).await?;
        let emotes = self.room(channel).await?.stage.emotes();
        let mut preview =
            Preview { looked_at: found.len(), refused: 0, held: 0, examples: Vec::new() };
        for found in found {
            let message = &found.target.message;
            let rendered = text::render(&message.text, &*emotes, Ways::Ours);
            let follows = message.author.badges.contains(&Badge::Follower);
            let said = Said { text: &message.text, rendered: &rendered, follows };
            let reason = match conduct::judge(&rules, &said, &History::default(), self.now()) {
                Verdict::Pass => continue,
                Verdict::Hold(reason) => {
                    preview.held += 1;
                    reason
                }
                Verdict::Refuse(reason) => {
                    preview.refused += 1;
                    reason
                }
            };
            if preview.examples.len() < MAX_EXAMPLES {
                preview.examples.push((found.target, reason));
            }
        }
        Ok(preview)
    }
}

/// A term as it is looked for.
pub(super) fn compiled(term: &KeptTerm) -> Term {
    Term {
        pattern: term.pattern.clone(),
        how: match term.kind {
            TermKind::Word => How::Word,
            TermKind::Substring => How::Substring,
            TermKind::Wildcard => How::Wildcard,
        },
        action: match term.action {
            TermAction::Hold => Action::Hold,
            TermAction::Block => Action::Block,
        },
    }
}
