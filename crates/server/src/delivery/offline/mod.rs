//! What players are given of a channel that is not on air: a short clip that somebody else makes.
//!
//! It has addresses of its own beside the broadcast's (`offline/stream.m3u8`), so that a player that
//! waits for the next segment of a broadcast never takes the clip for it. Who plays the clip watches
//! no broadcast and is not counted. The master playlist leads to it when nothing else is there.

pub(super) mod routes;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use rivulet_media::hls::playlist::{Variant, render_master, render_media};
use rivulet_media::hls::request::{Delta, MediaName};
use rivulet_media::hls::{Lookup, Window};

use super::Delivery;
use super::text::Text;
use crate::ids::ChannelId;

/// Who knows what a channel shows while it is not on air.
pub(crate) trait OfflineShow: Send + Sync {
    /// The channel's clip; `None` when there is none and none can be made.
    fn clip(&self, channel: ChannelId) -> BoxFuture<'_, Option<Arc<Clip>>>;
}

/// A clip, packaged.
pub(crate) struct Clip {
    master: Text,
    playlist: Text,
    window: Window,
}

impl Clip {
    /// What an ended window holds; `None` when that is nothing.
    pub(crate) fn new(window: Window) -> Option<Self> {
        let (video, audio) = window.configs();
        let codecs = [video.map(|it| &it.rfc6381), audio.map(|it| &it.rfc6381)];
        let variant = Variant {
            uri: "offline/stream.m3u8".to_owned(),
            rates: window.rates()?,
            codecs: codecs.into_iter().flatten().cloned().collect(),
            resolution: video.map(|it| (it.width, it.height)),
            frame_rate: window.frame_rate(),
        };
        let mut snapshot = window.snapshot()?;
        // Nothing comes any more: parts would only be more names for the same bytes.
        snapshot.segments.iter_mut().for_each(|segment| segment.parts.clear());
        let target = snapshot.timing.target_duration();
        let master = Text::new(render_master(&[variant]), target);
        let playlist = Text::new(render_media(&snapshot, Delta::Full), target);
        Some(Self { master, playlist, window })
    }

    fn file(&self, name: &MediaName<'_>) -> Option<Vec<Bytes>> {
        match self.window.lookup(name) {
            Lookup::Found(pieces) => Some(pieces),
            Lookup::Hinted | Lookup::Missing => None,
        }
    }
}

impl Delivery {
    /// From now on, channels that are not on air show this. Said once, while the program is put
    /// together.
    pub(crate) fn show_offline(&self, show: Arc<dyn OfflineShow>) {
        let known = self.shared.offline.set(show);
        debug_assert!(known.is_ok(), "said twice");
    }
}
