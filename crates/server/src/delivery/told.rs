//! What players say of themselves on the way to a file (CTA-5004, request mode): it is passed on,
//! and never a reason to refuse the file.

use std::net::IpAddr;

use http::HeaderMap;
use http::request::Parts;
use rivulet_media::cmcd::Report;
use tokio::sync::mpsc;

use super::Delivery;
use crate::http::{Peer, client_address};
use crate::ids::ChannelId;

/// Reports that may wait for whoever reads them. One that finds no room is lost: the next comes with
/// the player's next request.
const MAX_WAITING: usize = 1024;

/// The header fields that share a report.
const HEADERS: [&str; 4] = ["cmcd-session", "cmcd-status", "cmcd-request", "cmcd-object"];
/// What every report in header fields has, for it says who it is from.
const SESSION_HEADER: &str = "cmcd-session";

/// A player's report.
#[derive(Debug)]
pub(crate) struct Told {
    /// The channel that the file is of.
    pub(crate) channel: ChannelId,
    /// Whom it is charged to.
    pub(crate) client: IpAddr,
    /// The rendition that the file is of; `None` for the master playlist.
    pub(crate) rendition: Option<u8>,
    /// What it says.
    pub(crate) report: Report,
}

impl Delivery {
    /// What players tell from now on. There is one who listens.
    pub(crate) fn told(&self) -> mpsc::Receiver<Told> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        self.shared.told.store(Some(sender.into()));
        receiver
    }

    /// Passes on what a request tells, if it tells anything.
    pub(super) fn listen(&self, request: &Parts, channel: ChannelId, rendition: Option<u8>) {
        let Some(report) = report(request) else { return };
        let Some(listener) = &*self.shared.told.load() else { return };
        let peer = request.extensions.get::<Peer>().map(|peer| peer.address);
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let client = client_address(peer, &request.headers, &self.shared.trusted_proxies);
        // Full or gone: see `MAX_WAITING`.
        let _ = listener.try_send(Told { channel, client, rendition, report });
    }
}

/// What most requests do not have, so that looking for it must cost next to nothing.
fn report(request: &Parts) -> Option<Report> {
    let in_query = request.uri.query().and_then(Report::in_query);
    match in_query {
        Some(report) => report.ok(),
        None if request.headers.contains_key(SESSION_HEADER) => in_headers(&request.headers),
        None => None,
    }
}

fn in_headers(headers: &HeaderMap) -> Option<Report> {
    let mut report = Report::default();
    for value in HEADERS.iter().filter_map(|name| headers.get(*name)) {
        report.add(value.to_str().ok()?).ok()?;
    }
    Some(report)
}

#[cfg(test)]
mod tests {
    use rivulet_media::hls::request::Request as PlaylistRequest;

    use super::*;

    fn session(uri: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let mut request = http::Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        report(&request.body(()).unwrap().into_parts().0)?.session
    }

    #[test]
    fn a_report_comes_in_the_query_or_in_header_fields() {
        let query = "/hls/0/stream.m3u8?_HLS_msn=3&CMCD=sid%3D%22a%22%2Cbl%3D100";
        assert_eq!(session(query, &[]).as_deref(), Some("a"));
        // A player's parameter is no reason to refuse it the playlist.
        assert!(PlaylistRequest::parse(query.split_once('?').unwrap().1).is_ok());
        let fields = [("cmcd-session", "sid=\"b\""), ("cmcd-object", "br=1000")];
        assert_eq!(session("/hls/0/stream.m3u8", &fields).as_deref(), Some("b"));
    }

    #[test]
    fn what_cannot_be_read_is_nobodys() {
        assert_eq!(session("/hls/0/stream.m3u8?CMCD=%zz", &[]), None);
        assert_eq!(session("/hls/0/stream.m3u8", &[("cmcd-session", "sid=")]), None);
        assert_eq!(session("/hls/0/stream.m3u8?x=y", &[]), None);
    }
}
