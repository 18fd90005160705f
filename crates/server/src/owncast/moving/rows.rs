//! What was said, who may not come, and who is told what happens.

use std::net::IpAddr;

use ipnet::IpNet;

use super::people::FORGOTTEN;
use super::source::Row;
use super::{Became, Moving};
use crate::chat::{ChatError, OldMessage};
use crate::db::Transaction;
use crate::notify::{EventKind, NewWebhook};
use crate::owncast::OwncastError;
use crate::seal::Secret;

/// Longest note to a ban, in characters.
const MAX_NOTES: usize = 500;

impl Moving<'_> {
    /// A message; other events of chat are kept as they were.
    pub(super) async fn message(
        &self,
        transaction: &mut Option<Transaction>,
        row: &Row,
    ) -> Result<Became, OwncastError> {
        if row.text("eventType").is_some_and(|kind| kind != "CHAT") {
            return Ok(Became::Kept(None));
        }
        let user = row.text("user_id").unwrap_or_default();
        let chat = &self.owncast.doors().chat;
        let Some(id) = self.whom(&user).await? else {
            return Ok(Became::Kept(Some(format!(
                "a message is of the user {user}, who is not there"
            ))));
        };
        let Some(by) = chat.newcomer(id).await? else {
            return Ok(Became::Here(FORGOTTEN.to_owned()));
        };
        let now = self.owncast.shared.clock.wall();
        let old = OldMessage {
            at: row.time("timestamp").unwrap_or(now),
            html: row.text("body").unwrap_or_default(),
            hidden_at: row.since("hidden_at", now),
            by,
        };
        let mut open = self.begin().await?;
        let adopted = chat.adopt_message(&mut open, (&self.channel, &self.actor), &old).await;
        match adopted {
            Ok(id) => {
                *transaction = Some(open);
                Ok(Became::Here(id))
            }
            Err(ChatError::Refused(refusal)) => {
                Ok(Became::Kept(Some(format!("a message is not taken over: {}", refusal.detail))))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A network from which nobody may come.
    pub(super) async fn ban(
        &self,
        transaction: &mut Option<Transaction>,
        row: &Row,
    ) -> Result<Became, OwncastError> {
        let text = row.text("ip_address").unwrap_or_default();
        let network = text.parse::<IpAddr>().map(IpNet::from).or_else(|_| text.parse());
        let Ok(network) = network else {
            return Ok(Became::Kept(Some(format!("`{text}` is no address that can be banned"))));
        };
        let now = self.owncast.shared.clock.wall();
        let at = row.time("created_at").unwrap_or(now);
        let notes = row.text("notes").unwrap_or_default();
        let notes: String = notes.chars().filter(|c| !c.is_control()).take(MAX_NOTES).collect();
        let mut open = self.begin().await?;
        let chat = &self.owncast.doors().chat;
        let with = (&self.channel, &self.actor);
        let id = chat.adopt_ban(&mut open, with, (network, &notes, at)).await?;
        *transaction = Some(open);
        Ok(Became::Here(id))
    }

    /// A webhook. It gets a secret where it has none, for deliveries are signed here.
    pub(super) async fn webhook(
        &self,
        transaction: &mut Option<Transaction>,
        row: &Row,
    ) -> Result<Became, OwncastError> {
        let url = row.text("url").unwrap_or_default();
        let events = row.text("events").unwrap_or_default();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for event in events.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            match EventKind::parse(event) {
                Some(kind) => known.push(kind),
                None => unknown.push(event.to_owned()),
            }
        }
        let secret = row.text("secret").map(Secret::from);
        let new = NewWebhook { url, events: known, secret };
        let mut open = self.begin().await?;
        let made = self.owncast.doors().notify.create_within(&mut open, (&self.actor, new)).await;
        let number = match made {
            Ok(made) => made.number.to_string(),
            Err(error) if error.is_refusal() => {
                return Ok(Became::Kept(Some(format!("a webhook is not taken over: {error}"))));
            }
            Err(error) => return Err(error.into()),
        };
        *transaction = Some(open);
        if unknown.is_empty() {
            return Ok(Became::Here(number));
        }
        let remark = format!("a webhook is told nothing of {} here", unknown.join(", "));
        Ok(Became::Partly(number, remark))
    }
}
