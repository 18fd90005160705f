//! Our server with the rungs, and without any.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::commands::Child;
use super::segments::Segments;
use super::{Bench, CPU, RIVULET, Run, Spending, WHOLE, rung};
use crate::http::Connection;
use crate::peer::{Kind, Peer, Setup};
use crate::playlist::{Playlist, Presence};
use crate::process::Spent;
use crate::publisher::Publishers;
use crate::scratch::Scratch;

/// How long a rung may take to come: the machine is measured first, and a queue moves slowly.
const RUNG_LIMIT: Duration = Duration::from_secs(150);
/// Time between looks at all renditions' playlists while something is awaited.
const POLL: Duration = Duration::from_millis(10);
/// Media kept beyond what is judged: rungs do not begin together.
const SPARE: Duration = Duration::from_secs(10);

impl Bench<'_> {
    pub(super) async fn rungs(&mut self, files: &Scratch, run: &mut Run) -> Result<()> {
        let wishes = files.path().join("wishes.json");
        std::fs::write(&wishes, rung::wishes(&self.args.rungs, self.args.effort).to_string())?;
        let settings = ["--renditions", &wishes.display().to_string(), "--reconnect-grace", "0"]
            .map(str::to_owned);
        let setup = Setup::channels(1).with_settings(settings.to_vec());
        let peer = Peer::start(Kind::Rivulet, setup).await?;
        let mut publishers = self.publish(&peer).await?;
        self.arrivals(&peer, "fresh start").await?;

        let (spending, segments) = self.over_window(&peer, self.args.rungs.len()).await?;
        for (case, millis) in [("server alone", spending.server), ("child alone", spending.child)] {
            self.add(RIVULET, CPU, case, (millis, "ms"));
        }
        self.add(RIVULET, CPU, WHOLE, (spending.server + spending.child, "ms"));
        self.add(RIVULET, CPU, "still pictures beside it", (spending.stills, "ms"));
        self.alignment(&segments)?;
        run.rungs = Some(spending);
        run.ours = Some(segments.write(files.path())?);

        self.restart(&peer).await?;
        publishers.stop()?;
        ended(&peer).await?;
        publishers = self.publish(&peer).await?;
        self.arrivals(&peer, "capacity known").await?;
        publishers.stop()?;
        peer.stop().await
    }

    pub(super) async fn passthrough(&mut self, run: &mut Run) -> Result<()> {
        let peer = Peer::start(Kind::Rivulet, Setup::channels(1)).await?;
        let publishers = self.publish(&peer).await?;
        super::super::newest_segment(&peer, 0).await?;
        let (spending, _) = self.over_window(&peer, 0).await?;
        self.add(RIVULET, CPU, "without rungs", (spending.server, "ms"));
        run.passthrough = Some(spending);
        publishers.stop()?;
        peer.stop().await
    }

    async fn publish(&self, peer: &Peer) -> Result<Publishers> {
        let mut publishers = Publishers::start(Arc::clone(&self.source), peer.targets());
        publishers.all_accepted().await?;
        Ok(publishers)
    }

    /// How long after the source's own rendition each rung has something to play.
    async fn arrivals(&mut self, peer: &Peer, when: &str) -> Result<()> {
        let count = self.args.rungs.len();
        let times = when_there(peer, count, |_, playlist| {
            playlist.newest_part == Some(Presence::There) && !playlist.ended
        });
        let times = times.await?;
        let (source, rungs) = times.split_first().context("no source")?;
        for (index, time) in rungs.iter().enumerate() {
            let name = format!("{}, {when}", self.name(index));
            let after = time.saturating_sub(*source).as_secs_f64();
            self.add(RIVULET, "live after passthrough", &name, (after, "s"));
        }
        Ok(())
    }

    /// The rungs' child is killed: how long until each has pictures again.
    async fn restart(&mut self, peer: &Peer) -> Result<()> {
        let child = Child::of(peer.pid()).context("no child encodes")?;
        let killed = Command::new("kill").args(["-9", &child.pid.to_string()]).status().await?;
        ensure!(killed.success(), "kill failed");
        let count = self.args.rungs.len();
        // The source's own rendition misses nothing.
        let mut missed = HashSet::from([0]);
        let times = when_there(peer, count, |number, playlist| {
            if playlist.newest_part == Some(Presence::Gap) {
                missed.insert(number);
            }
            missed.contains(&number) && playlist.newest_part == Some(Presence::There)
        });
        let times = times.await?;
        for (index, time) in times.iter().skip(1).enumerate() {
            let name = self.name(index);
            self.add(RIVULET, "pictures again after SIGKILL", &name, (time.as_secs_f64(), "s"));
        }
        Ok(())
    }

    /// The processor time of server and child over the window, while every segment is collected.
    async fn over_window(&mut self, peer: &Peer, rungs: usize) -> Result<(Spending, Segments)> {
        let mut segments = Segments::new(rungs);
        until(self.args.settle, segments.follow(peer)).await?;
        segments.keep(self.args.judged + SPARE);
        let child = match rungs {
            0 => None,
            _ => Some(Child::of(peer.pid()).context("no child encodes")?),
        };
        let look = || -> Result<(Spent, f64)> {
            let server = Spent::by(peer.pid()).context("the server has ended")?;
            let child = child.as_ref().map(|child| Spent::by(child.pid).context("it has ended"));
            Ok((server, child.transpose()?.map_or(0.0, |spent| spent.own)))
        };
        let (before, began) = (look()?, Instant::now());
        until(self.window(), segments.follow(peer)).await?;
        let after = look()?;
        let millis = 1000.0 / began.elapsed().as_secs_f64();
        segments.look(peer).await?;
        if let Some(child) = child {
            self.command = Some(child.command);
        }
        let spending = Spending {
            server: (after.0.own - before.0.own) * millis,
            child: (after.1 - before.1) * millis,
            stills: (after.0.reaped - before.0.reaped) * millis,
        };
        Ok((spending, segments))
    }

    fn alignment(&mut self, segments: &Segments) -> Result<()> {
        let (mut least, mut gaps): (f64, _) = (100.0, 0);
        for index in 0..self.args.rungs.len() {
            let (seen, missing) = segments.counts(index + 1);
            println!("{}: {seen} segments, {missing} missing", self.name(index));
            gaps += missing;
            least = least.min(segments.aligned_percent(index + 1)?);
        }
        self.add(RIVULET, "segments aligned with the source's, least", WHOLE, (least, "%"));
        self.add(RIVULET, "segments missing after the first", WHOLE, (gaps as f64, ""));
        Ok(())
    }

    fn name(&self, index: usize) -> String {
        self.args.rungs.get(index).map_or_else(String::new, |rung| format!("{}p", rung.height))
    }
}

/// Lets something without an end go on for a time; an error ends it.
async fn until(time: Duration, work: impl Future<Output = Result<()>>) -> Result<()> {
    match tokio::time::timeout(time, work).await {
        Ok(ended) => ended,
        Err(_) => Ok(()),
    }
}

/// When each rendition's playlist was first as wanted, the source's own first.
async fn when_there(
    peer: &Peer,
    rungs: usize,
    mut wanted: impl FnMut(usize, &Playlist) -> bool,
) -> Result<Vec<Duration>> {
    let began = Instant::now();
    let mut times: Vec<Option<Duration>> = vec![None; rungs + 1];
    let mut connection = Connection::open(peer.http()).await?;
    loop {
        for (number, time) in times.iter_mut().enumerate() {
            let response = connection.get(&peer.rendition(0, number)).await?;
            let playlist = Playlist::parse(&response.text());
            if wanted(number, &playlist) && time.is_none() && response.status == 200 {
                *time = Some(began.elapsed());
            }
        }
        if let Some(times) = times.iter().copied().collect() {
            return Ok(times);
        }
        ensure!(
            began.elapsed() < RUNG_LIMIT,
            "a rung does not come within {RUNG_LIMIT:?}: {times:?}"
        );
        sleep(POLL).await;
    }
}

/// Waits until the broadcast is over.
async fn ended(peer: &Peer) -> Result<()> {
    let began = Instant::now();
    let mut connection = Connection::open(peer.http()).await?;
    loop {
        let response = connection.get(&peer.playlist(0)).await?;
        if response.status != 200 || Playlist::parse(&response.text()).ended {
            return Ok(());
        }
        ensure!(began.elapsed() < RUNG_LIMIT, "the broadcast does not end");
        sleep(POLL).await;
    }
}
