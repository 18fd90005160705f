//! One rendition of a broadcast: its window, its rendered playlists, and who waits for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rivulet_media::hls::playlist::{Variant, render_media};
use rivulet_media::hls::request::{Delta, MediaName, Request};
use rivulet_media::hls::{
    Edge, FrameRate, Lookup, Output, PlaylistAnswer, Rates, RenditionReport, Window,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::text::Text;
use super::waiting::{Answer, FIRST_SEGMENT_PATIENCE, Look, PATIENCE_TARGETS, wait_for};

/// What a rendition is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the encoder sends, as it comes.
    Source,
    /// Encoded here.
    Encoded,
    /// The sound of the source alone.
    Audio,
}

/// What can be said of a rendition before there is anything of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expected {
    pub(super) rates: Rates,
    pub(super) codecs: Vec<String>,
    pub(super) resolution: Option<(u16, u16)>,
    pub(super) frame_rate: Option<FrameRate>,
}

/// What a rendition is called, and what it is expected to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    /// Its number in addresses.
    pub(super) number: u8,
    pub(super) kind: Kind,
    /// As people are told.
    pub(super) name: String,
    pub(super) expected: Option<Expected>,
}

/// The rendition.
pub(super) struct Rendition {
    pub(super) number: u8,
    state: Mutex<State>,
    /// The newest thing listed, for the reports in the other renditions' playlists. A lock of its
    /// own, taken last: renditions look at each other.
    edge: Mutex<Option<Edge>>,
    changed: Notify,
}

struct State {
    label: Label,
    window: Window,
    full: Option<Text>,
    delta: Option<Text>,
    /// Its encoder is not running.
    away: bool,
    /// The broadcast has made way for another, or its time is over.
    gone: bool,
}

impl Rendition {
    pub(super) fn new(label: Label, window: Window) -> Self {
        let number = label.number;
        let (full, delta) = (None, None);
        let state = State { label, window, full, delta, away: false, gone: false };
        Self { number, state: state.into(), edge: Mutex::default(), changed: Notify::new() }
    }

    /// Takes what a packager has made. Others are told of it by [`Self::wake`].
    pub(super) fn apply(&self, outputs: &mut Vec<Output>) {
        let mut state = self.state();
        (state.full, state.delta) = (None, None);
        outputs.drain(..).for_each(|output| state.window.apply(output));
        *lock(&self.edge) = state.window.edge();
    }

    /// Wakes who waits for a change.
    pub(super) fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// Another plan for the same rendition.
    pub(super) fn relabel(&self, label: Label) {
        self.state().label = label;
    }

    /// Says whether its encoder is running.
    pub(super) fn set_away(&self, away: bool) {
        self.state().away = away;
    }

    /// Nothing more comes of it, and nobody shall wait for it.
    pub(super) fn close(&self) {
        self.state().gone = true;
        self.wake();
    }

    /// A look at its window.
    pub(super) fn with_window<T>(&self, look: impl FnOnce(&Window) -> T) -> T {
        look(&self.state().window)
    }

    /// Whether pictures that are encoded here come of it now.
    pub(super) fn is_encoding(&self) -> bool {
        let state = self.state();
        state.label.kind == Kind::Encoded && state.standing() == Standing::Live
    }

    /// How the master playlist lists it: as it is, or as it is expected to be; not at all when it
    /// has nothing to show and nobody works on it.
    pub(super) fn variant(&self) -> Option<Variant> {
        self.state().variant()
    }

    /// What people are told of it.
    pub(super) fn describe<T>(
        &self,
        describe: impl FnOnce(&Label, Standing, Variant) -> T,
    ) -> Option<T> {
        let state = self.state();
        let variant = state.variant()?;
        Some(describe(&state.label, state.standing(), variant))
    }

    /// Where it is, for the playlists of the others.
    pub(super) fn report(&self) -> Option<RenditionReport> {
        let edge = (*lock(&self.edge))?;
        Some(RenditionReport { uri: format!("../{}/stream.m3u8", self.number), edge })
    }

    /// The media playlist, once it answers the request.
    pub(super) async fn playlist(
        &self,
        request: &Request,
        reports: impl Fn() -> Vec<RenditionReport>,
        stopping: &CancellationToken,
    ) -> Answer<Text> {
        let look = || self.state().playlist(request, &reports);
        wait_for(&self.changed, stopping, look).await
    }

    /// A media file, once it is there if it is the one the playlist hints at.
    pub(super) async fn file(
        &self,
        name: &MediaName<'_>,
        stopping: &CancellationToken,
    ) -> Answer<Vec<Bytes>> {
        wait_for(&self.changed, stopping, || self.state().file(name)).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Whether a rendition can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Frames come.
    Live,
    /// They are promised.
    Starting,
    /// Its encoder is gone.
    Away,
}

impl State {
    fn has_media(&self) -> bool {
        self.window.has_media()
    }

    fn standing(&self) -> Standing {
        let comes = self.has_media() && !self.window.is_in_gap();
        match (self.away, comes) {
            (true, _) => Standing::Away,
            (false, true) => Standing::Live,
            (false, false) => Standing::Starting,
        }
    }

    fn variant(&self) -> Option<Variant> {
        let uri = format!("{}/stream.m3u8", self.label.number);
        if let Some(measured) = self.measured() {
            let Expected { rates, codecs, resolution, frame_rate } = measured;
            return Some(Variant { uri, rates, codecs, resolution, frame_rate });
        }
        let expected = self.label.expected.as_ref().filter(|_| !self.away)?;
        let Expected { rates, codecs, resolution, frame_rate } = expected.clone();
        Some(Variant { uri, rates, codecs, resolution, frame_rate })
    }

    /// What it really is. An encoder that was told its bitrate may need more than a first segment
    /// shows.
    fn measured(&self) -> Option<Expected> {
        if !self.has_media() {
            return None;
        }
        let (video, audio) = self.window.configs();
        let rates = self.window.rates()?;
        let told = self.label.expected.as_ref().map_or(0, |expected| expected.rates.peak);
        let codecs = [video.map(|it| &it.rfc6381), audio.map(|it| &it.rfc6381)];
        Some(Expected {
            rates: Rates { peak: rates.peak.max(told), ..rates },
            codecs: codecs.into_iter().flatten().cloned().collect(),
            resolution: video.map(|it| (it.width, it.height)),
            frame_rate: video.and_then(|_| self.window.frame_rate()),
        })
    }

    fn patience(&self) -> Duration {
        let timing = self.window.timing();
        timing.map_or(FIRST_SEGMENT_PATIENCE, |timing| timing.target_duration() * PATIENCE_TARGETS)
    }

    fn playlist(
        &mut self,
        request: &Request,
        reports: impl Fn() -> Vec<RenditionReport>,
    ) -> Look<Text> {
        if self.gone {
            return Look::Answer(Answer::Missing);
        }
        if self.window.edge().is_none() {
            return self.wait_unless_ended();
        }
        match self.window.playlist_request(request) {
            PlaylistAnswer::Ready => {}
            PlaylistAnswer::Wait => return Look::Wait(self.patience()),
            PlaylistAnswer::TooFar => return Look::Answer(Answer::TooFar),
        }
        let rendered = match request.delta {
            Delta::Full => &mut self.full,
            Delta::Skip => &mut self.delta,
        };
        if rendered.is_none()
            && let Some(mut snapshot) = self.window.snapshot()
        {
            snapshot.reports = reports();
            let target = snapshot.timing.target_duration();
            *rendered = Some(Text::new(render_media(&snapshot, request.delta), target));
        }
        match rendered.clone() {
            Some(text) => Look::Answer(Answer::Found(text)),
            None => self.wait_unless_ended(),
        }
    }

    fn file(&self, name: &MediaName<'_>) -> Look<Vec<Bytes>> {
        match self.window.lookup(name) {
            Lookup::Found(pieces) => Look::Answer(Answer::Found(pieces)),
            Lookup::Hinted if !self.gone => Look::Wait(self.patience()),
            Lookup::Hinted | Lookup::Missing => Look::Answer(Answer::Missing),
        }
    }

    fn wait_unless_ended<T>(&self) -> Look<T> {
        if self.window.has_ended() {
            Look::Answer(Answer::Missing)
        } else {
            Look::Wait(self.patience())
        }
    }
}

/// What these locks guard is whole between statements, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
