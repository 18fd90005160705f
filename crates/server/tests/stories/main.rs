//! Stories: the real program through its front door, with real encoders, players and a real
//! browser. Each file tells one; `harness` has the actors.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test owns its tasks, and its panic is a failure with a line number"
)]

mod harness;

mod access;
mod accounts;
mod api;
mod backups;
mod bad_input;
mod behind_proxies;
mod channels;
mod chat;
mod children;
mod delivery;
mod discovery;
mod encrypted;
mod enhanced;
mod faults;
mod health;
mod insights;
mod kill;
mod live;
mod mail;
mod markers;
mod offline;
mod openapi;
mod owncast;
mod pages;
mod pages_account;
mod pages_chat;
mod pages_finding;
mod pages_keyboard;
mod pages_languages;
mod pages_live;
mod pages_people;
mod pages_studio;
mod pages_zoom;
mod passkeys;
mod people;
mod play;
mod quality;
mod reconnect;
mod renditions;
mod restart;
mod schedule;
mod secrets;
mod settings;
mod soak;
mod soak_crowd;
mod soak_pages;
mod staff;
mod stills;
mod takeover;
mod timestamps;
