//! Who may do what, as data in one place.
//!
//! [`rules`] says what each [`Permission`] asks for: a role on the site, or one in the channel it is
//! about, and the scope that an API token must have been given. [`gates`] says which permission each
//! route of the API asks for; the router's gate looks there before any handler runs, so a handler
//! cannot forget to ask, and a route that is not listed answers nobody. Who somebody is, the rooms
//! `accounts` and `channels` tell.

mod caller;
mod gates;
mod roles;
mod rules;

pub(crate) use caller::{Caller, Person, Stranger, Via};
#[cfg(test)]
pub(crate) use gates::GATES;
pub(crate) use gates::{Also, Gate, Subject, gate, is_known};
pub(crate) use roles::{ChannelRole, Scope, SiteRole, words};
pub(crate) use rules::{Permission, Refusal};
