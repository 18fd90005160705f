//! What a watch page needs: the channel's status as a document, and a socket that pushes changes.
//!
//! This room decides nothing: it puts what the others know into one shape. Invariant: a page that
//! holds the socket never needs to ask again.

mod board;
mod directory;
mod document;
mod facts;
mod feed;
mod inside;
mod page;
mod preview;
mod routes;
mod socket;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) use routes::{described, routes};

use crate::api::ApiError;
use crate::channels::{Channel, Channels};
use crate::chat::Chat;
use crate::clock::Clock;
use crate::config::Config;
use crate::delivery::Delivery;
use crate::discovery::Discovery;
use crate::ids::ChannelId;
use crate::insights::Insights;
use crate::live::Live;
use crate::markers::Markers;
use crate::schedule::Schedule;
use crate::site::Site;
use crate::stills::Stills;
use crate::tasks::Tasks;
use crate::web::Web;
use board::Boards;
use document::{ChannelDocument, Shown};

/// Sockets open at one time; one more is asked to come back later.
const MAX_SOCKETS: usize = 20_000;

/// How long an encoder that is back takes until there is something to watch, at most: the longest
/// segment, and a second.
const FIRST_SEGMENT: Duration = Duration::from_secs(7);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Watch {
    channels: Channels,
    chat: Chat,
    live: Live,
    delivery: Delivery,
    insights: Insights,
    stills: Stills,
    markers: Markers,
    discovery: Discovery,
    site: Site,
    schedule: Schedule,
    web: Web,
    clock: Clock,
    tasks: Tasks,
    public_url: Option<Arc<str>>,
    /// Whether people reach the site encrypted.
    is_https: bool,
    /// How addresses at the server's own port begin.
    scheme: &'static str,
    /// Where encoders come in; the studio tells their owners.
    rtmp_port: Option<u16>,
    sockets: Arc<tokio::sync::Semaphore>,
    boards: Boards,
    /// Hidden channels of which those who follow the directory were told: no more than there are.
    hidden: Arc<Mutex<HashSet<ChannelId>>>,
    /// The viewer counts that those who follow several channels were told.
    counts: Arc<Mutex<HashMap<ChannelId, u64>>>,
}

/// The rooms this one puts together.
pub(crate) struct Doors {
    pub(crate) channels: Channels,
    pub(crate) chat: Chat,
    pub(crate) live: Live,
    pub(crate) delivery: Delivery,
    pub(crate) insights: Insights,
    pub(crate) stills: Stills,
    pub(crate) markers: Markers,
    pub(crate) discovery: Discovery,
    pub(crate) site: Site,
    pub(crate) schedule: Schedule,
    pub(crate) web: Web,
    /// Where encoders come in, if anywhere.
    pub(crate) rtmp_port: Option<u16>,
}

impl Watch {
    /// The room over the others.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock, tasks: &Tasks) -> Self {
        let watch = Self {
            channels: doors.channels,
            chat: doors.chat,
            live: doors.live,
            delivery: doors.delivery,
            insights: doors.insights,
            stills: doors.stills,
            markers: doors.markers,
            discovery: doors.discovery,
            site: doors.site,
            schedule: doors.schedule,
            web: doors.web,
            clock,
            tasks: tasks.clone(),
            rtmp_port: doors.rtmp_port,
            public_url: config.public_url.as_deref().map(Arc::from),
            is_https: config.is_https(),
            scheme: config.scheme(),
            sockets: Arc::new(tokio::sync::Semaphore::new(MAX_SOCKETS)),
            boards: Boards::default(),
            hidden: Arc::default(),
            counts: Arc::default(),
        };
        tasks.spawn("channel pages", watch.clone().keep_up(watch.live.begins()));
        watch
    }

    /// How many watch a channel, as everybody is told: nobody is where the site hides it.
    fn viewers(&self, channel: ChannelId) -> u64 {
        if self.site.settings().settings.hides_viewers {
            return 0;
        }
        self.delivery.viewers(channel)
    }

    /// The channel as its page shows it now.
    async fn document(&self, channel: &Channel) -> Result<ChannelDocument, ApiError> {
        let news = self.board(channel).await?.borrow().clone();
        let status = news.status.clone().with_viewers(self.viewers(channel.id));
        let picture = self.stills.own_picture(channel).await;
        let picture = picture.map_err(|error| ApiError::internal(&error))?;
        let images = self.stills.images(channel).await;
        let images = images.map_err(|error| ApiError::internal(&error))?;
        let next = self.schedule.next(channel).await?;
        let followers = self.discovery.followers(channel).await?;
        let shown = Shown { status, picture, images, next, followers };
        Ok(ChannelDocument::new(&news.facts, shown))
    }
}
