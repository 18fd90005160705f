//! Owncast's API: every route by one table, settings, tokens, webhooks, the stream.

mod chat;
pub(crate) mod client;
mod directory;
mod emoji;
mod look;
mod moving;
mod settings;
mod stream;
mod table;
mod tokens;
mod webhooks;
