//! The live window of one channel, and the requests that wait for it.

use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use rivulet_media::hls::playlist::{Variant, render_master, render_media};
use rivulet_media::hls::request::{Delta, MediaName, Request};
use rivulet_media::hls::{Lookup, Output, PlaylistAnswer, Window};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::viewers::Viewers;
use super::{AudioInfo, MediaInfo, VideoInfo};
use crate::ids::ChannelId;

/// How long a request waits for a broadcast's first segment, or for a broadcast that a restarted
/// server has taken up: less than the ten seconds after which hls.js gives up on an answer.
const FIRST_SEGMENT_PATIENCE: Duration = Duration::from_secs(8);
/// How many target durations a request waits for what it asks for (RFC 8216bis §6.2.5.2).
const PATIENCE_TARGETS: u32 = 3;
/// How many target durations a cache keeps a playlist that was asked for by number.
const CACHED_TARGETS: u32 = 6;
/// A bitrate is told to pages when it differs from what they know by more than one part in this.
const BITRATE_STEP: u64 = 5;

/// What a channel sends.
pub(super) struct Stream {
    pub(super) channel: ChannelId,
    state: Mutex<State>,
    changed: Notify,
    /// Cancelled when the server stops: nobody waits for what will not come.
    stopping: CancellationToken,
    media: watch::Sender<Option<MediaInfo>>,
    pub(super) viewers: Viewers,
}

#[derive(Default)]
struct State {
    /// The broadcast's short id and its window; `None` when there is nothing to watch.
    on: Option<On>,
    master: Option<Text>,
    full: Option<Text>,
    delta: Option<Text>,
}

struct On {
    id: String,
    window: Window,
}

/// A rendered playlist, shared by everybody who asks for it until the next change.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) plain: Bytes,
    /// What a cache may do with it when it was asked for by number.
    pub(super) numbered_caching: HeaderValue,
    /// Compressed when somebody first wants it so.
    gzip: Arc<std::sync::OnceLock<Bytes>>,
}

/// The answer to a request.
pub(super) enum Answer<T> {
    Found(T),
    /// There is no such thing, or no longer.
    Missing,
    /// It is too far in the future.
    TooFar,
    /// It did not come in time.
    TimedOut,
}

/// One look at the state.
enum Look<T> {
    Answer(Answer<T>),
    Wait,
}

impl Stream {
    pub(super) fn new(
        channel: ChannelId,
        media: watch::Sender<Option<MediaInfo>>,
        stopping: CancellationToken,
    ) -> Self {
        let (state, changed, viewers) = (Mutex::default(), Notify::new(), Viewers::new());
        Self { channel, state, changed, stopping, media, viewers }
    }

    /// A broadcast begins: whatever was shown before goes.
    pub(super) fn begin(&self, id: String, window: Window) {
        *self.state() = State { on: Some(On { id, window }), ..State::default() };
        self.media.send_replace(None);
        self.changed.notify_waiters();
    }

    /// Takes what the packager made of a broadcast's packets. What is left of one that another has
    /// followed is nobody's.
    pub(super) fn apply(&self, id: &str, outputs: &mut Vec<Output>) {
        let mut state = self.state();
        state.forget_rendered();
        let Some(on) = state.on.as_mut().filter(|on| on.id == id) else {
            outputs.clear();
            return;
        };
        outputs.drain(..).for_each(|output| on.window.apply(output));
        let info = info(&on.window);
        drop(state);
        self.changed.notify_waiters();
        self.media.send_if_modified(|known| {
            let changes = differs(known.as_ref(), info.as_ref());
            if changes {
                *known = info;
            }
            changes
        });
    }

    /// The broadcast is over: there is nothing live to watch.
    pub(super) fn ended(&self, id: &str) {
        if self.state().on.as_ref().is_none_or(|on| on.id != id) {
            return;
        }
        self.media.send_replace(None);
        self.changed.notify_waiters();
    }

    /// Lets go of the window of a broadcast, unless another one has begun.
    pub(super) fn forget(&self, id: &str) {
        let mut state = self.state();
        if state.on.as_ref().is_some_and(|on| on.id == id) {
            *state = State::default();
        }
    }

    /// The master playlist, once there is something to list.
    pub(super) async fn master(&self) -> Answer<Text> {
        self.wait_for(|state| state.master()).await
    }

    /// The media playlist, once it answers the request.
    pub(super) async fn playlist(&self, request: &Request) -> Answer<Text> {
        self.wait_for(|state| state.playlist(request)).await
    }

    /// A media file, once it is there if it is the one the playlist hints at.
    pub(super) async fn file(&self, name: &MediaName<'_>) -> Answer<Vec<Bytes>> {
        self.wait_for(|state| state.file(name)).await
    }

    async fn wait_for<T>(&self, look: impl Fn(&mut State) -> Look<T>) -> Answer<T> {
        let mut deadline = None;
        loop {
            // Registered before the look, so that no change falls between the two.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let patience = {
                let mut state = self.state();
                match look(&mut state) {
                    Look::Answer(answer) => return answer,
                    Look::Wait => state.patience(),
                }
            };
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + patience);
            tokio::select! {
                () = changed => {}
                () = sleep_until(deadline) => return Answer::TimedOut,
                () = self.stopping.cancelled() => return Answer::TimedOut,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every method leaves the state whole, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_rendered(&mut self) {
        (self.master, self.full, self.delta) = (None, None, None);
    }

    fn patience(&self) -> Duration {
        let timing = self.on.as_ref().and_then(|on| on.window.timing());
        timing.map_or(FIRST_SEGMENT_PATIENCE, |timing| timing.target_duration() * PATIENCE_TARGETS)
    }

    fn master(&mut self) -> Look<Text> {
        let Some(on) = &self.on else { return Look::Answer(Answer::Missing) };
        if self.master.is_none() {
            self.master =
                variant(&on.window).map(|variant| Text::new(render_master(&[variant]), &on.window));
        }
        found_or_wait(self.master.as_ref(), &on.window)
    }

    fn playlist(&mut self, request: &Request) -> Look<Text> {
        let Some(on) = &self.on else { return Look::Answer(Answer::Missing) };
        if on.window.edge().is_none() {
            return wait_unless_ended(&on.window);
        }
        match on.window.playlist_request(request) {
            PlaylistAnswer::Ready => {}
            PlaylistAnswer::Wait => return Look::Wait,
            PlaylistAnswer::TooFar => return Look::Answer(Answer::TooFar),
        }
        let rendered = match request.delta {
            Delta::Full => &mut self.full,
            Delta::Skip => &mut self.delta,
        };
        if rendered.is_none() {
            let snapshot = on.window.snapshot();
            *rendered = snapshot.map(|it| Text::new(render_media(&it, request.delta), &on.window));
        }
        found_or_wait(rendered.as_ref(), &on.window)
    }

    fn file(&self, name: &MediaName<'_>) -> Look<Vec<Bytes>> {
        let Some(on) = &self.on else { return Look::Answer(Answer::Missing) };
        match on.window.lookup(name) {
            Lookup::Found(pieces) => Look::Answer(Answer::Found(pieces)),
            Lookup::Hinted => Look::Wait,
            Lookup::Missing => Look::Answer(Answer::Missing),
        }
    }
}

fn found_or_wait(text: Option<&Text>, window: &Window) -> Look<Text> {
    text.map_or_else(|| wait_unless_ended(window), |text| Look::Answer(Answer::Found(text.clone())))
}

fn wait_unless_ended<T>(window: &Window) -> Look<T> {
    if window.has_ended() { Look::Answer(Answer::Missing) } else { Look::Wait }
}

/// The one rendition there is, as the master playlist lists it.
fn variant(window: &Window) -> Option<Variant> {
    window.edge()?;
    let (video, audio) = window.configs();
    let codecs = [video.map(|it| &it.rfc6381), audio.map(|it| &it.rfc6381)];
    Some(Variant {
        uri: "0/stream.m3u8".to_owned(),
        rates: window.rates()?,
        codecs: codecs.into_iter().flatten().cloned().collect(),
        resolution: video.map(|it| (it.width, it.height)),
        frame_rate: video.and_then(|_| window.frame_rate()),
    })
}

/// What pages are told; `None` before anything is published.
fn info(window: &Window) -> Option<MediaInfo> {
    window.edge()?;
    if window.has_ended() {
        return None;
    }
    let timing = window.timing()?;
    let (video, audio) = window.configs();
    Some(MediaInfo {
        video: video.map(|it| VideoInfo {
            codec: it.rfc6381.clone(),
            width: it.width,
            height: it.height,
            frame_rate: timing.frame_rate.map(|rate| f64::from(rate.as_millihertz()) / 1000.0),
        }),
        audio: audio.map(|it| AudioInfo {
            codec: it.rfc6381.clone(),
            sample_rate: it.sample_rate,
            channels: it.channels,
        }),
        bitrate_bps: window.rates()?.average,
        part_target_ms: u64::try_from(timing.part_target.as_millis()).unwrap_or(u64::MAX),
        target_duration_ms: u64::from(timing.target_duration_secs) * 1000,
    })
}

/// Whether pages need to be told: a bitrate that wavers a little is no news.
fn differs(known: Option<&MediaInfo>, new: Option<&MediaInfo>) -> bool {
    let (Some(known), Some(new)) = (known, new) else { return known != new };
    let wavers = known.bitrate_bps.abs_diff(new.bitrate_bps) > known.bitrate_bps / BITRATE_STEP;
    let same = MediaInfo { bitrate_bps: known.bitrate_bps, ..new.clone() };
    wavers || same != *known
}

impl Text {
    fn new(text: String, window: &Window) -> Self {
        let target = window.timing().map_or(Duration::ZERO, |timing| timing.target_duration());
        let numbered_caching = numbered_caching(target);
        Self { plain: text.into(), numbered_caching, gzip: Arc::default() }
    }

    /// The text, compressed.
    pub(super) fn gzip(&self) -> Bytes {
        self.gzip.get_or_init(|| compress(&self.plain).unwrap_or_default()).clone()
    }
}

/// RFC 8216bis §6.2.5.2 suggests six target durations for the answer to a request by number.
fn numbered_caching(target: Duration) -> HeaderValue {
    HeaderValue::try_from(format!("public, max-age={}", (target * CACHED_TARGETS).as_secs()))
        .expect("words and digits are a valid header")
}

fn compress(text: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    encoder.write_all(text)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_keep_a_numbered_playlist_for_six_target_durations() {
        for (target, caching) in [(1, "public, max-age=6"), (6, "public, max-age=36")] {
            assert_eq!(numbered_caching(Duration::from_secs(target)), caching);
        }
    }
}
