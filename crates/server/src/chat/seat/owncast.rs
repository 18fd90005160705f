//! A seat whose socket speaks Owncast's dialect.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{Ended, Seat, Visitor, signed_out};
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
/// The time between two messages; who does not keep to it is not heard for a while.
const EVERY: Duration = Duration::from_millis(667);
const BLOCKED: Duration = Duration::from_secs(10);
/// What whoever is not heard is told, in Owncast's words.
const TOO_MUCH: &str = "You have been temporarily blocked from sending chat messages.";

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
        if room.state().is_banned(&guest, now) {
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
        Ok(room.state().is_banned_from(from, self.now()))
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
        let name = match self.free_name(&guest, &wished).await {
            Ok(name) => name,
            Err(ChatError::Refused(_)) => return Ok(guest.name),
            Err(error) => return Err(error),
        };
        // It is judged as the room judges it when somebody is renamed there.
        let room = self.room(channel).await?;
        let is_said = room.state().terms.worst(&name).is_none();
        if !is_said {
            return Ok(guest.name);
        }
        self.shared.store.call(&Speaker { name: name.clone(), ..guest }, self.now()).await?;
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
            Told::Answered(answered) => {
                let verdict = if answered.granted { "agrees" } else { "does not agree" };
                let text = format!(
                    "A moderator {verdict} with your {}: {}",
                    answered.kind, answered.answer
                );
                Some(owncast::action(text.trim_end_matches([':', ' ']), now))
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
    pub(super) fn may_keep_order(&mut self, does: bool) {
        let Some(sitter) = &self.sitter else { return };
        // What those with an account may do is looked up now and then.
        if sitter.speaker.kind == Kind::Guest {
            let role = does.then_some(ChannelRole::Moderator);
            let speaker = Speaker { channel: role, ..Speaker::clone(&sitter.speaker) };
            self.is_now(speaker);
            self.place.seated.line.keeps_order(does);
        }
    }

    /// Hears what the socket says; the answers to it.
    ///
    /// # Errors
    /// When it says so much that it must go.
    pub(in crate::chat) async fn hear_owncast(&mut self, text: &str) -> Result<Vec<Bytes>, Ended> {
        self.place.seated.line.hold();
        let now = Instant::now();
        if !self.pace.step(now)? || self.blocked_until.is_some_and(|until| until > now) {
            return Ok(Vec::new());
        }
        let event = owncast::parse(text);
        if matches!(event, ClientEvent::Chat { .. }) && !self.is_in_time(now) {
            return Ok(self.block(now));
        }
        let refusal = match self.obey_owncast(event).await {
            Ok(answers) => return Ok(answers),
            Err(ChatError::SignedOut) => return Err(signed_out()),
            Err(error) => error.refusal(),
        };
        Ok(match refusal.reason {
            // Owncast's clients are not told.
            Reason::Closed | Reason::Empty => Vec::new(),
            Reason::Flood => self.block(now),
            _ => vec![owncast::action(&refusal.detail, self.chat.now())],
        })
    }

    /// Whether it is long enough since the last message, for those whom that concerns.
    fn is_in_time(&mut self, now: Instant) -> bool {
        let is_in_time = self.spoke_at.is_none_or(|last| now >= last + EVERY);
        if is_in_time {
            self.spoke_at = Some(now);
        }
        is_in_time || self.keeps_order()
    }

    /// Nothing is heard for a while, and whoever sits there is told so once.
    fn block(&mut self, now: Instant) -> Vec<Bytes> {
        self.blocked_until = Some(now + BLOCKED);
        vec![owncast::action(TOO_MUCH, self.chat.now())]
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
                let refused = match self.rename(by, (None, &name)).await {
                    Err(ChatError::SignedOut) => return Err(ChatError::SignedOut),
                    renamed => renamed.err().map(ChatError::refusal),
                };
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
