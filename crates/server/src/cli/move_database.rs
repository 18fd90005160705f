//! `rivulet move-database`: everything in the configured database into another, with its ids and
//! keys.

use anyhow::{Context as _, bail};
use clap::Args;

use super::print;
use crate::app;
use crate::backup;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Location, copy};
use crate::seal::Secret;

/// Where to.
#[derive(Args)]
pub(super) struct MoveDatabase {
    /// The new database: `postgres://user:password@host/name`, or `sqlite:FILE`. Other users of this
    /// machine can read arguments: the variable keeps the password from them
    #[arg(env = "RIVULET_MOVE_TO", value_name = "URL", hide_env_values = true)]
    url: Secret,
}

impl MoveDatabase {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let location = Location::parse(self.url.reveal())?;
        app::make_data_dir(&config.data_dir)?;
        let _lock = app::lock(&config.data_dir)?;
        // Looked at first: nothing is made for a database that is not there.
        Db::open_read_only(&config.database).await?.close().await;
        let source = Db::connect(&config.database).await?;
        let now = Clock::system().wall();
        backup::before_migration(&source, &config.data_dir, now).await?;
        source.migrate().await?;

        let target = Db::connect(&location).await?;
        if !target.is_empty().await? {
            bail!("the database {location} is not empty: make a new one and name that");
        }
        target.migrate().await?;
        let copied = copy(&source, &target).await.context("nothing was moved")?;
        app::fill_derived(&target).await?;
        source.close().await;
        target.close().await;

        let tables: Vec<_> =
            copied.iter().map(|table| format!("  {}: {}", table.table, table.rows)).collect();
        print(&format!(
            "Copied from {} to {location}, and counted there:\n{}\n\nNow put this into \
             rivulet.toml, with the password where there are stars, or the same into \
             RIVULET_DATABASE:\n\n  database = \"{}\"\n\nThe old database stays as it is.",
            config.database,
            tables.join("\n"),
            without_password(self.url.reveal())
        ))
    }
}

/// The URL with stars in the place of its password: what is printed may be kept.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // A password may stand in the query as well.
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let shown: Vec<_> = query
        .split('&')
        .map(|pair| if pair.starts_with("password=") { "password=***" } else { pair })
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", shown.join("&")) };
    match rest.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}{query}")
        }
        _ => format!("{scheme}://{rest}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_printed() {
        for (url, shown) in [
            ("postgres://host/site", "postgres://host/site"),
            ("postgres://ada@host/site", "postgres://ada@host/site"),
            ("postgres://ada:hush@host:5433/site", "postgres://ada:***@host:5433/site"),
            ("postgres://ada:hu@s:h@host/site", "postgres://ada:***@host/site"),
            (
                "postgres://host/site?user=ada&password=hush&sslmode=require",
                "postgres://host/site?user=ada&password=***&sslmode=require",
            ),
            ("sqlite:some/file.db", "sqlite:some/file.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
