//! One page's socket: pushes what changes, and takes part in chat for pages that show it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Message;
use futures_util::{Sink, Stream, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::Watch;
use super::board::News;
use super::document::ServerMessage;
use super::feed::site_message;
use super::inside::{self, Inner, Inside};
use crate::channels::Channel;
use crate::chat::{Ended, Next, Pace, Seat};
use crate::clock::rfc3339;
use crate::http::{Gone, WayOut, Why, farewell};

/// How often viewer counts go out at most, and silence is looked at.
pub(super) const PULSE: Duration = Duration::from_secs(5);
/// A page that has been silent for this long is asked whether it is there, which also keeps proxies
/// from closing the connection.
pub(super) const QUIET: Duration = Duration::from_secs(20);
/// A page that has not answered for this long is gone.
pub(super) const SILENCE: Duration = Duration::from_secs(60);

/// A page and the way to it.
pub(super) struct Page<S> {
    watch: Watch,
    channel: Arc<Channel>,
    news: watch::Receiver<Arc<News>>,
    /// For those who may hear it and asked to.
    inside: Option<Box<Inside>>,
    /// The page's place in chat, if it shows it; on the heap, for most have a long wait there.
    chat: Option<Box<Seat>>,
    way_out: WayOut<S>,
    /// The viewer count the page shows.
    pub(super) viewers: u64,
    /// The news that the page shows.
    shown: Option<Arc<News>>,
    /// How much the page says that nobody reads.
    pace: Pace,
    /// Why the page has to go.
    ended: Option<Ended>,
}

impl<S: Sink<Message> + Unpin> Page<S> {
    /// On the heap, as all that is large here: a future keeps a place for everything that it was ever
    /// given, and thousands of them wait for hours.
    pub(super) fn new(
        (watch, news): (Watch, watch::Receiver<Arc<News>>),
        (inside, chat): (Option<Box<Inside>>, Option<Box<Seat>>),
        way_out: WayOut<S>,
    ) -> Box<Self> {
        let channel = Arc::clone(&news.borrow().facts.channel);
        let (viewers, shown, pace, ended) = Default::default();
        Box::new(Self { watch, channel, news, inside, chat, way_out, viewers, shown, pace, ended })
    }

    /// Serves the page until it leaves or the server stops. However it ends, the socket closes.
    pub(super) async fn run<E: Error + 'static>(
        mut self: Box<Self>,
        mut stream: impl Stream<Item = Result<Message, E>> + Unpin,
    ) {
        // Whoever is gone is told nothing, unless there is a reason.
        let _ = self.talk(&mut stream).await;
        if let Some(ended) = self.ended.take() {
            // Its place in chat is free meanwhile.
            self.chat = None;
            let why = (Why::from(&ended), &*ended.detail);
            Box::pin(farewell(self.way_out.sink(), &mut stream, why)).await;
        }
    }

    async fn talk<E: Error + 'static>(
        &mut self,
        stream: &mut (impl Stream<Item = Result<Message, E>> + Unpin),
    ) -> Result<(), Gone> {
        let stopping = self.watch.tasks.stopping();
        let mut pulse = interval_at(Instant::now() + PULSE, PULSE);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();

        let server_time = rfc3339(self.watch.clock.wall());
        self.send(&ServerMessage::Hello { server_time }).await?;
        self.show_first().await?;
        let mut site = self.watch.site.watch();
        self.send(&site_message(&self.watch)).await?;
        self.show_health().await?;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return self.send(&ServerMessage::GoingAway).await,
                changed = self.news.changed() => match changed {
                    Ok(()) => self.show_news().await?,
                    Err(_) if stopping.is_cancelled() => {}
                    Err(_) => return Err(Gone),
                },
                changed = site.changed() => {
                    changed.map_err(|_| Gone)?;
                    self.send(&site_message(&self.watch)).await?;
                }
                inner = inside::next(&mut self.inside) => match inner? {
                    Inner::Health => self.show_health().await?,
                    Inner::Markers => self.show_markers().await?,
                },
                next = next(&mut self.chat) => self.show_chat(next).await?,
                message = stream.next() => {
                    let message = message.ok_or(Gone)?.map_err(|error| self.cannot_read(&error))?;
                    heard = Instant::now();
                    // On the heap: few talk, and all wait.
                    Box::pin(self.take(message)).await?;
                }
                _ = pulse.tick() => {
                    self.pulse(heard.elapsed()).await?;
                }
            }
        }
    }

    /// The status as it is when the page comes.
    async fn show_first(&mut self) -> Result<(), Gone> {
        self.viewers = self.watch.viewers(self.channel.id);
        let news = Arc::clone(&self.news.borrow_and_update());
        let status = news.status.clone().with_viewers(self.viewers);
        let channel = news.facts.channel.slug.to_string();
        self.send(&ServerMessage::Status { channel, status }).await?;
        self.way_out.text(news.facts_text.as_bytes()).await?;
        self.shown = Some(news);
        Ok(())
    }

    async fn show_news(&mut self) -> Result<(), Gone> {
        let news = Arc::clone(&self.news.borrow_and_update());
        let shown = self.shown.replace(Arc::clone(&news));
        let shown = shown.as_deref();
        if shown.is_none_or(|shown| !Arc::ptr_eq(&shown.facts, &news.facts)) {
            self.channel = Arc::clone(&news.facts.channel);
            self.way_out.text(news.facts_text.as_bytes()).await?;
        }
        if shown.is_none_or(|shown| shown.status != news.status) {
            self.viewers = news.status.viewers().unwrap_or(self.viewers);
            self.way_out.text(news.text.as_bytes()).await?;
        }
        Ok(())
    }

    async fn show_health(&mut self) -> Result<(), Gone> {
        let Some(inside) = &mut self.inside else { return Ok(()) };
        let health = Box::new(inside.health());
        let channel = self.channel.slug.to_string();
        self.send(&ServerMessage::Health { channel, health }).await
    }

    async fn show_markers(&mut self) -> Result<(), Gone> {
        let channel = self.channel.slug.to_string();
        self.send(&ServerMessage::Markers { channel }).await
    }

    /// Tells a page how many are watching, and asks one that has been `silent` for long whether it
    /// is there, even if it is told something.
    pub(super) async fn pulse(&mut self, silent: Duration) -> Result<(), Gone> {
        self.show_viewers().await?;
        if silent > SILENCE {
            return Err(Gone);
        }
        if silent >= QUIET {
            self.way_out.ping().await?;
        }
        Ok(())
    }

    async fn show_viewers(&mut self) -> Result<(), Gone> {
        let viewers = self.watch.viewers(self.channel.id);
        if viewers == self.viewers {
            return Ok(());
        }
        self.viewers = viewers;
        let channel = self.channel.slug.to_string();
        self.send(&ServerMessage::Viewers { channel, viewers }).await
    }

    async fn show_chat(&mut self, next: Result<Next, Ended>) -> Result<(), Gone> {
        match next {
            Ok(Next::Send(frame)) => self.way_out.frame(&frame).await,
            Ok(Next::Flush) => self.way_out.flush().await,
            Err(ended) => {
                self.chat = None;
                self.way_out.text(&ended.to_bytes()).await?;
                // Who was sent away from chat may go on watching.
                if !ended.is_final() {
                    return Ok(());
                }
                self.ended = Some(ended);
                Err(Gone)
            }
        }
    }

    fn cannot_read(&mut self, error: &(dyn Error + 'static)) -> Gone {
        self.ended = Ended::unreadable(error);
        Gone
    }

    /// Something that the page sent.
    async fn take(&mut self, message: Message) -> Result<(), Gone> {
        match message {
            Message::Text(text) if self.chat.is_some() => self.hear(&text).await,
            _ => match self.pace.noise(std::time::Instant::now()) {
                Ok(()) => Ok(()),
                Err(ended) => {
                    self.ended = Some(ended);
                    Err(Gone)
                }
            },
        }
    }

    async fn hear(&mut self, text: &str) -> Result<(), Gone> {
        let Some(seat) = &mut self.chat else { return Ok(()) };
        match seat.hear(text).await {
            Ok(answers) => {
                for answer in answers {
                    self.way_out.text(&answer).await?;
                }
                Ok(())
            }
            Err(ended) => self.show_chat(Err(ended)).await,
        }
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Gone> {
        self.way_out.text(message.to_text().as_bytes()).await
    }
}

/// What happens next in chat; nothing for pages that do not show it.
async fn next(chat: &mut Option<Box<Seat>>) -> Result<Next, Ended> {
    match chat {
        Some(seat) => seat.next().await,
        None => std::future::pending().await,
    }
}
