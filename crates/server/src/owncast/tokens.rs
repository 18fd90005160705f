//! Tokens of programs: what one may be used for, and whose it is.

use rivulet_media::time::WallClock;
use serde_json::json;

use super::{Owncast, OwncastError, store};
use crate::access::words;
use crate::audit::{Action, Actor};
use crate::chat::Newcomer;
use crate::db::Transaction;
use crate::ids::TokenId;
use crate::seal::{self, Secret};

/// What sealed tokens are bound to.
const SEAL_PURPOSE: &str = "owncast token";
/// Tokens of a site.
const MAX_TOKENS: usize = 100;
/// Longest name of one, in characters.
const MAX_NAME_LEN: usize = 60;
/// The longest secret that is looked at, in bytes.
const MAX_SECRET: usize = 256;
/// Colours of names in chat.
const COLOURS: u64 = 8;

words! {
    /// What a token may be used for.
    #[schema(as = OwncastScope)]
    Scope {
        /// To speak as the site.
        SystemMessages = "CAN_SEND_SYSTEM_MESSAGES",
        /// To speak as itself.
        Messages = "CAN_SEND_MESSAGES",
        /// To read and change what the admin may.
        AdminAccess = "HAS_ADMIN_ACCESS",
    }
}

/// A program's token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) id: TokenId,
    /// The program's name in chat.
    pub(super) name: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) colour: u64,
    pub(super) fingerprint: String,
    pub(super) sealed: Vec<u8>,
    pub(super) created_at: WallClock,
    pub(super) last_used_at: Option<WallClock>,
}

impl Owncast {
    /// The tokens, the oldest first, each with its secret.
    pub(super) async fn tokens(&self) -> Result<Vec<(Token, Secret)>, OwncastError> {
        let tokens = self.shared.store.tokens().await?.into_iter();
        tokens
            .map(|token| {
                let secret = self.doors().keyring.unseal(SEAL_PURPOSE, &token.sealed)?;
                Ok((token, secret))
            })
            .collect()
    }

    /// Makes a token.
    pub(super) async fn create_token(
        &self,
        actor: &Actor,
        (name, scopes): (&str, Vec<Scope>),
    ) -> Result<(Token, Secret), OwncastError> {
        let name = name.trim();
        if !(1..=MAX_NAME_LEN).contains(&name.chars().count()) {
            return Err(OwncastError::no("a token's name has 1 to 60 characters"));
        }
        let secret = seal::random_token()?;
        let id = TokenId::generate();
        let token = Token {
            id,
            name: name.to_owned(),
            scopes,
            colour: u64::from(name.bytes().map(u32::from).sum::<u32>()) % COLOURS,
            fingerprint: self.fingerprint(secret.reveal()),
            sealed: self.doors().keyring.seal(SEAL_PURPOSE, &secret)?,
            created_at: self.shared.clock.wall(),
            last_used_at: None,
        };
        let mut transaction = self.shared.store.begin().await?;
        if store::tokens(&mut transaction).await?.len() >= MAX_TOKENS {
            return Err(OwncastError::no("a site has at most 100 tokens: remove one first"));
        }
        store::insert_token(&mut transaction, &token).await?;
        let became = Some(json!({ "token": token.name, "scopes": token.scopes }));
        self.log(&mut transaction, (actor, Action::TokenChanged), (None, became)).await?;
        transaction.commit().await?;
        Ok((token, secret))
    }

    /// Takes in a program's token that it shows already.
    pub(super) async fn adopt_token(
        &self,
        transaction: &mut Transaction,
        (id, whose, scopes): (TokenId, &Newcomer, Vec<Scope>),
        secret: &Secret,
    ) -> Result<(), OwncastError> {
        let known = store::tokens(transaction).await?;
        if known.len() >= MAX_TOKENS || secret.reveal().len() > MAX_SECRET {
            return Err(OwncastError::no("a site has at most 100 tokens: remove one first"));
        }
        let fingerprint = self.fingerprint(secret.reveal());
        if known.iter().any(|it| it.fingerprint == fingerprint) {
            return Err(OwncastError::no("another program shows it already"));
        }
        // Who has several is one program for each of them.
        let id = if known.iter().any(|it| it.id == id) { TokenId::generate() } else { id };
        let token = Token {
            id,
            name: whose.name.clone(),
            scopes,
            colour: whose.colour.into(),
            fingerprint,
            sealed: self.doors().keyring.seal(SEAL_PURPOSE, secret)?,
            created_at: whose.since,
            last_used_at: None,
        };
        store::insert_token(transaction, &token).await?;
        let became = Some(json!({ "token": token.name, "scopes": token.scopes }));
        let log = (&Actor::CommandLine, Action::TokenChanged);
        self.log(transaction, log, (None, became)).await
    }

    /// Removes the token of a secret. `false` when there is none.
    pub(super) async fn remove_token(
        &self,
        actor: &Actor,
        secret: &str,
    ) -> Result<bool, OwncastError> {
        let Some(token) = self.find_token(secret).await? else { return Ok(false) };
        let mut transaction = self.shared.store.begin().await?;
        store::remove_token(&mut transaction, token.id).await?;
        let was = Some(json!({ "token": token.name, "scopes": token.scopes }));
        self.log(&mut transaction, (actor, Action::TokenChanged), (was, None)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The token that a program shows.
    pub(super) async fn find_token(&self, secret: &str) -> Result<Option<Token>, OwncastError> {
        if secret.is_empty() || secret.len() > MAX_SECRET {
            return Ok(None);
        }
        self.shared.store.token(&self.fingerprint(secret)).await
    }

    /// Notes that a token was used.
    pub(super) async fn token_was_used(&self, token: &Token) -> Result<(), OwncastError> {
        self.shared.store.touch(token.id, self.shared.clock.wall()).await
    }

    fn fingerprint(&self, secret: &str) -> String {
        self.doors().keyring.fingerprint(&format!("{SEAL_PURPOSE} {secret}")).to_hex()
    }
}
