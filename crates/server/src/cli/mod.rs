//! The command line: which command, with which configuration.

mod admin;
mod backup;
mod demo;
mod doctor;
mod import_owncast;
mod move_database;
mod people;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::Handed;
use crate::config::{Config, Options};
use crate::transcode::Descendant;
use crate::{app, router, telemetry};

/// The whole command line.
#[derive(Parser)]
#[command(name = "rivulet", version, about = "Live streaming from your own server")]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Publish the test picture to a running server
    Demo(demo::Demo),
    /// Check that this machine can run Rivulet, and say what to mend
    Doctor(doctor::Doctor),
    /// Look after channels, stream keys and people
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Archive everything that is kept, also while the server runs
    Backup(backup::Backup),
    /// Put a backup in the place of what is kept
    Restore(backup::Restore),
    /// Copy everything into another database, which is empty
    MoveDatabase(move_database::MoveDatabase),
    /// Take over an Owncast installation: settings, people, chat, webhooks, emoji
    ImportOwncast(import_owncast::ImportOwncast),
    /// Print the API description (OpenAPI 3.1)
    Openapi,
    /// Become ffmpeg: the server starts its children so
    #[command(hide = true)]
    Child(Descendant),
}

/// Parses the command line and runs the command. Exit codes: 0 done, 1 failed, 2 wrong usage.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    // It has no configuration: the server has checked its own.
    if let Some(Command::Child(descendant)) = cli.command {
        eprintln!("rivulet: {:#}", descendant.begin());
        return ExitCode::FAILURE;
    }
    let config = match cli.options.merged().and_then(Config::check) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("rivulet: {}", telemetry::chain(&error));
            return ExitCode::from(2);
        }
    };
    match execute(cli.command.unwrap_or(Command::Serve), config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rivulet: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command, config: Config) -> anyhow::Result<()> {
    let handed = Handed::from_environment()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve => {
            let book = telemetry::init(config.log_format, &config.log)?;
            runtime.block_on(app::run(config, handed, book))
        }
        Command::Demo(demo) => runtime.block_on(demo.run(&config)),
        Command::Doctor(doctor) => runtime.block_on(doctor.run(&config)),
        Command::Admin(admin) => runtime.block_on(admin.run(&config)),
        Command::Backup(backup) => runtime.block_on(backup.run(&config)),
        Command::Restore(restore) => runtime.block_on(restore.run(&config)),
        Command::MoveDatabase(target) => runtime.block_on(target.run(&config)),
        Command::ImportOwncast(import) => runtime.block_on(import.run(config)),
        Command::Child(descendant) => Err(descendant.begin()),
        Command::Openapi => print(&router::description().to_pretty_json()?),
    }
}

/// Writes a command's result. A reader that has gone away is not a failure.
#[expect(clippy::unnecessary_wraps, reason = "every command returns a result")]
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}
