//! A seat whose socket speaks Owncast's dialect.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::{Ended, Seat, Visitor};
use crate::access::{Caller, ChannelRole};
use crate::attempts::Prefix;
use crate::channels::Channel;
use crate::chat::model::Told;
use crate::chat::model::refusal::{Reason, Refusal};
use crate::chat::model::who::{Kind, Speaker};
use crate::chat::wire::Dialect;
use crate::chat::wire::owncast::{self, ClientEvent};
use crate::chat::{Chat, ChatError};
use crate::http::Outlet;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 2048;

impl Chat {
    /// Takes a seat for the guest who shows a token.
    ///
    /// # Errors
    /// When nobody has the token, or its owner may not come.
    pub(in crate::chat) async fn enter_as_guest(
        &self,
        channel: &Channel,
        (caller, outlet): (Caller, Option<Arc<Outlet>>),
        token: &str,
    ) -> Result<(Seat, Bytes), ChatError> {
        let guest = self.guest(channel, (token, caller.from)).await?;
        let guest = guest.ok_or(ChatError::NoSuch("guest"))?;
        let (now, chatter) = (self.now(), guest.chatter());
        let room = self.room(channel).await?;
        if room.state().ban(Some(guest.id), guest.from, now).is_some() {
            return Err(Refusal::new(Reason::Banned, "you are banned from this chat").into());
        }
        let visitor = Visitor { caller, dialect: Dialect::Owncast, outlet, hears: true };
        let seat = self.sit(channel, (visitor, Some(guest)), None).await?;
        Ok((seat, owncast::connected(&chatter, now)))
    }

    /// Whether nobody may come from an address.
    pub(in crate::chat) async fn is_banned(
        &self,
        channel: &Channel,
        from: Prefix,
    ) -> Result<bool, ChatError> {
        let room = self.room(channel).await?;
        Ok(room.state().ban(None, from, self.now()).is_some())
    }

    /// Gives a new guest the name that they wish for, if they may have it; what they are called.
    pub(in crate::chat) async fn name_guest(
        &self,
        channel: &Channel,
        (token, from): (&str, Prefix),
        wished: &str,
    ) -> Result<String, ChatError> {
        let guest = self.guest(channel, (token, from)).await?;
        let guest = guest.ok_or(ChatError::NoSuch("guest"))?;
        // Owncast cuts names; clients do not expect to be refused here.
        let wished: String = wished.chars().take(30).collect();
        let Ok((name, _)) = self.choose_name(&guest, &wished).await else { return Ok(guest.name) };
        self.see(&Speaker { name: name.clone(), ..guest }).await?;
        Ok(name)
    }
}

impl Seat {
    /// What whoever sits there is told a while after they came.
    pub(in crate::chat) fn greeting(&self) -> Option<Bytes> {
        let welcome = self.room.state().settings.welcome.clone();
        let site = &self.chat.shared.doors.site.settings().settings.name;
        (!welcome.is_empty()).then(|| owncast::system(&welcome, site, self.chat.now()))
    }

    pub(super) fn told_in_owncast(&self, what: &Told) -> Option<Bytes> {
        let sitter = self.sitter.as_ref()?;
        let now = self.chat.now();
        match what {
            Told::Sanctions => {
                let refusal = self.room.state().may_write(&sitter.speaker, now).err()?;
                Some(owncast::action(&refusal.detail, now))
            }
            Told::Warned { reason } => {
                Some(owncast::action(&format!("A moderator warns you: {reason}"), now))
            }
            Told::KeepsOrder(does) => {
                let says = match does {
                    true => "You keep order in this chat now.",
                    false => "You keep order in this chat no longer.",
                };
                // Its clients take several events in one frame, one on each line.
                let lines = [self.user_info()?, owncast::action(says, now)];
                Some(Bytes::from(lines.join(&b'\n')))
            }
        }
    }

    /// Whoever sits there keeps order now, or does no longer.
    pub(super) fn keeps_order(&mut self, does: bool) {
        let Some(sitter) = &self.sitter else { return };
        // What those with an account may do is looked up now and then.
        if sitter.speaker.kind == Kind::Guest {
            let role = does.then_some(ChannelRole::Moderator);
            let speaker = Speaker { channel: role, ..Speaker::clone(&sitter.speaker) };
            self.is_now(speaker);
        }
    }

    /// Hears what the socket says; the answers to it.
    ///
    /// # Errors
    /// When it says so much that it must go.
    pub(in crate::chat) async fn hear_owncast(&mut self, text: &str) -> Result<Vec<Bytes>, Ended> {
        self.place.seated.line.hold();
        if !self.pace.step(Instant::now())? {
            return Ok(Vec::new());
        }
        let obeyed = self.obey_owncast(owncast::parse(text)).await;
        let now = self.chat.now();
        Ok(obeyed.unwrap_or_else(|error| {
            let refusal = error.refusal();
            match refusal.reason {
                // Owncast's clients are not told.
                Reason::Closed | Reason::Empty => Vec::new(),
                _ => vec![owncast::action(&refusal.detail, now)],
            }
        }))
    }

    async fn obey_owncast(&mut self, event: ClientEvent) -> Result<Vec<Bytes>, ChatError> {
        let by = self.speaker().await?;
        match event {
            ClientEvent::Chat { body } if body.len() > MAX_MESSAGE => {
                Err(Refusal::new(Reason::TooLong, "This message is too long.").into())
            }
            ClientEvent::Chat { body } => {
                self.say(&by, (None, &body), None).await?;
                Ok(Vec::new())
            }
            ClientEvent::NameChange { name } => {
                let renamed = self.rename(by, &name).await;
                let refused = renamed.err().map(ChatError::refusal);
                let notice = refused.map(|it| owncast::action(&it.detail, self.chat.now()));
                Ok(notice.into_iter().chain(self.user_info()).collect())
            }
            ClientEvent::ColourChange { colour } => {
                self.colour(by, owncast::hue(colour)).await?;
                Ok(self.user_info().into_iter().collect())
            }
            ClientEvent::Ignored => Ok(Vec::new()),
        }
    }

    fn user_info(&self) -> Option<Bytes> {
        let speaker = Arc::clone(&self.sitter.as_ref()?.speaker);
        Some(owncast::connected(&speaker.chatter(), self.chat.now()))
    }
}
