//! One look at everything: the machine, the channels and their viewers, chat and jobs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::Shared;
use super::alarms::{Measured, Watched};
use super::audience::Audience;
use super::history::Point;
use super::kept::{Breakdown, Figure, Figures, Place};
use super::machine::Load;
use crate::channels::Channel;
use crate::delivery::Crowd;
use crate::ids::{BroadcastId, ChannelId};
use crate::jobs;

/// How everything was at one time.
#[derive(Clone, Default)]
pub(super) struct Look {
    pub(super) at: Option<WallClock>,
    pub(super) load: Load,
    /// Those that were on air since the server was started, the primary one always.
    pub(super) channels: Vec<ChannelLook>,
    pub(super) jobs: Arc<Vec<jobs::Figures>>,
    pub(super) talk: Talk,
}

/// How chat was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Talk {
    pub(super) connections: u64,
    /// What was said since the server was started.
    pub(super) said: u64,
    /// Of them since the last look.
    pub(super) said_lately: u64,
    /// Who was ever in chat, and what happened there ever.
    pub(super) people: u64,
    pub(super) events: u64,
}

/// How a channel was.
#[derive(Clone)]
pub(super) struct ChannelLook {
    pub(super) channel: Channel,
    pub(super) viewers: u64,
    pub(super) crowd: Crowd,
    pub(super) glimpse: Glimpse,
    pub(super) chat: u64,
}

/// What the room itself knows of a channel.
#[derive(Clone, Default)]
pub(super) struct Glimpse {
    pub(super) on: Option<BroadcastId>,
    /// What came from the encoder, where there is one.
    pub(super) point: Option<Point>,
    pub(super) audience: Audience,
    pub(super) transcoder_lag: Option<Duration>,
}

impl Shared {
    /// The channels of which anything is known, and `also`.
    pub(super) fn glimpses(&self, also: ChannelId) -> BTreeMap<ChannelId, Glimpse> {
        let state = self.state();
        let known = state.records.iter().map(|(channel, record)| {
            let mut glimpse = record.glimpse();
            let activity = glimpse.on.and_then(|on| self.transcode.state(on));
            let health = activity.and_then(|it| it.borrow().health);
            glimpse.transcoder_lag = health.map(|it| it.lag);
            (*channel, glimpse)
        });
        let mut all: BTreeMap<_, _> = known.collect();
        all.entry(also).or_default();
        all
    }
}

impl Look {
    /// The figures of every place that anything is kept of.
    pub(super) fn figures(&self) -> Vec<(Place, Figures)> {
        let mut all = vec![(Place::Site, self.of_site())];
        all.extend(self.channels.iter().filter_map(|it| {
            let broadcast = it.glimpse.on?;
            Some((Place::Broadcast { channel: it.channel.id, broadcast }, it.figures()))
        }));
        all
    }

    /// The figures of a channel that is on air.
    pub(super) fn of_channel(&self, channel: ChannelId) -> Option<Figures> {
        let found = self.channels.iter().find(|it| it.channel.id == channel)?;
        found.glimpse.on.map(|_| found.figures())
    }

    fn of_site(&self) -> Figures {
        let (mut figures, load) = (Figures::default(), &self.load);
        let viewers = self.channels.iter().map(|it| it.viewers).sum();
        let on_air = self.channels.iter().filter(|it| it.glimpse.on.is_some()).count();
        for (figure, value) in [
            (Figure::Cpu, load.cpu),
            (Figure::Memory, load.memory.percent()),
            (Figure::Disk, load.disk.percent()),
            (Figure::NetworkIn, load.network_rate.inward * 8.0),
            (Figure::NetworkOut, load.network_rate.outward * 8.0),
            (Figure::DiskRead, load.disk_rate.inward),
            (Figure::DiskWritten, load.disk_rate.outward),
            (Figure::OwnMemory, float(load.own.memory)),
            (Figure::Viewers, float(viewers)),
            (Figure::ViewersPeak, float(viewers)),
            (Figure::Broadcasts, float(on_air as u64)),
            (Figure::Chat, float(self.talk.connections)),
            (Figure::ChatMessages, float(self.talk.said_lately)),
        ] {
            figures.set(figure, value);
        }
        figures.set_some(Figure::Gpu, load.gpu);
        if let Some(primary) = self.channels.iter().find(|it| it.channel.is_primary) {
            primary.tell_players(&mut figures);
        }
        let mut crowd = Crowd::default();
        self.channels.iter().for_each(|it| crowd.join(&it.crowd));
        tell_apart(&mut figures, &crowd);
        figures
    }

    /// What is watched for being too much.
    pub(super) fn measured(&self) -> Vec<Measured> {
        let parked: u64 = self.jobs.iter().map(|it| it.parked).sum();
        let mut all: Vec<_> = [
            (Watched::Cpu, self.load.cpu),
            (Watched::Memory, self.load.memory.percent()),
            (Watched::Disk, self.load.disk.percent()),
            (Watched::FailingJobs, float(parked)),
        ]
        .into_iter()
        .map(|(kind, value)| Measured { kind, value, channel: None })
        .collect();
        for it in self.channels.iter().filter(|it| it.glimpse.on.is_some()) {
            let channel = || Some((it.channel.id, it.channel.name.clone()));
            let lag = it.glimpse.point.map(|point| float(point.lag_ms) / 1000.0);
            let behind = it.glimpse.transcoder_lag.map(|lag| lag.as_secs_f64());
            let lags = [(Watched::EncoderLag, lag), (Watched::TranscoderLag, behind)];
            all.extend(lags.into_iter().filter_map(|(kind, value)| {
                Some(Measured { kind, value: value?, channel: channel() })
            }));
        }
        all
    }
}

impl ChannelLook {
    fn figures(&self) -> Figures {
        let (mut figures, point) = (Figures::default(), self.glimpse.point);
        figures.set(Figure::Viewers, float(self.viewers));
        figures.set(Figure::ViewersPeak, float(self.viewers));
        figures.set(Figure::Chat, float(self.chat));
        figures.set_some(Figure::VideoRate, point.map(|it| float(it.video_bps)));
        figures.set_some(Figure::AudioRate, point.map(|it| float(it.audio_bps)));
        figures.set_some(Figure::FrameRate, point.map(|it| it.frame_rate));
        figures.set_some(Figure::EncoderLag, point.map(|it| float(it.lag_ms)));
        let lag = self.glimpse.transcoder_lag;
        figures.set_some(Figure::TranscoderLag, lag.map(|it| it.as_secs_f64() * 1000.0));
        self.tell_players(&mut figures);
        tell_apart(&mut figures, &self.crowd);
        let playing = self.glimpse.audience.renditions.iter();
        let playing = playing.map(|it| (it.rendition.to_string(), f64::from(it.players)));
        figures.tell_apart(Breakdown::Renditions, playing.collect());
        figures
    }

    fn tell_players(&self, figures: &mut Figures) {
        let it = &self.glimpse.audience;
        figures.set(Figure::Players, f64::from(it.players));
        if it.players == 0 {
            return;
        }
        for (figure, value) in [
            (Figure::Stalled, f64::from(it.stalled)),
            (Figure::Failed, f64::from(it.failed)),
            (Figure::StalledShare, it.stalled_share),
            (Figure::DroppedShare, it.dropped_share),
            (Figure::Switches, f64::from(it.switches)),
        ] {
            figures.set(figure, value);
        }
        for (figure, value) in [
            (Figure::LatencyLow, it.latency.p5),
            (Figure::Latency, it.latency.median),
            (Figure::LatencyHigh, it.latency.p95),
            (Figure::BandwidthLow, it.bandwidth.p5),
            (Figure::Bandwidth, it.bandwidth.median),
            (Figure::BandwidthHigh, it.bandwidth.p95),
            (Figure::Buffer, it.buffer.median),
            (Figure::DownloadLow, it.download.p5),
            (Figure::Download, it.download.median),
            (Figure::DownloadHigh, it.download.p95),
        ] {
            figures.set_some(figure, value.map(float));
        }
    }
}

fn tell_apart(figures: &mut Figures, crowd: &Crowd) {
    let named = |parts: &BTreeMap<&'static str, u32>| {
        parts.iter().map(|(name, it)| ((*name).to_owned(), f64::from(*it))).collect()
    };
    let countries = crowd.countries.iter().map(|(name, it)| (name.clone(), f64::from(*it)));
    figures.tell_apart(Breakdown::Countries, countries.collect());
    figures.tell_apart(Breakdown::Players, named(&crowd.players));
    figures.tell_apart(Breakdown::Devices, named(&crowd.devices));
}

/// Exact up to 2^53, and nobody has more.
pub(super) fn float(count: u64) -> f64 {
    count as f64
}
