//! Rivulet: a self-hosted live-streaming platform in one program.
//! size: most of it is the list of modules.

mod access;
mod accounts;
mod acme;
mod api;
mod app;
mod attempts;
mod audit;
mod backup;
mod channels;
mod chat;
mod cli;
mod clock;
mod config;
mod db;
mod delivery;
mod discovery;
mod folding;
mod geo;
mod http;
mod ids;
mod ingest;
mod insights;
mod jobs;
mod live;
mod mail;
mod markers;
mod merge_patch;
mod names;
mod notify;
mod outbound;
mod owncast;
mod router;
mod running;
mod sanitise;
mod schedule;
mod seal;
mod site;
mod stills;
mod tasks;
mod telemetry;
mod threads;
mod tls;
mod transcode;
mod watch;
mod web;

use std::process::ExitCode;

/// Many small buffers come and go with every frame; the system's allocator spends more on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
