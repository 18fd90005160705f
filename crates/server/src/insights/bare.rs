//! Reports of players that know no sessions: Owncast's own player, by its address and name.

use std::net::IpAddr;

use rivulet_media::cmcd::Report;

use super::report::PlaybackReport;
use super::{Insights, telling};

/// What such a player says every ten seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BareReport {
    pub(crate) bandwidth_bps: Option<u64>,
    pub(crate) latency_ms: Option<u32>,
    /// How long a segment took to come.
    pub(crate) download_ms: Option<u32>,
    pub(crate) errors: u32,
    pub(crate) switches: u32,
}

impl Insights {
    /// Takes a report about the primary channel in; what is too much is not taken.
    pub(crate) async fn tell_bare(&self, (client, agent): (IpAddr, &str), told: BareReport) {
        let shared = &self.shared;
        let Ok(channel) = shared.channels.primary().await else { return };
        let now = shared.clock.monotonic();
        let player = shared.player(&format!("{client} {agent}"));
        let client = shared.client(client);
        let report = PlaybackReport {
            bandwidth_bps: told.bandwidth_bps,
            latency_ms: told.latency_ms,
            errors: told.errors,
            switches: told.switches,
            visible: true,
            ..PlaybackReport::default()
        };
        shared.with_record(channel.id, now, |record, budgets| {
            if budgets.take(client, 1, now) && record.players.admit(player, client, now).is_ok() {
                let _ = record.players.report(player, &report, now);
                record.players.took(player, told.download_ms);
            }
        });
    }
}

impl Insights {
    /// Understands reports in CMCD's own form; what is wrong with them otherwise.
    pub(crate) fn read_reports(&self, body: &[u8]) -> Result<Vec<Report>, String> {
        telling::parse(body)
    }

    /// Understands one report in a query.
    pub(crate) fn read_report(&self, text: &str) -> Result<Vec<Report>, String> {
        let report = Report::parse(text).map_err(|wrong| wrong.to_string())?;
        telling::checked(vec![report])
    }

    /// Takes reports about the primary channel in. `false` when they are too many.
    pub(crate) async fn tell_primary(&self, client: IpAddr, reports: &[Report]) -> bool {
        let shared = &self.shared;
        let Ok(channel) = shared.channels.primary().await else { return false };
        let (now, client) = (shared.clock.monotonic(), shared.client(client));
        let of = |report: &Report| Some(shared.player(report.session.as_deref()?));
        let players: Vec<_> = reports.iter().map(of).collect();
        let charge = telling::charge(&players);
        shared.with_record(channel.id, now, |record, budgets| {
            if !budgets.take(client, charge, now) {
                return false;
            }
            for (report, player) in reports.iter().zip(players) {
                let Some(player) = player else { continue };
                if record.players.admit(player, client, now).is_ok() {
                    let _ = record.players.tell(player, report, None, now);
                }
            }
            true
        })
    }
}
