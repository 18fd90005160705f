//! Taking over an Owncast installation: its settings, people, chat, webhooks and files.
//!
//! Invariants: nothing of the installation is written; every row is accounted for: it is here, or is
//! kept as it was, sealed, for what has no place here yet; what became of a row is written down
//! together with it, so that doing it again changes nothing; nothing in the file is believed.

mod files;
pub(super) mod gob;
mod people;
mod report;
mod rows;
mod settings;
mod source;
#[cfg(test)]
mod tests;

use std::path::Path;

pub(crate) use report::{Part, Report};

use super::store::moved::{self, Known, Moved};
use super::{Owncast, OwncastError};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::db::{ForeignTable, Transaction};
use crate::ids::ChatterId;
use source::{Row, Source};

/// What sealed rows are bound to.
const SEAL_PURPOSE: &str = "owncast row";
/// Longest key of a row that is stored as it is, in bytes.
const MAX_KEY: usize = 100;

impl Owncast {
    /// Takes over what is in a data folder of Owncast's.
    ///
    /// # Errors
    /// When there is no database that is understood. What was taken over until then stays.
    pub(crate) async fn take_over(&self, path: &Path) -> Result<Report, OwncastError> {
        let source = Source::open(path).await?;
        let channel = self.channel().await?;
        let moving = Moving { owncast: self, source, channel, actor: Actor::CommandLine };
        let report = moving.everything().await;
        moving.source.close().await;
        report
    }

    /// Forgets somebody in chat, and what is kept of them from where they came.
    pub(super) async fn forget(&self, actor: &Actor, who: ChatterId) -> Result<(), OwncastError> {
        let channel = self.channel().await?;
        // What is kept goes first: were it cut off here, they would still be there to be forgotten.
        let mut transaction = self.shared.store.begin().await?;
        moved::forget(&mut transaction, &people::written(who)).await?;
        transaction.commit().await?;
        Ok(self.doors().chat.forget_guest(&channel, (actor, who)).await?)
    }
}

/// One taking over.
struct Moving<'a> {
    owncast: &'a Owncast,
    source: Source,
    channel: Channel,
    actor: Actor,
}

/// What became of a row.
enum Became {
    /// It is this here.
    Here(String),
    /// It is this here, but for something of which there is this to say.
    Partly(String, String),
    /// It has no place here, for this reason, if there is anything to say of it.
    Kept(Option<String>),
}

impl Became {
    /// What it is here, if it is here.
    fn id(&self) -> Option<&str> {
        match self {
            Self::Here(id) | Self::Partly(id, _) => Some(id),
            Self::Kept(_) => None,
        }
    }
}

impl Moving<'_> {
    async fn everything(&self) -> Result<Report, OwncastError> {
        let mut report = Report::default();
        // Emoji before messages: those show the ones that are here when they are taken over.
        let emoji = self.emoji().await?;
        // Settings first: they hold the rules. People before what they said.
        for name in ["datastore", "users", "user_access_tokens", "messages", "ip_bans", "webhooks"]
        {
            if let Some(table) = self.source.table(name) {
                report.parts.push(self.table(table).await?);
            }
        }
        for table in &self.source.tables {
            if !report.parts.iter().any(|part| part.name == table.name) {
                report.parts.push(self.table(table).await?);
            }
        }
        report.parts.push(emoji);
        report.parts.push(self.left_alone());
        Ok(report)
    }

    async fn table(&self, table: &ForeignTable) -> Result<Part, OwncastError> {
        let mut part = Part { rows: table.rows, ..Part::new(&table.name) };
        let mut after = i64::MIN;
        loop {
            let page = self.source.page(table, after).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (number, row) in &page {
                self.row(&mut part, (*number, row)).await?;
            }
        }
        Ok(part)
    }

    async fn row(&self, part: &mut Part, (number, row): (i64, &Row)) -> Result<(), OwncastError> {
        let key = self.key_of(&part.name, (number, row));
        let known = self.owncast.shared.store.moved((&part.name, &key)).await?;
        // What could not be taken over the last time may be by now.
        if let Some(Known::Here(_)) = known {
            part.again += 1;
            return Ok(());
        }
        let source = part.name.clone();
        let mut transaction = None;
        let became = match source.as_str() {
            "datastore" => self.setting(row).await?,
            "users" => self.user(&mut transaction, row).await?,
            "user_access_tokens" => self.token(&mut transaction, row).await?,
            "messages" => self.message(&mut transaction, row).await?,
            "ip_bans" => self.ban(&mut transaction, row).await?,
            "webhooks" => self.webhook(&mut transaction, row).await?,
            _ => Became::Kept(None),
        };
        self.note((&source, &key), (row, &became), transaction).await?;
        part.count(became, known.as_ref());
        Ok(())
    }

    /// Writes down what became of a row, together with what it became.
    async fn note(
        &self,
        (source, key): (&str, &str),
        (row, became): (&Row, &Became),
        transaction: Option<Transaction>,
    ) -> Result<(), OwncastError> {
        let transaction = match transaction {
            Some(transaction) => transaction,
            None => self.begin().await?,
        };
        let keyring = &self.owncast.doors().keyring;
        // Of people something is left over that has no place here, such as the names they had.
        let is_kept = !matches!(became, Became::Here(_)) || source == "users";
        let kept = match is_kept {
            true => Some(keyring.seal(SEAL_PURPOSE, &row.document().to_string().into())?),
            false => None,
        };
        let moved = Moved { source, key, became: became.id(), kept };
        self.write_down(moved, transaction).await
    }

    async fn write_down(
        &self,
        moved: Moved<'_>,
        mut transaction: Transaction,
    ) -> Result<(), OwncastError> {
        moved::note(&mut transaction, moved, self.owncast.shared.clock.wall()).await?;
        Ok(transaction.commit().await?)
    }

    /// The key by which a row is known again; secrets, and what is no key, by their fingerprint.
    fn key_of(&self, table: &str, (number, row): (i64, &Row)) -> String {
        let column = match table {
            "datastore" | "config" => "key",
            "users" | "messages" | "webhooks" => "id",
            "user_access_tokens" => "token",
            "ip_bans" => "ip_address",
            "ap_followers" | "ap_outbox" => "iri",
            _ => "",
        };
        match row.text(column) {
            None => format!("row {number}"),
            Some(key) if table == "user_access_tokens" => self.fingerprint(&key),
            Some(key) => self.short(key),
        }
    }

    /// A key as it is, if it can be stored so.
    fn short(&self, key: String) -> String {
        let is_plain = key.len() <= MAX_KEY && !key.chars().any(char::is_control);
        if is_plain { key } else { self.fingerprint(&key) }
    }

    fn fingerprint(&self, key: &str) -> String {
        self.owncast.doors().keyring.fingerprint(&format!("{SEAL_PURPOSE} {key}")).to_hex()
    }

    async fn begin(&self) -> Result<Transaction, OwncastError> {
        self.owncast.shared.store.begin().await
    }
}
