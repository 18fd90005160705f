//! Mail to people, through somebody's SMTP server.
//!
//! A letter is a job: it is sent because the transaction that caused it was committed, and tried
//! again while the server is away. What it says is one of a few messages that a pure function turns
//! into text; addresses and header lines are types that cannot hold a line break. Letters hold links
//! that open accounts, so they are sealed while they wait.

mod address;
mod error;
mod message;
mod post;
mod server;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

pub(crate) use address::{Address, AddressError};
pub(crate) use error::MailError;
pub(crate) use message::Message;
pub(crate) use post::Post;
pub(crate) use server::{Server, ServerError};

use crate::clock::Clock;
use crate::db::Transaction;
use crate::jobs::{Failure, Handlers, Job, Jobs, Run, Wake};
use crate::seal::{Keyring, Secret};
use crate::telemetry::chain;

/// What sealed letters are bound to.
const SEAL_PURPOSE: &str = "letter";

/// Where mail is handed in, and who it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) server: Server,
    pub(crate) from: Address,
}

/// One message to one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) to: Address,
    /// The site's name, which people know it by.
    pub(crate) site: String,
    pub(crate) message: Message,
}

/// What mail needs.
pub(crate) struct Doors {
    pub(crate) jobs: Jobs,
    pub(crate) keyring: Arc<Keyring>,
}

/// The handle of those who have something to tell.
#[derive(Clone)]
pub(crate) struct Mail {
    jobs: Jobs,
    keyring: Arc<Keyring>,
    clock: Clock,
    post: Option<Post>,
}

/// The job of sending a letter.
struct Send;

impl Job for Send {
    const KIND: &'static str = "mail";
    // A link in a letter is good for an hour or a day: later it is no use.
    const MAX_ATTEMPTS: u32 = 10;
    const MAX_DURATION: Duration = Duration::from_secs(60);
    /// The sealed letter in Base64.
    type Payload = String;
}

impl Mail {
    /// Mail by the way that `settings` name; without any, there is none.
    ///
    /// # Errors
    /// When the settings lead nowhere.
    pub(crate) fn new(
        settings: Option<&Settings>,
        doors: Doors,
        clock: Clock,
    ) -> Result<Self, MailError> {
        let Doors { jobs, keyring } = doors;
        let post = settings.map(Post::new).transpose()?;
        Ok(Self { jobs, keyring, clock, post })
    }

    /// Whether there is mail. Where there is none, callers say so instead of promising some.
    pub(crate) fn is_configured(&self) -> bool {
        self.post.is_some()
    }

    /// Has a letter sent once the transaction that causes it is committed.
    ///
    /// # Errors
    /// When mail is not configured, or the database refuses the letter.
    pub(crate) async fn send(
        &self,
        transaction: &mut Transaction,
        letter: &Letter,
    ) -> Result<Wake, MailError> {
        if !self.is_configured() {
            return Err(MailError::NotConfigured);
        }
        let json = Secret::from(serde_json::to_string(letter).map_err(MailError::Letter)?);
        let sealed = STANDARD.encode(self.keyring.seal(SEAL_PURPOSE, &json)?);
        Ok(self.jobs.enqueue::<Send>(transaction, &sealed).await?)
    }

    /// Adds what sends the letters. Without mail they wait until there is some again.
    pub(crate) fn handle(&self, handlers: Handlers) -> Handlers {
        let Some(post) = self.post.clone() else { return handlers };
        let (keyring, clock) = (Arc::clone(&self.keyring), self.clock);
        handlers.with::<Send, _, _>(move |run: Run<String>| {
            let (post, keyring) = (post.clone(), Arc::clone(&keyring));
            async move {
                let letter = opened(&keyring, &run.payload).map_err(|error| {
                    Failure::Poisoned(format!("the letter cannot be opened: {}", chain(&error)))
                })?;
                post.send(&letter, run.id, clock.wall()).await.map_err(MailError::into_failure)
            }
        })
    }
}

fn opened(keyring: &Keyring, payload: &str) -> Result<Letter, MailError> {
    let sealed = STANDARD.decode(payload).map_err(|_| MailError::Unreadable)?;
    let json = keyring.unseal(SEAL_PURPOSE, &sealed)?;
    serde_json::from_str(json.reveal()).map_err(MailError::Letter)
}

#[cfg(test)]
mod tests;
