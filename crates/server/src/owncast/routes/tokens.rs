//! Tokens of programs.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Fault, document, done};
use super::call::Call;
use crate::clock::rfc3339;
use crate::owncast::Owncast;
use crate::owncast::tokens::{Scope, Token};
use crate::seal::Secret;

pub(super) async fn list(State(owncast): State<Owncast>, _: Call) -> Answer {
    let tokens = owncast.tokens().await?;
    document(tokens.iter().map(|(token, secret)| shown(token, secret)).collect())
}

pub(super) async fn create(State(owncast): State<Owncast>, call: Call) -> Answer {
    #[derive(Deserialize)]
    struct Wished {
        name: String,
        scopes: Vec<String>,
    }
    let wished: Wished = call.json()?;
    let scopes: Option<Vec<_>> = wished.scopes.iter().map(|it| Scope::parse(it)).collect();
    let scopes = scopes.ok_or_else(|| Fault::Bad("one or more invalid scopes".to_owned()))?;
    let (token, secret) = owncast.create_token(&call.actor(), (&wished.name, scopes)).await?;
    document(shown(&token, &secret))
}

pub(super) async fn remove(State(owncast): State<Owncast>, call: Call) -> Answer {
    #[derive(Deserialize)]
    struct Meant {
        token: String,
    }
    let meant: Meant = call.json()?;
    match owncast.remove_token(&call.actor(), &meant.token).await? {
        true => done("deleted token"),
        false => Err(Fault::Bad("there is no such token".to_owned())),
    }
}

/// A token as Owncast shows it: a user that is a program.
fn shown(token: &Token, secret: &Secret) -> Value {
    json!({
        "id": token.id.to_string(),
        "accessToken": secret.reveal(),
        "displayName": token.name,
        "displayColor": token.colour,
        "scopes": token.scopes,
        "createdAt": rfc3339(token.created_at),
        "lastUsedAt": token.last_used_at.map(rfc3339),
        "type": "API",
        "isBot": true,
    })
}
