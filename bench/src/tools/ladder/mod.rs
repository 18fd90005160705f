//! What encoded renditions cost beside the bare ffmpeg that does the same work and beside Owncast's
//! command line; how soon they are there, how good they are, and whether they are cut alike.

mod commands;
mod judge;
mod ours;
mod rung;
mod segments;
mod theirs;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::seconds;
use crate::scratch::Scratch;
use crate::sheet::{Key, Sheet};
use crate::source::Source;
use commands::Command;
use judge::{Judge, Recording};
use rung::Rung;

const RIVULET: &str = "rivulet";
const BARE: &str = "bare ffmpeg";
const OWNCAST: &str = "Owncast's command";
/// The case of numbers that are about the whole ladder.
const WHOLE: &str = "all rungs";
const CPU: &str = "cpu per stream-second";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Height and kbit/s of each rung below the source, best first.
    #[arg(long, default_value = "480:1200,360:700,240:350", value_delimiter = ',')]
    rungs: Vec<Rung>,
    /// From 0 (least work) to 4 (best picture): x264's ultrafast to fast.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=4))]
    effort: u8,
    /// Runs, alternating between the cases.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long is measured in all, in seconds: four cases share it in each run.
    #[arg(long, default_value = "600", value_parser = seconds)]
    length: Duration,
    /// How long each case goes on before it is measured, in seconds.
    #[arg(long, default_value = "10", value_parser = seconds)]
    settle: Duration,
    /// How much of each rung is compared with the source, in seconds: once round the source.
    #[arg(long, default_value = "24", value_parser = seconds)]
    judged: Duration,
}

/// What is measured one after the other.
#[derive(Clone, Copy, Debug)]
enum Case {
    Rungs,
    Bare,
    Passthrough,
    Owncast,
}

impl Case {
    /// The first run begins with our server: the others are given its child's arguments.
    fn in_turn(run: usize) -> [Self; 4] {
        let mut cases = [Self::Rungs, Self::Bare, Self::Passthrough, Self::Owncast];
        if run % 2 == 1 {
            cases.reverse();
        }
        cases
    }
}

/// CPU seconds per stream-second, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Spending {
    server: f64,
    child: f64,
    /// Processes that came and went: those that make still pictures.
    stills: f64,
}

/// What the cases of one run leave for each other.
#[derive(Default)]
struct Run {
    rungs: Option<Spending>,
    passthrough: Option<Spending>,
    bare: Option<f64>,
    /// Our renditions and Owncast's, the source's own first.
    ours: Option<Recording>,
    owncast: Option<Recording>,
}

/// What all runs share.
struct Bench<'a> {
    args: &'a Args,
    source: Arc<Source>,
    /// What our server's ffmpeg was told, once it was seen.
    command: Option<Command>,
    sheet: Sheet,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let sheet = Sheet::new("ladder");
    let mut bench = Bench { args: &args, source: Arc::new(Source::plain()?), command: None, sheet };
    for number in 0..args.runs {
        let files = Scratch::new()?;
        let mut run = Run::default();
        for case in Case::in_turn(number) {
            println!("-- run {} of {}: {case:?}", number + 1, args.runs);
            bench.measure(case, &files, &mut run).await.with_context(|| format!("{case:?}"))?;
        }
        bench.compare(&run)?;
        bench.sheet.save()?;
        bench.judge(run, number == 0).await?;
    }
    bench.sheet.save()
}

impl Bench<'_> {
    /// How long one case is measured.
    fn window(&self) -> Duration {
        self.args.length / u32::try_from(self.args.runs.max(1) * 4).unwrap_or(u32::MAX)
    }

    fn add(&mut self, subject: &str, metric: &str, case: &str, (value, unit): (f64, &str)) {
        self.sheet.add(Key { subject, metric, case, unit }, value);
    }

    async fn measure(&mut self, case: Case, files: &Scratch, run: &mut Run) -> Result<()> {
        match case {
            Case::Rungs => self.rungs(files, run).await,
            Case::Passthrough => self.passthrough(run).await,
            Case::Bare => self.bare(run).await,
            Case::Owncast => self.owncast(files, run).await,
        }
    }

    /// What follows from the cases of one run together.
    fn compare(&mut self, run: &Run) -> Result<()> {
        let rungs = run.rungs.context("our server was not measured")?;
        let passthrough = run.passthrough.context("passthrough was not measured")?;
        let bare = run.bare.context("the bare ffmpeg was not measured")?;
        let both = rungs.server + rungs.child;
        let percent = |ours: f64| ((ours / bare - 1.0) * 100.0, "%");
        self.add(RIVULET, "beside bare ffmpeg", WHOLE, percent(both));
        let less = percent(both - passthrough.server);
        self.add(RIVULET, "the same without what passthrough costs", WHOLE, less);
        Ok(())
    }

    /// Pictures are compared once: another run encodes the same frames with the same settings.
    async fn judge(&mut self, run: Run, first: bool) -> Result<()> {
        let ours = run.ours.context("our server was not recorded")?;
        let owncast = run.owncast.context("Owncast's command was not recorded")?;
        if !first {
            return Ok(());
        }
        // The same pictures come once in every round of the source.
        let round = self.source.length.as_micros().max(1);
        let into = Duration::from_micros(u64::try_from(ours.begins.as_micros() % round)?);
        let rounds = u32::from(into < self.args.settle);
        let theirs = into + self.source.length * rounds;
        let recordings = [(RIVULET, ours.begins, ours), (OWNCAST, theirs, owncast)];
        for (subject, from, recording) in recordings {
            let judge = Judge::new(from, self.args.judged);
            for (index, rung) in self.args.rungs.iter().enumerate() {
                let verdict = judge.compare(&recording, index + 1).await;
                let verdict = verdict.with_context(|| format!("{subject}, {rung}"))?;
                let case = rung.to_string();
                self.add(subject, "video bitrate", &case, (verdict.kbps, "kbit/s"));
                self.add(subject, "SSIM", &case, (verdict.ssim, ""));
                let decibels = -10.0 * (1.0 - verdict.ssim).max(f64::EPSILON).log10();
                self.add(subject, "SSIM in decibels", &case, (decibels, "dB"));
                if let Some(vmaf) = verdict.vmaf {
                    self.add(subject, "VMAF", &case, (vmaf, ""));
                }
            }
        }
        Ok(())
    }
}
