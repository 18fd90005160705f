//! `rivulet backup` and `rivulet restore`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::print;
use crate::app;
use crate::backup::{self, BackupError, Existing, Place};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

/// Where to put the archive.
#[derive(Args)]
pub(super) struct Backup {
    /// The archive to write, such as rivulet-backup.tar. It holds the key file: keep it as safe
    file: PathBuf,
    /// Replace an archive of that name
    #[arg(long)]
    force: bool,
}

/// What to restore.
#[derive(Args)]
pub(super) struct Restore {
    /// An archive made with `rivulet backup`, or a copy from the folder `backups`
    file: PathBuf,
    /// Check the backup and say what would happen; works while the server runs
    #[arg(long)]
    dry_run: bool,
    /// Move what is there aside
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        if self.file.exists() && !self.force {
            bail!(BackupError::Exists { path: self.file });
        }
        let archived = backup::make(&place(config), &self.file, Clock::system()).await?;
        let rows: u64 = archived.tables.iter().map(|table| table.rows).sum();
        print(&format!(
            "{}: {} files, {rows} rows, {} bytes. It holds the key file: keep it as safe.",
            self.file.display(),
            archived.files,
            archived.size_bytes
        ))
    }
}

impl Restore {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        app::make_data_dir(&config.data_dir)?;
        // Whoever only looks may look while the server runs.
        let _lock = if self.dry_run { None } else { Some(app::lock(&config.data_dir)?) };
        let place = place(config);
        let restore = backup::Restore::of(&self.file, &place, Clock::system().wall()).await?;
        print(&restore.report())?;
        if self.dry_run {
            return print("Nothing was changed.");
        }
        let existing = if self.force { Existing::MovesAside } else { Existing::Stays };
        let aside = restore.apply(existing).await?;
        let db = Db::open(&config.database).await?;
        app::fill_derived(&db).await?;
        db.close().await;
        print(&match aside {
            Some(aside) => format!("Restored. What was there is in {}.", aside.display()),
            None => "Restored.".to_owned(),
        })
    }
}

pub(super) fn place(config: &Config) -> Place {
    Place {
        data_dir: config.data_dir.clone(),
        key_file: app::key_file(&config.data_dir),
        database: config.database.clone(),
    }
}
