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

impl Moving<'_> {
    async fn everything(&self) -> Result<Report, OwncastError> {
        let mut report = Report::default();
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
        report.parts.push(self.emoji().await?);
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
        let keeps = match known {
            Some(Known::Here(_)) => {
                part.again += 1;
                return Ok(());
            }
            // What could not be taken over the last time may be by now.
            Some(Known::Kept) => true,
            None => false,
        };
        let source = part.name.clone();
        let mut transaction = None;
        let became = match source.as_str() {
            "datastore" => self.setting(row).await?,
            "users" => self.user(&mut transaction, row).await?,
            "user_access_tokens" => self.token(&mut transaction, row).await?,
            "messages" => self.message(&mut transaction, row).await?,
            "ip_bans" => self.ban(&mut transaction, row).await?,
            "webhooks" => self.webhook(row).await?,
            _ => Became::Kept(None),
        };
        match became {
            Became::Here(_) | Became::Partly(..) => part.moved += 1,
            Became::Kept(_) if keeps => part.again += 1,
            Became::Kept(_) => part.kept += 1,
        }
        self.note((&source, &key), (row, &became), transaction).await?;
        match became {
            Became::Kept(Some(why)) | Became::Partly(_, why) => part.remark(why),
            Became::Here(_) | Became::Kept(None) => {}
        }
        Ok(())
    }

    /// Writes down what became of a row, together with what it became.
    async fn note(
        &self,
        (source, key): (&str, &str),
        (row, became): (&Row, &Became),
        transaction: Option<Transaction>,
    ) -> Result<(), OwncastError> {
        let shared = &self.owncast.shared;
        let mut transaction = match transaction {
            Some(transaction) => transaction,
            None => shared.store.begin().await?,
        };
        let keyring = &self.owncast.doors().keyring;
        // Of people something is left over that has no place here, such as the names they had.
        let is_kept = !matches!(became, Became::Here(_)) || source == "users";
        let kept = match is_kept {
            true => Some(keyring.seal(SEAL_PURPOSE, &row.document().to_string().into())?),
            false => None,
        };
        let became = match became {
            Became::Here(id) | Became::Partly(id, _) => Some(id.as_str()),
            Became::Kept(_) => None,
        };
        let moved = Moved { source, key, became, kept };
        moved::note(&mut transaction, moved, shared.clock.wall()).await?;
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
        let Some(key) = row.text(column) else { return format!("row {number}") };
        let is_plain = key.len() <= MAX_KEY && !key.chars().any(char::is_control);
        if is_plain && table != "user_access_tokens" {
            return key;
        }
        self.owncast.doors().keyring.fingerprint(&format!("{SEAL_PURPOSE} {key}")).to_hex()
    }

    async fn begin(&self) -> Result<Transaction, OwncastError> {
        self.owncast.shared.store.begin().await
    }
}
