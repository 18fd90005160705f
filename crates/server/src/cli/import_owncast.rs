//! `rivulet import-owncast`: everything of an Owncast installation into this site.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::print;
use crate::app;
use crate::config::Config;
use crate::owncast::{Part, Report};
use crate::seal;

/// From where.
#[derive(Args)]
pub(super) struct ImportOwncast {
    /// Owncast's data folder, where owncast.db is. Stop Owncast and this server first
    path: PathBuf,
    /// Take it over into an empty site that is thrown away, and say what would become of it
    #[arg(long)]
    dry_run: bool,
}

impl ImportOwncast {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let report = match self.dry_run {
            true => self.tried(config).await?,
            false => {
                let taken =
                    app::behind_doors(&config, async |owncast| owncast.take_over(&self.path).await);
                taken.await?.context("it was not taken over, or not all of it; what was, stays")?
            }
        };
        let after = match self.dry_run {
            true => "\nNothing was changed.",
            false => {
                "\nNothing of Owncast was changed. What is kept lies sealed in this site's \
                      database, for features that are to come."
            }
        };
        print(&format!("{}{after}", table(&report)))
    }

    /// Takes it over into a site of its own.
    async fn tried(&self, config: Config) -> anyhow::Result<Report> {
        let name = seal::random_token()?;
        let folder = std::env::temp_dir().join(format!("rivulet-{}", name.reveal()));
        let config = config.elsewhere(folder.clone());
        let taken = app::behind_doors(&config, async |owncast| owncast.take_over(&self.path).await);
        let taken = taken.await;
        // Only what was made above is in it.
        match std::fs::remove_dir_all(&folder) {
            // It never came to be; why not is told below.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let folder = folder.display();
                anyhow::bail!("cannot remove the folder of the trial, {folder}: {error}");
            }
            Ok(()) | Err(_) => {}
        }
        Ok(taken??)
    }
}

fn table(report: &Report) -> String {
    let mut text = format!("{:<28}{:>9}{:>9}{:>9}{:>9}\n", "", "there", "taken", "before", "kept");
    for part in report.parts.iter().filter(|part| part.rows > 0) {
        text.push_str(&line(part));
    }
    for part in &report.parts {
        for remark in &part.remarks {
            text.push_str(&format!("\n{}: {remark}", part.name));
        }
        if part.unsaid > 0 {
            text.push_str(&format!("\n{}: and {} more like these", part.name, part.unsaid));
        }
        if !part.is_complete() {
            text.push_str(&format!("\n{}: the table changed while it was read", part.name));
        }
    }
    text
}

fn line(part: &Part) -> String {
    let name: String = part.name.chars().filter(|c| !c.is_control()).take(26).collect();
    let Part { rows, moved, again, kept, .. } = part;
    format!("{name:<28}{rows:>9}{moved:>9}{again:>9}{kept:>9}\n")
}
