//! What is on its way to one socket.
//!
//! While the socket takes everything at once, frames go straight into it, and its task sleeps on.
//! When it does not, they wait here for the task, in order, and whatever comes after waits behind.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use rivulet_media::time::WallClock;

use crate::attempts::Prefix;
use crate::chat::model::Told;
use crate::chat::model::sanction::Sanction;
use crate::chat::wire::Dialect;
use crate::chat::wire::ours::Queue;
use crate::http::{Outlet, Put, TextFrame};
use crate::ids::ChatterId;

/// Frames that who is slow may be behind: more than two seconds of them.
const MAX_BEHIND: usize = 128;

/// What a socket's task has to do.
#[derive(Clone, Debug)]
pub(in crate::chat) enum Errand {
    /// Send this.
    Send(TextFrame),
    /// Wait until the system has what it was given.
    Flush,
    /// Tell whoever sits there something about themself.
    Tell(Arc<Told>),
    /// Look whether whoever sits there is still let in.
    Recheck,
    /// Tell those who keep order what waits for them.
    Queue(Queue),
    /// Close.
    Close(Arc<Sanction>),
}

/// The way to one socket.
pub(in crate::chat) struct Line {
    pub(super) dialect: Dialect,
    from: Prefix,
    /// Whether it is told what others say.
    pub(super) hears: bool,
    pub(super) since: WallClock,
    /// Messages that came from it.
    said: AtomicU64,
    outlet: Option<Arc<Outlet>>,
    waiting: Mutex<Waiting>,
}

struct Waiting {
    errands: VecDeque<Errand>,
    /// Whether the task has done everything and sleeps.
    is_idle: bool,
    is_too_slow: bool,
    task: Option<Waker>,
    who: Option<ChatterId>,
    keeps_order: bool,
}

/// There was more to say than the socket took.
#[derive(Debug)]
pub(in crate::chat) struct TooSlow;

impl Line {
    pub(in crate::chat) fn new(
        dialect: Dialect,
        (from, hears, since): (Prefix, bool, WallClock),
        outlet: Option<Arc<Outlet>>,
    ) -> Self {
        let (errands, task, who, keeps_order) = Default::default();
        let (is_idle, is_too_slow) = (false, false);
        let waiting = Waiting { errands, is_idle, is_too_slow, task, who, keeps_order };
        let (said, waiting) = (AtomicU64::new(0), Mutex::new(waiting));
        Self { dialect, from, hears, since, said, outlet, waiting }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever sits there has said who they are.
    pub(in crate::chat) fn is_of(&self, who: ChatterId) {
        self.lock().who = Some(who);
    }

    /// Whoever sits there, if they said so.
    pub(super) fn who(&self) -> Option<ChatterId> {
        self.lock().who
    }

    /// A message came from there.
    pub(in crate::chat) fn spoke(&self) {
        self.said.fetch_add(1, Ordering::Relaxed);
    }

    /// Messages that came from there.
    pub(super) fn said(&self) -> u64 {
        self.said.load(Ordering::Relaxed)
    }

    /// The socket's task does something else before it asks again: what is shown meanwhile comes
    /// after that. Who asked for something is answered before they are shown what came of it.
    pub(in crate::chat) fn hold(&self) {
        self.lock().is_idle = false;
    }

    pub(super) fn show(&self, frame: &TextFrame) {
        let mut waiting = self.lock();
        if waiting.is_idle && waiting.errands.is_empty() {
            let put = self.outlet.as_ref().map_or(Put::Not, |outlet| outlet.put(frame));
            match put {
                Put::Whole => return,
                Put::Partly => return waiting.give(Errand::Flush),
                Put::Not => {}
            }
        }
        waiting.give(Errand::Send(frame.clone()));
    }

    pub(super) fn tell(&self, who: ChatterId, what: &Arc<Told>) {
        let mut waiting = self.lock();
        if waiting.who == Some(who) {
            waiting.give(Errand::Tell(Arc::clone(what)));
        }
    }

    pub(super) fn recheck(&self, who: Option<ChatterId>) {
        let mut waiting = self.lock();
        if waiting.who.is_some() && (who.is_none() || waiting.who == who) {
            waiting.give(Errand::Recheck);
        }
    }

    pub(super) fn queue(&self, queue: Queue) {
        let mut waiting = self.lock();
        if waiting.keeps_order && self.hears {
            waiting.give(Errand::Queue(queue));
        }
    }

    /// Whether whoever sits there keeps order.
    pub(in crate::chat) fn keeps_order(&self, keeps_order: bool) {
        self.lock().keeps_order = keeps_order;
    }

    pub(super) fn close(&self, sanction: &Arc<Sanction>) {
        let mut waiting = self.lock();
        let is_theirs = waiting.who.is_some_and(|who| sanction.whom.is(who, self.from));
        if is_theirs || sanction.whom.is_from(self.from) {
            waiting.give(Errand::Close(Arc::clone(sanction)));
        }
    }

    /// What the socket's task has to do next. Whoever asks has done what they were given before.
    pub(in crate::chat) async fn next(&self) -> Result<Errand, TooSlow> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<Result<Errand, TooSlow>> {
        let mut waiting = self.lock();
        if waiting.is_too_slow {
            return Poll::Ready(Err(TooSlow));
        }
        let errand = waiting.errands.pop_front();
        waiting.is_idle = errand.is_none();
        match errand {
            Some(errand) => Poll::Ready(Ok(errand)),
            None => {
                if !waiting.task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
                    waiting.task = Some(cx.waker().clone());
                }
                // What waited once need not wait again: thousands of idle sockets keep nothing.
                waiting.errands.shrink_to_fit();
                Poll::Pending
            }
        }
    }
}

impl Waiting {
    fn give(&mut self, errand: Errand) {
        if self.errands.len() >= MAX_BEHIND {
            self.is_too_slow = true;
        } else {
            self.errands.push_back(errand);
        }
        if let Some(task) = &self.task {
            task.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::http::Wire;

    fn line(outlet: Option<Arc<Outlet>>) -> Line {
        let from = Prefix::of(std::net::Ipv4Addr::LOCALHOST.into());
        Line::new(Dialect::Ours, (from, true, WallClock::from_unix_millis(0)), outlet)
    }

    fn frame(number: usize, length: usize) -> TextFrame {
        let number = number.to_string();
        TextFrame::new((" ".repeat(length - number.len()) + &number).as_bytes())
    }

    /// Asks once, as a task does that has nothing to do.
    fn ask(line: &Line) -> Option<Result<Errand, TooSlow>> {
        match line.poll(&Context::from_waker(Waker::noop())) {
            Poll::Ready(next) => Some(next),
            Poll::Pending => None,
        }
    }

    async fn connected() -> (TcpStream, Wire, Arc<Outlet>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (wire, outlet) = Wire::new(listener.accept().await.unwrap().0);
        (client, wire, outlet)
    }

    #[test]
    fn without_a_way_out_of_its_own_everything_waits_in_order() {
        let line = line(None);
        assert!(ask(&line).is_none());
        for number in 0..MAX_BEHIND {
            line.show(&frame(number, 4));
        }
        for number in 0..MAX_BEHIND {
            let Some(Ok(Errand::Send(next))) = ask(&line) else { panic!("{number} is missing") };
            assert_eq!(next.text(), frame(number, 4).text());
        }
        assert!(ask(&line).is_none());
    }

    #[test]
    fn who_is_too_far_behind_is_told() {
        let line = line(None);
        for number in 0..=MAX_BEHIND {
            line.show(&frame(number, 4));
        }
        assert!(matches!(ask(&line), Some(Err(TooSlow))));
    }

    #[tokio::test]
    async fn nothing_passes_a_task_that_is_sending() {
        let (mut client, mut wire, outlet) = connected().await;
        let line = line(Some(outlet));
        // The welcome is on its way, and nobody has asked for more.
        line.show(&frame(1, 4));
        wire.write_all(b"welcome").await.unwrap();
        let Some(Ok(Errand::Send(next))) = ask(&line) else { panic!("nothing waits") };
        line.show(&frame(2, 4));
        wire.write_all(&next.text()).await.unwrap();
        let Some(Ok(Errand::Send(next))) = ask(&line) else { panic!("nothing waits") };
        wire.write_all(&next.text()).await.unwrap();
        assert!(ask(&line).is_none());
        line.show(&frame(3, 4));
        let mut all = [0; 7 + 4 + 4 + 2 + 4];
        client.read_exact(&mut all).await.unwrap();
        assert_eq!(&all, b"welcome   1   2\x81\x04   3");
        line.hold();
        line.show(&frame(4, 4));
        assert!(matches!(ask(&line), Some(Ok(Errand::Send(_)))), "it went before the answer");
    }

    #[tokio::test]
    async fn what_a_full_socket_does_not_take_comes_later_in_order() {
        const LENGTH: usize = 100_000;
        const FRAMES: usize = 100;
        let (mut client, mut wire, outlet) = connected().await;
        let line = line(Some(outlet));
        assert!(ask(&line).is_none());
        for number in 0..FRAMES {
            line.show(&frame(number, LENGTH));
        }
        let writes = async {
            let mut flushed = 0;
            while let Some(errand) = ask(&line) {
                match errand.unwrap() {
                    Errand::Flush => flushed += 1,
                    // As the library frames it.
                    Errand::Send(frame) => {
                        let length = (LENGTH as u64).to_be_bytes();
                        wire.write_all(&[0x81, 127]).await.unwrap();
                        wire.write_all(&length).await.unwrap();
                        wire.write_all(&frame.text()).await.unwrap();
                    }
                    other => panic!("nobody asked for {other:?}"),
                }
                wire.flush().await.unwrap();
            }
            flushed
        };
        let mut all = vec![0; FRAMES * (LENGTH + 10)];
        let (flushed, read) = tokio::join!(writes, client.read_exact(&mut all));
        read.unwrap();
        assert_eq!(flushed, 1, "the socket took everything: nothing was tried");
        for (number, whole) in all.chunks(LENGTH + 10).enumerate() {
            let text = whole.get(10..).unwrap();
            assert!(text == frame(number, LENGTH).text(), "{number} is not at its place");
        }
    }
}
