//! What one channel sends: its broadcast, and the requests for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use bytes::Bytes;
use rivulet_media::hls::playlist::render_master;
use rivulet_media::hls::request::{MediaName, Request};
use rivulet_media::hls::{Output, RenditionReport, Window};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::MediaInfo;
use super::info::{differs, info};
use super::rendition::Rendition;
use super::text::Text;
use super::viewers::Viewers;
use super::waiting::{Answer, FIRST_SEGMENT_PATIENCE, Look, wait_for};
use crate::ids::ChannelId;

/// The number of the rendition that leads: the source as it comes.
pub(super) const SOURCE: u8 = 0;

/// The number of the rendition that is sound alone: the highest there is, beyond every rung's.
pub(super) const AUDIO_ONLY: u8 = 9;

/// So many parts of a broadcast's first segment may come before the master playlist is given out
/// without its rungs being known: they are known as soon as the first group of pictures is, unless
/// this machine is still finding out what it can do.
const UNSETTLED_PARTS: u32 = 2;

/// What a channel sends.
pub(super) struct Stream {
    pub(super) channel: ChannelId,
    /// `None` when there is nothing to watch.
    on: ArcSwapOption<Broadcast>,
    changed: Notify,
    /// Cancelled when the server stops: nobody waits for what will not come.
    stopping: CancellationToken,
    media: watch::Sender<Option<MediaInfo>>,
    pub(super) viewers: Viewers,
}

/// What is or was on, in all its renditions.
pub(super) struct Broadcast {
    /// Its short id in file names.
    pub(super) id: String,
    leader: Arc<Rendition>,
    /// Media sequence number of its first segment.
    first: u64,
    /// In the order of their numbers, which is best first; the leader is the first of them.
    renditions: ArcSwap<Vec<Arc<Rendition>>>,
    /// Whether it is known which renditions there are to be: until then a request for another one
    /// waits.
    settled: AtomicBool,
    /// The owner does not want the source to be listed while there is anything else.
    source_hidden: AtomicBool,
    /// Counts the changes of what the master playlist says.
    changes: AtomicU64,
    /// The master playlist as it was after so many of them, from when somebody asked.
    master: ArcSwapOption<(u64, Text)>,
    /// Cancelled when nobody can ask for it any more.
    closed: CancellationToken,
}

impl Stream {
    pub(super) fn new(
        channel: ChannelId,
        media: watch::Sender<Option<MediaInfo>>,
        stopping: CancellationToken,
    ) -> Self {
        let (on, changed, viewers) = (ArcSwapOption::empty(), Notify::new(), Viewers::new());
        Self { channel, on, changed, stopping, media, viewers }
    }

    /// A broadcast begins: whatever was shown before goes.
    pub(super) fn begin(&self, broadcast: Arc<Broadcast>) {
        if let Some(former) = self.on.swap(Some(broadcast)) {
            former.close();
        }
        self.media.send_replace(None);
        self.changed.notify_waiters();
    }

    /// Takes what the packager of a rendition made. What is left of a broadcast that another has
    /// followed is nobody's.
    pub(super) fn apply(
        &self,
        broadcast: &Broadcast,
        rendition: &Rendition,
        outputs: &mut Vec<Output>,
    ) {
        if !self.is_on(broadcast) {
            outputs.clear();
            return;
        }
        // A part by itself changes nothing that pages are told, but for those who wait to learn which
        // renditions there are.
        let news = !broadcast.settled.load(Ordering::Relaxed)
            || outputs.iter().any(|output| !matches!(output, Output::Part(_)));
        rendition.apply(outputs);
        rendition.wake();
        if news {
            self.tell(broadcast);
        }
    }

    /// Tells pages, and who waits for a playlist, what there is now.
    pub(super) fn tell(&self, broadcast: &Broadcast) {
        if !self.is_on(broadcast) {
            return;
        }
        broadcast.changes.fetch_add(1, Ordering::Release);
        self.changed.notify_waiters();
        let info = broadcast.info();
        self.media.send_if_modified(|known| {
            let changes = differs(known.as_ref(), info.as_ref());
            if changes {
                *known = info;
            }
            changes
        });
    }

    /// The broadcast is over: there is nothing live to watch.
    pub(super) fn ended(&self, broadcast: &Broadcast) {
        if self.is_on(broadcast) {
            self.media.send_replace(None);
            self.changed.notify_waiters();
        }
    }

    /// Lets go of a broadcast's windows, unless another one has begun.
    pub(super) fn forget(&self, broadcast: &Arc<Broadcast>) {
        let former = self.on.compare_and_swap(&Some(Arc::clone(broadcast)), None);
        if former.as_ref().is_some_and(|former| Arc::ptr_eq(former, broadcast)) {
            broadcast.close();
        }
    }

    /// Looks at the source's window of the broadcast that is on, or was last.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Window) -> T) -> Option<T> {
        self.on.load().as_ref().map(|on| on.leader.with_window(look))
    }

    /// The master playlist, once there is something to list.
    pub(super) async fn master(&self) -> Answer<Text> {
        let look = || match self.on.load().as_deref() {
            None => Look::Answer(Answer::Missing),
            Some(on) => on.master(),
        };
        wait_for(&self.changed, &self.stopping, look).await
    }

    /// The media playlist of a rendition, once it answers the request.
    pub(super) async fn playlist(&self, number: u8, request: &Request) -> Answer<Text> {
        let (broadcast, rendition) = match self.find(number).await {
            Answer::Found(found) => found,
            Answer::Missing => return Answer::Missing,
            Answer::TooFar => return Answer::TooFar,
            Answer::TimedOut => return Answer::TimedOut,
        };
        let reports = || broadcast.reports(number);
        rendition.playlist(request, reports, &self.stopping).await
    }

    /// A media file, once it is there if it is the one the playlist hints at.
    pub(super) async fn file(&self, number: u8, name: &MediaName<'_>) -> Answer<Vec<Bytes>> {
        let rendition = self.on.load().as_ref().and_then(|on| on.rendition(number));
        match rendition {
            Some(rendition) => rendition.file(name, &self.stopping).await,
            None => Answer::Missing,
        }
    }

    /// A rendition, once it is known which ones there are.
    async fn find(&self, number: u8) -> Answer<(Arc<Broadcast>, Arc<Rendition>)> {
        let look = || {
            let Some(on) = self.on.load_full() else { return Look::Answer(Answer::Missing) };
            match on.rendition(number) {
                Some(rendition) => Look::Answer(Answer::Found((on, rendition))),
                None if number > AUDIO_ONLY || on.settled.load(Ordering::Relaxed) => {
                    Look::Answer(Answer::Missing)
                }
                None => Look::Wait(FIRST_SEGMENT_PATIENCE),
            }
        };
        wait_for(&self.changed, &self.stopping, look).await
    }

    fn is_on(&self, broadcast: &Broadcast) -> bool {
        self.on.load().as_ref().is_some_and(|on| std::ptr::eq(&raw const **on, broadcast))
    }
}

impl Broadcast {
    pub(super) fn new(id: String, leader: Arc<Rendition>, first: u64) -> Self {
        Self {
            id,
            first,
            renditions: ArcSwap::from_pointee(vec![Arc::clone(&leader)]),
            leader,
            settled: AtomicBool::new(false),
            source_hidden: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            master: ArcSwapOption::empty(),
            closed: CancellationToken::new(),
        }
    }

    /// Adds a rendition. There is none with its number yet.
    pub(super) fn add(&self, rendition: Arc<Rendition>) {
        self.renditions.rcu(|renditions| {
            let mut renditions = Vec::clone(renditions);
            renditions.push(Arc::clone(&rendition));
            renditions.sort_by_key(|rendition| rendition.number);
            renditions
        });
    }

    /// It is known now which renditions there are to be.
    pub(super) fn settle(&self, hide_source: bool) {
        self.source_hidden.store(hide_source, Ordering::Relaxed);
        self.settled.store(true, Ordering::Relaxed);
    }

    /// If it is not known yet which renditions there are to be, it never will be.
    pub(super) fn settle_at_last(&self) {
        self.settled.store(true, Ordering::Relaxed);
    }

    /// Resolves when another broadcast has begun on the channel.
    pub(super) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn rendition(&self, number: u8) -> Option<Arc<Rendition>> {
        self.renditions.load().iter().find(|rendition| rendition.number == number).cloned()
    }

    /// What the master playlist lists. An owner who hides the source still has it seen while no
    /// other pictures come.
    pub(super) fn listed(&self) -> Vec<Arc<Rendition>> {
        let renditions = self.renditions.load();
        let hidden = self.source_hidden.load(Ordering::Relaxed)
            && renditions.iter().any(|it| it.is_encoding());
        renditions.iter().filter(|it| !hidden || it.number != SOURCE).cloned().collect()
    }

    fn master(&self) -> Look<Text> {
        // Read before what the playlist says, so that no change in between is missed for longer.
        let changes = self.changes.load(Ordering::Acquire);
        if let Some(known) = self.master.load().as_deref()
            && known.0 == changes
        {
            return Look::Answer(Answer::Found(known.1.clone()));
        }
        if self.is_early() {
            return Look::Wait(FIRST_SEGMENT_PATIENCE);
        }
        let variants: Vec<_> = self.listed().iter().filter_map(|it| it.variant()).collect();
        let target = self.leader.with_window(|window| {
            window.edge()?;
            window.timing().map(|timing| timing.target_duration())
        });
        match target {
            Some(target) if !variants.is_empty() => {
                let text = Text::new(render_master(&variants), target);
                self.master.store(Some(Arc::new((changes, text.clone()))));
                Look::Answer(Answer::Found(text))
            }
            _ if self.leader.with_window(|window| window.has_ended()) => {
                Look::Answer(Answer::Missing)
            }
            _ => Look::Wait(FIRST_SEGMENT_PATIENCE),
        }
    }

    /// Whether it is worth a moment's wait to learn which renditions there will be: players read
    /// the master playlist once.
    fn is_early(&self) -> bool {
        let edge = self.leader.with_window(Window::edge);
        let is_new = edge.is_some_and(|it| it.sequence == self.first && it.part < UNSETTLED_PARTS);
        is_new && !self.settled.load(Ordering::Relaxed)
    }

    fn reports(&self, asked: u8) -> Vec<RenditionReport> {
        let renditions = self.renditions.load();
        let others = renditions.iter().filter(|it| it.number != asked);
        others.filter_map(|it| it.report()).collect()
    }

    fn info(&self) -> Option<MediaInfo> {
        info(&self.leader, &self.listed())
    }

    fn close(&self) {
        self.closed.cancel();
        for rendition in self.renditions.load().iter() {
            rendition.close();
        }
    }
}
