//! Owncast's directory: while the site wants to be in it and is on air, it says so every few minutes.
//! The directory then reads `/api/yp`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{Owncast, OwncastError};
use crate::audit::Actor;
use crate::live::Phase;
use crate::outbound::Target;
use crate::telemetry::chain;

/// How often the directory wants to be told.
const EVERY: Duration = Duration::from_secs(240);
/// Longest key that the directory may give, in bytes.
const MAX_KEY: usize = 500;

/// What the directory answers.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Answer {
    key: String,
    success: bool,
    error: String,
}

/// Tells the directory, until the server stops.
pub(super) async fn run(owncast: Owncast, stopping: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let primary = loop {
        match owncast.channel().await {
            Ok(primary) => break primary,
            Err(error) => tracing::warn!(
                error = chain(&error),
                "the directory is told nothing: the primary channel cannot be read; trying again"
            ),
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
    };
    let mut phase = owncast.doors().live.watch(primary.id);
    let mut was_on_air = false;
    loop {
        let is_time = tokio::select! {
            () = stopping.cancelled() => return,
            changed = phase.changed() => match changed {
                Ok(()) => false,
                Err(_) => return,
            },
            _ = ticks.tick() => true,
        };
        let is_on_air = *phase.borrow_and_update() != Phase::Offline;
        let begins = is_on_air && !was_on_air;
        was_on_air = is_on_air;
        if !(begins || is_time && is_on_air) {
            continue;
        }
        ticks.reset();
        let told = tokio::select! {
            () = stopping.cancelled() => return,
            told = owncast.tell_directory() => told,
        };
        if let Err(error) = told {
            tracing::warn!(error = chain(&error), "the directory was not told; trying again later");
        }
    }
}

impl Owncast {
    /// Tells the directory that the site is there, if it wants to be in it.
    async fn tell_directory(&self) -> Result<(), OwncastError> {
        let kept = self.kept().await?;
        if !kept.directory_enabled {
            return Ok(());
        }
        let url = self.server_url(&kept);
        if url.is_empty() {
            return Err(OwncastError::no("the directory wants the server's address: set it first"));
        }
        let key = self.secrets().await?.directory_key;
        let target = Target::parse(&format!("{}/api/ping", self.shared.directory))?;
        let fields = [("content-type", "application/json".to_owned())];
        let body = json!({ "key": key, "url": url }).to_string().into_bytes();
        let answer = self.doors().outbound.post(&target, &fields, body).await?;
        let answer: Answer = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !answer.success {
            let why: String = answer.error.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(OwncastError::No(format!("the directory refused: {why}")));
        }
        if answer.key != key && (1..=MAX_KEY).contains(&answer.key.len()) {
            self.set_directory_key(&Actor::System, answer.key).await?;
        }
        Ok(())
    }

    /// Has the directory know the site by this key; by none, as a new one.
    pub(super) async fn set_directory_key(
        &self,
        actor: &Actor,
        key: String,
    ) -> Result<(), OwncastError> {
        let change = |secrets: &mut super::Secrets| secrets.directory_key = key;
        self.keep_secrets(actor, ("directory", change)).await
    }
}
